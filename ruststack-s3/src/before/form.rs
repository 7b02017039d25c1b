//! HTML forms posted to a bucket: their fields become the headers that `PutObject` would have, their file its body.
//!
//! Who signed a form, and what its policy allows, `ruststack-auth` says.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html>

mod fields;
mod file;
mod headers;

use std::sync::Arc;

use http::{StatusCode, Uri, header, request::Parts};
use ruststack_auth::{
    authenticator::form::missing_field,
    post_policy::{Fields, PostPolicy},
};
use ruststack_core::{body::Body, context::Context, error::AwsError, record::Record};

use crate::{
    S3,
    before::{Prepared, address::Address, check_key_length},
    call::{Call, Exchange, Head, Trailers},
    error::S3Error,
    form_data::Decoder,
    proof,
};

/// In any field, stands for the name of the file.
const FILENAME: &str = "${filename}";

/// What a form says of its object that no header says.
pub(crate) struct Form {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) success: Success,
}

/// What the client sees of a form that was taken.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Success {
    Status(StatusCode),
    /// A page of the client's, which is told bucket, key and ETag.
    Redirect(String),
}

/// Reads a form up to its file, and makes the call of it.
pub(super) async fn prepare(
    s3: &Arc<S3>,
    ctx: &Context,
    parts: Parts,
    address: Address,
    body: Body,
) -> Result<Prepared, AwsError> {
    ctx.begin_operation("PostObject").await?;
    let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let decoder = content_type.and_then(Decoder::of_content_type).ok_or(S3Error::MalformedPOSTRequest {})?;
    let mut incoming = fields::Incoming { body, decoder };
    let (mut fields, filename) = incoming.read_fields().await?;
    expand(&mut fields, filename.as_deref());
    let (bucket, key) = (address.bucket.unwrap_or_default(), key(&fields)?);
    let ctx = signed_by(ctx, &fields)?;
    if let Some(record) = Record::of(&parts) {
        record.tell(|details| details.ctx = Some(ctx.clone()));
    }
    let sizes = match fields.get("policy") {
        Some(policy) => PostPolicy::parse(policy)?.check(&fields, &bucket, ctx.now())?,
        None => 0..=u64::MAX,
    };
    let headers = headers::of_fields(&fields)?;
    let peer = parts.extensions.get().copied();
    let Parts { method, uri, .. } = parts;
    let head = Head {
        method,
        uri,
        headers,
        content_length: None,
        document: None,
        bucket: Some(bucket.clone()),
        key: Some(key.clone()),
        peer,
    };
    let file = file::body(incoming, sizes);
    let exchange = Exchange::new(ctx, head, Some(file), Trailers::default());
    let form = Form { bucket, key, success: Success::of(&fields) };
    Ok(Prepared::Form { call: Call { s3: Arc::clone(s3), exchange }, form })
}

/// Puts the file's name where fields ask for it. Of a path the last name counts, Windows' paths included.
fn expand(fields: &mut Fields, filename: Option<&str>) {
    let Some(filename) = filename.and_then(|path| path.rsplit(['/', '\\']).next()) else { return };
    for value in fields.values_mut().filter(|value| value.contains(FILENAME)) {
        *value = value.replace(FILENAME, filename);
    }
}

fn key(fields: &Fields) -> Result<String, AwsError> {
    let key = fields.get("key").ok_or_else(|| missing_field("key"))?;
    if key.is_empty() {
        return Err(S3Error::PostKeyEmpty {}.into());
    }
    check_key_length(key)?;
    Ok(key.to_owned())
}

/// The context of whoever signed the form; of who sent it, when nobody did.
fn signed_by(ctx: &Context, fields: &Fields) -> Result<Context, AwsError> {
    let signer = match proof::form(ctx) {
        Some(form) => form.authenticate(fields, ctx.now())?,
        None => None,
    };
    Ok(signer.map_or_else(|| ctx.clone(), |identity| ctx.with_identity(identity)))
}

impl Success {
    fn of(fields: &Fields) -> Self {
        let redirect = fields.get("success_action_redirect").or_else(|| fields.get("redirect"));
        // What is no URL counts as if it were not there.
        if let Some(url) = redirect.filter(|url| is_url(url)) {
            return Self::Redirect(url.to_owned());
        }
        Self::Status(match fields.get("success_action_status") {
            Some("200") => StatusCode::OK,
            Some("201") => StatusCode::CREATED,
            _ => StatusCode::NO_CONTENT,
        })
    }
}

fn is_url(text: &str) -> bool {
    let is_http = |uri: Uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.authority().is_some();
    text.is_ascii() && text.parse().is_ok_and(is_http)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(list: &[(&str, &str)]) -> Fields {
        let mut fields = Fields::default();
        list.iter().for_each(|(name, value)| fields.push(name, (*value).to_owned()));
        fields
    }

    #[test]
    fn the_name_of_the_file_stands_in_any_field() {
        for (filename, key) in [
            (Some("a.png"), "user/a.png"),
            (Some("C:\\dir\\a.png"), "user/a.png"),
            (Some("/home/dir/a.png"), "user/a.png"),
            (Some(""), "user/"),
            (None, "user/${filename}"),
        ] {
            let mut fields = form(&[("key", "user/${filename}"), ("x-amz-meta-a", "${filename}")]);
            expand(&mut fields, filename);
            assert_eq!(fields.get("key"), Some(key), "{filename:?}");
            assert_eq!(fields.get("x-amz-meta-a"), key.strip_prefix("user/"), "{filename:?}");
        }
    }

    #[test]
    fn the_answer_is_what_the_form_asks_for() {
        let redirect = |url: &str| Success::Redirect(url.to_owned());
        for (fields, success) in [
            (&[][..], Success::Status(StatusCode::NO_CONTENT)),
            (&[("success_action_status", "200")], Success::Status(StatusCode::OK)),
            (&[("Success_Action_Status", "201")], Success::Status(StatusCode::CREATED)),
            (&[("success_action_status", "404")], Success::Status(StatusCode::NO_CONTENT)),
            (
                &[("success_action_redirect", "/page"), ("success_action_status", "201")],
                Success::Status(StatusCode::CREATED),
            ),
            (&[("success_action_redirect", "javascript:alert(1)")], Success::Status(StatusCode::NO_CONTENT)),
            (&[("redirect", "https://host/page?a=b#c")], redirect("https://host/page?a=b#c")),
            (&[("success_action_redirect", "http://host"), ("redirect", "http://other")], redirect("http://host")),
        ] {
            assert_eq!(Success::of(&form(fields)), success, "{fields:?}");
        }
    }
}
