use std::time::Duration;

use super::window::WindowConfig;

/// The longest label value kept, in characters; longer ones are cut.
const MAX_LABEL_CHARS: usize = 256;

/// Name, labels and window of a series. A plain `&str` is a name without labels and window.
///
/// Labels are part of the identity: each set of values is a series of its own, and their total stands under the bare
/// name. Give them few distinct values: the number of series is bounded.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesSpec {
    name: String,
    labels: Vec<(String, String)>,
    window: Option<WindowConfig>,
}

impl SeriesSpec {
    /// A series without labels and window.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            labels: Vec::new(),
            window: None,
        }
    }

    /// Adds a label, or replaces the value of one. Values are cut at 256 characters.
    #[must_use]
    pub fn label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, mut value): (String, String) = (name.into(), value.into());
        if let Some((end, _)) = value.char_indices().nth(MAX_LABEL_CHARS) {
            value.truncate(end);
        }
        match self
            .labels
            .binary_search_by(|(other, _)| other.as_str().cmp(&name))
        {
            Ok(found) => self.labels[found].1 = value,
            Err(place) => self.labels.insert(place, (name, value)),
        }
        self
    }

    /// Also keeps the last `length` apart, in 6 slices. Of the first definition of a series only; histograms only.
    #[must_use]
    pub fn window(self, length: Duration) -> Self {
        self.window_in_slices(length, 6)
    }

    /// Also keeps the last `length` apart, in as many slices (1..=600); each costs a histogram.
    #[must_use]
    pub fn window_in_slices(mut self, length: Duration, slices: u32) -> Self {
        self.window = Some(WindowConfig {
            length_ms: super::super::clock::to_millis(length),
            slices,
        });
        self
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn has_labels(&self) -> bool {
        !self.labels.is_empty()
    }

    pub(super) fn window_config(&self) -> Option<WindowConfig> {
        self.window
    }

    /// The key in a snapshot: the name, and with labels `name{a="x",b="y"}`.
    #[must_use]
    pub fn key(&self) -> String {
        let mut key = self.name.clone();
        let mut separator = '{';
        for (name, value) in &self.labels {
            key.push(separator);
            key.push_str(name);
            key.push_str("=\"");
            for character in value.chars() {
                match character {
                    '\\' => key.push_str("\\\\"),
                    '"' => key.push_str("\\\""),
                    '\n' => key.push_str("\\n"),
                    other => key.push(other),
                }
            }
            key.push('"');
            separator = ',';
        }
        if self.has_labels() {
            key.push('}');
        }
        key
    }
}

impl From<&str> for SeriesSpec {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<String> for SeriesSpec {
    fn from(name: String) -> Self {
        Self::new(name)
    }
}

/// The bare name in a key: what stands before its labels.
pub(super) fn bare_name(key: &str) -> &str {
    key.split_once('{').map_or(key, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_sorted_escaped_and_cut() {
        let spec = SeriesSpec::new("read")
            .label("tool", "a\"b\\c\nd")
            .label("host", "x".repeat(300));
        assert_eq!(
            spec.key(),
            format!(
                "read{{host=\"{}\",tool=\"a\\\"b\\\\c\\nd\"}}",
                "x".repeat(256)
            )
        );
        assert_eq!(bare_name(&spec.key()), "read");
        assert_eq!(SeriesSpec::from("plain").key(), "plain");
    }
}
