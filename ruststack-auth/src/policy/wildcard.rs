//! `*` and `?` in actions, resources and `Like` conditions.
//!
//! Only the last `*` is ever tried again, so that a match costs at most pattern times text, whatever the pattern.

/// A piece of a pattern.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Token<'a> {
    Literal(&'a str),
    /// `?`: one character.
    One,
    /// `*`: any characters, or none.
    Any,
}

/// Whether `Get` and `get` are the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Case {
    Sensitive,
    /// Of ASCII letters: actions are ASCII.
    Insensitive,
}

/// True when the whole text is what the tokens describe; `token` gives the one at an index.
pub(super) fn matches<'a>(token: impl Fn(usize) -> Option<Token<'a>>, text: &str, case: Case) -> bool {
    let (mut index, mut position) = (0, 0);
    // After the last `*`: the token that follows it, and where in the text that one is tried.
    let mut retry = None;
    loop {
        let rest = &text[position..];
        let step = match token(index) {
            None if rest.is_empty() => return true,
            None => None,
            Some(Token::Any) => {
                retry = Some((index + 1, position));
                Some(0)
            }
            Some(Token::One) => rest.chars().next().map(char::len_utf8),
            Some(Token::Literal(literal)) => starts_with(rest, literal, case).then_some(literal.len()),
        };
        if let Some(length) = step {
            (index, position) = (index + 1, position + length);
            continue;
        }
        let Some((after_any, tried)) = retry else { return false };
        let Some(skipped) = text[tried..].chars().next() else { return false };
        (index, position) = (after_any, tried + skipped.len_utf8());
        retry = Some((index, position));
    }
}

fn starts_with(text: &str, literal: &str, case: Case) -> bool {
    let Some(start) = text.as_bytes().get(..literal.len()) else { return false };
    match case {
        Case::Sensitive => start == literal.as_bytes(),
        Case::Insensitive => start.eq_ignore_ascii_case(literal.as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tokens(pattern: &str) -> Vec<Token<'_>> {
        let piece = |piece| match piece {
            "*" => Token::Any,
            "?" => Token::One,
            literal => Token::Literal(literal),
        };
        pattern.split_inclusive(['*', '?']).flat_map(split).filter(|text| !text.is_empty()).map(piece).collect()
    }

    /// `ab*` into `ab` and `*`.
    fn split(text: &str) -> [&str; 2] {
        let end = text.len() - usize::from(text.ends_with(['*', '?']));
        [&text[..end], &text[end..]]
    }

    fn is_match(pattern: &str, text: &str) -> bool {
        let tokens = tokens(pattern);
        matches(|index| tokens.get(index).copied(), text, Case::Sensitive)
    }

    /// The definition, without a thought for its cost.
    fn model(pattern: &[char], text: &[char]) -> bool {
        match (pattern.first(), text.first()) {
            (None, None) => true,
            (Some('*'), _) => model(&pattern[1..], text) || (!text.is_empty() && model(pattern, &text[1..])),
            (Some('?'), Some(_)) => model(&pattern[1..], &text[1..]),
            (Some(one), Some(other)) if one == other => model(&pattern[1..], &text[1..]),
            _ => false,
        }
    }

    #[test]
    fn wildcards_stand_for_any_or_one_character() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "a/b:c", true),
            ("?", "", false),
            ("?", "é", true),
            ("*??", "é", false),
            ("s3:Get*", "s3:GetObject", true),
            ("s3:Get*", "s3:PutObject", false),
            ("s3:*Object", "s3:GetObject", true),
            ("s3:*Object", "s3:GetObjectAcl", false),
            ("a*b*c", "abbbcbc", true),
            ("a*b*c", "abbbcb", false),
            ("file-????.txt", "file-2026.txt", true),
            ("file-????.txt", "file-26.txt", false),
        ] {
            assert_eq!(is_match(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn actions_match_without_regard_to_case() {
        let tokens = [Token::Literal("S3:get"), Token::Any];
        let token = |index: usize| tokens.get(index).copied();
        assert!(matches(token, "s3:GetObject", Case::Insensitive));
        assert!(!matches(token, "s3:GetObject", Case::Sensitive));
    }

    #[test]
    fn a_hostile_pattern_costs_no_more_than_pattern_times_text() {
        let pattern = format!("{}b", "a*".repeat(2000));
        assert!(!is_match(&pattern, &"a".repeat(20_000)));
    }

    proptest! {
        #[test]
        fn wildcards_agree_with_their_definition(pattern in "[abé*?]{0,8}", text in "[abé]{0,10}") {
            let characters = |text: &str| text.chars().collect::<Vec<_>>();
            prop_assert_eq!(is_match(&pattern, &text), model(&characters(&pattern), &characters(&text)));
        }
    }
}
