//! The words of a query.

use super::error::SelectError;

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Token {
    /// As written; keywords are told by the parser.
    Word(String),
    /// In double quotes.
    Name(String),
    /// In single quotes.
    Text(String),
    Number(String),
    Symbol(&'static str),
}

const SYMBOLS: [&str; 20] =
    ["<>", "<=", ">=", "!=", "||", "=", "<", ">", "+", "-", "*", "/", "%", "(", ")", ",", ".", "[", "]", ";"];

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, SelectError> {
    let mut rest = text.trim_start();
    let mut tokens = Vec::new();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '\'' | '"' => quoted(rest, first)?,
            '0'..='9' => number(rest),
            'a'..='z' | 'A'..='Z' | '_' => {
                let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                (Token::Word(rest[..length].to_owned()), length)
            }
            _ => symbol(rest, first)?,
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

/// A quote inside is written twice.
fn quoted(rest: &str, quote: char) -> Result<(Token, usize), SelectError> {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter != quote {
            text.push(letter);
        } else if letters.peek().is_some_and(|(_, next)| *next == quote) {
            letters.next();
            text.push(quote);
        } else {
            let token = if quote == '"' { Token::Name(text) } else { Token::Text(text) };
            return Ok((token, at + 1));
        }
    }
    Err(SelectError::new("LexerInvalidLiteral", "The SQL expression contains an invalid literal."))
}

fn number(rest: &str) -> (Token, usize) {
    let bytes = rest.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = digits(0);
    if bytes.get(end) == Some(&b'.') {
        end += 1 + digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits((end + 1 + sign).min(bytes.len()));
        if exponent > 0 {
            end += 1 + sign + exponent;
        }
    }
    (Token::Number(rest[..end].to_owned()), end)
}

fn symbol(rest: &str, first: char) -> Result<(Token, usize), SelectError> {
    let found = SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol));
    let invalid =
        || SelectError::new("LexerInvalidChar", format!("The SQL expression contains an invalid character: {first}"));
    found.map(|symbol| (Token::Symbol(symbol), symbol.len())).ok_or_else(invalid)
}
