//! `*` in a text: parsed with its escapes, matched without backtracking.

/// Pieces with any characters between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wildcard {
    /// One more than there are stars.
    pieces: Vec<String>,
}

pub(super) const TOO_COMPLEX: &str = "Rule is too complex - try using fewer wildcard characters or fewer repeating \
     character sequences after a wildcard character";

/// Beyond how many prefixes that can be matched at once AWS finds a wildcard too complex.
/// The number is not documented; it lies between what was recorded as taken (7) and as refused (11).
const MAX_SIMULTANEOUS_PREFIXES: usize = 10;

impl Wildcard {
    /// AWS counts positions in bytes, and from the quote that it puts before the text.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = vec![String::new()];
        let mut characters = text.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            match character {
                '*' if characters.peek().is_some_and(|(_, next)| *next == '*') => {
                    return Err(format!("Consecutive wildcard characters at pos {}", at + 1));
                }
                '*' => pieces.push(String::new()),
                '\\' => match characters.next_if(|(_, next)| matches!(next, '*' | '\\')) {
                    Some((_, escaped)) => append(&mut pieces, escaped),
                    None => return Err(format!("Invalid escape character at pos {}", at + 1)),
                },
                other => append(&mut pieces, other),
            }
        }
        Ok(Self { pieces })
    }

    pub(super) fn is_too_complex(&self) -> bool {
        let after_stars = self.pieces.iter().skip(1);
        after_stars.map(|piece| 1 + overlapping_prefixes(piece)).sum::<usize>() > MAX_SIMULTANEOUS_PREFIXES
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        let Some(((first, last), middle)) = self.ends() else {
            return text == self.pieces[0];
        };
        let Some(mut rest) = text.strip_prefix(first).and_then(|rest| rest.strip_suffix(last)) else {
            return false;
        };
        for piece in middle {
            match rest.find(piece.as_str()) {
                Some(at) => rest = &rest[at + piece.len()..],
                None => return false,
            }
        }
        true
    }

    /// The pieces before the first star, after the last one, and between.
    fn ends(&self) -> Option<((&String, &String), &[String])> {
        let (first, rest) = self.pieces.split_first()?;
        let (last, middle) = rest.split_last()?;
        Some(((first, last), middle))
    }
}

fn append(pieces: &mut [String], character: char) {
    if let Some(piece) = pieces.last_mut() {
        piece.push(character);
    }
}

/// How many prefixes of `piece` can end at one place of a text: the longest chain of its borders.
fn overlapping_prefixes(piece: &str) -> usize {
    let bytes = piece.as_bytes();
    let mut borders = vec![0_usize; bytes.len()];
    let mut chain = vec![1_usize; bytes.len()];
    for at in 1..bytes.len() {
        let mut border = borders[at - 1];
        while border > 0 && bytes[border] != bytes[at] {
            border = borders[border - 1];
        }
        if bytes[border] == bytes[at] {
            border += 1;
            chain[at] = 1 + chain[border - 1];
        }
        borders[at] = border;
    }
    chain.into_iter().max().unwrap_or(0)
}
