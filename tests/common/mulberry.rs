//! Random numbers that JavaScript draws too. Where nothing else of this folder is needed, it is taken in by `#[path]`.

/// Mulberry32, by Tommy Ettinger (public domain): small, and the same in both languages.
pub(crate) struct Random(u32);

impl Random {
    pub(crate) fn new(seed: u32) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, end: u32) -> u32 {
        self.next() % end
    }

    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x6D2B_79F5);
        let mut t = (self.0 ^ self.0 >> 15).wrapping_mul(1 | self.0);
        t = t.wrapping_add((t ^ t >> 7).wrapping_mul(61 | t)) ^ t;
        t ^ t >> 14
    }
}
