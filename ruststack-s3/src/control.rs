//! S3 Control: what Terraform asks of every bucket (its tags, by ARN), and an account's public access block.
//!
//! A service beside S3 that acts upon S3's buckets: it shares S3's signing name and is told from it by its paths.

mod account_block;
mod bucket_tags;

use std::sync::Arc;

use async_trait::async_trait;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use parking_lot::Mutex;
use percent_encoding::percent_decode_str;
use ruststack_core::{
    Request, Response,
    body::Body,
    context::Context,
    error::AwsError,
    scope::AccountId,
    service::{BodyPolicy, ErrorStyle, Part, Protocol, RequestIdStyle, Service, ServiceSpec, State},
    store::ByAccount,
};

use crate::{
    S3, after,
    before::{document, leftover::Leftover},
    control::account_block::AccountBlock,
    error::S3Error,
};

const NAMESPACE: &str = "http://awss3control.amazonaws.com/doc/2018-08-20/";
const PATH: &str = "/v20180820/";

/// How requests are recognised as S3 Control's.
pub static SPEC: ServiceSpec = ServiceSpec {
    signing_name: "s3",
    paths: &[PATH],
    error_style: ErrorStyle { xml_namespace: Some(NAMESPACE), ..ErrorStyle::PLAIN },
    request_id: RequestIdStyle::Short,
    body: BodyPolicy::Streaming,
    ..ServiceSpec::named("s3control", &[Protocol::RestXml])
};

/// The service.
pub struct S3Control {
    s3: Arc<S3>,
    /// Public access blocks of accounts, which have none until they put one.
    blocks: ByAccount<Mutex<Option<AccountBlock>>>,
}

/// What a request is about.
#[derive(PartialEq, Eq, Debug)]
enum Resource {
    /// The tags of what an ARN names.
    Tags {
        arn: String,
    },
    PublicAccessBlock,
}

impl S3Control {
    /// Acts upon the buckets of `s3`.
    pub fn of(s3: &Arc<S3>) -> Arc<Self> {
        Arc::new(Self { s3: Arc::clone(s3), blocks: ByAccount::default() })
    }
}

#[async_trait]
impl Service for S3Control {
    fn spec(&self) -> &'static ServiceSpec {
        &SPEC
    }

    async fn call(self: Arc<Self>, ctx: Context, request: Request) -> Result<Response, AwsError> {
        let (leftover, request) = Leftover::of(request);
        let answer = self.answer(&ctx, request).await;
        leftover.drain().await;
        answer.map_err(|error| error.with_header(header::SERVER, after::SERVER))
    }

    fn state(&self) -> &dyn State {
        self
    }
}

impl S3Control {
    async fn answer(&self, ctx: &Context, request: Request) -> Result<Response, AwsError> {
        let (parts, body) = request.into_parts();
        let resource = Resource::of_path(parts.uri.path())?;
        let operation = resource.operation(&parts.method)?;
        ctx.note_operation(operation);
        check_account(&parts.headers, ctx.scope().account)?;
        let query = parts.uri.query().unwrap_or_default();
        match (resource, operation) {
            (Resource::Tags { arn }, "ListTagsForResource") => self.list_tags(ctx, &arn),
            (Resource::Tags { arn }, "UntagResource") => self.untag(ctx, &arn, query),
            (Resource::Tags { arn }, _) => self.tag(ctx, &arn, &document::read(ctx, &parts, body).await?),
            (Resource::PublicAccessBlock, "GetPublicAccessBlock") => self.public_access_block(ctx),
            (Resource::PublicAccessBlock, "DeletePublicAccessBlock") => Ok(self.delete_public_access_block(ctx)),
            (Resource::PublicAccessBlock, _) => {
                self.put_public_access_block(ctx, &document::read(ctx, &parts, body).await?)
            }
        }
    }
}

impl State for S3Control {
    /// The buckets are S3's to forget.
    fn reset(&self, part: &Part) {
        self.blocks.reset(part);
    }
}

impl Resource {
    fn of_path(path: &str) -> Result<Self, AwsError> {
        let path = path.strip_prefix(PATH).unwrap_or_default();
        if path == "configuration/publicAccessBlock" {
            return Ok(Self::PublicAccessBlock);
        }
        let arn = path.strip_prefix("tags/").ok_or_else(not_implemented)?;
        let arn = percent_decode_str(arn).decode_utf8().map_err(|_| S3Error::InvalidURI {})?;
        Ok(Self::Tags { arn: arn.into_owned() })
    }

    fn operation(&self, method: &Method) -> Result<&'static str, AwsError> {
        match (self, method.as_str()) {
            (Self::Tags { .. }, "GET") => Ok("ListTagsForResource"),
            (Self::Tags { .. }, "POST") => Ok("TagResource"),
            (Self::Tags { .. }, "DELETE") => Ok("UntagResource"),
            (Self::PublicAccessBlock, "GET") => Ok("GetPublicAccessBlock"),
            (Self::PublicAccessBlock, "PUT") => Ok("PutPublicAccessBlock"),
            (Self::PublicAccessBlock, "DELETE") => Ok("DeletePublicAccessBlock"),
            _ => Err(not_implemented()),
        }
    }
}

fn not_implemented() -> AwsError {
    AwsError::not_implemented("RustStack does not implement this operation of S3 Control yet.")
}

/// An account is asked by itself; the SDKs always say which they mean.
fn check_account(headers: &HeaderMap, caller: AccountId) -> Result<(), S3Error> {
    let Some(named) = headers.get("x-amz-account-id") else { return Ok(()) };
    let named = named.to_str().ok().and_then(|text| text.parse().ok());
    if named == Some(caller) { Ok(()) } else { Err(S3Error::AccessDenied {}) }
}

/// `members` is the inside of the root element, escaped.
fn answer_with(root: &str, members: &str) -> Response {
    let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root} xmlns=\"{NAMESPACE}\">{members}</{root}>");
    let mut response = Response::new(Body::from(text));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    response.headers_mut().insert(header::SERVER, after::SERVER);
    response
}

fn empty(status: StatusCode) -> Response {
    let mut response = Response::default();
    *response.status_mut() = status;
    response.headers_mut().insert(header::SERVER, after::SERVER);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_resources_and_their_arns_are_decoded() {
        let tags = |arn: &str| Resource::Tags { arn: arn.to_owned() };
        for (path, resource) in [
            ("/v20180820/tags/arn%3Aaws%3As3%3A%3A%3Ab", tags("arn:aws:s3:::b")),
            (
                "/v20180820/tags/arn:aws:s3:eu-west-1:000000000000:bucket/b",
                tags("arn:aws:s3:eu-west-1:000000000000:bucket/b"),
            ),
            ("/v20180820/configuration/publicAccessBlock", Resource::PublicAccessBlock),
        ] {
            assert_eq!(Resource::of_path(path).unwrap(), resource);
        }
    }

    #[test]
    fn what_is_missing_says_so() {
        for path in ["/v20180820/jobs", "/v20180820/configuration/publicAccessBlock/x", "/v20180820/"] {
            assert_eq!(Resource::of_path(path).unwrap_err().status(), StatusCode::NOT_IMPLEMENTED, "{path}");
        }
        assert_eq!(Resource::PublicAccessBlock.operation(&Method::POST).unwrap_err().code(), "NotImplemented");
    }
}
