//! Texts of a policy that may contain `${aws:username}`, wildcards, or both.
//!
//! They are taken apart once, when the policy is parsed; to match them copies nothing.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use std::borrow::Cow;

use super::{
    context::ContextKeys,
    wildcard::{self, Case, Token},
};

/// What has a meaning in a text besides itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Syntax {
    pub(super) has_wildcards: bool,
    /// Since Version 2012-10-17.
    pub(super) has_variables: bool,
}

/// A text of a policy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Template {
    source: Box<str>,
    parts: Box<[Part]>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Part {
    Literal(Box<str>),
    One,
    Any,
    Variable { key: Box<str>, default: Option<Box<str>> },
}

impl Template {
    pub(super) fn new(source: &str, syntax: Syntax) -> Self {
        let mut parts = Parts::default();
        let mut rest = source;
        while let Some(first) = rest.chars().next() {
            if syntax.has_variables
                && let Some((part, after)) = variable(rest)
            {
                parts.push(part);
                rest = after;
                continue;
            }
            match first {
                '*' if syntax.has_wildcards => parts.push(Part::Any),
                '?' if syntax.has_wildcards => parts.push(Part::One),
                other => parts.literal.push(other),
            }
            rest = &rest[first.len_utf8()..];
        }
        Self { source: source.into(), parts: parts.finish() }
    }

    /// As the policy says it.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Neither wildcards nor variables: it means one text only.
    pub fn is_fixed(&self) -> bool {
        self.parts.iter().all(|part| matches!(part, Part::Literal(_)))
    }

    pub fn has_variables(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Variable { .. }))
    }

    /// Whether the request has a value for each variable.
    pub(super) fn is_resolved(&self, context: &ContextKeys) -> bool {
        self.parts.iter().all(|part| part.token(context).is_some())
    }

    /// Of an action's pattern: whether it names this action.
    pub fn names_action(&self, action: &str) -> bool {
        self.matches(action, &ContextKeys::default(), Case::Insensitive)
    }

    /// A variable's value stands for itself: a `*` in a user's name is no wildcard.
    pub(super) fn matches(&self, text: &str, context: &ContextKeys, case: Case) -> bool {
        let token = |index: usize| self.parts.get(index).and_then(|part| part.token(context));
        self.is_resolved(context) && wildcard::matches(token, text, case)
    }

    /// The text with its variables replaced; `None` when the request lacks one.
    pub(super) fn text(&self, context: &ContextKeys) -> Option<Cow<'_, str>> {
        if let [Part::Literal(literal)] = &*self.parts {
            return Some(Cow::Borrowed(literal));
        }
        let mut text = String::new();
        for part in &self.parts {
            match part.token(context)? {
                Token::Literal(literal) => text.push_str(literal),
                Token::One => text.push('?'),
                Token::Any => text.push('*'),
            }
        }
        Some(Cow::Owned(text))
    }
}

impl Part {
    fn token<'a>(&'a self, context: &'a ContextKeys) -> Option<Token<'a>> {
        match self {
            Self::Literal(literal) => Some(Token::Literal(literal)),
            Self::One => Some(Token::One),
            Self::Any => Some(Token::Any),
            Self::Variable { key, default } => context.single(key).or(default.as_deref()).map(Token::Literal),
        }
    }
}

/// The parts so far, and the literal that grows.
#[derive(Default)]
struct Parts {
    done: Vec<Part>,
    literal: String,
}

impl Parts {
    fn push(&mut self, part: Part) {
        match part {
            Part::Literal(literal) => self.literal.push_str(&literal),
            part => {
                self.flush();
                // `**` is `*`.
                if !(part == Part::Any && self.done.last() == Some(&Part::Any)) {
                    self.done.push(part);
                }
            }
        }
    }

    fn flush(&mut self) {
        if !self.literal.is_empty() {
            self.done.push(Part::Literal(std::mem::take(&mut self.literal).into()));
        }
    }

    fn finish(mut self) -> Box<[Part]> {
        self.flush();
        self.done.into()
    }
}

/// The variable at the beginning of a text, and what follows it. What is none stands for itself.
fn variable(text: &str) -> Option<(Part, &str)> {
    let length = variable_length(text)?;
    let inner = &text[2..length - 1];
    let part = match inner {
        "*" | "?" | "$" => Part::Literal(inner.into()),
        _ => {
            let (key, default) = match inner.split_once(',') {
                Some((key, default)) => (key, Some(default.trim().strip_prefix('\'')?.strip_suffix('\'')?)),
                None => (inner, None),
            };
            let key = key.trim();
            key.contains(':').then_some(())?;
            Part::Variable { key: key.into(), default: default.map(Into::into) }
        }
    };
    Some((part, &text[length..]))
}

/// The bytes of the `${…}` that a text begins with.
fn variable_length(text: &str) -> Option<usize> {
    text.strip_prefix("${")?.find('}').map(|end| end + 3)
}

/// The six fields of an ARN in a policy, where colons inside `${…}` separate nothing; the last has the rest.
pub(super) fn arn_fields(text: &str, has_variables: bool) -> Option<[&str; 6]> {
    let mut fields = [""; 6];
    let (mut field, mut start, mut position) = (0, 0, 0);
    while field < 5 {
        let rest = &text[position..];
        let first = rest.chars().next()?;
        if let Some(length) = variable_length(rest).filter(|_| has_variables) {
            position += length;
            continue;
        }
        if first == ':' {
            fields[field] = &text[start..position];
            (field, start) = (field + 1, position + 1);
        }
        position += first.len_utf8();
    }
    fields[5] = &text[start..];
    Some(fields)
}
