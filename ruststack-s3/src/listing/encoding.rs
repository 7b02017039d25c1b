//! `encoding-type=url`: how names are written in listings so that XML can carry any of them.

/// How a listing writes keys, prefixes, delimiters and markers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Encoding {
    /// As they are.
    Plain,
    Url,
}

impl Encoding {
    pub(crate) fn write(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Url => encode(text),
        }
    }

    pub(crate) fn encoding_type(self) -> Option<s3s::dto::EncodingType> {
        (self == Self::Url).then(|| s3s::dto::EncodingType::from_static(s3s::dto::EncodingType::URL))
    }
}

/// As a form is encoded, but for the slash, which stays.
fn encode(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' | b'/' => encoded.push(byte.into()),
            b' ' => encoded.push('+'),
            _ => {
                encoded.push('%');
                encoded.push(HEX[usize::from(byte >> 4)].into());
                encoded.push(HEX[usize::from(byte & 0x0f)].into());
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_encoding_writes_names_as_forms_do_and_keeps_slashes() {
        for (name, written) in [
            ("test_file(3).png", "test_file%283%29.png"),
            ("date=2026-02-01/", "date%3D2026-02-01/"),
            ("%2F", "%252F"),
            ("a b+c~*", "a+b%2Bc%7E*"),
            ("\u{1f600}\n", "%F0%9F%98%80%0A"),
        ] {
            assert_eq!(Encoding::Url.write(name), written);
            assert_eq!(Encoding::Plain.write(name), name);
        }
    }
}
