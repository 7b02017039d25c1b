//! `PostObject`: stores the file of an HTML form, as `PutObject` stores a body.

use http::{StatusCode, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use ruststack_core::{body::Body, error::AwsError};

use crate::{
    answer::object_url,
    before::form::{Form, Success},
    bucket::Bucket,
    call::{Call, Reply},
    checksum::Algorithm,
    object::ETag,
    operations::put_object,
};

pub(crate) async fn post_object(call: Call, form: Form) -> Result<Reply<()>, AwsError> {
    let bucket = call.s3.buckets.expect(&form.bucket, None)?;
    let named = call.header("x-amz-checksum-algorithm").and_then(Algorithm::parse);
    let stored = put_object::store(&call, &bucket, &form.key, named.unwrap_or(Algorithm::Crc64Nvme)).await?;
    let etag = stored.version.object().map(|object| object.etag).unwrap_or_default();
    let mut headers = put_object::headers(&bucket, &form.key, &stored);
    let url = object_url(&call, &bucket, &form.key);
    let (status, body) = match &form.success {
        Success::Redirect(page) => {
            headers.push(header::LOCATION, &redirect(page, &bucket, &form.key, etag));
            (StatusCode::SEE_OTHER, None)
        }
        Success::Status(status) => {
            headers.push(header::LOCATION, &url);
            (*status, (*status == StatusCode::CREATED).then(|| document(&url, &bucket, &form.key, etag)))
        }
    };
    if body.is_some() {
        headers.push(header::CONTENT_TYPE, "application/xml");
    }
    Ok(Reply { body: body.map(Body::from), ..headers.on(()).with_status(status) })
}

/// The client's page, told which object was stored.
fn redirect(page: &str, bucket: &Bucket, key: &str, etag: ETag) -> String {
    let (page, fragment) = page.split_at(page.find('#').unwrap_or(page.len()));
    let separator = if page.contains('?') { '&' } else { '?' };
    let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
    let (key, etag) = (encoded(key), etag.quoted());
    format!("{page}{separator}bucket={}&key={key}&etag={}{fragment}", bucket.name, encoded(&etag))
}

fn document(url: &str, bucket: &Bucket, key: &str, etag: ETag) -> String {
    let escaped = quick_xml::escape::escape;
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PostResponse><Location>{}</Location><Bucket>{}</Bucket><Key>{}</Key>\
         <ETag>{}</ETag></PostResponse>",
        escaped(url),
        bucket.name,
        escaped(key),
        escaped(etag.quoted().as_str()),
    )
}
