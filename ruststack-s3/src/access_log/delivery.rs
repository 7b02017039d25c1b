//! The task that puts logs into the buckets that they go to: every few minutes of the emulator's clock, when there are
//! many lines, and when the process ends.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use ruststack_core::{background::Waiting, clock::Timestamp, error::AwsError, service::Runtime};
use s3s::dto::PartitionDateSource;
use time::{Time, format_description::BorrowedFormatItem, macros::format_description};
use tokio::sync::mpsc;

use super::Line;
use crate::{
    S3,
    acl::{Acl, Grant, Grantee, ObjectOwnership, Permission},
    background::context,
    bucket::Bucket,
    checksum::{Algorithm, Checksum},
    conditions::WriteCondition,
    configurations::Logging,
    metadata::Metadata,
    new_object,
    object::{ETag, Object},
    versioning,
};

const PERIOD: Duration = Duration::from_secs(5 * 60);
const UNIQUE_LENGTH: usize = 16;
const TEXT: HeaderValue = HeaderValue::from_static("text/plain");

const SECOND: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]-[hour]-[minute]-[second]");
const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]/[month]/[day]");

pub(crate) async fn work(s3: Arc<S3>, runtime: Runtime, mut asked: mpsc::Receiver<Waiting>) {
    loop {
        let waiting = tokio::select! {
            () = runtime.clock.sleep(PERIOD) => None,
            () = s3.access_log.filled.notified() => None,
            waiting = asked.recv() => waiting,
            () = runtime.tasks.stopping() => None,
        };
        deliver_all(&s3, &runtime).await;
        drop(waiting);
        if runtime.tasks.is_stopping() {
            return;
        }
    }
}

async fn deliver_all(s3: &S3, runtime: &Runtime) {
    let lines = s3.access_log.take();
    if lines.dropped > 0 {
        tracing::warn!(lines = lines.dropped, "server access logs are not complete: there were too many requests");
    }
    for (bucket, lines) in lines.waiting {
        let count = lines.len();
        if let Err(error) = deliver(s3, runtime, &bucket, lines).await {
            tracing::warn!(bucket, lines = count, %error, "a server access log could not be delivered");
        }
    }
}

async fn deliver(s3: &S3, runtime: &Runtime, name: &str, lines: Vec<Line>) -> Result<(), AwsError> {
    let Ok(source) = s3.buckets.get(name) else { return Ok(()) };
    // Whoever turned the log off does not want what was left of it.
    let Some(logging) = source.settings.read().configurations.logging.clone() else { return Ok(()) };
    let target = s3.buckets.get(&logging.target_bucket)?;
    let ctx = context(runtime, &target);
    let mut objects: BTreeMap<String, String> = BTreeMap::new();
    let unique = runtime.ids.upper_alphanumeric(UNIQUE_LENGTH);
    for line in lines {
        objects.entry(key(&logging, &source, ctx.now(), line.time, &unique)).or_default().push_str(&line.text);
    }
    for (key, text) in objects {
        let object = object(s3, &target, &logging, text).await?;
        versioning::put(&target, s3, &ctx, &key, object, &WriteCondition::None)?;
    }
    Ok(ctx.changes().committed().await?)
}

/// `[prefix]YYYY-MM-DD-hh-mm-ss-UniqueString`; partitioned, by account, region, bucket and day.
fn key(logging: &Logging, source: &Bucket, delivered: Timestamp, happened: Timestamp, unique: &str) -> String {
    let prefix = &logging.target_prefix;
    let Some(partitioned) = logging.key_format.as_ref().and_then(|format| format.partitioned_prefix.as_ref()) else {
        return format!("{prefix}{}-{unique}", formatted(delivered, SECOND));
    };
    let by_event = partitioned.partition_date_source.as_ref().map(PartitionDateSource::as_str)
        == Some(PartitionDateSource::EVENT_TIME);
    let date = if by_event { midnight(happened) } else { delivered };
    let (day, second) = (formatted(date, DAY), formatted(date, SECOND));
    format!("{prefix}{}/{}/{}/{day}/{second}-{unique}", source.owner, source.region, source.name)
}

fn midnight(time: Timestamp) -> Timestamp {
    Timestamp::from_date_time(time.to_date_time().replace_time(Time::MIDNIGHT))
}

fn formatted(time: Timestamp, format: &[BorrowedFormatItem<'_>]) -> String {
    time.to_date_time().format(&format).unwrap_or_default()
}

async fn object(s3: &S3, target: &Bucket, logging: &Logging, text: String) -> Result<Object, AwsError> {
    let text = Bytes::from(text);
    let mut writer = s3.blobs.writer(u64::try_from(text.len()).ok(), &[Algorithm::Crc64Nvme]);
    writer.write(text).await?;
    let written = writer.finish().await?;
    let value = written.digests.checksum(Algorithm::Crc64Nvme);
    Ok(Object {
        size: written.blob.len(),
        etag: ETag::of_md5(written.digests.md5),
        blob: written.blob,
        checksum: value.map(|value| Checksum::full(Algorithm::Crc64Nvme, value)),
        acl: acl(target, logging),
        metadata: new_object::kept(Metadata::of_request(&HeaderMap::from_iter([(header::CONTENT_TYPE, TEXT)]))?),
        ..Object::default()
    })
}

/// The target's owner owns the log; others may read it where the log's configuration says so.
fn acl(target: &Bucket, logging: &Logging) -> Acl {
    let is_enforced = target.settings.read().ownership == ObjectOwnership::BucketOwnerEnforced;
    let Some(others) = logging.target_grants.as_ref().filter(|_| !is_enforced) else { return Acl::default() };
    let owner = Grant { grantee: Grantee::User(target.owner_id()), permission: Permission::FullControl };
    Acl::of(std::iter::once(owner).chain(others.iter().cloned()).collect())
}

#[cfg(test)]
mod tests {
    use ruststack_core::scope::AccountId;
    use s3s::dto::{PartitionedPrefix, TargetObjectKeyFormat};

    use super::*;

    /// Documented: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html
    #[test]
    fn logs_are_named_by_time_or_partitioned() {
        let source = Bucket::named("source", AccountId::DEFAULT);
        let partitioned = |date_source| TargetObjectKeyFormat {
            partitioned_prefix: Some(PartitionedPrefix {
                partition_date_source: Some(PartitionDateSource::from_static(date_source)),
            }),
            simple_prefix: None,
        };
        let (delivered, happened) = (Timestamp::from_seconds(86_400), Timestamp::from_seconds(86_399));
        for (key_format, expected) in [
            (None, "logs/1970-01-02-00-00-00-X"),
            (Some(partitioned("DeliveryTime")), "logs/000000000000/us-east-1/source/1970/01/02/1970-01-02-00-00-00-X"),
            (Some(partitioned("EventTime")), "logs/000000000000/us-east-1/source/1970/01/01/1970-01-01-00-00-00-X"),
        ] {
            let (target_bucket, target_prefix) = ("target".to_owned(), "logs/".to_owned());
            let logging = Logging { target_bucket, target_prefix, target_grants: None, key_format };
            assert_eq!(key(&logging, &source, delivered, happened, "X"), expected);
        }
    }
}
