use std::fmt;

/// What can be wrong with data handed to the library. Recording itself never fails: it counts what it rejects.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// A quantile outside [0, 1]. Percentiles must be divided by 100 first.
    InvalidQuantile(f64),
    /// A snapshot of another schema version; take it with a release that writes this one.
    UnsupportedSchema {
        /// The version this release reads and writes.
        expected: u32,
        /// The version that came.
        found: u32,
    },
    /// A snapshot entry whose fields contradict each other.
    MalformedSeries {
        /// The key of the entry.
        key: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// An exact sum outside the range of sums of doubles.
    MalformedSum {
        /// The exponent given; it must be -1074 + 32 k.
        exponent: i32,
    },
    /// More delta readers than a collector keeps; drop one that is no longer read.
    TooManyReaders {
        /// How many may exist at once.
        limit: usize,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidQuantile(q) => {
                write!(
                    f,
                    "expected a quantile from 0 to 1, got {q}; divide a percentile by 100"
                )
            }
            Self::UnsupportedSchema { expected, found } => {
                write!(
                    f,
                    "expected a snapshot of schema version {expected}, got {found}; take it with a matching release"
                )
            }
            Self::MalformedSeries { key, problem } => {
                write!(f, "snapshot entry `{key}`: {problem}")
            }
            Self::MalformedSum { exponent } => write!(
                f,
                "expected an exact sum with exponent -1074 + 32 k within the range of a double, got exponent {exponent}"
            ),
            Self::TooManyReaders { limit } => {
                write!(
                    f,
                    "expected at most {limit} delta readers at once; drop one that is no longer read"
                )
            }
        }
    }
}

impl std::error::Error for Error {}
