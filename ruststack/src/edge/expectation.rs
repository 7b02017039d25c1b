//! `Expect: 100-continue`: when the connection must end with the answer.

use axum::{
    body::HttpBody,
    http::{Request, StatusCode, Version, header},
};

/// What a client expects before it sends its body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Expectation {
    Nothing,
    /// To be asked for its body.
    Body,
    /// The same, though there is no body to go on with, as the AWS CLI sends it for an empty file.
    NoBody,
}

impl Expectation {
    pub(super) fn of<B: HttpBody>(request: &Request<B>) -> Self {
        if request.version() != Version::HTTP_11 || !request.headers().contains_key(header::EXPECT) {
            Self::Nothing
        } else if request.body().is_end_stream() {
            Self::NoBody
        } else {
            Self::Body
        }
    }

    /// Where there is nothing to go on with, hyper sends no "100 Continue" but the answer at once; botocore keeps the
    /// status of such an answer for the next one on the connection, cannot read that, and waits for a minute.
    ///
    /// A client that was refused keeps its body, and its next request on this connection would be taken for it.
    pub(super) fn ends_connection(self, answer: StatusCode) -> bool {
        match self {
            Self::Nothing => false,
            Self::Body => !answer.is_success(),
            Self::NoBody => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn a_connection_ends_with_a_refused_body_and_with_a_body_that_is_none() {
        for (version, expects, body, expectation) in [
            (Version::HTTP_11, true, "", Expectation::NoBody),
            (Version::HTTP_11, true, "body", Expectation::Body),
            (Version::HTTP_11, false, "", Expectation::Nothing),
            (Version::HTTP_2, true, "", Expectation::Nothing),
        ] {
            let mut request = Request::new(Body::from(body));
            *request.version_mut() = version;
            if expects {
                request.headers_mut().insert(header::EXPECT, "100-continue".parse().unwrap());
            }
            assert_eq!(Expectation::of(&request), expectation, "{version:?} {expects} {body}");
        }
        let ends =
            |expectation: Expectation| [200, 403].map(|code| expectation.ends_connection(code.try_into().unwrap()));
        assert_eq!(ends(Expectation::Nothing), [false, false]);
        assert_eq!(ends(Expectation::Body), [false, true]);
        assert_eq!(ends(Expectation::NoBody), [true, true]);
    }
}
