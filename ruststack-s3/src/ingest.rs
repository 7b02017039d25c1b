//! Takes a request's body in: streams it into a blob and proves that it is what the client says.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::HeaderMap;
use http_body_util::BodyExt as _;
use ruststack_core::{body::BodyError, error::AwsError};

use crate::{
    blobs::{BlobStore, Written},
    call::Call,
    checksum::{Algorithm, Checksum, Digests, Value},
    error::S3Error,
    object::ETag,
};

/// The largest body of one request: 5 GiB.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html>
pub(crate) const MAX_BODY_SIZE: u64 = 5 * 1024 * 1024 * 1024;

/// What a request says of its body's digests before it comes.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct Announced {
    md5: Option<[u8; 16]>,
    checksum: Option<AnnouncedChecksum>,
    is_of_part: bool,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum AnnouncedChecksum {
    Header(Algorithm, Value),
    Trailer(Algorithm),
}

/// A body taken in and found to be what was announced.
pub(crate) struct Received {
    pub(crate) written: Written,
    /// The checksum that the client chose.
    pub(crate) checksum: Option<Checksum>,
}

impl Announced {
    pub(crate) fn of(call: &Call) -> Result<Self, S3Error> {
        Self::of_headers(&call.exchange.head().headers)
    }

    /// Of one part of an upload.
    pub(crate) fn of_part(call: &Call) -> Result<Self, S3Error> {
        Ok(Self { is_of_part: true, ..Self::of(call)? })
    }

    pub(crate) fn of_headers(headers: &HeaderMap) -> Result<Self, S3Error> {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let md5 = header("content-md5").map(parse_md5).transpose()?;
        let in_header = header_checksum(&header)?;
        let in_trailer = header("x-amz-trailer").and_then(trailer_algorithm).map(AnnouncedChecksum::Trailer);
        let checksum = in_header.or(in_trailer);
        if let Some(name) = header("x-amz-sdk-checksum-algorithm").filter(|name| !name.is_empty()) {
            Algorithm::parse(name).ok_or(S3Error::ChecksumAlgorithmInvalid {})?;
            if checksum.is_none() {
                return Err(S3Error::ChecksumAnnouncedButMissing {});
            }
        }
        Ok(Self { md5, checksum, is_of_part: false })
    }

    /// Of a document whose headers tell the checksum of an object, not its own.
    pub(crate) fn md5_of_headers(headers: &HeaderMap) -> Result<Self, S3Error> {
        let md5 = headers.get("content-md5").and_then(|value| value.to_str().ok()).map(parse_md5).transpose()?;
        Ok(Self { md5, ..Self::default() })
    }

    /// The algorithm that the client chose.
    pub(crate) fn algorithm(&self) -> Option<Algorithm> {
        match self.checksum {
            Some(AnnouncedChecksum::Header(algorithm, _) | AnnouncedChecksum::Trailer(algorithm)) => Some(algorithm),
            None => None,
        }
    }

    /// Checks what came; `trailer` gives the trailers.
    pub(crate) fn verify<'t>(
        &self,
        digests: &Digests,
        trailer: impl Fn(&str) -> Option<&'t str>,
    ) -> Result<Option<Checksum>, S3Error> {
        if let Some(expected) = self.md5.filter(|expected| *expected != digests.md5) {
            // AWS shows what it calculated in base64, but what was expected so only of a part.
            let expected = match self.is_of_part {
                true => STANDARD.encode(expected),
                false => ETag::of_md5(expected).to_string(),
            };
            return Err(S3Error::BadContentMd5 { calculated: STANDARD.encode(digests.md5), expected });
        }
        let (algorithm, expected) = match &self.checksum {
            None => return Ok(None),
            Some(AnnouncedChecksum::Header(algorithm, value)) => (*algorithm, value.clone()),
            Some(AnnouncedChecksum::Trailer(algorithm)) => {
                let invalid = || S3Error::ChecksumHeaderInvalid { header: algorithm.header() };
                let value = trailer(algorithm.header()).ok_or(S3Error::MalformedTrailerError {})?;
                (*algorithm, Value::parse(*algorithm, value).ok_or_else(invalid)?)
            }
        };
        let is_right = digests.checksum(algorithm).is_some_and(|calculated| calculated == expected);
        if is_right {
            Ok(Some(Checksum::full(algorithm, expected)))
        } else {
            Err(S3Error::BadChecksum { algorithm: algorithm.name() })
        }
    }
}

fn parse_md5(text: &str) -> Result<[u8; 16], S3Error> {
    let bytes = STANDARD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| S3Error::InvalidDigest { value: text.to_owned() })
}

fn header_checksum<'h>(header: &impl Fn(&str) -> Option<&'h str>) -> Result<Option<AnnouncedChecksum>, S3Error> {
    let mut sent = Algorithm::ALL.into_iter().filter_map(|algorithm| Some((algorithm, header(algorithm.header())?)));
    let Some((algorithm, value)) = sent.next() else { return Ok(None) };
    if sent.next().is_some() {
        return Err(S3Error::ChecksumHeadersMany {});
    }
    let value = Value::parse(algorithm, value);
    let value = value.ok_or_else(|| S3Error::ChecksumHeaderInvalid { header: algorithm.header() })?;
    Ok(Some(AnnouncedChecksum::Header(algorithm, value)))
}

fn trailer_algorithm(names: &str) -> Option<Algorithm> {
    let mut names = names.split(',').map(str::trim);
    names.find_map(|name| Algorithm::ALL.into_iter().find(|algorithm| algorithm.header().eq_ignore_ascii_case(name)))
}

/// Reads the body to its end. Besides what was announced, the checksums of `always` are computed.
pub(crate) async fn receive(
    call: &Call,
    store: &BlobStore,
    announced: &Announced,
    always: Option<Algorithm>,
) -> Result<Received, AwsError> {
    let expected = call.exchange.head().content_length;
    if let Some(size) = expected.filter(|size| *size > MAX_BODY_SIZE) {
        return Err(S3Error::EntityTooLarge { size, limit: MAX_BODY_SIZE }.into());
    }
    let algorithms: Vec<Algorithm> = match (announced.algorithm(), always) {
        (Some(chosen), Some(always)) if chosen != always => vec![chosen, always],
        (chosen, always) => chosen.or(always).into_iter().collect(),
    };
    let written = write(call, store, expected, &algorithms).await?;
    let trailers = call.exchange.trailers();
    let checksum =
        announced.verify(&written.digests, |name| trailers.get(name).and_then(|value| value.to_str().ok()))?;
    Ok(Received { written, checksum })
}

async fn write(
    call: &Call,
    store: &BlobStore,
    expected: Option<u64>,
    algorithms: &[Algorithm],
) -> Result<Written, AwsError> {
    let mut writer = store.writer(expected, algorithms);
    let mut size = 0;
    if let Some(mut body) = call.exchange.take_body() {
        while let Some(frame) = body.frame().await {
            let Ok(bytes) = frame.map_err(broken)?.into_data() else { continue };
            size += bytes.len() as u64;
            if size > MAX_BODY_SIZE {
                return Err(S3Error::EntityTooLarge { size, limit: MAX_BODY_SIZE }.into());
            }
            writer.write(bytes).await?;
        }
    }
    if expected.is_some_and(|expected| expected != size) {
        return Err(S3Error::IncompleteBody {}.into());
    }
    Ok(writer.finish().await?)
}

/// The decoder of aws-chunked bodies says itself what is wrong; all else is a connection that broke.
pub(crate) fn broken(error: BodyError) -> AwsError {
    match error.downcast::<AwsError>() {
        Ok(error) => *error,
        Err(error) => {
            tracing::debug!(error, "request body broke off");
            S3Error::IncompleteBody {}.into()
        }
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;
    use crate::checksum::Hasher;

    fn announce(list: &[(&'static str, &str)]) -> Result<Announced, S3Error> {
        let pair = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
        };
        Announced::of_headers(&list.iter().map(pair).collect())
    }

    fn verify(list: &[(&'static str, &str)], trailer: Option<&str>) -> Result<Option<Checksum>, S3Error> {
        let announced = announce(list)?;
        let mut hasher = Hasher::new(announced.algorithm().as_slice());
        hasher.update(b"abc");
        announced.verify(&hasher.finish(), |_| trailer)
    }

    #[test]
    fn a_body_is_what_its_headers_say() {
        assert_eq!(verify(&[], None), Ok(None));
        assert!(verify(&[("content-md5", "kAFQmDzST7DWlj99KOF/cg==")], None).is_ok());
        let checksum = verify(&[("x-amz-checksum-crc32", "NSRBwg==")], None).unwrap().unwrap();
        assert_eq!(checksum.to_string(), "NSRBwg==");
        let wrong = verify(&[("content-md5", "AAAAAAAAAAAAAAAAAAAAAA==")], None);
        assert!(matches!(wrong, Err(S3Error::BadContentMd5 { .. })));
        let wrong = verify(&[("x-amz-checksum-crc32", "AAAAAA==")], None);
        assert_eq!(wrong, Err(S3Error::BadChecksum { algorithm: "CRC32" }));
    }

    #[test]
    fn a_trailer_is_verified_as_a_header_is() {
        let headers = &[("x-amz-trailer", "x-amz-checksum-crc32"), ("x-amz-sdk-checksum-algorithm", "CRC32")];
        assert!(verify(headers, Some("NSRBwg==")).is_ok());
        assert_eq!(verify(headers, Some("AAAAAA==")), Err(S3Error::BadChecksum { algorithm: "CRC32" }));
        assert_eq!(verify(headers, None), Err(S3Error::MalformedTrailerError {}));
    }

    #[test]
    fn what_cannot_be_a_checksum_is_refused_before_the_body() {
        for (list, expected) in [
            (&[("content-md5", "abc")][..], S3Error::InvalidDigest { value: "abc".to_owned() }),
            (&[("x-amz-checksum-sha1", "abc")], S3Error::ChecksumHeaderInvalid { header: "x-amz-checksum-sha1" }),
            (&[("x-amz-checksum-crc32", "NSRBwg=="), ("x-amz-checksum-sha1", "x")], S3Error::ChecksumHeadersMany {}),
            (&[("x-amz-sdk-checksum-algorithm", "MD4")], S3Error::ChecksumAlgorithmInvalid {}),
            (&[("x-amz-sdk-checksum-algorithm", "SHA1")], S3Error::ChecksumAnnouncedButMissing {}),
            (&[("x-amz-checksum-md5", "abc")], S3Error::ChecksumHeaderInvalid { header: "x-amz-checksum-md5" }),
            (&[("x-amz-sdk-checksum-algorithm", "XXHASH32")], S3Error::ChecksumAlgorithmInvalid {}),
        ] {
            assert_eq!(announce(list), Err(expected), "{list:?}");
        }
    }
}
