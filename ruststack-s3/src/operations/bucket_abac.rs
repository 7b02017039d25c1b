//! `GetBucketAbac`, `PutBucketAbac`: whether the bucket's tags count in policies; kept and echoed.

use ruststack_core::error::AwsError;
use serde_json::json;

use crate::{
    call::{Call, Reply},
    direct,
    error::S3Error,
};

const ENABLED: &str = "Enabled";

pub(crate) async fn get_bucket_abac(call: Call) -> Result<Reply<()>, AwsError> {
    let is_enabled = call.bucket()?.settings.read().configurations.is_abac_enabled;
    let status = if is_enabled { ENABLED } else { "Disabled" };
    Ok(direct::reply("GetBucketAbac", &json!({ "Status": status })))
}

// Differs from AWS: whether the tags of buckets count in policies is kept and told, but they do not count.
pub(crate) async fn put_bucket_abac(call: Call) -> Result<Reply<()>, AwsError> {
    let bucket = call.bucket()?;
    let document = call.document("PutBucketAbac")?;
    let status = document["Status"].as_str().ok_or(S3Error::MalformedXML {})?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        settings.configurations.is_abac_enabled = status == ENABLED;
        Ok(())
    })?;
    Ok(().into())
}
