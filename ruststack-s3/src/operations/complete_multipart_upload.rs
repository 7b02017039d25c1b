//! `CompleteMultipartUpload`: makes one object of the parts; their bytes are not copied.

use std::sync::Arc;

use ruststack_core::{error::AwsError, journal::Rows};
use s3s::dto::{CompleteMultipartUploadInput, CompleteMultipartUploadOutput, CompletedPart, ETag as ETagMember};

use crate::{
    answer::{Headers, object_url, set_checksum},
    bucket::Bucket,
    call::{Call, Reply},
    checksum::{Algorithm, Kind},
    conditions::WriteCondition,
    error::S3Error,
    lifecycle,
    multipart::{Completed, Found, NamedPart, Upload, part_number},
    object::{Object, Version},
    rows, versioning,
};

pub(crate) async fn complete_multipart_upload(
    call: Call,
    input: CompleteMultipartUploadInput,
) -> Result<Reply<CompleteMultipartUploadOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let condition = WriteCondition::of(|name| call.header(name))?;
    let listed = input.multipart_upload.and_then(|upload| upload.parts).unwrap_or_default();
    let mut parts: Vec<_> = listed.into_iter().map(named_part).collect::<Result<_, _>>()?;
    name_checksums(&call, &mut parts);
    let found = bucket.uploads.lock().find_or_completed(&input.key, &input.upload_id, &parts)?;
    let upload = match found {
        Found::InProgress(upload) => upload,
        Found::Completed(completed) => return Ok(answer(&call, &bucket, &completed)),
    };
    if parts.is_empty() {
        return Err(S3Error::NoParts {}.into());
    }
    check_checksum_type(&upload, call.header("x-amz-checksum-type"))?;
    let object = upload.assemble(&parts)?;
    check_size(&object, call.header("x-amz-mp-object-size"))?;
    check_checksum(&call, &upload, &object)?;
    let completed = store(&call, &bucket, &upload, object, &condition, &parts)?;
    Ok(answer(&call, &bucket, &completed))
}

fn named_part(part: CompletedPart) -> Result<NamedPart, S3Error> {
    let number = part_number(part.part_number.ok_or(S3Error::MalformedXML {})?)?;
    let etag = part.e_tag.ok_or(S3Error::MalformedXML {})?;
    Ok(NamedPart { number, etag: etag.value().to_owned(), checksums: Vec::new() })
}

/// Checksums come from the document itself: s3s does not know all of them.
fn name_checksums(call: &Call, parts: &mut [NamedPart]) {
    let Ok(document) = call.root_element() else { return };
    let listed = document.children.iter().filter(|child| child.name == "Part");
    for (part, element) in parts.iter_mut().zip(listed) {
        let value = |algorithm: Algorithm| Some((algorithm, element.child(algorithm.element())?.text.clone()));
        part.checksums = Algorithm::ALL.into_iter().filter_map(value).collect();
    }
}

fn check_checksum_type(upload: &Upload, sent: Option<&str>) -> Result<(), S3Error> {
    let mode = upload.kind.map_or("null", Kind::name);
    if sent.is_none_or(|sent| sent == mode) { Ok(()) } else { Err(S3Error::ChecksumModeMismatch { mode }) }
}

fn check_size(object: &Object, expected: Option<&str>) -> Result<(), S3Error> {
    match expected.and_then(|size| size.parse::<i64>().ok()) {
        Some(expected) if u64::try_from(expected) != Ok(object.size) => {
            Err(S3Error::MultipartSizeMismatch { expected, actual: object.size })
        }
        _ => Ok(()),
    }
}

/// What the request says of the checksum of the whole object.
fn check_checksum(call: &Call, upload: &Upload, object: &Object) -> Result<(), S3Error> {
    let Some(checksum) = &object.checksum else { return Ok(()) };
    let algorithm = checksum.algorithm;
    let sent = call.header(algorithm.header());
    let is_any_sent = Algorithm::ALL.into_iter().any(|algorithm| call.header(algorithm.header()).is_some());
    // Checksums of other algorithms are ignored where the upload named none.
    if !is_any_sent || (sent.is_none() && upload.algorithm.is_none()) {
        return Ok(());
    }
    // Clients may leave out the number of parts.
    let is_it = sent.is_some_and(|sent| checksum.to_string() == sent || checksum.value.to_string() == sent);
    // Without its type, the checksum of a full object is taken for that of its parts.
    let has_type = upload.kind != Some(Kind::FullObject) || call.header("x-amz-checksum-type").is_some();
    if is_it && has_type { Ok(()) } else { Err(S3Error::BadChecksum { algorithm: algorithm.lower_name() }) }
}

/// The object appears and the upload ends; of two completions at once, one waits and answers as the other.
fn store(
    call: &Call,
    bucket: &Bucket,
    upload: &Upload,
    object: Object,
    condition: &WriteCondition,
    parts: &[NamedPart],
) -> Result<Arc<Completed>, S3Error> {
    let key = &upload.position.key;
    let ending = upload.ending.lock();
    let found = bucket.uploads.lock().find_or_completed(key, upload.id(), parts)?;
    if let Found::Completed(completed) = found {
        return Ok(completed);
    }
    check_conflict(bucket, upload, condition)?;
    // Recorded: test_s3_multipart_upload_sse, where only the object tells it.
    let tells_checksum = upload.algorithm.is_some() || !object.encryption.is_kms();
    let completed = Completed {
        sequence: upload.position.sequence,
        upload_id: upload.id().to_owned(),
        key: key.clone(),
        parts: parts.iter().map(|part| (part.number, part.etag.clone())).collect(),
        etag: object.etag,
        checksum: object.checksum.clone().filter(|_| tells_checksum),
        version_id: None,
        encryption: object.encryption.clone(),
    };
    let mut answered = None;
    versioning::put_and(bucket, &call.s3, call.ctx(), key, object, condition, |stored| {
        let completed = Arc::new(Completed { version_id: stored.shown_version_id.clone(), ..completed });
        answered = Some(Arc::clone(&completed));
        end(bucket, upload, completed)
    })?;
    drop(ending);
    Ok(answered.expect("it was made with the version"))
}

/// The upload ends; what is given back records that.
fn end<'u>(bucket: &'u Bucket, upload: &'u Upload, completed: Arc<Completed>) -> impl FnOnce(&mut Rows) + 'u {
    let forgotten = bucket.uploads.lock().complete(upload, Arc::clone(&completed));
    move |rows| {
        rows::remove_upload(rows, bucket, upload);
        rows::put_completion(rows, bucket, &completed);
        forgotten.iter().for_each(|oldest| rows::remove_completion(rows, bucket, oldest));
    }
}

/// A condition about a key that changed while the upload was in progress.
fn check_conflict(bucket: &Bucket, upload: &Upload, condition: &WriteCondition) -> Result<(), S3Error> {
    let key = &upload.position.key;
    let conflict = |condition| Err(S3Error::ConditionalRequestConflict { condition, key: key.clone() });
    let index = bucket.objects.read();
    let current = index.get(key).and_then(|versions| versions.current().object());
    match condition {
        WriteCondition::Absent if upload.key_was_deleted() && current.is_none() => conflict("If-None-Match"),
        WriteCondition::Matches(etag)
            if upload.key_was_written() && current.is_some_and(|object| object.etag.is_named_by(etag)) =>
        {
            conflict("If-Match")
        }
        _ => Ok(()),
    }
}

fn answer(call: &Call, bucket: &Bucket, completed: &Completed) -> Reply<CompleteMultipartUploadOutput> {
    let mut output = CompleteMultipartUploadOutput {
        bucket: Some(bucket.name.clone()),
        key: Some(completed.key.clone()),
        e_tag: Some(ETagMember::Strong(completed.etag.to_string())),
        location: Some(object_url(call, bucket, &completed.key)),
        checksum_type: completed.checksum.as_ref().map(|checksum| checksum.kind.name().to_owned().into()),
        ..Default::default()
    };
    set_checksum!(output, &completed.checksum);
    let mut headers = Headers::default();
    completed.encryption.write_to(&mut headers.0);
    headers.push_version_id(completed.version_id.as_deref());
    // Of what may have been overwritten since, there is nothing to say.
    let current = bucket.objects.read().get(&completed.key).map(|versions| Arc::clone(versions.current()));
    let is_it = |version: &Version| version.object().is_some_and(|object| object.etag == completed.etag);
    if let Some(version) = current.filter(|version| is_it(version)) {
        headers.0.extend(lifecycle::expiration_header(bucket, &completed.key, &version));
    }
    headers.on(output)
}

#[cfg(test)]
mod tests {
    use std::thread;

    use futures_util::FutureExt as _;
    use http::Method;

    use super::*;
    use crate::{
        blobs::Blob,
        caller::Caller,
        checksum::Hasher,
        multipart::{Part, Position},
        object::ETag,
        operations::abort_multipart_upload::abort_multipart_upload,
    };

    const EMPTY_MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";

    /// Begins an upload of one empty part.
    fn begin(caller: &Caller, bucket: &Bucket, upload_id: &str) {
        let position = Position { key: "key".to_owned(), sequence: 0, upload_id: upload_id.to_owned() };
        let now = caller.call(Method::POST).ctx().now();
        let digests = Hasher::new(&[Algorithm::Crc64Nvme]).finish();
        let part = Part {
            last_modified: now,
            etag: ETag::of_md5(digests.md5),
            blob: Blob::default(),
            checksum: None,
            combinable: digests.checksum(Algorithm::Crc64Nvme).unwrap(),
        };
        let upload = Upload::new(position, now, Object::default(), None, None);
        upload.parts.lock().insert(1, part);
        bucket.uploads.lock().insert(upload);
    }

    fn complete(caller: &Caller, upload_id: &str) -> Result<Option<String>, AwsError> {
        let part = CompletedPart {
            part_number: Some(1),
            e_tag: Some(ETagMember::Strong(EMPTY_MD5.to_owned())),
            ..CompletedPart::default()
        };
        let mut input = CompleteMultipartUploadInput::builder();
        input.set_bucket("bucket".to_owned()).set_key("key".to_owned()).set_upload_id(upload_id.to_owned());
        input.set_multipart_upload(Some(s3s::dto::CompletedMultipartUpload { parts: Some(vec![part]) }));
        let reply = complete_multipart_upload(caller.call(Method::POST), input.build().unwrap()).now_or_never();
        reply.unwrap().map(|reply| reply.output.e_tag.map(|etag| etag.value().to_owned()))
    }

    fn abort(caller: &Caller, upload_id: &str) -> Result<(), AwsError> {
        let mut input = s3s::dto::AbortMultipartUploadInput::builder();
        input.set_bucket("bucket".to_owned()).set_key("key".to_owned()).set_upload_id(upload_id.to_owned());
        let reply = abort_multipart_upload(caller.call(Method::DELETE), input.build().unwrap()).now_or_never();
        reply.unwrap().map(|_| ())
    }

    #[test]
    fn completions_of_one_upload_at_once_answer_the_same() {
        let caller = Caller::new();
        let bucket = caller.bucket("bucket");
        for number in 0..200 {
            let upload_id = number.to_string();
            begin(&caller, &bucket, &upload_id);
            let etags = thread::scope(|scope| {
                let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| complete(&caller, &upload_id))).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Result<Vec<_>, _>>()
            });
            let etags = etags.unwrap();
            assert!(etags.iter().all(|etag| *etag == etags[0]), "{etags:?}");
        }
    }

    #[test]
    fn an_upload_is_completed_or_aborted_but_not_both() {
        let caller = Caller::new();
        let bucket = caller.bucket("bucket");
        for number in 0..200 {
            let upload_id = number.to_string();
            begin(&caller, &bucket, &upload_id);
            let (completed, aborted) = thread::scope(|scope| {
                let completed = scope.spawn(|| complete(&caller, &upload_id));
                let aborted = scope.spawn(|| abort(&caller, &upload_id));
                (completed.join().unwrap(), aborted.join().unwrap())
            });
            assert_ne!(completed.is_ok(), aborted.is_ok());
        }
    }

    #[test]
    fn an_upload_completed_again_answers_the_same_but_is_no_more() {
        let caller = Caller::new();
        begin(&caller, &caller.bucket("bucket"), "id");
        let first = complete(&caller, "id").unwrap();
        assert_eq!(complete(&caller, "id").unwrap(), first);
        assert_eq!(abort(&caller, "id").unwrap_err().code(), "NoSuchUpload");
    }
}
