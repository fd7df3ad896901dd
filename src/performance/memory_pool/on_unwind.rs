/// Does something if what follows panics: keeps the books right around code of the user's.
pub(super) struct OnUnwind<F: FnMut()>(F);

impl<F: FnMut()> OnUnwind<F> {
    pub(super) fn new(act: F) -> Self {
        Self(act)
    }

    /// Nothing panicked.
    pub(super) fn disarm(self) {
        std::mem::forget(self);
    }
}

impl<F: FnMut()> Drop for OnUnwind<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}
