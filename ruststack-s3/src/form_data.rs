//! Bodies of HTML forms, `multipart/form-data`: cut into fields while the bytes pass through.
//!
//! What the fields mean is `before/form.rs`'s. <https://www.rfc-editor.org/rfc/rfc7578>

mod disposition;

use bytes::{Buf as _, Bytes};
use memchr::{memmem::Finder, memrchr};

pub use disposition::Disposition;

/// The longest boundary: RFC 2046.
const MAX_BOUNDARY: usize = 70;
/// All headers of a field together. Bytes.
const MAX_HEADERS: usize = 8 * 1024;
/// Blanks that may stand behind a boundary.
const MAX_PADDING: usize = 64;
const LINE_END: &[u8] = b"\r\n";

/// What a decoder found.
#[derive(PartialEq, Eq, Debug)]
pub enum Piece {
    /// A field begins.
    Begin(Disposition),
    /// Bytes of its value.
    Data(Bytes),
    /// The value is whole.
    End,
    /// There are no more fields.
    Over,
}

/// The body is no form.
#[derive(PartialEq, Eq, Debug)]
pub struct Malformed;

/// Cuts a form into pieces, without I/O.
pub struct Decoder {
    /// Line end, two dashes, boundary.
    delimiter: Finder<'static>,
    input: Bytes,
    /// Bytes used up.
    position: u64,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Preamble,
    /// Behind a boundary.
    Boundary,
    Headers,
    Value,
    Over,
}

impl Decoder {
    /// Of a form with this content type; `None` when that names no boundary.
    pub fn of_content_type(content_type: &str) -> Option<Self> {
        let boundary = disposition::parameter(content_type, "boundary")?;
        let is_boundary = (1..=MAX_BOUNDARY).contains(&boundary.len()) && boundary.bytes().all(|byte| byte >= b' ');
        let delimiter = format!("\r\n--{boundary}");
        is_boundary.then(|| Self {
            delimiter: Finder::new(delimiter.as_bytes()).into_owned(),
            // The first boundary begins no line but the body.
            input: Bytes::from_static(LINE_END),
            position: 0,
            state: State::Preamble,
        })
    }

    /// Takes the next bytes of the body.
    pub fn feed(&mut self, bytes: Bytes) {
        let left = std::mem::take(&mut self.input);
        // Rarely is there something left, and then it is little.
        self.input = if left.is_empty() { bytes } else { [left, bytes].concat().into() };
    }

    /// How many bytes of the body were used up.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// What the bytes fed so far give; `None` asks for more.
    #[expect(clippy::should_implement_trait, reason = "`None` is not the end")]
    pub fn next(&mut self) -> Result<Option<Piece>, Malformed> {
        loop {
            match self.state {
                State::Preamble => match self.take_data() {
                    // What stands before the first boundary is no field's.
                    Some(Piece::Data(_)) => {}
                    Some(_) => self.state = State::Boundary,
                    None => return Ok(None),
                },
                State::Boundary => match self.pass_boundary()? {
                    Some(State::Over) => {
                        self.state = State::Over;
                        return Ok(Some(Piece::Over));
                    }
                    Some(state) => self.state = state,
                    None => return Ok(None),
                },
                State::Headers => {
                    let Some(disposition) = self.take_headers()? else { return Ok(None) };
                    self.state = State::Value;
                    return Ok(Some(Piece::Begin(disposition)));
                }
                State::Value => {
                    let found = self.take_data();
                    if found == Some(Piece::End) {
                        self.state = State::Boundary;
                    }
                    return Ok(found);
                }
                State::Over => {
                    self.skip(self.input.len());
                    return Ok(None);
                }
            }
        }
    }

    /// Bytes up to the next boundary, or the boundary itself.
    fn take_data(&mut self) -> Option<Piece> {
        let length = match self.delimiter.find(&self.input) {
            Some(0) => {
                self.skip(self.delimiter.needle().len());
                return Some(Piece::End);
            }
            Some(start) => start,
            None => self.input.len() - self.begun_boundary(),
        };
        if length == 0 {
            return None;
        }
        self.position += length as u64;
        Some(Piece::Data(self.input.split_to(length)))
    }

    /// How many bytes at the end of the input may be the beginning of a boundary.
    fn begun_boundary(&self) -> usize {
        let delimiter = self.delimiter.needle();
        let start = self.input.len().saturating_sub(delimiter.len() - 1);
        let end = &self.input[start..];
        // There is one such byte in a boundary, its first.
        let begun = memrchr(delimiter[0], end).map_or(&[][..], |position| &end[position..]);
        if delimiter.starts_with(begun) { begun.len() } else { 0 }
    }

    /// Two dashes behind the last boundary, a line's end behind the others.
    fn pass_boundary(&mut self) -> Result<Option<State>, Malformed> {
        let padding = self.input.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let rest = &self.input[padding..];
        if rest.len() < 2 && padding <= MAX_PADDING {
            return Ok(None);
        }
        let state = match rest.get(..2) {
            Some(b"--") if padding == 0 => State::Over,
            Some(LINE_END) if padding <= MAX_PADDING => State::Headers,
            _ => return Err(Malformed),
        };
        self.skip(padding + 2);
        Ok(Some(state))
    }

    fn take_headers(&mut self) -> Result<Option<Disposition>, Malformed> {
        let end = memchr::memmem::find(&self.input, b"\r\n\r\n");
        if end.unwrap_or(self.input.len()) > MAX_HEADERS {
            return Err(Malformed);
        }
        let Some(end) = end else { return Ok(None) };
        let disposition = std::str::from_utf8(&self.input[..end]).ok().and_then(Disposition::parse);
        self.skip(end + 2 * LINE_END.len());
        disposition.map(Some).ok_or(Malformed)
    }

    fn skip(&mut self, length: usize) {
        self.position += length as u64;
        self.input.advance(length);
    }
}

#[cfg(test)]
mod tests;
