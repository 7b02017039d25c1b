//! JSON token by token, with the places and the words in which AWS speaks of what is wrong with it.
//!
//! AWS reads patterns with Jackson, and tells where Jackson stood: behind the value of the name it last read, if that is
//! a number or a literal, behind the opening quote, if it is a string that was not looked at yet.

use serde_json::Number;

use super::{InvalidPattern, MAX_DEPTH};

const VALUES: &str = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

/// How much of the pattern AWS repeats in its messages.
const MAX_SNIPPET: usize = 500;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    StartObject,
    EndObject,
    StartArray,
    EndArray,
    Name(String),
    /// Ask [`Tokens::text`] for what it says.
    Text,
    Number(Number),
    True,
    False,
    Null,
    End,
}

pub(super) struct Tokens<'t> {
    source: &'t str,
    at: usize,
    /// Inside of a string that was not looked at yet.
    in_string: bool,
    /// The value of the name that was read last.
    peeked: Option<Token>,
    open: Vec<Container>,
}

struct Container {
    is_object: bool,
    start: usize,
    has_entries: bool,
}

type Result<T> = std::result::Result<T, InvalidPattern>;

impl<'t> Tokens<'t> {
    pub(super) fn of(source: &'t str) -> Self {
        Self { source, at: 0, in_string: false, peeked: None, open: Vec::new() }
    }

    pub(super) fn next(&mut self) -> Result<Token> {
        if let Some(token) = self.peeked.take() {
            return Ok(self.entered(token));
        }
        if self.in_string {
            self.text()?;
        }
        let Some(character) = self.next_entry()? else { return Ok(Token::End) };
        match self.open.last() {
            Some(container) if container.is_object => self.name(character),
            _ => {
                let token = self.value(character)?;
                Ok(self.entered(token))
            }
        }
    }

    /// What the string says of which the token came last.
    pub(super) fn text(&mut self) -> Result<String> {
        self.in_string = false;
        let mut text = String::new();
        loop {
            match self.take() {
                Some('"') => return Ok(text),
                Some('\\') => text.push(self.escaped()?),
                Some(control) if control < ' ' => {
                    return Err(self.syntax_before(&format!(
                        "Illegal unquoted character ((CTRL-CHAR, code {})): has to be escaped using backslash to be \
                         included in string value",
                        control as u32
                    )));
                }
                Some(character) => text.push(character),
                None => return Err(self.syntax("Unexpected end-of-input in VALUE_STRING")),
            }
        }
    }

    /// `message`, with where this stands.
    pub(super) fn syntax(&self, message: &str) -> InvalidPattern {
        InvalidPattern::Syntax(format!("{message}\n at {}", self.place(self.at)))
    }

    /// `message`, with the place of the character that was taken last.
    fn syntax_before(&self, message: &str) -> InvalidPattern {
        let before = self.source[..self.at].char_indices().next_back().map_or(0, |(at, _)| at);
        InvalidPattern::Syntax(format!("{message}\n at {}", self.place(before)))
    }

    fn place(&self, at: usize) -> String {
        let before = &self.source[..at];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.matches('\n').count() + 1;
        let column = before[line_start..].encode_utf16().count() + 1;
        let snippet: String = self.source.chars().take(MAX_SNIPPET).collect();
        let truncated = match self.source.chars().count().saturating_sub(MAX_SNIPPET) {
            0 => String::new(),
            rest => format!("[truncated {rest} chars]"),
        };
        format!("[Source: (String)\"{snippet}\"{truncated}; line: {line}, column: {column}]")
    }

    /// The first character of the next entry, or the one that closes; none at the end of the pattern.
    fn next_entry(&mut self) -> Result<Option<char>> {
        let Some(character) = self.take_visible() else { return self.end() };
        if matches!(character, '}' | ']') {
            return Ok(Some(character));
        }
        let Some(container) = self.open.last_mut() else { return Ok(Some(character)) };
        if !std::mem::replace(&mut container.has_entries, true) {
            return Ok(Some(character));
        }
        if character != ',' {
            let entries = if container.is_object { "Object" } else { "Array" };
            return Err(self.unexpected(character, &format!("was expecting comma to separate {entries} entries")));
        }
        match self.take_visible() {
            Some(character) => Ok(Some(character)),
            None => self.end(),
        }
    }

    fn end(&self) -> Result<Option<char>> {
        let Some(container) = self.open.last() else { return Ok(None) };
        let kind = if container.is_object { "Object" } else { "Array" };
        let start = self.place(container.start);
        Err(self
            .syntax(&format!("Unexpected end-of-input: expected close marker for {kind} (start marker at {start})")))
    }

    fn name(&mut self, character: char) -> Result<Token> {
        if matches!(character, '}' | ']') {
            return self.closed(character);
        }
        if character != '"' {
            return Err(self.unexpected(character, "was expecting double-quote to start field name"));
        }
        let name = self.text()?;
        match self.take_visible() {
            Some(':') => {}
            Some(other) => {
                return Err(self.unexpected(other, "was expecting a colon to separate field name and value"));
            }
            None => return self.end().map(|_| Token::End),
        }
        match self.take_visible() {
            Some(character) => self.peeked = Some(self.value(character)?),
            None => return self.end().map(|_| Token::End),
        }
        Ok(Token::Name(name))
    }

    fn value(&mut self, character: char) -> Result<Token> {
        match character {
            '{' => Ok(Token::StartObject),
            '[' => Ok(Token::StartArray),
            '"' => {
                self.in_string = true;
                Ok(Token::Text)
            }
            '}' | ']' => self.closed(character),
            '-' | '0'..='9' => self.number(),
            other => self.literal(other),
        }
    }

    /// Remembers what the token opened; only now, for the value of a name is read ahead.
    fn entered(&mut self, token: Token) -> Token {
        if matches!(token, Token::StartObject | Token::StartArray) {
            let is_object = token == Token::StartObject;
            self.open.push(Container { is_object, start: self.at.saturating_sub(1), has_entries: false });
        }
        token
    }

    fn closed(&mut self, character: char) -> Result<Token> {
        let is_object = character == '}';
        match self.open.last() {
            Some(container) if container.is_object == is_object => {
                self.open.pop();
                Ok(if is_object { Token::EndObject } else { Token::EndArray })
            }
            Some(container) => {
                let (expected, kind) = if container.is_object { ('}', "Object") } else { (']', "Array") };
                let start = self.place(container.start);
                Err(self.syntax_before(&format!(
                    "Unexpected close marker '{character}': expected '{expected}' (for {kind} starting at {start})"
                )))
            }
            None => Err(self.unexpected(character, &format!("expected a valid value {VALUES}"))),
        }
    }

    /// `true`, `false`, `null`, or what is none of them.
    fn literal(&mut self, first: char) -> Result<Token> {
        if !is_of_word(first) {
            return Err(self.unexpected(first, &format!("expected a valid value {VALUES}")));
        }
        let start = self.at - first.len_utf8();
        while self.peek().is_some_and(is_of_word) {
            self.take();
        }
        match &self.source[start..self.at] {
            "true" => Ok(Token::True),
            "false" => Ok(Token::False),
            "null" => Ok(Token::Null),
            other => Err(self.syntax(&format!("Unrecognized token '{other}': was expecting {VALUES}"))),
        }
    }

    fn number(&mut self) -> Result<Token> {
        let start = self.at - 1;
        while self.peek().is_some_and(|next| matches!(next, '0'..='9' | '.' | 'e' | 'E' | '+' | '-')) {
            self.take();
        }
        match serde_json::from_str(&self.source[start..self.at]) {
            Ok(number) => Ok(Token::Number(number)),
            Err(_) => Err(self.syntax(&format!("Invalid numeric value: {}", &self.source[start..self.at]))),
        }
    }

    fn escaped(&mut self) -> Result<char> {
        Ok(match self.take() {
            Some(same @ ('"' | '\\' | '/')) => same,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => return self.unicode(),
            Some(other) => {
                return Err(
                    self.syntax_before(&format!("Unrecognized character escape '{other}' (code {})", other as u32))
                );
            }
            None => return Err(self.syntax("Unexpected end-of-input in character escape sequence")),
        })
    }

    /// One character, of two escapes if the first is one half of a pair; half a pair alone is no character.
    fn unicode(&mut self) -> Result<char> {
        let first = self.hexadecimal()?;
        if !(0xD800..0xDC00).contains(&first) || !self.source[self.at..].starts_with("\\u") {
            return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        self.at += 2;
        let second = self.hexadecimal()?;
        let pair = 0x10000 + ((first - 0xD800) << 10) + second.wrapping_sub(0xDC00);
        Ok(char::from_u32(pair).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hexadecimal(&mut self) -> Result<u32> {
        let mut value = 0;
        for _ in 0..4 {
            let Some(digit) = self.take().and_then(|character| character.to_digit(16)) else {
                return Err(self.syntax_before("expected a hex-digit for character escape sequence"));
            };
            value = value * 16 + digit;
        }
        Ok(value)
    }

    fn unexpected(&self, character: char, expected: &str) -> InvalidPattern {
        self.syntax_before(&format!("Unexpected character ('{character}' (code {})): {expected}", character as u32))
    }

    fn peek(&self) -> Option<char> {
        self.source[self.at..].chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        Some(character)
    }

    fn take_visible(&mut self) -> Option<char> {
        loop {
            match self.take()? {
                ' ' | '\t' | '\n' | '\r' => {}
                visible => return Some(visible),
            }
        }
    }

    /// Whether more is open than a pattern may nest.
    pub(super) fn is_too_deep(&self) -> bool {
        self.open.len() > MAX_DEPTH
    }
}

fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}
