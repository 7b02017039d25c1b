//! `RestoreObject`: lets an object of an archive be read for some days. `restoration.rs` says when.

use http::StatusCode;
use ruststack_core::error::AwsError;
use serde_json::Value;

use crate::{
    access::version_id,
    answer::Headers,
    call::{Call, Reply},
    described::Described,
    error::S3Error,
    restoration::{self, Tier},
};

/// 202 begins a restoration, 200 lets one last.
pub(crate) async fn restore_object(call: Call) -> Result<Reply<()>, AwsError> {
    let bucket = call.bucket()?;
    let (days, tier) = read(&call.document("RestoreObject")?)?;
    let version_id = version_id(&call);
    let mut is_done = false;
    let found = Described::change(&call, &bucket, call.key(), version_id.as_deref(), |object| {
        is_done = restoration::begin(object, call.ctx().clock(), days, tier)?;
        Ok(())
    })?;
    let mut headers = Headers::default();
    headers.push_version_id(found.shown_version_id(&bucket).as_deref());
    let status = if is_done { StatusCode::OK } else { StatusCode::ACCEPTED };
    Ok(headers.on(()).with_status(status))
}

fn read(document: &Value) -> Result<(u32, Tier), S3Error> {
    if document.get("Type").is_some() || document.get("SelectParameters").is_some() {
        // Archives are no longer queried: AWS takes no new customers.
        return Err(S3Error::MethodNotAllowed { method: "POST".to_owned(), resource_type: "OBJECT" });
    }
    let days = document["Days"].as_u64().filter(|days| *days > 0).and_then(|days| u32::try_from(days).ok());
    let tier = document["GlacierJobParameters"]["Tier"].as_str().or(document["Tier"].as_str()).map(Tier::parse);
    match (days, tier) {
        (None, _) | (_, Some(None)) => Err(S3Error::MalformedXML {}),
        (Some(days), tier) => Ok((days, tier.flatten().unwrap_or_default())),
    }
}
