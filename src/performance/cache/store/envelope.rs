use std::time::Duration;

/// Says how the rest is to be read, so that bytes of another release are a miss and not a wrong value.
const VERSION: u8 = 1;

/// Version, and milliseconds since the Unix epoch.
const HEADER: usize = 9;

/// Begins the bytes of a value that is good until then (Unix time): a store need not forget in time.
pub(in super::super) fn seal(good_until: Duration, out: &mut Vec<u8>) {
    let millis = u64::try_from(good_until.as_millis()).unwrap_or(u64::MAX);
    out.push(VERSION);
    out.extend_from_slice(&millis.to_le_bytes());
}

/// The bytes of the value and for how long it is still good, if it is.
pub(in super::super) fn open(bytes: &[u8], now: Duration) -> Option<(&[u8], Duration)> {
    let (header, value) = bytes.split_at_checked(HEADER)?;
    let (&version, millis) = header.split_first()?;
    let millis = u64::from_le_bytes(millis.try_into().ok()?);
    let left = match millis {
        u64::MAX => Duration::MAX,
        _ => Duration::from_millis(millis).checked_sub(now)?,
    };
    (version == VERSION && !left.is_zero()).then_some((value, left))
}
