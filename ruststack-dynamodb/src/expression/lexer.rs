//! The words of an expression, with where they stand.

use std::ops::Range;

/// What a word is; its text is looked up by where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Word,
    /// `#name`
    NamePlaceholder,
    /// `:value`
    ValuePlaceholder,
    Number,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    Dot,
    Comma,
    And,
    Or,
    Not,
    Between,
    In,
    Set,
    Remove,
    Add,
    Delete,
    /// A character that no expression has.
    Unknown,
    End,
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) at: Range<usize>,
}

/// The tokens of a text; the last one is its end.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if matches!(first, ' ' | '\t' | '\n' | '\r') {
            at += 1;
            continue;
        }
        let (kind, length) = token(first, &text[at..]);
        tokens.push(Token { kind, at: at..at + length });
        at += length;
    }
    tokens.push(Token { kind: Kind::End, at: text.len()..text.len() });
    tokens
}

fn token(first: char, rest: &str) -> (Kind, usize) {
    match first {
        '#' => placeholder(rest, Kind::NamePlaceholder),
        ':' => placeholder(rest, Kind::ValuePlaceholder),
        'a'..='z' | 'A'..='Z' => {
            let length = letters(rest);
            (keyword(&rest[..length]), length)
        }
        // A zero stands alone.
        '0' => (Kind::Number, 1),
        '1'..='9' => (Kind::Number, rest.bytes().take_while(u8::is_ascii_digit).count()),
        _ => symbol(first, rest),
    }
}

fn symbol(first: char, rest: &str) -> (Kind, usize) {
    let one = |kind| (kind, 1);
    match first {
        '<' if rest.starts_with("<>") => (Kind::NotEqual, 2),
        '<' if rest.starts_with("<=") => (Kind::LessOrEqual, 2),
        '>' if rest.starts_with(">=") => (Kind::GreaterOrEqual, 2),
        '<' => one(Kind::Less),
        '>' => one(Kind::Greater),
        '=' => one(Kind::Equal),
        '+' => one(Kind::Plus),
        '-' => one(Kind::Minus),
        '(' => one(Kind::Open),
        ')' => one(Kind::Close),
        '[' => one(Kind::OpenBracket),
        ']' => one(Kind::CloseBracket),
        '.' => one(Kind::Dot),
        ',' => one(Kind::Comma),
        unknown => (Kind::Unknown, unknown.len_utf8()),
    }
}

fn placeholder(rest: &str, kind: Kind) -> (Kind, usize) {
    match letters(&rest[1..]) {
        0 => (Kind::Unknown, 1),
        length => (kind, 1 + length),
    }
}

fn letters(rest: &str) -> usize {
    rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
}

fn keyword(word: &str) -> Kind {
    const KEYWORDS: [(&str, Kind); 9] = [
        ("AND", Kind::And),
        ("OR", Kind::Or),
        ("NOT", Kind::Not),
        ("BETWEEN", Kind::Between),
        ("IN", Kind::In),
        ("SET", Kind::Set),
        ("REMOVE", Kind::Remove),
        ("ADD", Kind::Add),
        ("DELETE", Kind::Delete),
    ];
    KEYWORDS.iter().find(|(keyword, _)| word.eq_ignore_ascii_case(keyword)).map_or(Kind::Word, |(_, kind)| *kind)
}
