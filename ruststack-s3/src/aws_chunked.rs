//! Bodies framed as `aws-chunked`: sizes, signatures and trailers taken off while the bytes pass through.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html>

use std::{
    pin::Pin,
    task::{Context as TaskContext, Poll},
};

use bytes::{Buf as _, Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use http_body::Frame;
use ring::digest;
use ruststack_auth::proof::ChunkChain;
use ruststack_core::{
    body::{Body, BodyError},
    error::AwsError,
};

use crate::{call::Trailers, error::S3Error};

/// The longest line of a chunk's size and signature, or of a trailer. Bytes.
const MAX_LINE: usize = 4096;
/// All trailers together. Bytes.
const MAX_TRAILERS: usize = 16 * 1024;

const CONTENT_SHA256: HeaderName = HeaderName::from_static("x-amz-content-sha256");
/// The length of what is in the frames.
pub(crate) const DECODED_CONTENT_LENGTH: HeaderName = HeaderName::from_static("x-amz-decoded-content-length");

/// Whether the body is framed.
pub(crate) fn is_chunked(headers: &HeaderMap) -> bool {
    let text = |name| headers.get::<HeaderName>(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    text(CONTENT_SHA256).starts_with("STREAMING-")
        || (text(header::CONTENT_ENCODING).contains("aws-chunked") && headers.contains_key(DECODED_CONTENT_LENGTH))
}

/// The body without its framing; what is not framed stays as it is.
pub(crate) fn decode(
    headers: &HeaderMap,
    body: Body,
    trailers: &Trailers,
    chain: Option<ChunkChain>,
) -> Result<Body, S3Error> {
    if !is_chunked(headers) {
        return Ok(body);
    }
    if !headers.contains_key(DECODED_CONTENT_LENGTH) {
        return Err(S3Error::MissingContentLength {});
    }
    Ok(Body::stream(Decoded { body, decoder: Decoder::new(chain), trailers: trailers.clone() }))
}

/// A framed body being decoded.
struct Decoded {
    body: Body,
    decoder: Decoder,
    trailers: Trailers,
}

impl http_body::Body for Decoded {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        loop {
            match self.decoder.next() {
                Ok(Some(Decoding::Data(bytes))) => return Poll::Ready(Some(Ok(Frame::data(bytes)))),
                Ok(Some(Decoding::End(trailers))) => {
                    self.trailers.set(trailers);
                    return Poll::Ready(None);
                }
                Ok(None) => {}
                Err(error) => return Poll::Ready(Some(Err(Box::new(AwsError::from(error))))),
            }
            match std::task::ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(Ok(frame)) => {
                    if let Ok(bytes) = frame.into_data() {
                        self.decoder.feed(bytes);
                    }
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None if self.decoder.is_done() => return Poll::Ready(None),
                // Some clients leave out the empty line behind the last chunk.
                None if self.decoder.may_end() => {
                    let trailers = self.decoder.take_trailers();
                    self.trailers.set(trailers);
                    return Poll::Ready(None);
                }
                None => {
                    let error = AwsError::from(S3Error::IncompleteBody {});
                    return Poll::Ready(Some(Err(Box::new(error))));
                }
            }
        }
    }
}

/// What a decoder found.
#[derive(Debug, PartialEq, Eq)]
pub enum Decoding {
    Data(Bytes),
    /// The end, with the trailers.
    End(HeaderMap),
}

/// The decoder alone, without I/O.
pub struct Decoder {
    input: Bytes,
    /// A line, or the end of a chunk, of which only a part has come.
    line: BytesMut,
    state: State,
    signing: Option<Signing>,
    trailers: HeaderMap,
    trailers_length: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Size,
    Data { left: u64 },
    DataEnd,
    Trailers,
    Done,
}

/// The chain of signatures, and the digest of the chunk at hand.
struct Signing {
    chain: ChunkChain,
    digest: digest::Context,
    signature: String,
    /// The trailers as they are signed.
    trailers: Vec<u8>,
}

impl Decoder {
    /// With a chain, each chunk's signature is checked when its bytes have passed.
    pub fn new(chain: Option<ChunkChain>) -> Self {
        let signing = chain.map(|chain| Signing {
            chain,
            digest: digest::Context::new(&digest::SHA256),
            signature: String::new(),
            trailers: Vec::new(),
        });
        Self {
            input: Bytes::new(),
            line: BytesMut::new(),
            state: State::Size,
            signing,
            trailers: HeaderMap::new(),
            trailers_length: 0,
        }
    }

    /// Takes the next piece; the one before must have been used up by [`Decoder::next`].
    pub fn feed(&mut self, bytes: Bytes) {
        debug_assert!(self.input.is_empty(), "a piece is used up before the next");
        self.input = bytes;
    }

    pub fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// All chunks came, and no line is half read.
    pub fn may_end(&self) -> bool {
        self.state == State::Trailers && self.line.is_empty()
    }

    /// Ends the body with the trailers read so far.
    pub fn take_trailers(&mut self) -> HeaderMap {
        self.state = State::Done;
        std::mem::take(&mut self.trailers)
    }

    /// What the bytes fed so far give; `None` asks for more.
    #[expect(clippy::should_implement_trait, reason = "`None` is not the end")]
    pub fn next(&mut self) -> Result<Option<Decoding>, S3Error> {
        loop {
            match self.state {
                State::Size => {
                    let Some(line) = self.take_line()? else { return Ok(None) };
                    self.begin_chunk(&line)?;
                }
                State::Data { left: 0 } => self.state = State::DataEnd,
                State::Data { left } => {
                    if self.input.is_empty() {
                        return Ok(None);
                    }
                    let length = usize::try_from(left).unwrap_or(usize::MAX).min(self.input.len());
                    let bytes = self.input.split_to(length);
                    self.state = State::Data { left: left - length as u64 };
                    if let Some(signing) = &mut self.signing {
                        signing.digest.update(&bytes);
                    }
                    return Ok(Some(Decoding::Data(bytes)));
                }
                State::DataEnd => {
                    let Some(line) = self.take_line()? else { return Ok(None) };
                    if !line.is_empty() {
                        return Err(S3Error::InvalidChunkFraming {});
                    }
                    self.end_chunk()?;
                    self.state = State::Size;
                }
                State::Trailers => {
                    let Some(line) = self.take_line()? else { return Ok(None) };
                    if line.is_empty() {
                        self.state = State::Done;
                        return Ok(Some(Decoding::End(std::mem::take(&mut self.trailers))));
                    }
                    self.take_trailer(&line)?;
                }
                // What comes after the end is not part of the body.
                State::Done => {
                    self.input.clear();
                    return Ok(None);
                }
            }
        }
    }

    /// A whole line without its CR LF.
    fn take_line(&mut self) -> Result<Option<Bytes>, S3Error> {
        let end = self.input.iter().position(|byte| *byte == b'\n');
        let piece = self.input.split_to(end.map_or(self.input.len(), |end| end + 1));
        if self.line.len() + piece.len() > MAX_LINE {
            return Err(S3Error::InvalidChunkFraming {});
        }
        self.line.extend_from_slice(&piece);
        if end.is_none() {
            return Ok(None);
        }
        let line = self.line.split().freeze();
        line.strip_suffix(b"\r\n").map(|text| Some(line.slice_ref(text))).ok_or(S3Error::InvalidChunkFraming {})
    }

    /// `<hex size>` or `<hex size>;chunk-signature=<hex>`.
    fn begin_chunk(&mut self, line: &[u8]) -> Result<(), S3Error> {
        let text = std::str::from_utf8(line).map_err(|_| S3Error::InvalidChunkFraming {})?;
        let (size, extension) = text.split_once(';').unwrap_or((text, ""));
        let is_hex = !size.is_empty() && size.len() <= 16 && size.bytes().all(|byte| byte.is_ascii_hexdigit());
        let size = if is_hex { u64::from_str_radix(size, 16).ok() } else { None };
        let size = size.ok_or(S3Error::InvalidChunkFraming {})?;
        if let Some(signing) = &mut self.signing {
            let signature = extension.strip_prefix("chunk-signature=").ok_or(S3Error::InvalidChunkFraming {})?;
            signature.clone_into(&mut signing.signature);
        }
        if size > 0 {
            self.state = State::Data { left: size };
            return Ok(());
        }
        self.end_chunk()?;
        self.state = State::Trailers;
        Ok(())
    }

    fn end_chunk(&mut self) -> Result<(), S3Error> {
        let Some(signing) = &mut self.signing else { return Ok(()) };
        let digest = std::mem::replace(&mut signing.digest, digest::Context::new(&digest::SHA256)).finish();
        if signing.chain.accepts_chunk(digest.as_ref(), &signing.signature) {
            Ok(())
        } else {
            Err(S3Error::ChunkSignatureMismatch {})
        }
    }

    fn take_trailer(&mut self, line: &[u8]) -> Result<(), S3Error> {
        self.trailers_length += line.len();
        let (name, value) = split_trailer(line)
            .filter(|_| self.trailers_length <= MAX_TRAILERS)
            .ok_or(S3Error::MalformedTrailerError {})?;
        if name == "x-amz-trailer-signature" {
            return self.check_trailers(&value);
        }
        if let Some(signing) = &mut self.signing {
            signing.trailers.extend_from_slice(name.as_str().as_bytes());
            signing.trailers.push(b':');
            signing.trailers.extend_from_slice(value.as_bytes());
            signing.trailers.push(b'\n');
        }
        self.trailers.insert(name, value);
        Ok(())
    }

    fn check_trailers(&mut self, signature: &HeaderValue) -> Result<(), S3Error> {
        let Some(signing) = &mut self.signing else { return Ok(()) };
        let digest = digest::digest(&digest::SHA256, &signing.trailers);
        let is_right = signing.chain.accepts_trailers(digest.as_ref(), signature.to_str().unwrap_or_default());
        if is_right { Ok(()) } else { Err(S3Error::ChunkSignatureMismatch {}) }
    }
}

fn split_trailer(line: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let name = HeaderName::from_bytes(line[..colon].trim_ascii()).ok()?;
    let mut value = &line[colon..];
    value.advance(1);
    Some((name, HeaderValue::from_bytes(value.trim_ascii()).ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode_pieces(pieces: &[&[u8]]) -> Result<(Vec<u8>, Option<HeaderMap>), S3Error> {
        let (mut decoder, mut data, mut end) = (Decoder::new(None), Vec::new(), None);
        for piece in pieces {
            decoder.feed(Bytes::copy_from_slice(piece));
            while let Some(decoding) = decoder.next()? {
                match decoding {
                    Decoding::Data(bytes) => data.extend_from_slice(&bytes),
                    Decoding::End(trailers) => end = Some(trailers),
                }
            }
        }
        Ok((data, end))
    }

    const FRAMED: &[u8] = b"5\r\nhello\r\nB;chunk-signature=00\r\n beautiful \r\n5\r\nworld\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n";

    #[test]
    fn chunks_are_joined_and_trailers_read() {
        let (data, end) = decode_pieces(&[FRAMED]).unwrap();
        assert_eq!(data, b"hello beautiful world");
        assert_eq!(end.unwrap()["x-amz-checksum-crc32"], "AAAAAA==");
    }

    #[test]
    fn wrong_framing_is_refused() {
        let long = vec![b'0'; MAX_LINE + 1];
        for wrong in [
            &b"g\r\n"[..],
            b"\r\n",
            b"-5\r\nhello",
            b"+5\r\nhello",
            b"0x5\r\nhello",
            b"fffffffffffffffff\r\n",
            b"5\r\nhelloX\r\n",
            b"5\nhello",
            b"0\r\nno-colon\r\n",
            &long,
        ] {
            assert!(decode_pieces(&[wrong]).is_err(), "{:?}", String::from_utf8_lossy(wrong));
        }
    }

    proptest! {
        #[test]
        fn how_a_body_is_cut_into_pieces_does_not_matter(cuts in prop::collection::vec(0..FRAMED.len(), 0..12)) {
            let mut cuts = cuts;
            cuts.sort_unstable();
            let ends = cuts.iter().copied().chain([FRAMED.len()]);
            let pieces: Vec<&[u8]> = [0].into_iter().chain(cuts.iter().copied()).zip(ends).map(|(from, to)| &FRAMED[from..to]).collect();
            let (data, end) = decode_pieces(&pieces).unwrap();
            prop_assert_eq!(data, b"hello beautiful world");
            prop_assert!(end.is_some());
        }

        #[test]
        fn arbitrary_bytes_never_panic(pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..8)) {
            let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
            // Refused or not, it returns.
            drop(decode_pieces(&pieces));
        }
    }
}
