//! What the server shows of a client's buckets, looked at in every way there is.

use anyhow::{Context as _, ensure};

use super::{Bucket, Configuration, Content, S3, State, Upload, Version, configurations, model::Traits};
use crate::crash::http::{Answer, Connection, Request, elements};

pub(super) fn see(s3: &S3, connection: &mut Connection) -> anyhow::Result<State> {
    let mut state = State { account_block: see_account_block(s3, connection)?, ..State::default() };
    let mut eye = Eye { s3, connection };
    for name in eye.get("/")?.elements("Name") {
        let bucket = eye.bucket(&name)?;
        state.buckets.insert(name, bucket);
    }
    Ok(state)
}

fn see_account_block(s3: &S3, connection: &mut Connection) -> anyhow::Result<Option<String>> {
    let answer = connection.send(&s3.control("GET", "configuration/publicAccessBlock"))?;
    ensure!(answer.is_success() || answer.status == 404, "{}", answer.text());
    Ok(answer.elements("IgnorePublicAcls").pop())
}

struct Eye<'e> {
    s3: &'e S3,
    connection: &'e mut Connection,
}

impl Eye<'_> {
    fn send(&mut self, request: &Request) -> anyhow::Result<Answer> {
        Ok(self.connection.send(request)?)
    }

    fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        let answer = self.send(&self.s3.request("GET", path))?;
        ensure!(answer.is_success(), "GET {path}: {} {}", answer.status, answer.text());
        Ok(answer)
    }

    fn bucket(&mut self, name: &str) -> anyhow::Result<Bucket> {
        let head = self.send(&self.s3.request("HEAD", &format!("/{name}")))?;
        ensure!(head.is_success(), "HEAD {name}: {}", head.status);
        let versioning = self.get(&format!("/{name}?versioning"))?.elements("Status").pop().unwrap_or_default();
        let lock = self.send(&self.s3.request("GET", &format!("/{name}?object-lock")))?;
        let mut bucket = Bucket { versioning, is_locked: lock.is_success(), ..Bucket::default() };
        for kind in configurations::ALL {
            if let Some(value) = self.configuration(name, kind)? {
                bucket.configurations.insert(kind.query, value);
            }
        }
        if let Some(grants) = self.grants(&format!("/{name}?acl"))? {
            bucket.configurations.insert("acl", grants);
        }
        self.versions(name, &mut bucket)?;
        self.lists(name, &bucket)?;
        self.uploads(name, &mut bucket)?;
        Ok(bucket)
    }

    /// `None` when it is as it is by itself.
    fn configuration(&mut self, name: &str, kind: &Configuration) -> anyhow::Result<Option<String>> {
        let path = format!("/{name}?{}", kind.query);
        let answer = self.send(&self.s3.request("GET", &path))?;
        ensure!(answer.is_success() || answer.status == 404, "GET {path}: {} {}", answer.status, answer.text());
        let value = if answer.is_success() { answer.elements(kind.element).pop() } else { None };
        Ok(value.filter(|value| value != kind.default))
    }

    /// What others than the owner may.
    fn grants(&mut self, path: &str) -> anyhow::Result<Option<String>> {
        let mut permissions = self.get(path)?.elements("Permission");
        permissions.retain(|permission| permission != "FULL_CONTROL");
        Ok(permissions.pop())
    }

    fn versions(&mut self, name: &str, bucket: &mut Bucket) -> anyhow::Result<()> {
        let list = self.get(&format!("/{name}?versions"))?;
        ensure!(list.elements("IsTruncated") == ["false"], "a bucket has too many versions");
        let mut latest = Vec::new();
        for (kind, is_marker) in [("Version", false), ("DeleteMarker", true)] {
            for found in list.elements(kind) {
                let (key, id) = (element(&found, "Key")?, element(&found, "VersionId")?);
                let version = match is_marker {
                    true => Version { id, content: None, traits: Traits::new() },
                    false => self.object(&format!("/{name}/{key}"), id, &found)?,
                };
                if element(&found, "IsLatest")? == "true" {
                    latest.push((key, version));
                } else {
                    bucket.keys.entry(key).or_default().push(version);
                }
            }
        }
        for (key, version) in latest {
            let is_current = self.send(&self.s3.request("HEAD", &format!("/{name}/{key}")))?.is_success();
            ensure!(is_current == version.content.is_some(), "{key} does not answer with its latest version");
            bucket.keys.entry(key).or_default().push(version);
        }
        Ok(())
    }

    /// GET and HEAD must say what the list says.
    fn object(&mut self, path: &str, id: String, listed: &str) -> anyhow::Result<Version> {
        let at = |query: &str| format!("{path}?{query}versionId={id}");
        let get = self.s3.request("GET", &at("")).header("x-amz-checksum-mode", "ENABLED");
        let (head, got) = (self.send(&get.clone().with_method("HEAD"))?, self.send(&get)?);
        ensure!(got.is_success(), "GET {path}: {} {}", got.status, got.text());
        let etag = element(listed, "ETag")?.replace("&quot;", "\"");
        let content = Content::seen(&got.body, etag.trim_matches('"'));
        let length = content.length.to_string();
        ensure!(element(listed, "Size")? == length, "{path} is listed with another size than it has");
        for answer in [&got, &head] {
            let says = (answer.header("etag"), answer.header("content-length"));
            ensure!(says == (Some(&etag), Some(&length)), "{path} says {says:?} and is listed with {etag}");
        }
        let checksum = |answer: &Answer| answer.header("x-amz-checksum-crc64nvme").map(str::to_owned);
        ensure!(checksum(&got).is_some() && checksum(&got) == checksum(&head), "{path} has two checksums");
        let mut traits = traits_of_head(&head);
        if let Some(tag) = self.get(&at("tagging&"))?.elements("Value").pop() {
            traits.insert("tag", tag);
        }
        traits.extend(self.grants(&at("acl&"))?.map(|grants| ("acl", grants)));
        Ok(Version { id, content: Some(content), traits })
    }

    /// Both lists of objects must be that of latest versions.
    fn lists(&mut self, name: &str, bucket: &Bucket) -> anyhow::Result<()> {
        let latest = bucket.keys.iter().filter_map(|(key, versions)| Some((key, versions.last()?.content.as_ref()?)));
        let latest: Vec<_> = latest.map(|(key, content)| (key.clone(), content.length.to_string())).collect();
        for query in ["", "?list-type=2"] {
            let list = self.get(&format!("/{name}{query}"))?;
            let (keys, sizes) = (list.elements("Key"), list.elements("Size"));
            let listed: Vec<_> = keys.into_iter().zip(sizes).collect();
            ensure!(listed == latest, "the list of objects {query} is {listed:?}, not that of latest versions");
        }
        Ok(())
    }

    fn uploads(&mut self, name: &str, bucket: &mut Bucket) -> anyhow::Result<()> {
        for upload in self.get(&format!("/{name}?uploads"))?.elements("Upload") {
            let (key, id) = (element(&upload, "Key")?, element(&upload, "UploadId")?);
            let listed = self.get(&format!("/{name}/{key}?uploadId={id}"))?.elements("Part");
            let parts = listed.iter().map(|part| see_part(part)).collect::<anyhow::Result<_>>()?;
            bucket.uploads.insert(id, Upload { key, parts });
        }
        Ok(())
    }
}

fn traits_of_head(head: &Answer) -> Traits {
    let hold = head.header("x-amz-object-lock-legal-hold").map(|hold| ("hold", hold.to_owned()));
    // What the bucket keeps by itself ends in this century.
    let until = head.header("x-amz-object-lock-retain-until-date").filter(|until| until.starts_with("21"));
    let until = until.and_then(|until| until.get(..19)).map(|until| ("retention", until.to_owned()));
    hold.into_iter().chain(until).collect()
}

/// The bytes of a part do not show before the upload is complete.
fn see_part(part: &str) -> anyhow::Result<(u16, Content)> {
    let etag = element(part, "ETag")?.replace("&quot;", "");
    let content = Content::listed(element(part, "Size")?.parse()?, etag.trim_matches('"'));
    Ok((element(part, "PartNumber")?.parse()?, content))
}

fn element(text: &str, name: &str) -> anyhow::Result<String> {
    elements(text, name).pop().with_context(|| format!("no {name} in {text}"))
}
