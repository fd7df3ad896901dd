/// The unit in which values come and the base unit in which they are put into buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// Values are durations in milliseconds, put into buckets of seconds: the base unit of Prometheus and OTLP.
    Milliseconds,
    /// Values are in a base unit already (bytes, items, ratios) and are put into buckets as they are.
    Base,
}

impl Unit {
    #[inline(always)]
    pub(super) fn bucketed(self, value: f64) -> f64 {
        match self {
            Self::Milliseconds => value * 1e-3,
            Self::Base => value,
        }
    }

    pub(super) fn given(self, bucketed: f64) -> f64 {
        match self {
            Self::Milliseconds => bucketed * 1e3,
            Self::Base => bucketed,
        }
    }
}
