//! What selectors and fields are compared with: `= 4*`, `> 5`, `!= "no"`, `= %\d+%`.

use regex::Regex;

use super::{InvalidPattern, scan::Scan};

/// An operator and its right side.
#[derive(Clone)]
pub(super) struct Condition {
    operator: Operator,
    operand: Operand,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone)]
enum Operand {
    /// In quotation marks: never a number. Split at its asterisks.
    Text(Vec<String>),
    Word {
        pieces: Vec<String>,
        number: Option<f64>,
    },
    Regex(Regex),
}

/// The operators, longer ones first.
const OPERATORS: [(&str, Operator); 6] = [
    ("!=", Operator::NotEqual),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("=", Operator::Equal),
    ("<", Operator::Less),
    (">", Operator::Greater),
];

impl Condition {
    /// An operator, which is next, and what stands behind it; unquoted words end before `ends`.
    pub(super) fn read(scan: &mut Scan<'_>, ends: &str) -> Result<Self, InvalidPattern> {
        let operator = OPERATORS.iter().find(|(sign, _)| scan.take(sign)).map(|(_, operator)| *operator);
        let operator = operator.ok_or_else(|| scan.unexpected())?;
        let operand = match scan.peek() {
            Some('"') => Operand::Text(pieces(&scan.quoted('"')?)),
            Some('%') => Operand::Regex(scan.regex()?),
            _ => Operand::word(scan, ends)?,
        };
        let is_equality = matches!(operator, Operator::Equal | Operator::NotEqual);
        if !is_equality && operand.number().is_none() {
            return Err(InvalidPattern::new("Invalid filter pattern: only numbers can be compared with < and >"));
        }
        Ok(Self { operator, operand })
    }

    /// Of a text, which may be a number's.
    pub(super) fn holds_of_text(&self, text: &str) -> bool {
        match (self.operand.number(), text.parse::<f64>()) {
            (Some(wanted), Ok(number)) => self.holds_of_number(number, wanted),
            _ => self.is_equality_of(self.operand.is_like(text)),
        }
    }

    /// Of a number in JSON, which is written so.
    pub(super) fn holds_of_json_number(&self, number: f64, written: &str) -> bool {
        match self.operand.number() {
            Some(wanted) => self.holds_of_number(number, wanted),
            None => self.is_equality_of(self.operand.is_like(written)),
        }
    }

    fn holds_of_number(&self, number: f64, wanted: f64) -> bool {
        match self.operator {
            Operator::Equal => number == wanted,
            Operator::NotEqual => number != wanted,
            Operator::Less => number < wanted,
            Operator::LessOrEqual => number <= wanted,
            Operator::Greater => number > wanted,
            Operator::GreaterOrEqual => number >= wanted,
        }
    }

    fn is_equality_of(&self, is_equal: bool) -> bool {
        match self.operator {
            Operator::Equal => is_equal,
            Operator::NotEqual => !is_equal,
            _ => false,
        }
    }
}

impl Operand {
    fn word(scan: &mut Scan<'_>, ends: &str) -> Result<Self, InvalidPattern> {
        let word = scan.take_while(|c| !c.is_whitespace() && !ends.contains(c) && !"\"%<>=!".contains(c));
        if word.is_empty() {
            return Err(scan.unexpected());
        }
        // `inf` and `nan` are words.
        let is_numeric = word.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
        let number = word.parse().ok().filter(|number: &f64| is_numeric && number.is_finite());
        Ok(Self::Word { pieces: pieces(word), number })
    }

    fn number(&self) -> Option<f64> {
        match self {
            Self::Word { number, .. } => *number,
            _ => None,
        }
    }

    fn is_like(&self, text: &str) -> bool {
        match self {
            Self::Text(pieces) | Self::Word { pieces, .. } => is_like(pieces, text),
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

fn pieces(text: &str) -> Vec<String> {
    text.split('*').map(str::to_owned).collect()
}

/// Whether a text consists of these pieces and anything between them.
fn is_like(pieces: &[String], text: &str) -> bool {
    let [first, middle @ .., last] = pieces else {
        return pieces.first().is_none_or(|only| only == text);
    };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
    for piece in middle {
        match rest.find(piece.as_str()) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last.as_str())
}
