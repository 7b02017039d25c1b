//! Tags: key and value, in the order given, with the rules that most services share.
//!
//! What breaks a rule is named here; in which words it is told is each service's.
//! <https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html>

use std::collections::HashSet;

pub const MAX_KEY_LENGTH: usize = 128;
pub const MAX_VALUE_LENGTH: usize = 256;

/// Key and value.
pub type Tags = Vec<(String, String)>;

/// The first thing that is wrong with tags.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Problem {
    TooMany,
    RepeatedKey {
        key: String,
    },
    /// It begins with `aws:`.
    ReservedKey {
        key: String,
    },
    InvalidKey {
        key: String,
    },
    InvalidValue {
        key: String,
        value: String,
    },
}

/// Checks tags that are put together, at most `max` of them.
pub fn check(tags: &[(String, String)], max: usize) -> Result<(), Problem> {
    if tags.len() > max {
        return Err(Problem::TooMany);
    }
    let mut keys = HashSet::new();
    tags.iter().try_for_each(|(key, value)| {
        if keys.insert(key) { check_tag(key, value) } else { Err(Problem::RepeatedKey { key: key.clone() }) }
    })
}

fn check_tag(key: &str, value: &str) -> Result<(), Problem> {
    if key.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("aws:")) {
        Err(Problem::ReservedKey { key: key.to_owned() })
    } else if key.is_empty() || !is_tag_text(key, MAX_KEY_LENGTH) {
        Err(Problem::InvalidKey { key: key.to_owned() })
    } else if !is_tag_text(value, MAX_VALUE_LENGTH) {
        Err(Problem::InvalidValue { key: key.to_owned(), value: value.to_owned() })
    } else {
        Ok(())
    }
}

fn is_tag_text(text: &str, max_length: usize) -> bool {
    text.chars().count() <= max_length && text.chars().all(is_tag_character)
}

/// Letters, digits, separators of all scripts, and a few signs.
fn is_tag_character(character: char) -> bool {
    let is_separator = character.is_whitespace() && !character.is_control();
    character.is_alphanumeric() || is_separator || "_.:/=+-@".contains(character)
}

/// Old tags with new ones: those that are there already get their new values, in their old places.
pub fn merged(old: &Tags, new: Tags) -> Tags {
    let mut merged = old.clone();
    for (key, value) in new {
        match merged.iter_mut().find(|(found, _)| *found == key) {
            Some((_, old)) => *old = value,
            None => merged.push((key, value)),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn each_rule_has_its_problem() {
        let key = || "a".to_owned();
        assert_eq!(check(&tags(&[("a", ""), ("A", "ä b_.:/=+-@")]), 2), Ok(()));
        assert_eq!(check(&tags(&[("a", ""), ("b", "")]), 1), Err(Problem::TooMany));
        assert_eq!(check(&tags(&[("a", ""), ("a", "")]), 2), Err(Problem::RepeatedKey { key: key() }));
        assert_eq!(check(&tags(&[("AWS:a", "")]), 2), Err(Problem::ReservedKey { key: "AWS:a".to_owned() }));
        for wrong in ["", "a,b", &"k".repeat(129)] {
            assert_eq!(check(&tags(&[(wrong, "")]), 2), Err(Problem::InvalidKey { key: wrong.to_owned() }));
        }
        for wrong in ["a\nb", &"v".repeat(257)] {
            let problem = Problem::InvalidValue { key: key(), value: wrong.to_owned() };
            assert_eq!(check(&tags(&[("a", wrong)]), 2), Err(problem));
        }
    }

    #[test]
    fn new_values_take_the_old_places() {
        let merged = merged(&tags(&[("a", "1"), ("b", "2")]), tags(&[("c", "3"), ("a", "4")]));
        assert_eq!(merged, tags(&[("a", "4"), ("b", "2"), ("c", "3")]));
    }
}
