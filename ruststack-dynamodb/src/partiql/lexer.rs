//! The words of a PartiQL statement.

use std::borrow::Cow;

/// A word, with where it begins.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Token<'t> {
    pub(super) of: Word<'t>,
    pub(super) at: usize,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) enum Word<'t> {
    /// A keyword or a name.
    Name(&'t str),
    /// A name in double quotation marks.
    Quoted(Cow<'t, str>),
    /// A text in single quotation marks.
    Text(Cow<'t, str>),
    Number(&'t str),
    Symbol(&'static str),
    End,
}

/// All that are not names or literals; the longer ones first.
const SYMBOLS: [&str; 23] = [
    "<<", ">>", "<>", "!=", "<=", ">=", "<", ">", "=", "+", "-", "(", ")", "[", "]", "{", "}", ",", ".", ":", "*", "?",
    ";",
];

/// The words of a statement, of which the last is its end; none where there is something that is no word.
pub(super) fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        at += blank(&text[at..])?;
        let rest = &text[at..];
        let Some(first) = rest.chars().next() else { break };
        let (of, length) = match first {
            'a'..='z' | 'A'..='Z' | '_' => name(rest),
            '0'..='9' => number(rest),
            '.' if rest[1..].starts_with(|next: char| next.is_ascii_digit()) && !follows_name(&tokens) => number(rest),
            '\'' => quoted(rest, '\'', Word::Text)?,
            '"' => quoted(rest, '"', Word::Quoted)?,
            _ => symbol(rest)?,
        };
        tokens.push(Token { of, at });
        at += length;
    }
    tokens.push(Token { of: Word::End, at });
    Some(tokens)
}

/// How long the blanks and the comments are that a text begins with; none where a comment does not end.
fn blank(text: &str) -> Option<usize> {
    let mut rest = text;
    loop {
        rest = rest.trim_ascii_start();
        if let Some(comment) = rest.strip_prefix("--") {
            rest = comment.find('\n').map_or("", |end| &comment[end..]);
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = &comment[comment.find("*/")? + 2..];
        } else {
            return Some(text.len() - rest.len());
        }
    }
}

fn follows_name(tokens: &[Token<'_>]) -> bool {
    matches!(tokens.last().map(|token| &token.of), Some(Word::Name(_) | Word::Quoted(_) | Word::Symbol("]")))
}

fn name(rest: &str) -> (Word<'_>, usize) {
    let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    (Word::Name(&rest[..length]), length)
}

/// Digits, a point, an exponent; whether it is a number is seen where it is read.
fn number(rest: &str) -> (Word<'_>, usize) {
    let bytes = rest.as_bytes();
    let is_part = |index: usize| match bytes[index] {
        b'0'..=b'9' | b'.' | b'e' | b'E' => true,
        b'+' | b'-' => index > 0 && matches!(bytes[index - 1], b'e' | b'E'),
        _ => false,
    };
    let length = (0..bytes.len()).take_while(|index| is_part(*index)).count();
    (Word::Number(&rest[..length]), length)
}

/// What is between two marks, of which a doubled one stands for itself.
fn quoted<'t>(rest: &'t str, mark: char, of: fn(Cow<'t, str>) -> Word<'t>) -> Option<(Word<'t>, usize)> {
    let inner = &rest[1..];
    let mut from = 0;
    loop {
        let end = from + inner[from..].find(mark)?;
        if !inner[end + 1..].starts_with(mark) {
            let doubled = [mark, mark].iter().collect::<String>();
            let text = if inner[..end].contains(&doubled) {
                Cow::Owned(inner[..end].replace(&doubled, &mark.to_string()))
            } else {
                Cow::Borrowed(&inner[..end])
            };
            return Some((of(text), end + 2));
        }
        from = end + 2;
    }
}

fn symbol(rest: &str) -> Option<(Word<'_>, usize)> {
    SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)).map(|symbol| (Word::Symbol(symbol), symbol.len()))
}
