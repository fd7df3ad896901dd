use super::handle::Outcome;
use super::since::Since;
use super::tally::Tally;
use super::unit::Unit;
use super::window::{Window, WindowConfig};

/// What a series other than a gauge holds: everything since the start, and the recent past if that was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    pub(crate) tally: Since,
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
    #[inline(always)]
    pub(crate) fn record(&mut self, value: f64, outcome: Outcome, at_ms: f64) -> bool {
        if self.window.is_some() {
            self.record_in_window(value, outcome, at_ms);
        }
        self.tally.head.record(value, outcome)
    }

    #[inline(never)]
    fn record_in_window(&mut self, value: f64, outcome: Outcome, at_ms: f64) {
        if let Some(tally) = self
            .window
            .as_mut()
            .and_then(|window| window.slice_at(at_ms))
        {
            let accepted = tally.histogram.record_rarely(value);
            tally.count_outcome(outcome, accepted);
        }
    }

    /// [`super::Histogram::record_with_expected_interval`], at `at_ms`.
    pub(crate) fn record_with_expected_interval(
        &mut self,
        value: f64,
        interval: f64,
        at_ms: f64,
    ) -> bool {
        if let Some(tally) = self
            .window
            .as_mut()
            .and_then(|window| window.slice_at(at_ms))
        {
            tally
                .histogram
                .record_with_expected_interval(value, interval);
        }
        self.tally
            .head
            .histogram
            .record_with_expected_interval(value, interval)
    }

    pub(crate) fn absorb(&mut self, other: &Self) {
        self.tally.absorb(&other.tally);
        if let (Some(ours), Some(theirs)) = (&mut self.window, &other.window) {
            ours.merge(theirs);
        }
    }
}

impl Tally {
    #[inline(always)]
    fn record(&mut self, value: f64, outcome: Outcome) -> bool {
        let accepted = self.histogram.record(value);
        self.count_outcome(outcome, accepted);
        accepted
    }

    #[inline(always)]
    fn count_outcome(&mut self, outcome: Outcome, accepted: bool) {
        match outcome {
            Outcome::Completed => {}
            Outcome::Aborted => self.aborted += u64::from(accepted),
            Outcome::Failed => self.errors += u64::from(accepted),
        }
    }
}
