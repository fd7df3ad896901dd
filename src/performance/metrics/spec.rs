use std::time::Duration;

use super::window::WindowConfig;

/// The longest name and label value kept, in characters; longer ones are cut.
const MAX_CHARS: usize = 256;

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
    /// A series without labels and window. Names are cut at 256 characters; one that ends as labels do, in `{}` or `"}`,
    /// gets an underscore behind it, since keys must tell names from labels.
    pub fn new(name: impl Into<String>) -> Self {
        let mut name = cut(name.into());
        if name.ends_with("{}") || name.ends_with("\"}") {
            name.push('_');
        }
        Self {
            name,
            labels: Vec::new(),
            window: None,
        }
    }

    /// Adds a label, or replaces the value of one. Values are cut at 256 characters; characters of its name other than
    /// ASCII letters, digits and `_.:/-` become underscores.
    #[must_use]
    pub fn label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let plain =
            |character: char| character.is_ascii_alphanumeric() || "_.:/-".contains(character);
        let name = cut(name.into()).replace(|character| !plain(character), "_");
        let value = cut(value.into());
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

fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MAX_CHARS) {
        text.truncate(end);
    }
    text
}

/// The bare name in a key: what stands before the labels, if the key ends in labels. Names may hold braces, as
/// `GET /users/{id}` does, so the first brace decides nothing.
pub(super) fn bare_name(key: &str) -> &str {
    let braces = key.match_indices('{').map(|(at, _)| at);
    let labels = |at: &usize| ends_as_labels(&key[at + 1..]);
    braces
        .filter(labels)
        .map(|at| &key[..at])
        .next()
        .unwrap_or(key)
}

/// Whether a text is `name="value",…}` and nothing more; the `}` alone is no label at all.
fn ends_as_labels(mut text: &str) -> bool {
    if text == "}" {
        return true;
    }
    loop {
        let Some((name, rest)) = text.split_once("=\"") else {
            return false;
        };
        if name.is_empty() || name.contains(['{', '}', '"', ',']) {
            return false;
        }
        let Some(end) = end_of_value(rest) else {
            return false;
        };
        match &rest[end..] {
            "\"}" => return true,
            more => match more.strip_prefix("\",") {
                Some(more) => text = more,
                None => return false,
            },
        }
    }
}

/// Where the first quote stands that is not escaped.
fn end_of_value(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices()
        .find(|(_, character)| {
            let ends = *character == '"' && !escaped;
            escaped = *character == '\\' && !escaped;
            ends
        })
        .map(|(at, _)| at)
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

    #[test]
    fn a_name_may_hold_braces() {
        for name in ["GET /users/{id}", "a{", "}{", "x{y=\"z", "{}{"] {
            assert_eq!(bare_name(name), name);
            let labelled = SeriesSpec::new(name)
                .label("a", "{b=\"c\"}\\")
                .label("d", ",")
                .key();
            assert_eq!(bare_name(&labelled), name, "{labelled}");
        }
        assert_eq!(bare_name("name{}"), "name");
        assert_eq!(bare_name(&SeriesSpec::new("name{}").key()), "name{}_");
        let odd = SeriesSpec::new("n").label("a=\"b\"{", "c").key();
        assert_eq!(odd, "n{a__b__=\"c\"}");
    }
}
