//! A query's words, signs, texts, numbers and expressions between slashes.

use super::{InvalidQuery, MAX_LENGTH};

#[derive(Clone, PartialEq, Debug)]
pub(super) enum Token {
    /// A field or a word of the language: `@timestamp`, `userIdentity.type`, `by`.
    Word(String),
    /// A field between backticks.
    Quoted(String),
    Text(String),
    /// With its unit, if it has one: `5m`.
    Number(f64, String),
    Regex(String),
    Sign(&'static str),
}

/// Longer ones first.
const SIGNS: [&str; 18] =
    ["!=", "<=", ">=", "=~", "||", "&&", "=", "<", ">", "|", ",", "(", ")", "[", "]", "+", "*", "-"];

/// Words that are followed by an expression between slashes, and not by a division.
const BEFORE_REGEX: [&str; 2] = ["like", "parse"];

/// Tokens, each with where it stands.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, usize)>, InvalidQuery> {
    if text.chars().count() > MAX_LENGTH {
        return Err(InvalidQuery { message: "the query is too long".to_owned(), position: MAX_LENGTH });
    }
    let mut lexer = Lexer { text, at: 0, tokens: Vec::new() };
    while let Some(next) = lexer.next()? {
        lexer.tokens.push(next);
    }
    Ok(lexer.tokens)
}

struct Lexer<'t> {
    text: &'t str,
    /// Of a byte.
    at: usize,
    tokens: Vec<(Token, usize)>,
}

impl Lexer<'_> {
    fn next(&mut self) -> Result<Option<(Token, usize)>, InvalidQuery> {
        self.skip_blanks();
        let (rest, begin) = (&self.text[self.at..], self.at);
        let Some(first) = rest.chars().next() else { return Ok(None) };
        let token = match first {
            '"' | '\'' => Token::Text(self.enclosed(first)?),
            '`' => Token::Quoted(self.enclosed(first)?),
            '/' if self.is_before_regex() => Token::Regex(self.regex()?),
            '/' => self.sign("/"),
            '0'..='9' => self.number()?,
            '^' => self.sign("^"),
            '%' => self.sign("%"),
            _ if is_word(first) => Token::Word(self.taken(|c| is_word(c) || c.is_ascii_digit() || "-.:".contains(c))),
            _ => match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
                Some(sign) => self.sign(sign),
                None => return Err(self.invalid(format!("unexpected symbol '{first}'"))),
            },
        };
        Ok(Some((token, begin)))
    }

    /// And comments, which go from `#` to the end of the line.
    fn skip_blanks(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            if !trimmed.starts_with('#') {
                return;
            }
            self.at += trimmed.find('\n').unwrap_or(trimmed.len());
        }
    }

    fn sign(&mut self, sign: &'static str) -> Token {
        self.at += sign.len();
        Token::Sign(sign)
    }

    fn taken(&mut self, is_wanted: impl Fn(char) -> bool) -> String {
        let rest = &self.text[self.at..];
        let taken = &rest[..rest.find(|c| !is_wanted(c)).unwrap_or(rest.len())];
        self.at += taken.len();
        taken.to_owned()
    }

    fn number(&mut self) -> Result<Token, InvalidQuery> {
        let digits = self.taken(|c| c.is_ascii_digit() || c == '.');
        let number = digits.parse().map_err(|_| self.invalid(format!("'{digits}' is no number")))?;
        Ok(Token::Number(number, self.taken(|c| c.is_ascii_alphabetic())))
    }

    /// Up to the next mark that no backslash is before.
    fn enclosed(&mut self, mark: char) -> Result<String, InvalidQuery> {
        let mut text = String::new();
        let mut characters = self.text[self.at + 1..].char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => match characters.next() {
                    Some((_, escaped)) if escaped == mark || escaped == '\\' => text.push(escaped),
                    Some((_, other)) => text.extend(['\\', other]),
                    None => break,
                },
                end if end == mark => {
                    self.at += 1 + at + end.len_utf8();
                    return Ok(text);
                }
                other => text.push(other),
            }
        }
        Err(self.invalid(format!("missing {mark}")))
    }

    /// Keeps its backslashes, but those before slashes.
    fn regex(&mut self) -> Result<String, InvalidQuery> {
        let mut text = String::new();
        let mut characters = self.text[self.at + 1..].char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => match characters.next() {
                    Some((_, '/')) => text.push('/'),
                    Some((_, other)) => text.extend(['\\', other]),
                    None => break,
                },
                '/' => {
                    self.at += at + 2;
                    return Ok(text);
                }
                other => text.push(other),
            }
        }
        Err(self.invalid("missing /".to_owned()))
    }

    /// Behind `like`, `=~`, `parse`, or `parse` and a field.
    fn is_before_regex(&self) -> bool {
        let is_one = |token: &Token| match token {
            Token::Sign(sign) => *sign == "=~",
            Token::Word(word) => BEFORE_REGEX.iter().any(|before| word.eq_ignore_ascii_case(before)),
            _ => false,
        };
        let is_parse = |token: &Token| matches!(token, Token::Word(word) if word.eq_ignore_ascii_case("parse"));
        match self.tokens.as_slice() {
            [.., (last, _)] if is_one(last) => true,
            [.., (before, _), (Token::Word(_) | Token::Quoted(_), _)] => is_parse(before),
            _ => false,
        }
    }

    fn invalid(&self, message: String) -> InvalidQuery {
        InvalidQuery { message, position: self.at }
    }
}

fn is_word(character: char) -> bool {
    character.is_alphabetic() || "@_$".contains(character)
}
