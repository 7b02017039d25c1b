//! Signature Version 4: canonical request, string to sign, signature.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use std::fmt;

use http::{HeaderMap, Method};
use percent_encoding::AsciiSet;
use ring::{digest, hmac};
use ruststack_core::clock::Timestamp;
use time::{OffsetDateTime, PrimitiveDateTime, format_description::well_known::Rfc2822, macros::format_description};

use crate::query;

const PATH: &AsciiSet = &query::UNRESERVED.remove(b'/');
pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";
pub const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// When, where and for what a signature is good.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scope {
    /// `20130524T000000Z`.
    pub date_time: String,
    pub region: String,
    pub service: String,
}

/// `20130524/us-east-1/s3/aws4_request`.
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.date_time.get(..8).unwrap_or(&self.date_time);
        write!(f, "{date}/{}/{}/aws4_request", self.region, self.service)
    }
}

/// What of a request is signed.
pub struct Signable<'r> {
    pub method: &'r Method,
    /// As sent.
    pub path: &'r str,
    /// As sent; `X-Amz-Signature` is left out by itself.
    pub query: &'r str,
    pub headers: &'r HeaderMap,
    /// In lower case, sorted, `host` among them.
    pub signed_headers: &'r [&'r str],
    /// What `host` counts as.
    pub host: &'r str,
    /// `x-amz-content-sha256`, or the digest of the body.
    pub payload_hash: &'r str,
    /// S3 signs the path as it is; other services sign it normalised and encoded once more.
    pub is_s3: bool,
}

impl Signable<'_> {
    pub fn canonical_request(&self) -> String {
        let method = self.method.as_str();
        let path = if self.is_s3 { s3_path(self.path) } else { normalised_path(self.path) };
        let query = canonical_query(self.query);
        let headers = self.canonical_headers();
        let (names, payload) = (self.signed_headers.join(";"), self.payload_hash);
        format!("{method}\n{path}\n{query}\n{headers}\n{names}\n{payload}")
    }

    fn canonical_headers(&self) -> String {
        let mut text = String::new();
        for name in self.signed_headers {
            text.push_str(name);
            text.push(':');
            text.push_str(&self.header(name));
            text.push('\n');
        }
        text
    }

    /// Several values are joined by commas, blanks in a row count as one.
    fn header(&self, name: &str) -> String {
        if name == "host" {
            return self.host.to_owned();
        }
        let values = self.headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
        let folded = values.map(|value| value.split_ascii_whitespace().collect::<Vec<_>>().join(" "));
        folded.collect::<Vec<_>>().join(",")
    }
}

/// Slashes are never encoded, however the client sent them.
fn s3_path(path: &str) -> String {
    percent_encoding::percent_encode(&query::decode_bytes(path), PATH).to_string()
}

/// Without empty, `.` and `..` segments; each encoded a second time.
fn normalised_path(path: &str) -> String {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            other => segments.push(query::encode_plain(other)),
        }
    }
    let end = if path.len() > 1 && path.ends_with('/') && !segments.is_empty() { "/" } else { "" };
    format!("/{}{end}", segments.join("/"))
}

fn canonical_query(text: &str) -> String {
    let pairs = query::pairs(text).filter(|(name, _)| *name != "X-Amz-Signature");
    let mut pairs: Vec<_> = pairs.map(|(name, value)| (query::encode(name), query::encode(value))).collect();
    pairs.sort_unstable();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

pub fn string_to_sign(scope: &Scope, canonical_request: &str) -> String {
    let digest = sha256_hex(canonical_request.as_bytes());
    format!("{ALGORITHM}\n{}\n{scope}\n{digest}", scope.date_time)
}

pub fn signing_key(secret: &str, scope: &Scope) -> [u8; 32] {
    let date = scope.date_time.get(..8).unwrap_or(&scope.date_time);
    let key = mac(format!("AWS4{secret}").as_bytes(), date);
    let key = mac(&key, &scope.region);
    let key = mac(&key, &scope.service);
    mac(&key, "aws4_request")
}

/// The signature, in hexadecimal.
pub fn sign(key: &[u8; 32], string_to_sign: &str) -> String {
    hex(&mac(key, string_to_sign))
}

fn mac(key: &[u8], text: &str) -> [u8; 32] {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes());
    tag.as_ref().try_into().expect("HMAC-SHA256 has 32 bytes")
}

pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes all");
        text
    })
}

/// In time that does not depend on where the texts differ.
pub(crate) fn same(one: &str, other: &str) -> bool {
    let differences = one.bytes().zip(other.bytes()).fold(0, |differences, (one, other)| differences | (one ^ other));
    one.len() == other.len() && differences == 0
}

/// When a request says that it was signed: `20130524T000000Z`, or a date as HTTP writes it.
pub fn parse_date(text: &str) -> Option<Timestamp> {
    let long = format_description!("[year][month][day]T[hour][minute][second]Z");
    if let Ok(date) = PrimitiveDateTime::parse(text, &long) {
        return Some(Timestamp::from_date_time(date.assume_utc()));
    }
    let text = text.trim().replace("GMT", "+0000");
    OffsetDateTime::parse(&text, &Rfc2822).ok().map(Timestamp::from_date_time)
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    /// A case of AWS's published aws-sig-v4-test-suite: method, path, query, headers, signature.
    struct Case {
        name: &'static str,
        method: &'static str,
        path: &'static str,
        query: &'static str,
        headers: &'static [(&'static str, &'static str)],
        body: &'static str,
        signature: &'static str,
    }

    const DATE: (&str, &str) = ("x-amz-date", "20150830T123600Z");

    const SUITE: &[Case] = &[
        Case {
            name: "get-vanilla",
            method: "GET",
            path: "/",
            query: "",
            headers: &[DATE],
            body: "",
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        },
        Case {
            name: "get-vanilla-query-order-key-case",
            method: "GET",
            path: "/",
            query: "Param2=value2&Param1=value1",
            headers: &[DATE],
            body: "",
            signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        },
        Case {
            name: "get-vanilla-utf8-query",
            method: "GET",
            path: "/",
            query: "%E1%88%B4=bar",
            headers: &[DATE],
            body: "",
            signature: "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
        },
        Case {
            name: "get-utf8",
            method: "GET",
            path: "/\u{1234}",
            query: "",
            headers: &[DATE],
            body: "",
            signature: "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
        },
        Case {
            name: "get-relative",
            method: "GET",
            path: "/example/..",
            query: "",
            headers: &[DATE],
            body: "",
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        },
        Case {
            name: "get-slashes",
            method: "GET",
            path: "//example//",
            query: "",
            headers: &[DATE],
            body: "",
            signature: "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84",
        },
        Case {
            name: "post-vanilla",
            method: "POST",
            path: "/",
            query: "",
            headers: &[DATE],
            body: "",
            signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        },
        Case {
            name: "post-header-key-sort",
            method: "POST",
            path: "/",
            query: "",
            headers: &[("my-header1", "value1"), DATE],
            body: "",
            signature: "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
        },
        Case {
            name: "get-header-value-trim",
            method: "GET",
            path: "/",
            query: "",
            headers: &[("my-header1", " value1"), ("my-header2", " \"a   b   c\""), DATE],
            body: "",
            signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        },
        Case {
            name: "post-x-www-form-urlencoded",
            method: "POST",
            path: "/",
            query: "",
            headers: &[("content-type", "application/x-www-form-urlencoded"), DATE],
            body: "Param1=value1",
            signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        },
    ];

    fn signature(case: &Case, host: &str, scope: &Scope, secret: &str, is_s3: bool) -> String {
        let mut headers = HeaderMap::new();
        let mut names = vec!["host"];
        for (name, value) in case.headers {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
            names.push(name);
        }
        names.sort_unstable();
        let hash = sha256_hex(case.body.as_bytes());
        let signed_hash = headers.get("x-amz-content-sha256").map_or(hash.as_str(), |value| value.to_str().unwrap());
        let signable = Signable {
            method: &case.method.parse().unwrap(),
            path: case.path,
            query: case.query,
            headers: &headers,
            signed_headers: &names,
            host,
            payload_hash: signed_hash,
            is_s3,
        };
        sign(&signing_key(secret, scope), &string_to_sign(scope, &signable.canonical_request()))
    }

    /// A client that encodes slashes signs as if it did not.
    #[test]
    fn paths_of_s3_are_signed_one_way() {
        for path in ["//bucket/a%20b/c~", "/%2Fbucket/a%20b%2fc~", "/%2f%62ucket/a b/c%7E"] {
            assert_eq!(s3_path(path), "//bucket/a%20b/c~", "{path}");
        }
    }

    /// Documented: aws-sig-v4-test-suite.
    #[test]
    fn awss_test_suite_passes() {
        let scope = Scope {
            date_time: "20150830T123600Z".to_owned(),
            region: "us-east-1".to_owned(),
            service: "service".to_owned(),
        };
        for case in SUITE {
            let found = signature(case, "example.amazonaws.com", &scope, SECRET, false);
            assert_eq!(found, case.signature, "{}", case.name);
        }
    }

    /// Documented: <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>.
    #[test]
    fn s3s_examples_pass() {
        const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        const DATE: (&str, &str) = ("x-amz-date", "20130524T000000Z");
        const HASH: (&str, &str) = ("x-amz-content-sha256", EMPTY);
        let scope = Scope {
            date_time: "20130524T000000Z".to_owned(),
            region: "us-east-1".to_owned(),
            service: "s3".to_owned(),
        };
        let cases = [
            Case {
                name: "get object",
                method: "GET",
                path: "/test.txt",
                query: "",
                headers: &[("range", "bytes=0-9"), HASH, DATE],
                body: "",
                signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
            },
            Case {
                name: "put object",
                method: "PUT",
                path: "/test$file.text",
                query: "",
                headers: &[
                    ("date", "Fri, 24 May 2013 00:00:00 GMT"),
                    ("x-amz-content-sha256", "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"),
                    DATE,
                    ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
                ],
                body: "Welcome to Amazon S3.",
                signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
            },
            Case {
                name: "lifecycle",
                method: "GET",
                path: "/",
                query: "lifecycle",
                headers: &[HASH, DATE],
                body: "",
                signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
            },
            Case {
                name: "list",
                method: "GET",
                path: "/",
                query: "max-keys=2&prefix=J",
                headers: &[HASH, DATE],
                body: "",
                signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
            },
        ];
        for case in cases {
            let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
            let found = signature(&case, "examplebucket.s3.amazonaws.com", &scope, secret, true);
            assert_eq!(found, case.signature, "{}", case.name);
        }
    }
}
