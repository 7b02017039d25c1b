//! Expressions that were parsed a moment ago: applications send the same few texts again and again.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use parking_lot::Mutex;

use super::{ExpressionKind, ParsedCondition, ParsedProjection, ParsedUpdate};
use crate::refusal::Refusal;

/// How many texts of a kind are young; as many again may be old.
const MAX_YOUNG: usize = 512;
/// A text that is kept. Bytes.
const MAX_TEXT: usize = 1024;

/// Texts with what they mean. Those that nobody asks for grow old, and go when the next ones do.
struct Kept<T> {
    young: HashMap<Box<str>, Arc<T>>,
    old: HashMap<Box<str>, Arc<T>>,
}

impl<T> Kept<T> {
    fn new() -> Mutex<Self> {
        Mutex::new(Self { young: HashMap::new(), old: HashMap::new() })
    }

    fn get(&mut self, text: &str) -> Option<Arc<T>> {
        if let Some(found) = self.young.get(text) {
            return Some(Arc::clone(found));
        }
        let (text, found) = self.old.remove_entry(text)?;
        self.put(text, Arc::clone(&found));
        Some(found)
    }

    fn put(&mut self, text: Box<str>, parsed: Arc<T>) {
        if self.young.len() >= MAX_YOUNG {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(text, parsed);
    }
}

type Of<T> = LazyLock<Mutex<Kept<T>>>;

static CONDITIONS: Of<ParsedCondition> = LazyLock::new(Kept::new);
static FILTERS: Of<ParsedCondition> = LazyLock::new(Kept::new);
static KEY_CONDITIONS: Of<ParsedCondition> = LazyLock::new(Kept::new);
static PROJECTIONS: Of<ParsedProjection> = LazyLock::new(Kept::new);
static UPDATES: Of<ParsedUpdate> = LazyLock::new(Kept::new);

/// As [`ParsedCondition::parse`].
pub(crate) fn condition(kind: ExpressionKind, text: &str) -> Result<Arc<ParsedCondition>, Refusal> {
    let kept = match kind {
        ExpressionKind::Filter => &FILTERS,
        ExpressionKind::KeyCondition => &KEY_CONDITIONS,
        _ => &CONDITIONS,
    };
    parsed(kept, text, |text| ParsedCondition::parse(kind, text))
}

/// As [`ParsedProjection::parse`].
pub(crate) fn projection(text: &str) -> Result<Arc<ParsedProjection>, Refusal> {
    parsed(&PROJECTIONS, text, ParsedProjection::parse)
}

/// As [`ParsedUpdate::parse`].
pub(crate) fn update(text: &str) -> Result<Arc<ParsedUpdate>, Refusal> {
    parsed(&UPDATES, text, ParsedUpdate::parse)
}

fn parsed<T>(
    kept: &Mutex<Kept<T>>,
    text: &str,
    parse: impl FnOnce(&str) -> Result<T, Refusal>,
) -> Result<Arc<T>, Refusal> {
    if let Some(found) = kept.lock().get(text) {
        return Ok(found);
    }
    let made = Arc::new(parse(text)?);
    if text.len() <= MAX_TEXT {
        kept.lock().put(text.into(), Arc::clone(&made));
    }
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays_and_what_is_not_goes() {
        let kept = Kept::new();
        let parse = |text: &str| parsed(&kept, text, |text| Ok(text.to_owned())).unwrap();
        let often = parse("often");
        for number in 0..10 * MAX_YOUNG {
            parse(&number.to_string());
            assert!(Arc::ptr_eq(&often, &parse("often")), "{number}");
        }
        let held = kept.lock();
        assert!(held.young.len() + held.old.len() <= 2 * MAX_YOUNG);
        assert!(!held.young.contains_key("0") && !held.old.contains_key("0"));
    }

    #[test]
    fn refusals_and_long_texts_are_not_kept() {
        let kept = Kept::<String>::new();
        let long = "x".repeat(MAX_TEXT + 1);
        parsed(&kept, &long, |text| Ok(text.to_owned())).unwrap();
        parsed(&kept, "wrong", |_| Err(Refusal::plain("wrong"))).unwrap_err();
        assert!(kept.lock().young.is_empty());
    }
}
