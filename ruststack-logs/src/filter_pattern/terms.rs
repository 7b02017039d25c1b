//! Terms that a message holds, or one of several, or does not hold.

use regex::Regex;

use super::{InvalidPattern, scan::Scan};

#[derive(Clone, Default)]
pub(super) struct Terms {
    /// All of them.
    required: Vec<Term>,
    /// `?`: one of them, where nothing is required; else they say nothing.
    optional: Vec<Term>,
    /// `-`: none of them.
    excluded: Vec<Term>,
}

#[derive(Clone)]
enum Term {
    Text(String),
    Regex(Regex),
}

impl Term {
    fn read(scan: &mut Scan<'_>) -> Result<Self, InvalidPattern> {
        match scan.peek_raw() {
            Some('"') => scan.quoted('"').map(Self::Text),
            Some('%') => scan.regex().map(Self::Regex),
            _ => {
                let word = scan.take_while(|character| !character.is_whitespace());
                let is_term = !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '_');
                match is_term {
                    true => Ok(Self::Text(word.to_owned())),
                    false => Err(InvalidPattern::new(format!("Invalid character(s) in term '{word}'"))),
                }
            }
        }
    }

    fn is_in(&self, message: &str) -> bool {
        match self {
            Self::Text(text) => message.contains(text.as_str()),
            Self::Regex(regex) => regex.is_match(message),
        }
    }
}

impl Terms {
    pub(super) fn read(scan: &mut Scan<'_>) -> Result<Self, InvalidPattern> {
        let mut terms = Self::default();
        while let Some(first) = scan.peek() {
            let list = match first {
                '?' => &mut terms.optional,
                '-' => &mut terms.excluded,
                _ => &mut terms.required,
            };
            if matches!(first, '?' | '-') {
                scan.expect(if first == '?' { "?" } else { "-" })?;
            }
            list.push(Term::read(scan)?);
        }
        Ok(terms)
    }

    pub(super) fn matches(&self, message: &str) -> bool {
        let is_in = |term: &Term| term.is_in(message);
        let is_found = match (self.required.is_empty(), self.optional.is_empty()) {
            (true, false) => self.optional.iter().any(is_in),
            _ => self.required.iter().all(is_in),
        };
        is_found && !self.excluded.iter().any(is_in)
    }
}
