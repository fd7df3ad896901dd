use std::time::Duration;

/// When a store is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerConfig {
    /// Failures in a row after which nothing is asked for a while, 1 at least; default 5.
    pub failures: u32,
    /// For how long; then one call is let through, and shows whether to go on. Default 5 s.
    pub cool_down: Duration,
    /// A call that took longer is a failure whatever it brought; default 250 ms.
    pub time_limit: Duration,
}

impl Default for BreakerConfig {
    fn default() -> Self {
        Self {
            failures: 5,
            cool_down: Duration::from_secs(5),
            time_limit: Duration::from_millis(250),
        }
    }
}

/// A circuit breaker (Nygard: "Release It!", 2007) as a state machine without a clock: after failures in a row it lets
/// nothing through for a while, then one call as a probe.
#[derive(Clone, Copy, Debug)]
pub struct Breaker {
    config: BreakerConfig,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Lets everything through, after so many failures in a row.
    Closed(u32),
    /// Lets nothing through until then.
    Open(Duration),
    /// One call is under way that was let through then; a lost one is replaced after another cool-down.
    Probing(Duration),
}

impl Breaker {
    /// One that lets everything through.
    #[must_use]
    pub fn new(config: BreakerConfig) -> Self {
        Self {
            config,
            state: State::Closed(0),
        }
    }

    /// Whether a call may be made now; whoever makes it tells [`Breaker::record`] how it went.
    pub fn admits(&mut self, now: Duration) -> bool {
        match self.state {
            State::Closed(_) => true,
            State::Open(until) | State::Probing(until) if now < until => false,
            State::Open(_) | State::Probing(_) => {
                self.state = State::Probing(now.saturating_add(self.config.cool_down));
                true
            }
        }
    }

    /// A call that was let through has ended, after so long.
    pub fn record(&mut self, success: Result<(), ()>, took: Duration, now: Duration) {
        let good = success.is_ok() && took <= self.config.time_limit;
        self.state = match (good, self.state) {
            // One that began before the breaker opened says nothing of the state afterwards.
            (_, open @ State::Open(_)) => open,
            (true, _) => State::Closed(0),
            (false, State::Closed(failures)) if failures + 1 < self.config.failures => {
                State::Closed(failures + 1)
            }
            (false, _) => State::Open(now.saturating_add(self.config.cool_down)),
        };
    }

    /// Whether calls are let through as ever.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        matches!(self.state, State::Closed(_))
    }
}
