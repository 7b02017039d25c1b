//! Compressed requests: the SDKs compress what is long (CloudWatch's `PutMetricData`), once they are told to.

use std::io::Read;

use bytes::Bytes;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use http::{HeaderMap, header};

use super::too_large;
use crate::error::AwsError;

/// The body without its compression, which is taken off the headers, too; `limit` is what may come of it.
pub(super) fn inflate(headers: &mut HeaderMap, body: Bytes, limit: usize) -> Result<Bytes, AwsError> {
    let encoding = headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let inflated = match encoding.trim() {
        encoding if encoding.eq_ignore_ascii_case("gzip") => read(MultiGzDecoder::new(&*body), limit),
        encoding if encoding.eq_ignore_ascii_case("deflate") => read(ZlibDecoder::new(&*body), limit),
        _ => return Ok(body),
    };
    let inflated = inflated.map_err(|_| {
        AwsError::new(500, "InternalFailure", "The request body is not what its Content-Encoding says.")
    })?;
    if inflated.len() > limit {
        return Err(too_large(limit));
    }
    headers.remove(header::CONTENT_ENCODING);
    headers.insert(header::CONTENT_LENGTH, inflated.len().into());
    Ok(inflated.into())
}

/// Reading stops behind the limit, however much more would come.
fn read(decoder: impl Read, limit: usize) -> std::io::Result<Vec<u8>> {
    let mut inflated = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    decoder.take(most).read_to_end(&mut inflated)?;
    Ok(inflated)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{
        Compression,
        write::{GzEncoder, ZlibEncoder},
    };

    use super::*;

    fn compressed(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn inflated(encoding: &str, body: Vec<u8>, limit: usize) -> Result<(Bytes, HeaderMap), u16> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_ENCODING, encoding.parse().unwrap());
        let body = inflate(&mut headers, body.into(), limit).map_err(|error| error.status().as_u16())?;
        Ok((body, headers))
    }

    #[test]
    fn a_compressed_request_is_read_as_if_it_were_not() {
        let (body, headers) = inflated("gzip", compressed(b"Action=PutMetricData"), 100).unwrap();
        assert_eq!(body, "Action=PutMetricData");
        assert_eq!(headers.get(header::CONTENT_LENGTH).unwrap(), "20");
        assert!(!headers.contains_key(header::CONTENT_ENCODING));
        let two = [compressed(b"one"), compressed(b"two")].concat();
        assert_eq!(inflated("GZIP", two, 100).unwrap().0, "onetwo");
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(b"three").unwrap();
        assert_eq!(inflated("deflate", encoder.finish().unwrap(), 100).unwrap().0, "three");
    }

    #[test]
    fn other_bodies_stay_as_they_are() {
        for (encoding, body) in [("identity", "text"), ("amz-1.0", "text")] {
            let (found, headers) = inflated(encoding, body.into(), 100).unwrap();
            assert_eq!((found, headers.len()), (Bytes::from_static(body.as_bytes()), 1), "{encoding}");
        }
    }

    #[test]
    fn what_would_grow_beyond_the_limit_is_refused() {
        let bomb = compressed(&vec![0; 8 << 20]);
        assert!(bomb.len() < 10_000);
        assert_eq!(inflated("gzip", bomb.clone(), (8 << 20) - 1).unwrap_err(), 413);
        assert!(inflated("gzip", bomb, 8 << 20).is_ok());
    }

    /// Recorded: ScyllaDB's tests of DynamoDB.
    #[test]
    fn what_is_not_compressed_as_it_says_is_refused() {
        let whole = compressed(b"some text");
        let mut flipped = whole.clone();
        *flipped.last_mut().unwrap() ^= 1;
        for body in [b"plain text".to_vec(), whole[..whole.len() - 1].to_vec(), flipped, Vec::new()] {
            assert_eq!(inflated("gzip", body, 100).unwrap_err(), 500);
        }
        for body in [b"plain text".to_vec(), Vec::new()] {
            assert_eq!(inflated("deflate", body, 100).unwrap_err(), 500);
        }
    }
}
