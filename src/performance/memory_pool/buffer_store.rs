use super::buffer_pool::{BufferPoolConfig, OnReturn};
use super::shards::{MOST_SHARDS, Shards};
use super::size_class::{CLASSES, bytes_of, class_for, class_of};
use super::stats::{Counts, PoolStats};
use super::usage::{Level, Peak};

/// A part of a pool keeps at least so many bytes, or the largest buffers would find room in none.
const LEAST_IN_SHARD: usize = 1 << 20;
/// How many classes larger than asked for a buffer may be.
const REACH: usize = 3;
/// Where the classes that are full stand in the hint of a part; those that hold something stand below.
const FULL: u32 = 16;

/// Idle buffers by size class, within bounds of bytes, for the pools of buffers and of strings.
#[derive(Debug)]
pub(super) struct BufferStore {
    shards: Shards<Shelf>,
    peak: Peak,
    on_return: OnReturn,
}

#[derive(Debug)]
struct Shelf {
    classes: [Class; CLASSES],
    bytes: usize,
    max_bytes: usize,
    max_bytes_per_class: usize,
    level: Level,
    counts: Counts,
}

#[derive(Debug, Default)]
struct Class {
    idle: Vec<Vec<u8>>,
    bytes: usize,
}

impl BufferStore {
    pub(super) fn new(config: BufferPoolConfig) -> Self {
        let BufferPoolConfig {
            max_bytes,
            max_bytes_per_class,
            on_return,
        } = config;
        let wanted = max_bytes.min(max_bytes_per_class) / LEAST_IN_SHARD;
        let shelf = |_, count| Shelf {
            classes: Default::default(),
            bytes: 0,
            max_bytes: max_bytes / count,
            max_bytes_per_class: max_bytes_per_class / count,
            level: Level::default(),
            counts: Counts::default(),
        };
        Self {
            shards: Shards::new(wanted.min(MOST_SHARDS), shelf),
            peak: Peak::default(),
            on_return,
        }
    }

    /// An empty buffer of at least this capacity.
    #[inline]
    pub(super) fn take(&self, capacity: usize) -> Vec<u8> {
        let Some(class) = class_for(capacity) else {
            return self.make(capacity);
        };
        let reach = ((1 << (REACH + 1)) - 1) << class;
        self.pop(reach)
            .unwrap_or_else(|| self.make(bytes_of(class)))
    }

    /// An empty buffer of whatever capacity; a new one has `capacity`.
    pub(super) fn take_any(&self, capacity: usize) -> Vec<u8> {
        self.pop((1 << CLASSES) - 1)
            .unwrap_or_else(|| self.make(capacity))
    }

    #[inline]
    fn pop(&self, reach: u32) -> Option<Vec<u8>> {
        let own = self.shards.own();
        match self.shards.hint(own) & reach {
            0 => self.pop_from_any(own, reach),
            _ => self.pop_from(own, reach),
        }
    }

    #[cold]
    fn pop_from_any(&self, first: usize, reach: u32) -> Option<Vec<u8>> {
        let mut order = self.shards.from(first);
        order.find_map(|index| match self.shards.hint(index) & reach {
            0 => None,
            _ => self.pop_from(index, reach),
        })
    }

    #[inline]
    fn pop_from(&self, index: usize, reach: u32) -> Option<Vec<u8>> {
        let mut shelf = self.shards.lock(index);
        let hint = self.shards.hint(index);
        let number = (hint & reach & ((1 << CLASSES) - 1)).trailing_zeros() as usize;
        let class = shelf.classes.get_mut(number)?;
        let buffer = class.idle.pop()?;
        class.bytes -= buffer.capacity();
        // Whatever was full may have room now; looking there in vain costs little.
        let emptied = u32::from(class.idle.is_empty()) << number;
        self.shards
            .set_hint(index, hint & ((1 << FULL) - 1) & !emptied);
        shelf.bytes -= buffer.capacity();
        shelf.counts.popped += 1;
        shelf.level.rise(&self.peak);
        Some(buffer)
    }

    #[cold]
    fn make(&self, capacity: usize) -> Vec<u8> {
        let buffer = Vec::with_capacity(capacity);
        let mut shelf = self.shards.lock(self.shards.own());
        shelf.counts.missed += 1;
        shelf.level.rise(&self.peak);
        buffer
    }

    #[inline]
    pub(super) fn give_back(&self, mut buffer: Vec<u8>) {
        buffer.clear();
        let Some(class) = class_of(buffer.capacity()) else {
            return self.forget(|counts| counts.discarded.unfit += 1);
        };
        if self.on_return == OnReturn::Zero {
            // Up to the capacity, so in place: what stood behind the length goes too.
            buffer.resize(buffer.capacity(), 0);
            buffer.clear();
        }
        let own = self.shards.own();
        if let Err(back) = self.shelve(own, class, buffer) {
            self.give_to_others(own, class, back);
        }
    }

    #[cold]
    fn give_to_others(&self, own: usize, class: usize, mut buffer: Vec<u8>) {
        for index in self.shards.from(own).skip(1) {
            if self.shards.hint(index) >> FULL & 1 << class != 0 {
                continue;
            }
            match self.shelve(index, class, buffer) {
                Ok(()) => return,
                Err(back) => buffer = back,
            }
        }
        self.forget(|counts| counts.discarded.full += 1);
    }

    #[inline]
    fn shelve(&self, index: usize, number: usize, buffer: Vec<u8>) -> Result<(), Vec<u8>> {
        let mut shelf = self.shards.lock(index);
        let hint = self.shards.hint(index);
        let room = shelf.room(number);
        if room < buffer.capacity() {
            // A smaller one of the class may still fit; then it does not count as full.
            let full = u32::from(room < bytes_of(number)) << (FULL as usize + number);
            self.shards.set_hint(index, hint | full);
            return Err(buffer);
        }
        self.shards.set_hint(index, hint | 1 << number);
        shelf.bytes += buffer.capacity();
        shelf.classes[number].bytes += buffer.capacity();
        shelf.classes[number].idle.push(buffer);
        shelf.level.fall(&self.peak);
        Ok(())
    }

    /// Counts a buffer that is no longer lent and not idle either.
    pub(super) fn forget(&self, count: impl FnOnce(&mut Counts)) {
        let mut shelf = self.shards.lock(self.shards.own());
        count(&mut shelf.counts);
        shelf.level.fall(&self.peak);
    }

    /// Drops all that is idle.
    pub(super) fn clear(&self) {
        for index in self.shards.from(0) {
            let classes = {
                let mut shelf = self.shards.lock(index);
                let idle: usize = shelf.classes.iter().map(|class| class.idle.len()).sum();
                shelf.counts.discarded.cleared += idle as u64;
                shelf.bytes = 0;
                self.shards.set_hint(index, 0);
                std::mem::take(&mut shelf.classes)
            };
            drop(classes);
        }
    }

    pub(super) fn stats(&self) -> PoolStats {
        let (mut counts, mut idle, mut bytes, mut in_use) = (Counts::default(), 0, 0, 0);
        self.shards.each(|shelf| {
            counts.add(&shelf.counts);
            idle += shelf
                .classes
                .iter()
                .map(|class| class.idle.len())
                .sum::<usize>() as u64;
            bytes += shelf.bytes as u64;
            in_use += shelf.level.in_use();
        });
        PoolStats {
            idle,
            in_use: in_use.max(0) as u64,
            peak_in_use: self.peak.highest(),
            bytes_retained: bytes,
            ..counts.to_stats()
        }
    }

    /// The bytes kept in each size class, the smallest class first.
    pub(super) fn bytes_by_class(&self) -> [u64; CLASSES] {
        let mut bytes = [0; CLASSES];
        self.shards.each(|shelf| {
            for (sum, class) in bytes.iter_mut().zip(&shelf.classes) {
                *sum += class.bytes as u64;
            }
        });
        bytes
    }
}

impl Shelf {
    fn room(&self, class: usize) -> usize {
        let in_all = self.max_bytes - self.bytes;
        in_all.min(self.max_bytes_per_class - self.classes[class].bytes)
    }
}
