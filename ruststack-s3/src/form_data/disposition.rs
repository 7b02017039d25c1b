//! What the headers of a form's field say of it.

/// Name and file name of a field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Disposition {
    pub name: String,
    pub filename: Option<String>,
}

impl Disposition {
    /// `Content-Disposition: form-data; name="file"; filename="photo.png"`, among other headers.
    pub(super) fn parse(headers: &str) -> Option<Self> {
        let lines = headers.split("\r\n").filter_map(|line| line.split_once(':'));
        let mut values = lines.filter(|(name, _)| name.trim().eq_ignore_ascii_case("content-disposition"));
        let (_, value) = values.next()?;
        let kind = value.split(';').next().unwrap_or_default();
        if !kind.trim().eq_ignore_ascii_case("form-data") {
            return None;
        }
        let filename = parameter(value, "filename*").and_then(|value| decode(&value));
        Some(Self { name: parameter(value, "name")?, filename: filename.or_else(|| parameter(value, "filename")) })
    }
}

/// A parameter of a header's value, with or without quotes.
pub(super) fn parameter(value: &str, wanted: &str) -> Option<String> {
    let (_, mut rest) = value.split_once(';')?;
    loop {
        let (name, behind) = rest.split_once('=')?;
        let (found, left) = match behind.trim_start().strip_prefix('"') {
            Some(quoted) => unquote(quoted)?,
            None => {
                let (plain, left) = behind.split_once(';').unwrap_or((behind, ""));
                (plain.trim().to_owned(), left)
            }
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(found);
        }
        rest = left;
    }
}

/// The text up to the closing quote, and what follows the next semicolon.
fn unquote(quoted: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut characters = quoted.chars();
    loop {
        match characters.next()? {
            '"' => break,
            // Browsers leave other backslashes alone: they stand in the paths of Windows.
            '\\' if characters.as_str().starts_with('"') => text.extend(characters.next()),
            other => text.push(other),
        }
    }
    let rest = characters.as_str();
    Some((text, rest.split_once(';').map_or("", |(_, left)| left)))
}

/// `UTF-8''caf%C3%A9.png`: RFC 5987.
fn decode(value: &str) -> Option<String> {
    let (charset, rest) = value.split_once('\'')?;
    let (_language, text) = rest.split_once('\'')?;
    let text = percent_encoding::percent_decode_str(text).decode_utf8().ok()?;
    charset.eq_ignore_ascii_case("utf-8").then(|| text.into_owned())
}
