//! JSON pulled from bytes: what generated inputs are read with, and what serde may read with as well.
//!
//! It takes what RFC 8259 calls JSON and nothing else. It tells only that something is wrong, not what and where: AWS's
//! words for that are found by reading once more, as [`serde_json::Value`].

mod serde;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, fmt};

/// How many lists and objects may lie in each other: as many as in `serde_json`.
const MAX_DEPTH: usize = 127;

/// The text is not what is read, or not JSON.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Misfit(Cow<'static, str>);

impl Misfit {
    pub fn new(what: impl Into<Cow<'static, str>>) -> Self {
        Self(what.into())
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Misfit {}

/// A place in a JSON document.
pub struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    holds_to_constraints: bool,
}

/// A list or an object that is being read.
pub(crate) struct Open {
    end: u8,
    is_begun: bool,
}

impl<'t> Reader<'t> {
    pub fn new(bytes: &'t [u8]) -> Result<Self, Misfit> {
        let text = std::str::from_utf8(bytes).map_err(|_| Misfit::new("not UTF-8"))?;
        Ok(Self { text, at: 0, depth: 0, holds_to_constraints: false })
    }

    /// From now on what breaks a constraint of its shape is a misfit, too.
    #[must_use]
    pub fn holding_to_constraints(mut self) -> Self {
        self.holds_to_constraints = true;
        self
    }

    pub(crate) fn holds_to_constraints(&self) -> bool {
        self.holds_to_constraints
    }

    /// Refuses what stands behind the document.
    pub fn end(&mut self) -> Result<(), Misfit> {
        if self.peek().is_none() { Ok(()) } else { Err(Misfit::new("trailing characters")) }
    }

    /// What the next value begins with.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        let rest = &self.text.as_bytes()[self.at..];
        let blanks = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        self.at += blanks.unwrap_or(rest.len());
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, word: &str) -> Result<(), Misfit> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return Err(unexpected());
        }
        self.at += word.len();
        Ok(())
    }

    /// Goes on behind a null, if there is one.
    pub(crate) fn take_null(&mut self) -> Result<bool, Misfit> {
        if self.peek() != Some(b'n') {
            return Ok(false);
        }
        self.take("null").map(|()| true)
    }

    pub(crate) fn boolean(&mut self) -> Result<bool, Misfit> {
        match self.peek() {
            Some(b't') => self.take("true").map(|()| true),
            _ => self.take("false").map(|()| false),
        }
    }

    /// Enters a list, `[`, or an object, `{`.
    pub(crate) fn open(&mut self, begin: u8) -> Result<Open, Misfit> {
        if self.peek() != Some(begin) || self.depth == MAX_DEPTH {
            return Err(unexpected());
        }
        self.at += 1;
        self.depth += 1;
        Ok(Open { end: begin + 2, is_begun: false })
    }

    /// Whether another entry follows; the list or object is left where none does.
    pub(crate) fn has_next(&mut self, open: &mut Open) -> Result<bool, Misfit> {
        match self.peek() {
            Some(byte) if byte == open.end => {
                self.at += 1;
                self.depth -= 1;
                Ok(false)
            }
            Some(b',') if open.is_begun => {
                self.at += 1;
                // No comma before the end.
                if self.peek() == Some(open.end) { Err(unexpected()) } else { Ok(true) }
            }
            Some(_) if !open.is_begun => {
                open.is_begun = true;
                Ok(true)
            }
            _ => Err(unexpected()),
        }
    }

    /// The name of the next member, up to its value; none at the object's end.
    pub(crate) fn next_name(&mut self, object: &mut Open) -> Result<Option<Cow<'t, str>>, Misfit> {
        if !self.has_next(object)? {
            return Ok(None);
        }
        let name = self.text()?;
        self.colon()?;
        Ok(Some(name))
    }

    fn colon(&mut self) -> Result<(), Misfit> {
        if self.peek() == Some(b':') { self.take(":") } else { Err(unexpected()) }
    }

    /// A text, borrowed where nothing is escaped in it.
    pub(crate) fn text(&mut self) -> Result<Cow<'t, str>, Misfit> {
        if self.peek() != Some(b'"') {
            return Err(unexpected());
        }
        let (text, begin) = (self.text, self.at + 1);
        let mut end = begin + plain(&text.as_bytes()[begin..]);
        if text.as_bytes().get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok(Cow::Borrowed(&text[begin..end]));
        }
        while text.as_bytes().get(end) == Some(&b'\\') {
            // What is escaped may be a quote, and is never the document's last byte.
            let next = text.as_bytes().get(end + 2..).ok_or_else(unexpected)?;
            end += 2 + plain(next);
        }
        let quoted = text.get(begin - 1..=end).ok_or_else(unexpected)?;
        self.at = end + 1;
        serde_json::from_str(quoted).map(Cow::Owned).map_err(|_| unexpected())
    }

    /// A number as it is written.
    pub(crate) fn number(&mut self) -> Result<&'t str, Misfit> {
        self.peek();
        let rest = &self.text[self.at..];
        let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let length = rest.as_bytes().iter().position(|byte| !is_part(byte)).unwrap_or(rest.len());
        let number = &rest[..length];
        if !is_number(number.as_bytes()) {
            return Err(unexpected());
        }
        self.at += length;
        Ok(number)
    }

    /// A whole number, written as one.
    pub(crate) fn whole(&mut self) -> Result<i64, Misfit> {
        self.number()?.parse().map_err(|_| unexpected())
    }

    pub(crate) fn float(&mut self) -> Result<f64, Misfit> {
        let number: f64 = self.number()?.parse().map_err(|_| unexpected())?;
        if number.is_finite() { Ok(number) } else { Err(Misfit::new("number out of range")) }
    }

    /// Goes on behind a value, whatever it is.
    pub(crate) fn skip(&mut self) -> Result<(), Misfit> {
        match self.peek() {
            Some(b'{') => {
                let mut object = self.open(b'{')?;
                while self.next_name(&mut object)?.is_some() {
                    self.skip()?;
                }
                Ok(())
            }
            Some(b'[') => {
                let mut list = self.open(b'[')?;
                while self.has_next(&mut list)? {
                    self.skip()?;
                }
                Ok(())
            }
            Some(b'"') => self.text().map(drop),
            Some(b'n') => self.take("null"),
            Some(b't' | b'f') => self.boolean().map(drop),
            _ => self.float().map(drop),
        }
    }
}

fn unexpected() -> Misfit {
    Misfit::new("unexpected JSON")
}

/// How many bytes of a text come before a quote, a backslash, or what has no place in it.
fn plain(bytes: &[u8]) -> usize {
    const WORD: usize = 8;
    let is_special = |byte: &u8| *byte < b' ' || matches!(byte, b'"' | b'\\');
    let words = bytes.chunks_exact(WORD).map(|word| u64::from_le_bytes(word.try_into().expect("it is a word long")));
    let begin = words.take_while(|word| !has_special(*word)).count() * WORD;
    begin + bytes[begin..].iter().position(is_special).unwrap_or(bytes.len() - begin)
}

/// Whether one of a word's bytes may be special: some are taken for it that are not, none are overlooked.
fn has_special(word: u64) -> bool {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGHS: u64 = ONES << 7;
    let below = |word: u64, bound: u64| word.wrapping_sub(ONES * bound) & !word & HIGHS;
    let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    below(word, u64::from(b' ')) | is(b'"') | is(b'\\') != 0
}

/// By JSON's grammar: no zeros in front, no point without digits on both sides.
fn is_number(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let (whole, rest) = digits(text);
    let begins_well = whole == 1 || (whole > 1 && text[0] != b'0');
    let rest = match rest.strip_prefix(b".").map(digits) {
        Some((0, _)) => return false,
        Some((_, rest)) => rest,
        None => rest,
    };
    let power = rest.strip_prefix(b"e").or_else(|| rest.strip_prefix(b"E"));
    let ends_well = power.map_or(rest.is_empty(), |power| {
        let power = power.strip_prefix(b"-").or_else(|| power.strip_prefix(b"+")).unwrap_or(power);
        matches!(digits(power), (1.., []))
    });
    begins_well && ends_well
}

/// How many digits a text begins with, and what follows them.
fn digits(text: &[u8]) -> (usize, &[u8]) {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (count, &text[count..])
}
