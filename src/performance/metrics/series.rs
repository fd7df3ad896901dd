use super::handle::Outcome;
use super::histogram::Unit;
use super::since::Since;
use super::tally::Tally;
use super::window::{Window, WindowConfig};

/// What one histogram series holds: everything since the start, and the recent past if that was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    pub(crate) tally: Since<Tally>,
    pub(crate) window: Option<Box<Window>>,
}

impl Series {
    pub(crate) fn new(unit: Unit, window: Option<WindowConfig>) -> Self {
        Self {
            tally: Since::new(Tally::new(unit)),
            window: window.map(|config| Box::new(Window::new(config, unit))),
        }
    }

    /// Records a value that ended at `at_ms`; false where it was rejected.
    #[inline]
    pub(crate) fn record(&mut self, value: f64, outcome: Outcome, at_ms: f64) -> bool {
        self.each(at_ms, |tally| {
            let accepted = tally.histogram.record(value);
            if accepted {
                match outcome {
                    Outcome::Completed => {}
                    Outcome::Aborted => tally.aborted += 1,
                    Outcome::Failed => tally.errors += 1,
                }
            }
            accepted
        })
    }

    /// [`super::Histogram::record_with_expected_interval`], at `at_ms`.
    pub(crate) fn record_with_expected_interval(
        &mut self,
        value: f64,
        interval: f64,
        at_ms: f64,
    ) -> bool {
        self.each(at_ms, |tally| {
            tally
                .histogram
                .record_with_expected_interval(value, interval)
        })
    }

    pub(crate) fn absorb(&mut self, other: &Self) {
        self.tally.absorb(&other.tally);
        if let (Some(ours), Some(theirs)) = (&mut self.window, &other.window) {
            ours.merge(theirs);
        }
    }

    #[inline(always)]
    fn each(&mut self, at_ms: f64, record: impl Fn(&mut Tally) -> bool) -> bool {
        if let Some(tally) = self
            .window
            .as_mut()
            .and_then(|window| window.slice_at(at_ms))
        {
            record(tally);
        }
        record(&mut self.tally.head)
    }
}
