/// Index and generation of a series in 30 bits: what a record carries instead of a name.
///
/// Indices are reused when idle series expire under pressure; the generation then differs, so that an old handle
/// finds nothing instead of another series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Handle(u32);

/// How a recorded operation ended; the two top bits of a record's handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It ended as intended.
    Completed,
    /// It was given up: a guard was dropped unfinished.
    Aborted,
    /// It ended with an error.
    Failed,
}

impl Handle {
    const INDEX_BITS: u32 = 18;
    const GENERATION_BITS: u32 = 12;

    /// How many series can exist at once: 2^18.
    pub const MAX_INDEX: u32 = (1 << Self::INDEX_BITS) - 1;

    /// Generations before an index is retired for good.
    pub const MAX_GENERATION: u32 = (1 << Self::GENERATION_BITS) - 1;

    /// Takes all operations that found no room for a series of their own.
    pub const OVERFLOW_OPERATION: Self = Self(0);

    /// Takes all values of other histograms that found no room for a series of their own.
    pub const OVERFLOW_HISTOGRAM: Self = Self(1);

    /// Takes all increments of counters that found no room for a series of their own.
    pub const OVERFLOW_COUNTER: Self = Self(2);

    /// Stands for no series, ever: a record with it is counted as dropped.
    pub const NOWHERE: Self = Self(0x3FFF_FFFF);

    /// The first index that is given to a series of the user's.
    pub const FIRST_INDEX: u32 = 3;

    /// A handle from index (0..=[`Handle::MAX_INDEX`]) and generation (0..=[`Handle::MAX_GENERATION`]).
    #[must_use]
    pub const fn new(index: u32, generation: u32) -> Self {
        Self((generation & Self::MAX_GENERATION) << Self::INDEX_BITS | index & Self::MAX_INDEX)
    }

    /// A handle from its 30 bits, without the flags that a record may carry above them.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits & 0x3FFF_FFFF)
    }

    /// The 30 bits.
    #[must_use]
    pub const fn to_bits(self) -> u32 {
        self.0
    }

    /// The position in the table of series.
    #[must_use]
    pub const fn index(self) -> usize {
        (self.0 & Self::MAX_INDEX) as usize
    }

    /// How often that position was given to another series before this one.
    #[must_use]
    pub const fn generation(self) -> u32 {
        self.0 >> Self::INDEX_BITS
    }

    pub(crate) const fn is_overflow(self) -> bool {
        self.0 < Self::FIRST_INDEX
    }
}
