//! Forms as clients write them, and as nobody should.

use proptest::prelude::*;

use super::*;

const CONTENT_TYPE: &str = "multipart/form-data; boundary=XX";

/// Name, file name, value.
type Field = (String, Option<String>, Vec<u8>);

/// The fields of a form that comes in pieces of this size.
fn read(body: &[u8], size: usize) -> Result<Vec<Field>, Malformed> {
    let mut decoder = Decoder::of_content_type(CONTENT_TYPE).unwrap();
    let mut fields = Vec::new();
    for piece in body.chunks(size) {
        decoder.feed(Bytes::copy_from_slice(piece));
        while let Some(piece) = decoder.next()? {
            match piece {
                Piece::Begin(disposition) => fields.push((disposition.name, disposition.filename, Vec::new())),
                Piece::Data(bytes) => fields.last_mut().unwrap().2.extend_from_slice(&bytes),
                Piece::End | Piece::Over => {}
            }
        }
    }
    if decoder.state == State::Over { Ok(fields) } else { Err(Malformed) }
}

fn field(headers: &str, value: &str) -> String {
    format!("--XX\r\nContent-Disposition: form-data; {headers}\r\n\r\n{value}\r\n")
}

#[test]
fn fields_come_whole_however_the_body_is_cut() {
    let file = "name=\"file\"; filename=\"a;\\\"b\\\".txt\"\r\nContent-Type: text/plain";
    let value = "\r\n--X\r\n--\r\r\n--XY\r\n";
    let body = [field("name=\"key\"", "k"), field("name=plain", ""), field(file, value), "--XX--\r\n".to_owned()];
    let body = format!("preamble\r\n{}", body.concat());
    let expected = vec![
        ("key".to_owned(), None, b"k".to_vec()),
        ("plain".to_owned(), None, Vec::new()),
        ("file".to_owned(), Some("a;\"b\".txt".to_owned()), value.as_bytes().to_vec()),
    ];
    for size in 1..body.len() {
        assert_eq!(read(body.as_bytes(), size).as_ref(), Ok(&expected), "in pieces of {size}");
    }
}

#[test]
fn names_of_files_are_read_as_browsers_and_libraries_write_them() {
    for (headers, expected) in [
        ("name=\"file\"; filename=\"caf\u{e9}.png\"", Some("caf\u{e9}.png")),
        ("name=\"file\"; filename=\"a.png\"; filename*=UTF-8''caf%C3%A9.png", Some("caf\u{e9}.png")),
        ("name=\"file\"; filename=\"C:\\dir\\a.png\"", Some("C:\\dir\\a.png")),
        ("NAME=file; FileName=a.png", Some("a.png")),
        ("name=\"file\"; filename=\"\"", Some("")),
        ("name=\"file\"", None),
    ] {
        let body = field(headers, "x") + "--XX--";
        let fields = read(body.as_bytes(), 1000).unwrap();
        assert_eq!((fields[0].0.as_str(), fields[0].1.as_deref()), ("file", expected), "{headers}");
    }
}

#[test]
fn what_is_no_form_is_refused() {
    let long = field(&format!("name=\"{}\"", "x".repeat(MAX_HEADERS)), "v");
    for body in [
        "",
        "no form",
        "--XX",
        "--XX\r\n\r\nvalue\r\n--XX--",
        "--XXX\r\n",
        "--XX\r\nContent-Type: text/plain\r\n\r\nv\r\n--XX--",
        "--XX\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nv\r\n--XX--",
        "--XX\r\nContent-Disposition: form-data; name=\"a\r\n\r\nv\r\n--XX--",
        "--XX\r\nContent-Disposition: form-data\r\n\r\nv\r\n--XX--",
        "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nv",
        &long,
        &format!("--XX{}\r\n", " ".repeat(MAX_PADDING + 1)),
    ] {
        assert_eq!(read(body.as_bytes(), 1000), Err(Malformed), "{}", body.get(..80).unwrap_or(body));
        assert_eq!(read(body.as_bytes(), 1), Err(Malformed), "{}", body.get(..80).unwrap_or(body));
    }
    for content_type in ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"a"] {
        assert!(Decoder::of_content_type(content_type).is_none(), "{content_type}");
    }
    assert!(Decoder::of_content_type(&format!("multipart/form-data; boundary={}", "x".repeat(71))).is_none());
    assert!(Decoder::of_content_type("multipart/form-data; charset=utf-8; boundary=\"a b\"").is_some());
}

proptest! {
    #[test]
    fn any_value_comes_back(value in "[\r\nX-]{0,40}", size in 1_usize..20) {
        prop_assume!(!format!("\r\n{value}\r\n").contains("\r\n--XX"));
        let body = field("name=\"a\"", &value) + "--XX--";
        prop_assert_eq!(read(body.as_bytes(), size), Ok(vec![("a".to_owned(), None, value.into_bytes())]));
    }

    #[test]
    fn where_a_body_is_cut_changes_nothing(body in prop::collection::vec(any::<u8>(), 0..100), size in 1_usize..20) {
        let whole = [field("name=\"a\"", "").into_bytes(), body].concat();
        prop_assert_eq!(read(&whole, size), read(&whole, 1000));
    }
}
