//! What visitors of a website get to see: pages, redirects, and errors in HTML.

use std::{fmt::Write, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts};
use quick_xml::escape::escape;
use ruststack_core::{Response, body::Body, context::Context, error::AwsError, identity::Identity};
use s3s::dto::{GetObjectInput, GetObjectOutput, WebsiteConfiguration};

use super::{location, rule_for, site::Site};
use crate::{
    S3, after,
    call::{Call, Exchange, Head, Reply, Trailers},
    error::S3Error,
    operations::get_object::get_object,
};

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const HOST_ID: HeaderName = HeaderName::from_static("x-amz-id-2");
const ERROR_CODE: HeaderName = HeaderName::from_static("x-amz-error-code");
const ERROR_MESSAGE: HeaderName = HeaderName::from_static("x-amz-error-message");
const REDIRECT: HeaderName = HeaderName::from_static("x-amz-website-redirect-location");

/// One request of a visitor.
struct Visit<'v> {
    s3: &'v Arc<S3>,
    ctx: &'v Context,
    head: Parts,
    site: Site,
    website: WebsiteConfiguration,
}

/// Why a page cannot be shown, and why the page that was to say so cannot either.
struct Failure {
    error: AwsError,
    of_error_document: Option<AwsError>,
}

impl From<AwsError> for Failure {
    fn from(error: AwsError) -> Self {
        Self { error, of_error_document: None }
    }
}

impl S3 {
    pub(crate) async fn host(self: &Arc<Self>, ctx: &Context, site: Site, head: Parts) -> Response {
        let is_head = head.method == Method::HEAD;
        let answer = match Visit::of(self, ctx, site, head) {
            Ok(visit) => visit.answer().await,
            Err(error) => Err(AwsError::from(error).into()),
        };
        let mut response = answer.unwrap_or_else(|failure| page_of(&failure, ctx));
        if is_head {
            *response.body_mut() = Body::empty();
        }
        response.headers_mut().insert(header::SERVER, after::SERVER);
        response
    }
}

impl<'v> Visit<'v> {
    fn of(s3: &'v Arc<S3>, ctx: &'v Context, site: Site, head: Parts) -> Result<Self, S3Error> {
        if !matches!(head.method, Method::GET | Method::HEAD) {
            return Err(S3Error::MethodNotAllowed { method: head.method.to_string(), resource_type: "OBJECT" });
        }
        let website = s3.buckets.get(&site.bucket)?.settings.read().configurations.website.clone();
        let website = website.ok_or_else(|| S3Error::NoSuchWebsiteConfiguration { bucket: site.bucket.clone() })?;
        Ok(Self { s3, ctx, head, site, website })
    }

    async fn answer(&self) -> Result<Response, Failure> {
        let endpoint = self.ctx.endpoint();
        if let Some(all) = &self.website.redirect_all_requests_to {
            let scheme = all.protocol.as_ref().map_or(endpoint.scheme, |protocol| protocol.as_str());
            let key = percent_encoding::utf8_percent_encode(&self.site.key, super::KEY);
            return Ok(redirect(301, &format!("{scheme}://{}/{key}", all.host_name)));
        }
        if let Some(response) = self.redirect_by_rule(None) {
            return Ok(response);
        }
        match self.page(&self.key_of_page(), self.head.headers.clone()).await {
            Ok(response) => Ok(response),
            Err(error) => self.instead(error).await,
        }
    }

    /// The key of the object that a path shows: below a slash it is the index document.
    fn key_of_page(&self) -> String {
        let key = &self.site.key;
        if key.is_empty() || key.ends_with('/') { format!("{key}{}", self.suffix()) } else { key.clone() }
    }

    fn suffix(&self) -> &str {
        self.website.index_document.as_ref().map_or("", |index| index.suffix.as_str())
    }

    fn redirect_by_rule(&self, error: Option<u16>) -> Option<Response> {
        let rule = rule_for(&self.website, &self.site.key, error)?;
        let endpoint = self.ctx.endpoint();
        let code = rule.redirect.http_redirect_code.as_deref().and_then(|code| code.parse().ok());
        Some(redirect(code.unwrap_or(301), &location(rule, &self.site.key, endpoint.scheme, &endpoint.host)))
    }

    /// An object, or where it says that visitors are to go.
    async fn page(&self, key: &str, headers: HeaderMap) -> Result<Response, AwsError> {
        let head = Head {
            method: self.head.method.clone(),
            // Websites take no parameters.
            uri: self.head.uri.path().parse().map_err(|_| S3Error::InvalidURI {})?,
            headers,
            content_length: None,
            document: None,
            bucket: Some(self.site.bucket.clone()),
            key: Some(key.to_owned()),
            peer: self.head.extensions.get().copied(),
        };
        let exchange = Exchange::new(self.visitor(), head, None, Trailers::default());
        let call = Call { s3: Arc::clone(self.s3), exchange };
        call.check_access("GetObject")?;
        let mut input = GetObjectInput::builder();
        input.set_bucket(self.site.bucket.clone()).set_key(key.to_owned());
        let input = input.build().map_err(|error| AwsError::internal(&error))?;
        let reply = get_object(call, input).await?;
        let to = reply.headers.iter().find(|(name, _)| *name == REDIRECT).and_then(|(_, to)| to.to_str().ok());
        Ok(match to {
            Some(to) => redirect(301, to),
            None => shown(reply),
        })
    }

    /// Websites ask nobody who they are.
    fn visitor(&self) -> Context {
        self.ctx.with_identity(Identity::anonymous(self.ctx.scope().account))
    }

    /// What is shown when the page cannot be: a redirect, or the error document.
    async fn instead(&self, error: AwsError) -> Result<Response, Failure> {
        let status = error.status();
        if status == StatusCode::NOT_FOUND && self.is_folder() {
            let folder = percent_encoding::utf8_percent_encode(&self.site.key, super::KEY);
            return Ok(redirect(302, &format!("/{folder}/")));
        }
        if let Some(response) = self.redirect_by_rule(Some(status.as_u16())) {
            return Ok(response);
        }
        let document = self.website.error_document.as_ref().filter(|_| status.is_client_error());
        let Some(document) = document else { return Err(error.into()) };
        match self.page(&document.key, HeaderMap::new()).await {
            Ok(mut response) => {
                if response.status() == StatusCode::OK {
                    *response.status_mut() = status;
                }
                Ok(response)
            }
            Err(other) => Err(Failure { error, of_error_document: Some(other) }),
        }
    }

    /// Whether there is an index document below a path that was asked for without its slash.
    fn is_folder(&self) -> bool {
        let key = &self.site.key;
        let index = format!("{key}/{}", self.suffix());
        let has = |bucket: Arc<crate::bucket::Bucket>| {
            let index_of_objects = bucket.objects.read();
            index_of_objects.get(&index).is_some_and(|versions| versions.current().object().is_some())
        };
        !key.is_empty() && !key.ends_with('/') && self.s3.buckets.get(&self.site.bucket).is_ok_and(has)
    }
}

fn shown(reply: Reply<GetObjectOutput>) -> Response {
    let mut response = Response::new(reply.body.unwrap_or_default());
    *response.status_mut() = reply.status.unwrap_or(StatusCode::OK);
    response.headers_mut().extend(reply.headers);
    response
}

fn redirect(status: u16, location: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::MOVED_PERMANENTLY);
    match HeaderValue::from_str(location) {
        Ok(location) => drop(response.headers_mut().insert(header::LOCATION, location)),
        Err(_) => tracing::warn!(location, "a website redirects to what cannot be written in a header"),
    }
    response
}

/// An error as browsers show it; what is cached already needs no page.
fn page_of(failure: &Failure, ctx: &Context) -> Response {
    let error = &failure.error;
    let mut response = Response::default();
    *response.status_mut() = error.status();
    let headers = response.headers_mut();
    headers.extend(error.headers().iter().cloned());
    if error.status() == StatusCode::NOT_MODIFIED {
        return response;
    }
    let host_id = STANDARD.encode(ctx.ids().bytes::<56>());
    headers.insert(header::CONTENT_TYPE, HTML);
    for (name, value) in [(HOST_ID, host_id.as_str()), (ERROR_CODE, error.code()), (ERROR_MESSAGE, error.message())] {
        headers.extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
    }
    *response.body_mut() = html(failure, ctx.request_id(), &host_id).into();
    response
}

fn html(failure: &Failure, request_id: &str, host_id: &str) -> String {
    let status = failure.error.status();
    let title = format!("{} {}", status.as_u16(), status.canonical_reason().unwrap_or_default());
    let mut html = format!("<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n<ul>\n");
    push_error(&mut html, &failure.error);
    push_item(&mut html, "RequestId", request_id);
    push_item(&mut html, "HostId", host_id);
    html.push_str("</ul>\n");
    if let Some(error) = &failure.of_error_document {
        html.push_str("<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n<ul>\n");
        push_error(&mut html, error);
        html.push_str("</ul>\n");
    }
    html.push_str("<hr/>\n</body>\n</html>\n");
    html
}

fn push_error(html: &mut String, error: &AwsError) {
    push_item(html, "Code", error.code());
    push_item(html, "Message", error.message());
    error.members().iter().for_each(|(name, value)| push_item(html, name, value));
}

fn push_item(html: &mut String, name: &str, value: &str) {
    writeln!(html, "<li>{name}: {}</li>", escape(value)).expect("a String takes all that is written to it");
}
