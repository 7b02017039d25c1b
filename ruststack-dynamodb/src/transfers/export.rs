//! An export: items as lines of JSON in compressed objects, and the manifests that list them.

use std::{io::Write, sync::Arc};

use base64::{Engine, prelude::BASE64_STANDARD};
use flate2::{Compression, write::GzEncoder};
use http::HeaderName;
use md5::{Digest, Md5};
use ruststack_core::{background, clock::Timestamp, context::Context, error::AwsError, scope::Scope};
use serde_json::json;

use super::{COMPLETED, Export, FAILED, bucket};
use crate::{
    error::DynamoDbError,
    service::{DynamoDb, SPEC},
    table::Stored,
};

/// What an object holds at most before it is compressed. Bytes.
const MAX_OBJECT: usize = 16 * 1024 * 1024;

/// Writes it all, and says what became of it.
pub(crate) async fn run(service: Arc<DynamoDb>, ctx: Context, scope: Scope, mut export: Export, items: Vec<Stored>) {
    let size: usize = items.iter().map(|item| item.size).sum();
    let count = items.len();
    let written = write(&ctx, &export, items).await;
    let told = &mut export.told;
    told.end_time = Some(ctx.now());
    match written {
        Ok(manifest) => {
            told.export_status = Some(COMPLETED.to_owned());
            told.export_manifest = Some(manifest);
            told.item_count = Some(count as i64);
            told.billed_size_bytes = Some(size as i64);
        }
        Err(error) => {
            told.export_status = Some(FAILED.to_owned());
            told.failure_code = Some(format!("S3{}", error.code()));
            told.failure_message = Some(error.message().to_owned());
        }
    }
    let own = background::context(&SPEC, scope.clone(), ctx.runtime());
    if let Ok(_section) = own.changes().begin().map_err(DynamoDbError::from) {
        service.transfers(&scope).put_export(&scope, export, own.changes());
    }
    // What could not be kept is told as interrupted by the next process.
    own.changes().committed().await.unwrap_or_default();
}

/// The folder of an export.
fn folder(export: &Export) -> String {
    let id = export.told.export_arn.as_deref().and_then(|arn| arn.rsplit('/').next()).unwrap_or_default();
    let prefix = export.told.s3_prefix.as_deref().map(|prefix| prefix.trim_end_matches('/'));
    match prefix.filter(|prefix| !prefix.is_empty()) {
        Some(prefix) => format!("{prefix}/AWSDynamoDB/{id}"),
        None => format!("AWSDynamoDB/{id}"),
    }
}

fn encryption(export: &Export) -> bucket::Headers {
    let of = |name: &'static str, value: Option<&String>| Some((HeaderName::from_static(name), value?.clone()));
    let asked = &export.asked;
    let algorithm = asked.s3_sse_algorithm.as_ref().map(|algorithm| match algorithm.as_str() {
        "KMS" => "aws:kms".to_owned(),
        other => other.to_owned(),
    });
    let headers = [
        of("x-amz-server-side-encryption", algorithm.as_ref()),
        of("x-amz-server-side-encryption-aws-kms-key-id", asked.s3_sse_kms_key_id.as_ref()),
    ];
    headers.into_iter().flatten().collect()
}

fn digest(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(Md5::digest(bytes))
}

/// Writes the objects one after the other, and says the key of the manifest.
async fn write(ctx: &Context, export: &Export, items: Vec<Stored>) -> Result<String, AwsError> {
    let (bucket, folder) = (export.asked.s3_bucket.as_str(), folder(export));
    bucket::put(ctx, bucket, &format!("{folder}/_started"), encryption(export), "").await?;
    let (mut files, count, size) = (Vec::new(), items.len(), items.iter().map(|item| item.size).sum());
    let mut items = items.into_iter().peekable();
    while items.peek().is_some() {
        let (lines, part) = lines(&mut items);
        let compressed = compressed(&lines).map_err(|error| AwsError::internal(&error))?;
        let key = format!("{folder}/data/{}.json.gz", ctx.ids().hex(26));
        let checksum = digest(&compressed);
        let etag = bucket::put(ctx, bucket, &key, encryption(export), compressed).await?;
        files.extend(
            serde_json::to_vec(&json!({
                "itemCount": part, "md5Checksum": checksum, "etag": etag, "dataFileS3Key": key,
            }))
            .unwrap_or_default(),
        );
        files.push(b'\n');
    }
    put_with_digest(ctx, export, &format!("{folder}/manifest-files.json"), files).await?;
    let summary = summary(export, &folder, count, size, ctx.now());
    let key = format!("{folder}/manifest-summary.json");
    put_with_digest(ctx, export, &key, summary.to_string().into_bytes()).await?;
    Ok(key)
}

/// As many items as one object holds, a line each.
fn lines(items: &mut impl Iterator<Item = Stored>) -> (Vec<u8>, usize) {
    let (mut lines, mut count) = (Vec::new(), 0);
    for stored in items {
        lines.extend_from_slice(b"{\"Item\":");
        lines.extend(serde_json::to_vec(&*stored.item).unwrap_or_default());
        lines.extend_from_slice(b"}\n");
        count += 1;
        if lines.len() >= MAX_OBJECT {
            break;
        }
    }
    (lines, count)
}

fn compressed(lines: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(lines)?;
    encoder.finish()
}

/// A manifest, and its digest beside it.
async fn put_with_digest(ctx: &Context, export: &Export, key: &str, bytes: Vec<u8>) -> Result<(), AwsError> {
    let bucket = export.asked.s3_bucket.as_str();
    let checksum = digest(&bytes);
    let path = key.strip_suffix(".json").unwrap_or(key);
    bucket::put(ctx, bucket, key, encryption(export), bytes).await?;
    bucket::put(ctx, bucket, &format!("{path}.md5"), encryption(export), checksum).await?;
    Ok(())
}

fn summary(export: &Export, folder: &str, count: usize, size: usize, now: Timestamp) -> serde_json::Value {
    let told = &export.told;
    let time = |at: Option<Timestamp>| at.map(Timestamp::to_iso_8601_millis);
    json!({
        "version": "2020-06-30",
        "exportArn": told.export_arn,
        "startTime": time(told.start_time),
        "endTime": time(Some(now)),
        "tableArn": told.table_arn,
        "tableId": told.table_id,
        "exportTime": time(told.export_time),
        "s3Bucket": told.s3_bucket,
        "s3Prefix": told.s3_prefix,
        "s3SseAlgorithm": told.s3_sse_algorithm,
        "s3SseKmsKeyId": told.s3_sse_kms_key_id,
        "manifestFilesS3Key": format!("{folder}/manifest-files.json"),
        "billedSizeBytes": size,
        "itemCount": count,
        "outputFormat": told.export_format,
        "exportType": told.export_type,
    })
}
