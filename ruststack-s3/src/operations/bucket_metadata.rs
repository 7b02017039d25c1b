//! `CreateBucketMetadataConfiguration`, `GetBucketMetadataConfiguration`, `DeleteBucketMetadataConfiguration`,
//! `UpdateBucketMetadataInventoryTableConfiguration`, `UpdateBucketMetadataJournalTableConfiguration`: kept and echoed.

use http::StatusCode;
use ruststack_core::error::AwsError;

use crate::{
    bucket::Bucket,
    call::{Call, Reply},
    configurations::Configurations,
    direct,
    error::S3Error,
    metadata_tables::{ManagedTables, MetadataTables},
};

pub(crate) async fn create_bucket_metadata_configuration(call: Call) -> Result<Reply<()>, AwsError> {
    let bucket = call.bucket()?;
    let tables = MetadataTables::of_configuration(&call.document("CreateBucketMetadataConfiguration")?)?;
    create(&call, &bucket, tables)?;
    Ok(().into())
}

pub(crate) async fn get_bucket_metadata_configuration(call: Call) -> Result<Reply<()>, AwsError> {
    let bucket = call.bucket()?;
    let tables = bucket.settings.read().configurations.metadata_tables.clone();
    let tables = tables.ok_or_else(|| missing(&bucket))?;
    Ok(direct::reply("GetBucketMetadataConfiguration", &tables.to_result(&bucket)))
}

/// Of either kind.
pub(crate) async fn delete_bucket_metadata_configuration(call: Call) -> Result<Reply<()>, AwsError> {
    let bucket = call.bucket()?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        settings.configurations.metadata_tables.take().map(drop).ok_or_else(|| missing(&bucket))
    })?;
    Ok(Reply::from(()).with_status(StatusCode::NO_CONTENT))
}

pub(crate) async fn update_bucket_metadata_inventory_table_configuration(call: Call) -> Result<Reply<()>, AwsError> {
    let bucket = call.bucket()?;
    let document = call.document("UpdateBucketMetadataInventoryTableConfiguration")?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        managed(&bucket, &mut settings.configurations).map(|tables| tables.update_inventory(&document))
    })?;
    Ok(().into())
}

pub(crate) async fn update_bucket_metadata_journal_table_configuration(call: Call) -> Result<Reply<()>, AwsError> {
    let bucket = call.bucket()?;
    let document = call.document("UpdateBucketMetadataJournalTableConfiguration")?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        managed(&bucket, &mut settings.configurations)?.update_journal(&document)
    })?;
    Ok(().into())
}

/// A bucket has one configuration, of one kind.
pub(super) fn create(call: &Call, bucket: &Bucket, tables: MetadataTables) -> Result<(), S3Error> {
    bucket.change_settings(call.ctx().changes(), |settings| match &mut settings.configurations.metadata_tables {
        Some(_) => Err(S3Error::MetadataConfigurationExists {}),
        none => {
            *none = Some(tables);
            Ok(())
        }
    })
}

pub(super) fn missing(bucket: &Bucket) -> S3Error {
    S3Error::MetadataConfigurationNotFound { bucket: bucket.name.clone() }
}

/// Only the tables that AWS manages can be changed.
fn managed<'c>(bucket: &Bucket, configurations: &'c mut Configurations) -> Result<&'c mut ManagedTables, S3Error> {
    match &mut configurations.metadata_tables {
        Some(MetadataTables::Managed(tables)) => Ok(tables),
        Some(MetadataTables::Customer { .. }) => {
            Err(S3Error::MethodNotAllowed { method: "PUT".to_owned(), resource_type: "BUCKET" })
        }
        None => Err(missing(bucket)),
    }
}
