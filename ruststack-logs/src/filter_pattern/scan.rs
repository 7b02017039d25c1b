//! Reading a pattern's text, character by character.

use regex::{Regex, RegexBuilder};

use super::InvalidPattern;

/// What a compiled expression may take. Bytes.
const MAX_REGEX_SIZE: usize = 1 << 18;

pub(super) struct Scan<'t> {
    rest: &'t str,
}

impl<'t> Scan<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { rest: text }
    }

    /// The next character that is no blank.
    pub(super) fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start();
        self.rest.chars().next()
    }

    /// The next character, blank or not.
    pub(super) fn peek_raw(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Passes `token` if it is next behind blanks.
    pub(super) fn take(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Passes a word, in letters of any case, if it is next and nothing is joined to it.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        self.rest = self.rest.trim_start();
        let Some((head, rest)) = self.rest.split_at_checked(word.len()) else { return false };
        let is_word = head.eq_ignore_ascii_case(word) && !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        if is_word {
            self.rest = rest;
        }
        is_word
    }

    pub(super) fn expect(&mut self, token: &str) -> Result<(), InvalidPattern> {
        if self.take(token) { Ok(()) } else { Err(self.unexpected()) }
    }

    /// As long as characters are wanted.
    pub(super) fn take_while(&mut self, is_wanted: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(|character| !is_wanted(character)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// The text between this quotation mark, which is next, and the next that no backslash is before.
    pub(super) fn quoted(&mut self, mark: char) -> Result<String, InvalidPattern> {
        let mut text = String::new();
        let mut characters = self.rest.char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => match characters.next() {
                    Some((_, escaped)) if escaped == mark || escaped == '\\' => text.push(escaped),
                    Some((_, other)) => text.extend(['\\', other]),
                    None => break,
                },
                end if end == mark => {
                    self.rest = &self.rest[at + end.len_utf8()..];
                    return Ok(text);
                }
                other => text.push(other),
            }
        }
        Err(InvalidPattern::new("Unclosed quote in filter pattern"))
    }

    /// An expression between percent signs, of which the first is next.
    pub(super) fn regex(&mut self) -> Result<Regex, InvalidPattern> {
        let body = self.rest.get(1..).unwrap_or_default();
        let invalid = || InvalidPattern::new("Invalid regular expression in filter pattern");
        let (body, rest) = body.split_once('%').ok_or_else(invalid)?;
        let regex = RegexBuilder::new(body).size_limit(MAX_REGEX_SIZE).build().map_err(|_| invalid())?;
        self.rest = rest;
        Ok(regex)
    }

    pub(super) fn unexpected(&self) -> InvalidPattern {
        match self.peek_raw() {
            Some(character) => InvalidPattern::new(format!("Invalid filter pattern: unexpected '{character}'")),
            None => InvalidPattern::new("Invalid filter pattern: unexpected end"),
        }
    }
}
