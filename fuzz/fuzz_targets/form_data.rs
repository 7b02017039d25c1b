//! Forms: however cut into pieces, they are read or refused, and where they are cut changes nothing.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use ruststack_s3::form_data::{Decoder, Malformed, Piece};

fuzz_target!(|input: (u8, &[u8])| {
    let (cut, bytes) = input;
    assert_eq!(read(bytes, usize::from(cut).max(1)), read(bytes, usize::MAX));
});

/// The names and values of all fields that begin.
fn read(body: &[u8], size: usize) -> Result<Vec<Vec<u8>>, Malformed> {
    let mut decoder = Decoder::of_content_type("multipart/form-data; boundary=X").expect("it names a boundary");
    let mut fields = vec![Vec::new()];
    for piece in body.chunks(size) {
        decoder.feed(Bytes::copy_from_slice(piece));
        while let Some(piece) = decoder.next()? {
            match piece {
                Piece::Begin(disposition) => fields.push(disposition.name.into_bytes()),
                Piece::Data(bytes) => fields.last_mut().expect("there is one").extend_from_slice(&bytes),
                Piece::End | Piece::Over => fields.push(Vec::new()),
            }
        }
    }
    Ok(fields)
}
