//! What is read is what `serde_json` reads.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::wire::field::read_serde;

fn read(text: &[u8]) -> Result<Value, Misfit> {
    let mut reader = Reader::new(text)?;
    let value = read_serde(&mut reader)?;
    reader.end().map(|()| value)
}

/// What `serde_json` says of the same; of fractions it reads the last digit less exactly.
fn agrees(text: &[u8]) -> bool {
    let (ours, theirs) = (read(text).ok(), serde_json::from_slice(text).ok());
    let may_differ = ours.is_some() && theirs.is_some() && text.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E'));
    may_differ || ours == theirs
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        "[ -~é\\n\\t\"\\\\\u{1F600}]{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec(("[a-c\"]{0,3}", inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_serde_json_writes_is_read_as_it_was(value in any_json(), is_pretty: bool) {
        let text = if is_pretty { serde_json::to_vec_pretty(&value) } else { serde_json::to_vec(&value) };
        prop_assert_eq!(read(&text.unwrap()).unwrap(), value);
    }

    #[test]
    fn a_document_with_one_byte_changed_is_read_as_serde_json_reads_it(value in any_json(), at: usize, byte: u8) {
        let mut text = serde_json::to_vec(&value).unwrap();
        let at = at % text.len();
        text[at] = byte;
        prop_assert!(agrees(&text), "{:?}", String::from_utf8_lossy(&text));
    }
}

#[test]
fn json_is_what_rfc_8259_says() {
    for text in [
        "",
        " ",
        "nul",
        "nulll",
        "true",
        "-",
        "-0",
        "0",
        "00",
        "01",
        "1.",
        ".1",
        "1.5e3",
        "1e",
        "1e+",
        "1E-2",
        "-1.0",
        "1e400",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775809",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[]",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{a:1}",
        "{1:2}",
        "{\"a\":1}x",
        "\"\\u00e9\"",
        "\"\\ud800\"",
        "\"\\ud83d\\ude00\"",
        "\"\\x\"",
        "\"\u{1}\"",
        "\"abc",
        "\"abc\\",
        "\"abc\\\"",
        "\"abc\\\\\"",
        "\"\\\u{e9}\"",
        "[\"\\\"\",\"b\"]",
        "\u{feff}1",
        "{\"a\":1,\"a\":2}",
        "\"12345678\\n\"",
        "\"1234567\u{7f}8\"",
    ] {
        assert!(agrees(text.as_bytes()), "{text:?}");
    }
    assert!(agrees(b"\"\xff\""));
}

#[test]
fn depth_has_the_limit_of_serde_json() {
    for depth in [126, 127, 128, 129, 100_000] {
        let text = "[".repeat(depth) + &"]".repeat(depth);
        assert!(agrees(text.as_bytes()), "{depth}");
        let skipped = Reader::new(text.as_bytes()).unwrap().skip();
        assert_eq!(skipped.is_ok(), depth <= MAX_DEPTH);
    }
}

#[test]
fn a_text_without_escapes_is_borrowed() {
    let mut reader = Reader::new(b" \"0123456789\" ").unwrap();
    assert!(matches!(reader.text(), Ok(Cow::Borrowed("0123456789"))));
    assert_eq!(reader.end(), Ok(()));
    assert_eq!(read(b"\"0123\\n\""), Ok(json!("0123\n")));
}
