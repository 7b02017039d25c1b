//! Compressed answers, of services that compress what is long for whoever accepts it.

use std::io::Write as _;

use flate2::{
    Compression,
    write::{GzEncoder, ZlibEncoder},
};
use http::{HeaderMap, HeaderValue, header};

use crate::{Response, body::Body};

/// What is no longer than this is sent as it is. Bytes.
const THRESHOLD: usize = 4096;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Encoding {
    Gzip,
    Deflate,
}

impl Encoding {
    const ALL: [Self; 2] = [Self::Gzip, Self::Deflate];

    const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
        }
    }

    fn apply(self, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
        match self {
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
                encoder.write_all(bytes)?;
                encoder.finish()
            }
            Self::Deflate => {
                let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
                encoder.write_all(bytes)?;
                encoder.finish()
            }
        }
    }
}

/// What the caller wants most, as AWS reads `Accept-Encoding`: only the first such header, and never nothing at all.
pub(super) fn accepted(headers: &HeaderMap) -> Option<Encoding> {
    let accepts = headers.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
    let entries: Vec<(&str, f64)> = accepts.split(',').map(entry).collect();
    let named = |encoding: Encoding| entries.iter().any(|(name, _)| name.eq_ignore_ascii_case(encoding.name()));
    let of_entry = |(name, quality): &(&str, f64)| {
        let encoding = Encoding::ALL.into_iter().find(|encoding| name.eq_ignore_ascii_case(encoding.name()))?;
        Some((encoding, *quality))
    };
    let any = entries.iter().find(|(name, _)| *name == "*").map_or(0.0, |(_, quality)| *quality);
    let others = Encoding::ALL.into_iter().filter(|encoding| !named(*encoding)).map(|encoding| (encoding, any));
    let wanted = entries.iter().filter_map(of_entry).chain(others).filter(|(_, quality)| *quality > 0.0);
    wanted.reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(encoding, _)| encoding)
}

/// The name of an encoding and how much it is wanted: what follows the first `q=`, where that is a number.
fn entry(entry: &str) -> (&str, f64) {
    let (name, parameters) = entry.split_once(';').unwrap_or((entry, ""));
    let quality = parameters.split_once("q=").map(|(_, rest)| rest.split(';').next().unwrap_or_default().trim());
    let quality = quality.and_then(|quality| quality.parse::<f64>().ok()).unwrap_or(1.0);
    (name.trim(), quality.min(1.0))
}

/// Compresses an answer that is long.
pub(super) fn compress(response: &mut Response, encoding: Encoding) {
    let Some(bytes) = response.body().as_bytes().filter(|bytes| bytes.len() > THRESHOLD) else { return };
    // Writing to memory does not fail; if it did, the answer would stay as it is.
    let Ok(compressed) = encoding.apply(bytes) else { return };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
    headers.remove(header::CONTENT_LENGTH);
    *response.body_mut() = Body::from(compressed);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(accepts: &str) -> Option<&'static str> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, accepts.parse().unwrap());
        accepted(&headers).map(Encoding::name)
    }

    /// Recorded: ScyllaDB's tests of DynamoDB.
    #[test]
    fn what_is_accepted_is_read_as_aws_reads_it() {
        let (gzip, deflate) = (Some("gzip"), Some("deflate"));
        for (accepts, wanted) in [
            ("identity", None),
            ("", None),
            ("x-gzip", None),
            ("gzip, deflate", gzip),
            ("br, identity, deflate, gzip", deflate),
            ("dog, GZIP ,, cat", gzip),
            ("br, gzip;q=0, deflate; q = 0.5 , identity;q=0", deflate),
            ("*", gzip),
            ("*, deflate", deflate),
            ("*, gzip;q=0.5", deflate),
            ("*;q=0", None),
            ("br;q=0.8,identity;q=0.5,*;q=0", None),
            ("gzip br", None),
            ("gzip;q=31,deflate;q=51", gzip),
            ("deflate;q=0.5, gzip;q=1;q=0.2", gzip),
            ("deflate;q=0.5,gzip;q=0.", deflate),
            ("deflate;q=0.5,gzip;q=0.x", gzip),
            ("deflate;q=-0.5,gzip;q=0.2", gzip),
            ("gzip;q= 0;q=1", None),
            ("gzip;q =0;q=1", gzip),
            ("gzip;nq=0;q=1", None),
            ("gzip;q=0, gzip;q=1, gzip;q=0", gzip),
            ("br,identity;q=0.5,gzip;q=0.0001", gzip),
        ] {
            assert_eq!(read(accepts), wanted, "{accepts}");
        }
    }

    #[test]
    fn only_what_is_long_is_compressed() {
        for encoding in Encoding::ALL {
            for (size, is_compressed) in [(THRESHOLD, false), (THRESHOLD + 1, true)] {
                let mut response = Response::new(Body::from(vec![b'x'; size]));
                compress(&mut response, encoding);
                assert_eq!(response.headers().contains_key(header::CONTENT_ENCODING), is_compressed);
                assert_eq!(response.body().as_bytes().unwrap().len() < 200, is_compressed);
            }
        }
    }
}
