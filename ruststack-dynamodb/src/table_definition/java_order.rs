//! The order in which AWS's sentences list sets of names: that of Java's hash tables.

/// The names without repeats; `is_sized` says that the table was made for as many, not of the usual size.
pub(super) fn of_set<'n>(names: &[&'n str], is_sized: bool) -> Vec<&'n str> {
    /// The usual size.
    const BUCKETS: usize = 16;
    let mut unique: Vec<&str> = Vec::new();
    for name in names {
        if !unique.contains(name) {
            unique.push(name);
        }
    }
    let mut buckets = if is_sized { unique.len().max(1).next_power_of_two() } else { BUCKETS };
    while unique.len() * 4 > buckets * 3 {
        buckets *= 2;
    }
    unique.sort_by_key(|name| bucket(name, buckets));
    unique
}

fn bucket(name: &str, buckets: usize) -> usize {
    let hash = name.encode_utf16().fold(0u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(unit.into()));
    (hash ^ (hash >> 16)) as usize & (buckets - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded in eu-west-2 and us-east-1, as dynoxide tells it.
    #[test]
    fn names_stand_in_the_order_of_javas_tables() {
        assert_eq!(of_set(&["PK", "h", "a", "unused"], true), ["h", "a", "unused", "PK"]);
        assert_eq!(of_set(&["PK", "a", "b", "c", "d", "u1"], true), ["a", "b", "PK", "c", "d", "u1"]);
        assert_eq!(of_set(&["pk", "sk", "gpk", "gsk", "pk"], false), ["gpk", "sk", "pk", "gsk"]);
    }
}
