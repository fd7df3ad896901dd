use super::tally::Tally;
use super::unit::Unit;

/// How much of the recent past a windowed series keeps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WindowConfig {
    /// Length of the window in milliseconds, > 0. If unsure, use 60,000.
    pub length_ms: f64,
    /// How many slices it is made of, 1..=600. The window moves on by a slice at a time, so more of them follow the
    /// present more smoothly and cost a histogram each. If unsure, use 6.
    pub slices: u32,
}

/// The last N seconds of a series: a ring of slices, each a histogram with its own minimum and maximum.
///
/// A read gives the slice that is running and the `slices - 1` before it.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    slice_ms: f64,
    unit: Unit,
    /// At `number % len` the slice of that number, or what an older one left there.
    ring: Vec<Slice>,
}

#[derive(Clone, Debug)]
struct Slice {
    number: i64,
    tally: Tally,
}

impl Window {
    pub(crate) fn new(config: WindowConfig, unit: Unit) -> Self {
        let slices = config.slices.clamp(1, 600);
        Self {
            slice_ms: (config.length_ms / f64::from(slices)).max(1e-3),
            unit,
            ring: (0..slices)
                .map(|_| Slice {
                    number: i64::MIN,
                    tally: Tally::new(unit),
                })
                .collect(),
        }
    }

    /// Length in milliseconds.
    pub(crate) fn length_ms(&self) -> f64 {
        self.slice_ms * self.ring.len() as f64
    }

    /// The slice that holds time `at_ms`; `None` for a time that has left the window already.
    #[inline]
    pub(crate) fn slice_at(&mut self, at_ms: f64) -> Option<&mut Tally> {
        let number = self.number(at_ms);
        let position = number.rem_euclid(self.ring.len() as i64) as usize;
        let slice = &mut self.ring[position];
        if slice.number < number {
            slice.number = number;
            slice.tally = Tally::new(self.unit);
        }
        (slice.number == number).then_some(&mut slice.tally)
    }

    /// Everything in the window that ends at `now_ms`.
    pub(crate) fn read(&self, now_ms: f64) -> Tally {
        let newest = self.number(now_ms);
        let mut all = Tally::new(self.unit);
        for slice in &self.ring {
            // `>=` newest as well: a record's time may be read just after the time of the look.
            if slice.number > newest.saturating_sub(self.ring.len() as i64) {
                all.merge(&slice.tally);
            }
        }
        all
    }

    /// Adds the slices of a window of the same shape; one of another shape has no slices to add to.
    pub(crate) fn merge(&mut self, other: &Self) {
        if other.slice_ms != self.slice_ms || other.ring.len() != self.ring.len() {
            return;
        }
        for slice in other.ring.iter().filter(|slice| slice.number != i64::MIN) {
            if let Some(tally) = self.slice_at((slice.number as f64 + 0.5) * self.slice_ms) {
                tally.merge(&slice.tally);
            }
        }
    }

    fn number(&self, at_ms: f64) -> i64 {
        (at_ms / self.slice_ms).floor() as i64
    }
}
