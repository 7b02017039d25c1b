//! Framed bodies: however cut into pieces, they are decoded or refused.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use ruststack_s3::aws_chunked::Decoder;

fuzz_target!(|input: (u8, &[u8])| {
    let (cut, bytes) = input;
    let mut decoder = Decoder::new(None);
    for piece in bytes.chunks(usize::from(cut).max(1)) {
        decoder.feed(Bytes::copy_from_slice(piece));
        loop {
            match decoder.next() {
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(_) => return,
            }
        }
    }
});
