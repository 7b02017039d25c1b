//! A client: writes to its own buckets by chance, knows what was answered, and compares.

use std::{collections::BTreeMap, io, sync::mpsc::Sender};

use anyhow::{Context as _, bail, ensure};

use super::{
    http::{Answer, Connection, elements},
    model::{Bucket, Content, Part, State, UNTOLD, Upload, Version, agree},
    random::Random,
};

const BUCKETS: u64 = 3;
const KEYS: u64 = 6;
/// Of a bucket; then versions are removed.
const MAX_VERSIONS: usize = 40;
const MAX_UPLOADS: usize = 6;
/// The smallest part that another may follow. Bytes.
const LARGE_PART: usize = 5 << 20;

pub(crate) struct Client {
    number: u64,
    random: Random,
    /// As answered.
    certain: State,
    /// The same with the write whose answer did not come.
    unanswered: Option<State>,
    /// What the server said to a write that should have worked.
    refused: Option<String>,
}

/// A request and what it does.
struct Step {
    method: &'static str,
    path: String,
    body: Vec<u8>,
    /// Given the id that the answer tells.
    apply: Apply,
}

type Apply = Box<dyn FnOnce(&mut State, &Answered) + Send>;

/// What an answer tells of what it made.
struct Answered {
    version_id: String,
    upload_id: String,
    etag: String,
}

impl Answered {
    fn of(answer: &Answer) -> Self {
        let header = |name| answer.header(name).unwrap_or_default().to_owned();
        let upload_id = answer.elements("UploadId").pop().unwrap_or_default();
        Self { version_id: header("x-amz-version-id"), upload_id, etag: header("etag") }
    }

    /// Of an answer that did not come; the ETag of a part is known only to the server.
    fn none() -> Self {
        Self { version_id: UNTOLD.to_owned(), upload_id: UNTOLD.to_owned(), etag: UNTOLD.to_owned() }
    }
}

/// Writes until there are no answers any more; tells of each.
pub(crate) fn write(client: &mut Client, port: u16, answered: &Sender<()>) {
    let Ok(mut connection) = Connection::open(port) else { return };
    while client.step(&mut connection).is_ok() {
        // Who counts may have counted enough.
        let _counted = answered.send(());
    }
}

impl Client {
    pub(crate) fn new(number: u64, seed: u64) -> Self {
        let random = Random::new(seed.wrapping_mul(1000).wrapping_add(number));
        Self { number, random, certain: State::new(), unanswered: None, refused: None }
    }

    /// One write.
    fn step(&mut self, connection: &mut Connection) -> io::Result<()> {
        let step = self.next();
        match connection.send(step.method, &step.path, &step.body) {
            Ok(answer) if answer.status < 300 => {
                (step.apply)(&mut self.certain, &Answered::of(&answer));
                Ok(())
            }
            // All that a client asks for must work.
            Ok(answer) => {
                let said = format!("{} {}: {} {}", step.method, step.path, answer.status, answer.text());
                self.refused = Some(said);
                Err(io::ErrorKind::Other.into())
            }
            Err(error) => {
                let mut changed = self.certain.clone();
                (step.apply)(&mut changed, &Answered::none());
                self.unanswered = Some(changed);
                Err(error)
            }
        }
    }

    fn next(&mut self) -> Step {
        let name = format!("crash-{}-{}", self.number, self.random.below(BUCKETS));
        let Some(bucket) = self.certain.get(&name).cloned() else { return create_bucket(name) };
        let key = format!("key{}", self.random.below(KEYS));
        if bucket.version_count() >= MAX_VERSIONS {
            return remove_version(name, &bucket, self.random.next());
        }
        match self.random.below(100) {
            0..40 => put_object(name, key, self.bytes()),
            40..55 => delete_object(name, key),
            55..62 => set_versioning(name, if self.random.below(2) == 0 { "Enabled" } else { "Suspended" }),
            62..70 => set_tag(name, self.random.below(1000)),
            70..73 => delete_tag(name),
            73..76 if bucket.keys.is_empty() => delete_bucket(name),
            76..82 if bucket.version_count() > 0 => remove_version(name, &bucket, self.random.next()),
            82..87 if bucket.uploads.len() < MAX_UPLOADS => begin_upload(name, key),
            87..100 => self.go_on_with_upload(name, &bucket).unwrap_or_else(|name| put_object(name, key, self.bytes())),
            _ => put_object(name, key, self.bytes()),
        }
    }

    fn go_on_with_upload(&mut self, name: String, bucket: &Bucket) -> Result<Step, String> {
        let Some(place) = self.random.next().checked_rem(bucket.uploads.len() as u64) else { return Err(name) };
        let found = bucket.uploads.iter().nth(usize::try_from(place).unwrap_or_default());
        let Some((id, upload)) = found else { return Err(name) };
        let is_large = self.random.below(8) == 0;
        Ok(match (self.random.below(10), upload.parts.len()) {
            (0..2, _) => abort_upload(name, id.clone(), upload),
            (_, 0) if is_large => upload_part(name, id.clone(), upload, 1, LARGE_PART),
            (2..4, _) | (_, 0) => upload_part(name, id.clone(), upload, 2, self.bytes().len()),
            _ => complete_upload(name, id.clone(), upload),
        })
    }

    fn bytes(&mut self) -> Vec<u8> {
        let most = if self.random.below(20) == 0 { 700_000 } else { 2_000 };
        let (length, first) = (self.random.below(most), self.random.next());
        let mut random = Random::new(first);
        (0..length.div_ceil(8))
            .flat_map(|_| random.next().to_le_bytes())
            .take(usize::try_from(length).unwrap_or(0))
            .collect()
    }

    /// Compares what the server shows with what it may show, and takes that for certain.
    pub(crate) fn check(&mut self, port: u16) -> anyhow::Result<()> {
        ensure!(self.refused.is_none(), "{}", self.refused.take().unwrap_or_default());
        let mut connection = Connection::open(port)?;
        let seen = see(&mut connection, &format!("crash-{}-", self.number))?;
        let known = agree(&seen, &self.certain, &self.certain);
        let unanswered = self.unanswered.as_ref();
        let Some(known) = known.or_else(|| agree(&seen, unanswered?, &self.certain)) else {
            bail!(
                "client {} sees\n{seen:#?}\nwhere it was answered\n{:#?}\nand was not answered\n{:#?}",
                self.number,
                self.certain,
                self.unanswered
            );
        };
        (self.certain, self.unanswered) = (known, None);
        Ok(())
    }
}

fn step(
    method: &'static str,
    path: String,
    body: Vec<u8>,
    apply: impl FnOnce(&mut State, &Answered) + Send + 'static,
) -> Step {
    Step { method, path, body, apply: Box::new(apply) }
}

/// A step that changes one bucket.
fn on_bucket(
    method: &'static str,
    name: String,
    rest: &str,
    body: Vec<u8>,
    apply: impl FnOnce(&mut Bucket, &Answered) + Send + 'static,
) -> Step {
    let path = format!("/{name}{rest}");
    step(method, path, body, move |state, answered| apply(state.entry(name).or_default(), answered))
}

fn create_bucket(name: String) -> Step {
    on_bucket("PUT", name, "", Vec::new(), |_, _| {})
}

fn delete_bucket(name: String) -> Step {
    step("DELETE", format!("/{name}"), Vec::new(), move |state, _| drop(state.remove(&name)))
}

fn put_object(name: String, key: String, bytes: Vec<u8>) -> Step {
    let content = Content::of(&bytes);
    on_bucket("PUT", name, &format!("/{key}"), bytes, move |bucket, answered| {
        bucket.write(&key, &answered.version_id, Some(content));
    })
}

fn delete_object(name: String, key: String) -> Step {
    on_bucket("DELETE", name, &format!("/{key}"), Vec::new(), move |bucket, answered| {
        bucket.delete(&key, &answered.version_id);
    })
}

fn remove_version(name: String, bucket: &Bucket, chance: u64) -> Step {
    let versions: Vec<_> =
        bucket.keys.iter().flat_map(|(key, list)| list.iter().map(move |one| (key, &one.id))).collect();
    let (key, id) = versions[usize::try_from(chance % versions.len() as u64).unwrap_or(0)];
    let (key, id) = (key.clone(), id.clone());
    on_bucket("DELETE", name, &format!("/{key}?versionId={id}"), Vec::new(), move |bucket, _| bucket.remove(&key, &id))
}

fn set_versioning(name: String, status: &'static str) -> Step {
    let document = format!("<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>");
    on_bucket("PUT", name, "?versioning", document.into(), move |bucket, _| bucket.versioning = status.to_owned())
}

fn set_tag(name: String, value: u64) -> Step {
    let tag = format!("<Tag><Key>tag</Key><Value>{value}</Value></Tag>");
    let document = format!("<Tagging><TagSet>{tag}</TagSet></Tagging>");
    on_bucket("PUT", name, "?tagging", document.into(), move |bucket, _| bucket.tag = value.to_string())
}

fn delete_tag(name: String) -> Step {
    on_bucket("DELETE", name, "?tagging", Vec::new(), |bucket, _| bucket.tag.clear())
}

fn begin_upload(name: String, key: String) -> Step {
    on_bucket("POST", name, &format!("/{key}?uploads"), Vec::new(), move |bucket, answered| {
        bucket.uploads.insert(answered.upload_id.clone(), Upload { key, parts: BTreeMap::new() });
    })
}

fn upload_part(name: String, id: String, upload: &Upload, number: u16, length: usize) -> Step {
    let rest = format!("/{}?uploadId={id}&partNumber={number}", upload.key);
    on_bucket("PUT", name, &rest, Part::bytes(length), move |bucket, answered| {
        let part = Part { length, etag: answered.etag.clone() };
        bucket.uploads.entry(id).or_default().parts.insert(number, part);
    })
}

fn abort_upload(name: String, id: String, upload: &Upload) -> Step {
    on_bucket("DELETE", name, &format!("/{}?uploadId={id}", upload.key), Vec::new(), move |bucket, _| {
        bucket.uploads.remove(&id);
    })
}

fn complete_upload(name: String, id: String, upload: &Upload) -> Step {
    let part = |(number, part): (&u16, &Part)| {
        format!("<Part><PartNumber>{number}</PartNumber><ETag>{}</ETag></Part>", part.etag.replace('"', "&quot;"))
    };
    let parts: String = upload.parts.iter().map(part).collect();
    let document = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
    let key = upload.key.clone();
    let content = Content::of(&upload.parts.values().map(|part| Part::bytes(part.length)).collect::<Vec<_>>().concat());
    on_bucket("POST", name, &format!("/{key}?uploadId={id}"), document.into(), move |bucket, answered| {
        bucket.uploads.remove(&id);
        bucket.write(&key, &answered.version_id, Some(content));
    })
}

/// What the server shows of the buckets whose names begin so.
fn see(connection: &mut Connection, prefix: &str) -> anyhow::Result<State> {
    let buckets = get(connection, "/")?.elements("Name");
    let own = buckets.into_iter().filter(|name| name.starts_with(prefix));
    own.map(|name| see_bucket(connection, &name).map(|bucket| (name, bucket))).collect()
}

fn get(connection: &mut Connection, path: &str) -> anyhow::Result<Answer> {
    let answer = connection.send("GET", path, b"")?;
    ensure!(answer.status == 200, "GET {path}: {} {}", answer.status, answer.text());
    Ok(answer)
}

fn see_bucket(connection: &mut Connection, name: &str) -> anyhow::Result<Bucket> {
    let versioning = get(connection, &format!("/{name}?versioning"))?.elements("Status").pop().unwrap_or_default();
    let tag = connection.send("GET", &format!("/{name}?tagging"), b"")?.elements("Value").pop().unwrap_or_default();
    let mut bucket = Bucket { versioning, tag, ..Bucket::default() };
    see_versions(connection, name, &mut bucket)?;
    let uploads = get(connection, &format!("/{name}?uploads"))?;
    for upload in uploads.elements("Upload") {
        let (key, id) = (element(&upload, "Key")?, element(&upload, "UploadId")?);
        let parts = get(connection, &format!("/{name}/{key}?uploadId={id}"))?.elements("Part");
        let parts = parts.iter().map(|part| see_part(part)).collect::<anyhow::Result<_>>()?;
        bucket.uploads.insert(id, Upload { key, parts });
    }
    Ok(bucket)
}

fn see_part(part: &str) -> anyhow::Result<(u16, Part)> {
    let etag = element(part, "ETag")?.replace("&quot;", "\"");
    Ok((element(part, "PartNumber")?.parse()?, Part { length: element(part, "Size")?.parse()?, etag }))
}

/// Lists, HEAD and GET must say the same.
fn see_versions(connection: &mut Connection, name: &str, bucket: &mut Bucket) -> anyhow::Result<()> {
    let list = get(connection, &format!("/{name}?versions"))?;
    ensure!(list.elements("IsTruncated") == ["false"], "a bucket has too many versions");
    let mut latest = BTreeMap::new();
    for (kind, is_marker) in [("Version", false), ("DeleteMarker", true)] {
        for found in list.elements(kind) {
            let (key, id) = (element(&found, "Key")?, element(&found, "VersionId")?);
            let path = format!("/{name}/{key}?versionId={id}");
            let content = if is_marker { None } else { Some(see_object(connection, &path, &found)?) };
            let version = Version { id, content };
            if element(&found, "IsLatest")? == "true" {
                ensure!(latest.insert(key, version).is_none(), "a key has two latest versions");
            } else {
                bucket.keys.entry(key).or_default().push(version);
            }
        }
    }
    for (key, version) in latest {
        bucket.keys.entry(key).or_default().push(version);
    }
    let listed = get(connection, &format!("/{name}?list-type=2"))?.elements("Key");
    let current = bucket.keys.iter().filter(|(_, versions)| versions.last().is_some_and(|last| last.content.is_some()));
    ensure!(listed.iter().eq(current.map(|(key, _)| key)), "the list of objects is not that of latest versions");
    Ok(())
}

fn see_object(connection: &mut Connection, path: &str, listed: &str) -> anyhow::Result<Content> {
    let got = get(connection, path)?;
    let content = Content::of(&got.body);
    let head = connection.send("HEAD", path, b"")?;
    let etag = element(listed, "ETag")?.replace("&quot;", "\"");
    let length = content.length.to_string();
    ensure!(element(listed, "Size")? == length, "{path} is listed with another size than it has");
    for answer in [&got, &head] {
        let says = (answer.header("etag"), answer.header("content-length"));
        ensure!(says == (Some(&etag), Some(&length)), "{path} says {says:?} and is listed with {etag}");
    }
    Ok(content)
}

fn element(text: &str, name: &str) -> anyhow::Result<String> {
    elements(text, name).pop().with_context(|| format!("no {name} in {text}"))
}
