use super::policy::Advice;

/// What the parts of a cache advise, as if they were one: sizes are added up, hit ratios averaged, as keys are spread
/// evenly over parts. Best first.
pub(super) fn merge(parts: impl ExactSizeIterator<Item = [Advice; 5]>) -> Option<[Advice; 5]> {
    let count = parts.len() as f64;
    let mut merged = parts.map(in_order).reduce(|mut sum, part| {
        for (sum, part) in sum.iter_mut().zip(part) {
            sum.entries = sum.entries.saturating_add(part.entries);
            sum.hit_ratio += part.hit_ratio;
            // Variances of independent parts add up.
            let variance =
                sum.standard_error * sum.standard_error + part.standard_error * part.standard_error;
            sum.standard_error = variance.sqrt();
        }
        sum
    })?;
    for advice in &mut merged {
        advice.hit_ratio /= count;
        advice.standard_error /= count;
    }
    merged.sort_by(|a, b| b.hit_ratio.total_cmp(&a.hit_ratio));
    Some(merged)
}

/// The same trial at the same place in every part.
fn in_order(mut part: [Advice; 5]) -> [Advice; 5] {
    part.sort_by_key(|advice| (advice.lru, advice.entries));
    part
}
