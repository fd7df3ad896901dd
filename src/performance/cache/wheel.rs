use super::policy::NO_SLOT;
use super::room::reserve;

/// Buckets of a level, as a power of two.
const BITS: u32 = 6;
const BUCKETS: u32 = 1 << BITS;
/// Six levels of 64 reach almost 2^36 ticks, over two years of milliseconds.
const LEVELS: u32 = 6;
/// What is due later is filed as late as this. One bucket of the last level less than a turn, so that a slot is never
/// filed in the bucket that passes now.
const REACH: u64 = (1 << (BITS * LEVELS)) - (1 << (BITS * (LEVELS - 1)));

/// Finds what is due, over integer slots: a hierarchical timing wheel (Varghese, Lauck: "Hashed and Hierarchical Timing
/// Wheels", SOSP 1987).
///
/// It holds links and no deadlines, 8 bytes a slot. The caller, who keeps the deadlines, is handed each slot whose bucket
/// has passed, and schedules it again if it is not due yet; that happens at most once a level.
#[derive(Clone, Debug)]
pub struct Wheel {
    /// The first slot of each bucket.
    heads: Vec<u32>,
    next: Vec<u32>,
    /// The slot before, or where there is none, the bucket with [`IS_BUCKET`] set; [`NO_SLOT`] while not filed.
    prev: Vec<u32>,
    /// Which buckets of each level hold something.
    filled: [u64; LEVELS as usize],
    now: u64,
    len: u32,
    /// As many slots as there may be.
    most: usize,
}

const IS_BUCKET: u32 = 1 << 31;

impl Wheel {
    /// An empty wheel at this tick.
    #[must_use]
    pub fn new(now: u64) -> Self {
        Self {
            heads: vec![NO_SLOT; (BUCKETS * LEVELS) as usize],
            next: Vec::new(),
            prev: Vec::new(),
            filled: [0; LEVELS as usize],
            now,
            len: 0,
            most: usize::MAX,
        }
    }

    /// The same for slots below `most`: it takes no more memory for them than they need.
    #[must_use]
    pub fn for_slots(now: u64, most: u32) -> Self {
        Self {
            most: most as usize,
            ..Self::new(now)
        }
    }

    /// How many slots are filed.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Files a slot (below 2^31), in the place of where it was filed before. What is due now or earlier comes with the
    /// next tick. Constant time.
    pub fn schedule(&mut self, slot: u32, due: u64) {
        self.cancel(slot);
        if self.prev.len() <= slot as usize {
            let length = slot as usize + 1;
            reserve(&mut self.prev, length, self.most);
            reserve(&mut self.next, length, self.most);
            self.prev.resize(length, NO_SLOT);
            self.next.resize(length, NO_SLOT);
        }
        let due = due.clamp(self.now + 1, self.now + REACH);
        // The lowest level whose buckets reach it: the highest digit in which the two times differ.
        let level = (63 - (due ^ self.now).leading_zeros()) / BITS;
        let level = level.min(LEVELS - 1);
        let place = (due >> (level * BITS)) as u32 & (BUCKETS - 1);
        let bucket = level * BUCKETS + place;
        let head = std::mem::replace(&mut self.heads[bucket as usize], slot);
        self.next[slot as usize] = head;
        self.prev[slot as usize] = bucket | IS_BUCKET;
        if head != NO_SLOT {
            self.prev[head as usize] = slot;
        }
        self.filled[level as usize] |= 1 << place;
        self.len += 1;
    }

    /// Takes a slot out. Constant time.
    pub fn cancel(&mut self, slot: u32) {
        let Some(&prev) = self.prev.get(slot as usize) else {
            return;
        };
        if prev == NO_SLOT {
            return;
        }
        let next = self.next[slot as usize];
        if prev & IS_BUCKET == 0 {
            self.next[prev as usize] = next;
        } else {
            let bucket = prev & !IS_BUCKET;
            self.heads[bucket as usize] = next;
            if next == NO_SLOT {
                self.filled[(bucket >> BITS) as usize] &= !(1 << (bucket & (BUCKETS - 1)));
            }
        }
        if next != NO_SLOT {
            self.prev[next as usize] = prev;
        }
        self.prev[slot as usize] = NO_SLOT;
        self.len -= 1;
    }

    /// A slot whose bucket has passed by `now`, taken out, or nothing when there is none. The caller asks until there is
    /// none, and schedules again what is not due. A clock that went back finds nothing and changes nothing.
    pub fn pop(&mut self, now: u64) -> Option<u32> {
        match self.first() {
            Some((bucket, at)) if at <= now => {
                let slot = self.heads[bucket as usize];
                self.now = self.now.max(at);
                self.cancel(slot);
                Some(slot)
            }
            _ => {
                self.now = self.now.max(now);
                None
            }
        }
    }

    /// When the first bucket passes: no slot comes before that tick. For the one timer of the caller.
    #[must_use]
    pub fn next_tick(&self) -> Option<u64> {
        self.first().map(|(_, at)| at)
    }

    /// The bucket that passes first, and when.
    fn first(&self) -> Option<(u32, u64)> {
        (0..LEVELS)
            .filter_map(|level| self.first_of(level))
            .min_by_key(|&(_, at)| at)
    }

    fn first_of(&self, level: u32) -> Option<(u32, u64)> {
        let filled = self.filled[level as usize];
        if filled == 0 {
            return None;
        }
        let shift = level * BITS;
        let base = self.now >> shift;
        let place = base as u32 & (BUCKETS - 1);
        // Rotated so that the bucket of now is first; on the levels above it stands for a whole turn later.
        let ahead = filled.rotate_right(place).trailing_zeros();
        let bucket = level * BUCKETS + ((place + ahead) & (BUCKETS - 1));
        Some((bucket, (base + u64::from(ahead)) << shift))
    }
}
