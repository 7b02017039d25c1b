//! Dates as conditions write them: the W3C's profile of ISO 8601, or seconds since 1970.
//!
//! <https://www.w3.org/TR/NOTE-datetime>

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// What a shorter form leaves out, from the year on.
const REST: &str = "0000-01-01T00:00:00Z";

/// A date; `None` when the text is none.
pub(super) fn parse(text: &str) -> Option<OffsetDateTime> {
    if let Ok(seconds) = text.parse::<i64>()
        && text.len() != 4
    {
        return OffsetDateTime::from_unix_timestamp(seconds).ok();
    }
    let full = if text.is_ascii() { completed(text) } else { return None };
    OffsetDateTime::parse(&full, &Rfc3339).ok()
}

/// `2026`, `2026-11`, `2026-11-21` and `2026-11-21T08:00Z`, made as long as the full form.
fn completed(text: &str) -> String {
    match text.len() {
        4 | 7 | 10 => format!("{text}{}", &REST[text.len()..]),
        _ => match text.get(16..) {
            Some(zone) if !zone.starts_with(':') => format!("{}:00{zone}", &text[..16]),
            _ => text.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_date_is_read() {
        for (text, expected) in [
            ("2026", Some(1_767_225_600)),
            ("2026-11", Some(1_793_491_200)),
            ("2026-11-21", Some(1_795_219_200)),
            ("2026-11-21T08:00Z", Some(1_795_248_000)),
            ("2026-11-21T08:00:00Z", Some(1_795_248_000)),
            ("2026-11-21T08:00:00.5Z", Some(1_795_248_000)),
            ("2026-11-21T09:00:00+01:00", Some(1_795_248_000)),
            ("1795248000", Some(1_795_248_000)),
            ("2026-13-01", None),
            ("2026-11-21T08:00:00", None),
            ("tomorrow", None),
            ("", None),
            ("äöü", None),
        ] {
            assert_eq!(parse(text).map(OffsetDateTime::unix_timestamp), expected, "{text}");
        }
    }
}
