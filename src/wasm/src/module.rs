use std::cell::RefCell;
use std::mem::ManuallyDrop;

use code_mesh_core::performance::metrics::Store;

use crate::cache::Cache;
use crate::wire::Wire;

/// What this instance of the module holds, by number, and the memory it shares with JavaScript.
pub(crate) struct Module {
    pub(crate) registries: Numbered<Store>,
    pub(crate) caches: Numbered<Cache>,
    pub(crate) scratch: Scratch,
}

/// Memory that JavaScript copies to and from between calls; it grows and never shrinks.
pub(crate) struct Scratch {
    /// Handles of records, or slots of a cache.
    pub(crate) handles: Vec<u32>,
    /// Values and times of records, or the series of a snapshot to merge.
    pub(crate) numbers: Vec<f64>,
    /// The last snapshot taken.
    pub(crate) snapshot: Wire,
    /// A long key, or what is to be compressed or was.
    pub(crate) bytes: Vec<u8>,
    /// What came of it.
    pub(crate) result: Vec<u8>,
}

/// Things known by number; a number that was freed may be given out again.
pub(crate) struct Numbered<T>(Vec<Option<Box<T>>>);

impl<T> Numbered<T> {
    pub(crate) fn add(&mut self, thing: T) -> u32 {
        let free = self
            .0
            .iter()
            .position(Option::is_none)
            .unwrap_or(self.0.len());
        if free == self.0.len() {
            self.0.push(None);
        }
        self.0[free] = Some(Box::new(thing));
        free as u32
    }

    pub(crate) fn free(&mut self, number: u32) {
        if let Some(thing) = self.0.get_mut(number as usize) {
            *thing = None;
        }
    }

    pub(crate) fn get(&mut self, number: u32) -> Option<&mut T> {
        self.0.get_mut(number as usize)?.as_deref_mut()
    }
}

impl Module {
    const fn new() -> Self {
        let scratch = Scratch {
            handles: Vec::new(),
            numbers: Vec::new(),
            snapshot: Wire::new(),
            bytes: Vec::new(),
            result: Vec::new(),
        };
        Self {
            registries: Numbered(Vec::new()),
            caches: Numbered(Vec::new()),
            scratch,
        }
    }
}

thread_local! {
    // Never dropped, like the memory it lies in: without this, each access would check for a destructor.
    static MODULE: ManuallyDrop<RefCell<Module>> = const { ManuallyDrop::new(RefCell::new(Module::new())) };
}

pub(crate) fn module<T>(f: impl FnOnce(&mut Module) -> T) -> T {
    MODULE.with(|module| f(&mut module.borrow_mut()))
}

/// Makes an area at least so long, and gives its place.
pub(crate) fn grow<T: Copy + Default>(area: &mut Vec<T>, n: usize) -> *const T {
    if area.len() < n {
        area.resize(n, T::default());
    }
    area.as_ptr()
}
