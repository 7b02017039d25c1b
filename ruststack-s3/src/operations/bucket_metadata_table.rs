//! `CreateBucketMetadataTableConfiguration`, `GetBucketMetadataTableConfiguration`,
//! `DeleteBucketMetadataTableConfiguration`: the older kind of what `bucket_metadata.rs` keeps.

use http::StatusCode;
use ruststack_core::error::AwsError;

use super::bucket_metadata::{create, missing};
use crate::{
    call::{Call, Reply},
    direct,
    error::S3Error,
    metadata_tables::MetadataTables,
};

pub(crate) async fn create_bucket_metadata_table_configuration(call: Call) -> Result<Reply<()>, AwsError> {
    let bucket = call.bucket()?;
    let document = call.document("CreateBucketMetadataTableConfiguration")?;
    create(&call, &bucket, MetadataTables::of_table_configuration(&document)?)?;
    Ok(().into())
}

pub(crate) async fn get_bucket_metadata_table_configuration(call: Call) -> Result<Reply<()>, AwsError> {
    let bucket = call.bucket()?;
    let tables = bucket.settings.read().configurations.metadata_tables.clone();
    let tables = tables.ok_or_else(|| missing(&bucket))?;
    let result = tables.to_table_result(&bucket).ok_or_else(|| newer_kind("GET"))?;
    Ok(direct::reply("GetBucketMetadataTableConfiguration", &result))
}

pub(crate) async fn delete_bucket_metadata_table_configuration(call: Call) -> Result<Reply<()>, AwsError> {
    let bucket = call.bucket()?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        let tables = &mut settings.configurations.metadata_tables;
        match tables {
            Some(MetadataTables::Customer { .. }) => *tables = None,
            Some(MetadataTables::Managed(_)) => return Err(newer_kind("DELETE")),
            None => return Err(missing(&bucket)),
        }
        Ok(())
    })?;
    Ok(Reply::from(()).with_status(StatusCode::NO_CONTENT))
}

/// The tables that AWS manages are not for operations that are older than they.
fn newer_kind(method: &str) -> S3Error {
    S3Error::MethodNotAllowed { method: method.to_owned(), resource_type: "BUCKET" }
}
