//! What holds a streamed body to its signature; the authenticator leaves it in the identity, and who reads the stream
//! applies it.

use crate::{
    authenticator::form::FormAuthenticator,
    sigv4::{Scope, hex, same},
};

/// SHA-256 of nothing.
const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// How a body was signed.
#[derive(Clone, Debug)]
pub enum BodyProof {
    /// `UNSIGNED-PAYLOAD`, and what has no body.
    Unsigned,
    /// The digest in `x-amz-content-sha256`.
    Sha256([u8; 32]),
    /// Each chunk is signed, with the signature before it.
    Chunks(ChunkChain),
    /// It is a form, which says itself who signed it.
    Form(FormAuthenticator),
}

/// The chain of chunk signatures.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html>
#[derive(Clone)]
pub struct ChunkChain {
    scope: Scope,
    key: [u8; 32],
    previous: String,
}

impl std::fmt::Debug for ChunkChain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ChunkChain")
    }
}

impl ChunkChain {
    /// Begins with the signature of the request's head.
    pub fn new(scope: Scope, key: [u8; 32], seed_signature: String) -> Self {
        Self { scope, key, previous: seed_signature }
    }

    /// Whether the signature is that of the next chunk, whose SHA-256 this is.
    pub fn accepts_chunk(&mut self, sha256: &[u8], signature: &str) -> bool {
        let details = format!("{}\n{EMPTY_SHA256}\n{}", self.previous, hex(sha256));
        self.accepts("AWS4-HMAC-SHA256-PAYLOAD", &details, signature)
    }

    /// Whether the signature is that of the trailers, whose SHA-256 this is.
    pub fn accepts_trailers(&mut self, sha256: &[u8], signature: &str) -> bool {
        let details = format!("{}\n{}", self.previous, hex(sha256));
        self.accepts("AWS4-HMAC-SHA256-TRAILER", &details, signature)
    }

    fn accepts(&mut self, algorithm: &str, details: &str, signature: &str) -> bool {
        let text = format!("{algorithm}\n{}\n{}\n{details}", self.scope.date_time, self.scope);
        let calculated = crate::sigv4::sign(&self.key, &text);
        let is_right = same(&calculated, signature);
        self.previous = calculated;
        is_right
    }
}

#[cfg(test)]
mod tests {
    use ring::digest::{SHA256, digest};

    use super::*;
    use crate::sigv4::signing_key;

    /// Documented: the example of the page above.
    #[test]
    fn chunks_are_signed_as_in_awss_example() {
        let scope = Scope {
            date_time: "20130524T000000Z".to_owned(),
            region: "us-east-1".to_owned(),
            service: "s3".to_owned(),
        };
        let key = signing_key("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", &scope);
        let seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
        let mut chain = ChunkChain::new(scope, key, seed.to_owned());
        for (length, signature) in [
            (65_536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
            (1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
            (0, "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
        ] {
            let sha256 = digest(&SHA256, &vec![b'a'; length]);
            assert!(chain.clone().accepts_chunk(sha256.as_ref(), signature), "{length}");
            assert!(!chain.clone().accepts_chunk(sha256.as_ref(), seed));
            assert!(!chain.clone().accepts_chunk(digest(&SHA256, b"x").as_ref(), signature));
            chain.accepts_chunk(sha256.as_ref(), signature);
        }
    }
}
