//! Every operation that changes something, as a request and what it does to the model.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use md5::{Digest as _, Md5};

use super::{Bucket, Configuration, Content, LARGE_PART, S3, State, Upload, Version, configurations, model::UNTOLD};
use crate::crash::{
    client::Step,
    http::{Answer, Request},
    random::Random,
};

const VERSION_ID: &str = "x-amz-version-id";
/// A version that the bucket keeps from being deleted is deleted all the same.
const BYPASS: &str = "x-amz-bypass-governance-retention";
const BOUNDARY: &str = "boundary";

/// A bucket of a client.
pub(super) struct Place<'s> {
    pub(super) s3: &'s S3,
    pub(super) name: String,
    pub(super) is_locked: bool,
}

/// What an answer tells of what it made; `?` when none came.
fn told(answer: Option<&Answer>, header: &str) -> String {
    answer.map_or(UNTOLD, |answer| answer.header(header).unwrap_or_default()).to_owned()
}

fn told_element(answer: Option<&Answer>, name: &str) -> String {
    answer.map_or_else(|| UNTOLD.to_owned(), |answer| answer.elements(name).pop().unwrap_or_default())
}

fn chosen<'l, T>(list: &'l [T], random: &mut Random) -> Option<&'l T> {
    let place = random.next().checked_rem(list.len() as u64)?;
    list.get(usize::try_from(place).ok()?)
}

/// With the digest that some operations demand.
pub(crate) fn with_document(request: Request, document: String) -> Request {
    let digest = STANDARD.encode(Md5::digest(&document));
    request.header("content-md5", digest).body(document)
}

impl Place<'_> {
    fn request(&self, method: &'static str, rest: &str) -> Request {
        self.s3.request(method, &format!("/{}{rest}", self.name))
    }

    /// A step that changes this bucket.
    fn step(
        &self,
        operation: &'static str,
        request: Request,
        apply: impl Fn(&mut Bucket, Option<&Answer>) + Send + 'static,
    ) -> Step<State> {
        let name = self.name.clone();
        Step::new(operation, request, move |state: &mut State, answer| {
            apply(state.buckets.entry(name.clone()).or_default(), answer);
        })
    }

    pub(super) fn create_bucket(&self) -> Step<State> {
        let request = self.request("PUT", "").header("x-amz-object-ownership", "ObjectWriter");
        let is_locked = self.is_locked;
        let request = if is_locked { request.header("x-amz-bucket-object-lock-enabled", "true") } else { request };
        self.step("CreateBucket", request, move |bucket, _| {
            bucket.is_locked = is_locked;
            bucket.configurations.insert("ownershipControls", "ObjectWriter".to_owned());
            bucket.configurations.insert("publicAccessBlock", "true".to_owned());
            if is_locked {
                bucket.versioning = "Enabled".to_owned();
            }
        })
    }

    pub(super) fn delete_bucket(&self) -> Step<State> {
        let name = self.name.clone();
        Step::new("DeleteBucket", self.request("DELETE", ""), move |state: &mut State, _| {
            state.buckets.remove(&name);
        })
    }

    pub(super) fn put_object(&self, key: &str, content: Content, random: &mut Random) -> Step<State> {
        let mut request = self.request("PUT", &format!("/{key}")).body(content.bytes());
        let mut traits = super::model::Traits::new();
        if random.below(4) == 0 {
            let tag = random.below(1000).to_string();
            request = request.header("x-amz-tagging", format!("tag={tag}"));
            traits.insert("tag", tag);
        }
        let key = key.to_owned();
        self.step("PutObject", request, move |bucket, answer| {
            bucket.write(&key, &told(answer, VERSION_ID), Some(content.clone()), traits.clone());
        })
    }

    /// An HTML form.
    pub(super) fn post_object(&self, key: &str, content: Content) -> Step<State> {
        let field = |name: &str, more: &str| {
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n")
        };
        let head = format!("{}{key}\r\n{}", field("key", ""), field("file", "; filename=\"a\""));
        let end = format!("\r\n--{BOUNDARY}--\r\n");
        let body = [head.as_bytes(), &content.bytes(), end.as_bytes()].concat();
        let request = self.request("POST", "").body(body);
        let request = request.header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"));
        let key = key.to_owned();
        self.step("PostObject", request, move |bucket, answer| {
            bucket.write(&key, &told(answer, VERSION_ID), Some(content.clone()), super::model::Traits::new());
        })
    }

    pub(super) fn delete_object(&self, key: &str) -> Step<State> {
        let request = self.request("DELETE", &format!("/{key}"));
        let key = key.to_owned();
        self.step("DeleteObject", request, move |bucket, answer| bucket.delete(&key, &told(answer, VERSION_ID)))
    }

    /// Each of its deletions is there or not: AWS promises no more.
    pub(super) fn delete_objects(&self, count: u64) -> Step<State> {
        let keys: Vec<_> = (0..count).map(|number| format!("key{number}")).collect();
        let objects: String = keys.iter().map(|key| format!("<Object><Key>{key}</Key></Object>")).collect();
        let request = with_document(self.request("POST", "?delete"), format!("<Delete>{objects}</Delete>"));
        let (name, change_count) = (self.name.clone(), keys.len());
        let apply = move |state: &mut State, answer: Option<&Answer>, count: usize| {
            let bucket = state.buckets.entry(name.clone()).or_default();
            for key in &keys[..count] {
                bucket.delete(key, &marker_of(answer, key));
            }
        };
        Step { operation: "DeleteObjects", request, change_count, apply: Box::new(apply) }
    }

    pub(super) fn copy_object(&self, key: &str, bucket: &Bucket, random: &mut Random) -> Option<Step<State>> {
        let objects: Vec<_> = bucket.versions().into_iter().filter(|(_, version)| version.content.is_some()).collect();
        let (source_key, source) = chosen(&objects, random)?;
        let request = self.request("PUT", &format!("/{key}"));
        let request = request.header("x-amz-copy-source", self.source(source_key, source));
        // A copy onto itself must change something.
        let request = request.header("x-amz-metadata-directive", "REPLACE");
        let (key, content) = (key.to_owned(), source.content.as_ref()?.copied());
        let tag = source.traits.get("tag").map(|tag| ("tag", tag.clone()));
        Some(self.step("CopyObject", request, move |bucket, answer| {
            let traits = tag.clone().into_iter().collect();
            bucket.write(&key, &told(answer, VERSION_ID), Some(content.clone()), traits);
        }))
    }

    fn source(&self, key: &str, version: &Version) -> String {
        format!("/{}/{key}?versionId={}", self.name, version.id)
    }

    /// Tags, grants and locks of a version.
    pub(super) fn describe(&self, bucket: &Bucket, random: &mut Random) -> Option<Step<State>> {
        let objects: Vec<_> = bucket.versions().into_iter().filter(|(_, version)| version.content.is_some()).collect();
        let (key, version) = chosen(&objects, random)?;
        let number = random.below(100);
        Some(match random.below(if bucket.is_locked { 7 } else { 4 }) {
            0..2 => {
                let tag = format!("<TagSet><Tag><Key>tag</Key><Value>{number}</Value></Tag></TagSet>");
                let document = format!("<Tagging>{tag}</Tagging>");
                self.describe_by("PutObjectTagging", key, version, ("tagging", document), ("tag", number.to_string()))
            }
            2 => self.delete_tagging(key, version),
            3 => self.put_object_acl(key, version, random),
            4 => self.set_legal_hold(key, version, if number < 50 { "ON" } else { "OFF" }),
            _ => {
                let until = format!("21{:02}-01-01T00:00:00", number);
                let mode = "<Mode>GOVERNANCE</Mode>";
                let document = format!("<Retention>{mode}<RetainUntilDate>{until}Z</RetainUntilDate></Retention>");
                self.describe_by("PutObjectRetention", key, version, ("retention", document), ("retention", until))
            }
        })
    }

    fn describe_by(
        &self,
        operation: &'static str,
        key: &str,
        version: &Version,
        (query, document): (&str, String),
        (name, value): (&'static str, String),
    ) -> Step<State> {
        let request = self.request("PUT", &format!("/{key}?{query}&versionId={}", version.id));
        let request = if self.is_locked { request.header(BYPASS, "true") } else { request };
        let (key, id) = (key.to_owned(), version.id.clone());
        self.step(operation, with_document(request, document), move |bucket, _| {
            if let Some(version) = bucket.version_mut(&key, &id) {
                version.traits.insert(name, value.clone());
            }
        })
    }

    fn set_legal_hold(&self, key: &str, version: &Version, status: &str) -> Step<State> {
        let document = format!("<LegalHold><Status>{status}</Status></LegalHold>");
        self.describe_by("PutObjectLegalHold", key, version, ("legal-hold", document), ("hold", status.to_owned()))
    }

    fn delete_tagging(&self, key: &str, version: &Version) -> Step<State> {
        let request = self.request("DELETE", &format!("/{key}?tagging&versionId={}", version.id));
        let (key, id) = (key.to_owned(), version.id.clone());
        self.step("DeleteObjectTagging", request, move |bucket, _| {
            bucket.version_mut(&key, &id).map(|version| version.traits.remove("tag"));
        })
    }

    fn put_object_acl(&self, key: &str, version: &Version, random: &mut Random) -> Step<State> {
        let is_granted = random.below(2) == 0;
        let request = self.request("PUT", &format!("/{key}?acl&versionId={}", version.id));
        let request = set_acl(request, is_granted);
        let (key, id) = (key.to_owned(), version.id.clone());
        self.step("PutObjectAcl", request, move |bucket, _| {
            let Some(version) = bucket.version_mut(&key, &id) else { return };
            match is_granted {
                true => drop(version.traits.insert("acl", "READ".to_owned())),
                false => drop(version.traits.remove("acl")),
            }
        })
    }

    /// Any version; one on hold is let go first.
    pub(super) fn remove_any(&self, bucket: &Bucket, random: &mut Random) -> Step<State> {
        let versions = bucket.versions();
        match chosen(&versions, random) {
            Some((key, version)) => self.remove_version(key, version),
            None => self.delete_bucket(),
        }
    }

    pub(super) fn remove_version(&self, key: &str, version: &Version) -> Step<State> {
        if version.traits.get("hold").is_some_and(|hold| hold == "ON") {
            return self.set_legal_hold(key, version, "OFF");
        }
        let request = self.request("DELETE", &format!("/{key}?versionId={}", version.id));
        let request = if self.is_locked { request.header(BYPASS, "true") } else { request };
        let (key, id) = (key.to_owned(), version.id.clone());
        self.step("DeleteObject of a version", request, move |bucket, _| bucket.remove(&key, &id))
    }

    pub(super) fn set_versioning(&self, bucket: &Bucket, random: &mut Random) -> Option<Step<State>> {
        let needs_versions = bucket.is_locked || bucket.configurations.contains_key("replication");
        let status = if random.below(2) == 0 || needs_versions { "Enabled" } else { "Suspended" };
        let document = format!("<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>");
        let request = with_document(self.request("PUT", "?versioning"), document);
        Some(self.step("PutBucketVersioning", request, move |bucket, _| bucket.versioning = status.to_owned()))
    }

    /// Puts or deletes one of the bucket's configurations, its tags through S3 Control, too.
    pub(super) fn configure(&self, bucket: &Bucket, random: &mut Random) -> Step<State> {
        match random.below(20) {
            0..2 => return self.put_bucket_acl(random),
            2..4 => return self.tag_through_control(bucket, random),
            _ => {}
        }
        let can_put = |kind: &&Configuration| match kind.query {
            "object-lock" => bucket.is_locked,
            "replication" => bucket.versioning == "Enabled" && !bucket.is_locked,
            _ => true,
        };
        let kinds: Vec<_> = configurations::ALL.iter().filter(can_put).collect();
        let Some(kind) = chosen(&kinds, random) else { return self.put_bucket_acl(random) };
        let query = kind.query;
        match kind.delete {
            Some(operation) if bucket.configurations.contains_key(query) && random.below(2) == 0 => {
                self.step(operation, self.request("DELETE", &format!("?{query}")), move |bucket, _| {
                    bucket.configurations.remove(query);
                })
            }
            _ => {
                let value = kind.value(random.next());
                let document = kind.text(&self.name, &value);
                let request = with_document(self.request("PUT", &format!("?{query}")), document);
                // Of resources that are not there.
                let request = request.header("x-amz-skip-destination-validation", "true");
                self.step(kind.put, request, move |bucket, _| {
                    bucket.configurations.insert(query, value.clone());
                })
            }
        }
    }

    fn put_bucket_acl(&self, random: &mut Random) -> Step<State> {
        let is_granted = random.below(2) == 0;
        let request = self.request("PUT", "?acl");
        let request = set_acl(request, is_granted);
        self.step("PutBucketAcl", request, move |bucket, _| match is_granted {
            true => drop(bucket.configurations.insert("acl", "READ".to_owned())),
            false => drop(bucket.configurations.remove("acl")),
        })
    }

    fn tag_through_control(&self, bucket: &Bucket, random: &mut Random) -> Step<State> {
        let resource = format!("tags/arn%3Aaws%3As3%3A%3A%3A{}", self.name);
        if bucket.configurations.contains_key("tagging") && random.below(2) == 0 {
            let request = self.s3.control("DELETE", &format!("{resource}?tagKeys=tag"));
            return self.step("UntagResource", request, |bucket, _| drop(bucket.configurations.remove("tagging")));
        }
        let value = random.below(1000).to_string();
        let tag = format!("<Tag><Key>tag</Key><Value>{value}</Value></Tag>");
        let namespace = "xmlns=\"http://awss3control.amazonaws.com/doc/2018-08-20/\"";
        let document = format!("<TagResourceRequest {namespace}><Tags>{tag}</Tags></TagResourceRequest>");
        self.step("TagResource", self.s3.control("POST", &resource).body(document), move |bucket, _| {
            bucket.configurations.insert("tagging", value.clone());
        })
    }

    pub(super) fn begin_upload(&self, key: &str) -> Step<State> {
        let key = key.to_owned();
        self.step("CreateMultipartUpload", self.request("POST", &format!("/{key}?uploads")), move |bucket, answer| {
            let upload = Upload { key: key.clone(), ..Upload::default() };
            bucket.uploads.insert(told_element(answer, "UploadId"), upload);
        })
    }

    /// A part, a copied part, the end or the completion of an upload that was begun.
    pub(super) fn go_on_with_upload(&self, bucket: &Bucket, random: &mut Random) -> Option<Step<State>> {
        let uploads: Vec<_> = bucket.uploads.iter().collect();
        let (id, upload) = chosen(&uploads, random)?;
        let is_large = random.below(10) == 0;
        Some(match (random.below(10), upload.parts.len()) {
            (0..2, _) => self.abort_upload(id, upload),
            (_, 0) if is_large => self.upload_part(id, upload, 1, Content::made(random.below(4), LARGE_PART)),
            (2..4, _) => self.copy_part(id, upload, bucket, random)?,
            (4..6, _) | (_, 0) => self.upload_part(id, upload, 2, super::content(random)),
            _ => self.complete_upload(id, upload),
        })
    }

    fn upload_part(&self, id: &str, upload: &Upload, number: u16, content: Content) -> Step<State> {
        let request = self.request("PUT", &format!("/{}?uploadId={id}&partNumber={number}", upload.key));
        self.insert_part("UploadPart", request.body(content.bytes()), id, number, content)
    }

    fn copy_part(&self, id: &str, upload: &Upload, bucket: &Bucket, random: &mut Random) -> Option<Step<State>> {
        let objects: Vec<_> = bucket.versions().into_iter().filter(|(_, version)| version.content.is_some()).collect();
        let (key, source) = chosen(&objects, random)?;
        let request = self.request("PUT", &format!("/{}?uploadId={id}&partNumber=3", upload.key));
        let request = request.header("x-amz-copy-source", self.source(key, source));
        // A small part can only be the last.
        let number = 3;
        Some(self.insert_part("UploadPartCopy", request, id, number, source.content.as_ref()?.copied()))
    }

    fn insert_part(
        &self,
        operation: &'static str,
        request: Request,
        id: &str,
        number: u16,
        content: Content,
    ) -> Step<State> {
        let id = id.to_owned();
        self.step(operation, request, move |bucket, _| {
            bucket.uploads.entry(id.clone()).or_default().parts.insert(number, content.clone());
        })
    }

    pub(super) fn abort_upload(&self, id: &str, upload: &Upload) -> Step<State> {
        let request = self.request("DELETE", &format!("/{}?uploadId={id}", upload.key));
        let id = id.to_owned();
        self.step("AbortMultipartUpload", request, move |bucket, _| drop(bucket.uploads.remove(&id)))
    }

    /// Of the large part, if there is one, and one more.
    fn complete_upload(&self, id: &str, upload: &Upload) -> Step<State> {
        let (mut chosen, mut is_last) = (Vec::new(), false);
        for (number, content) in &upload.parts {
            if !is_last {
                chosen.push((number, content));
                is_last = content.length < LARGE_PART;
            }
        }
        let part = |(number, content): &(&u16, &Content)| {
            format!("<Part><PartNumber>{number}</PartNumber><ETag>{}</ETag></Part>", content.etag)
        };
        let parts: String = chosen.iter().map(part).collect();
        let document = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
        let request = self.request("POST", &format!("/{}?uploadId={id}", upload.key)).body(document);
        let content = Content::joined(&chosen.iter().map(|(_, content)| *content).collect::<Vec<_>>());
        let (key, id) = (upload.key.clone(), id.to_owned());
        self.step("CompleteMultipartUpload", request, move |bucket, answer| {
            bucket.uploads.remove(&id);
            bucket.write(&key, &told(answer, VERSION_ID), Some(content.clone()), super::model::Traits::new());
        })
    }
}

/// The id of the delete marker that `DeleteObjects` made for a key.
fn marker_of(answer: Option<&Answer>, key: &str) -> String {
    let Some(answer) = answer else { return UNTOLD.to_owned() };
    let of_key = answer.elements("Deleted").into_iter().find(|text| text.contains(&format!("<Key>{key}</Key>")));
    let ids = of_key.map(|text| crate::crash::http::elements(&text, "DeleteMarkerVersionId"));
    ids.and_then(|mut ids| ids.pop()).unwrap_or_default()
}

pub(super) fn set_account_block(s3: &S3, state: &State, random: &mut Random) -> Step<State> {
    if state.account_block.is_some() && random.below(2) == 0 {
        return delete_account_block(s3);
    }
    let value = if random.below(2) == 0 { "true" } else { "false" };
    let block = format!("<IgnorePublicAcls>{value}</IgnorePublicAcls>");
    let document = format!("<PublicAccessBlockConfiguration>{block}</PublicAccessBlockConfiguration>");
    let request = s3.control("PUT", "configuration/publicAccessBlock").body(document);
    Step::new("PutPublicAccessBlock of an account", request, move |state: &mut State, _| {
        state.account_block = Some(value.to_owned());
    })
}

pub(super) fn delete_account_block(s3: &S3) -> Step<State> {
    let request = s3.control("DELETE", "configuration/publicAccessBlock");
    Step::new("DeletePublicAccessBlock of an account", request, |state: &mut State, _| state.account_block = None)
}

/// Public ACLs are blocked; the group that delivers logs is not the public.
fn set_acl(request: Request, is_granted: bool) -> Request {
    match is_granted {
        true => request.header("x-amz-grant-read", "uri=\"http://acs.amazonaws.com/groups/s3/LogDelivery\""),
        false => request.header("x-amz-acl", "private"),
    }
}
