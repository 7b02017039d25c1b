//! A client of S3 and of S3 Control, with buckets and an account of its own.

mod configurations;
mod content;
mod model;
mod see;
mod steps;

pub(crate) use self::steps::with_document;
use self::{
    configurations::Configuration,
    content::Content,
    model::{Bucket, State, Upload, Version},
    steps::Place,
};
use super::{
    client::{Service, Step},
    http::{Connection, Request},
    random::Random,
};

const KEYS: u64 = 6;
/// Of a bucket; then versions are removed.
const MAX_VERSIONS: usize = 15;
const MAX_UPLOADS: usize = 4;
/// The smallest part that another may follow. Bytes.
const LARGE_PART: usize = 5 << 20;

/// What tells a client's buckets apart.
const KINDS: [Kind; 4] = [
    Kind { name: "many", is_locked: false, keys: KEYS },
    Kind { name: "few", is_locked: false, keys: 1 },
    // Deleted again and again: it is empty often.
    Kind { name: "brief", is_locked: false, keys: 1 },
    Kind { name: "locked", is_locked: true, keys: 3 },
];

struct Kind {
    name: &'static str,
    is_locked: bool,
    keys: u64,
}

/// Sub-resources, and a document for each; for a bucket that has versions, without Object Lock.
pub(crate) fn first_configurations(bucket: &str) -> Vec<(&'static str, String)> {
    let kinds = configurations::ALL.iter().filter(|kind| kind.query != "object-lock");
    kinds.map(|kind| (kind.query, kind.text(bucket, &kind.value(0)))).collect()
}

pub(crate) struct S3 {
    /// Of which buckets are named, and nothing but the client's is in.
    number: u64,
    account: String,
}

impl S3 {
    pub(crate) fn of(number: u64) -> Self {
        Self { number, account: format!("{:012}", 100 + number) }
    }

    fn request(&self, method: &'static str, path: &str) -> Request {
        Request::new("s3", &self.account, method, path)
    }

    fn control(&self, method: &'static str, path: &str) -> Request {
        self.request(method, &format!("/v20180820/{path}")).header("x-amz-account-id", &self.account)
    }

    /// In a bucket that is there.
    fn next_in(&self, kind: &Kind, place: &Place<'_>, bucket: &Bucket, random: &mut Random) -> Step<State> {
        let key = format!("key{}", random.below(kind.keys));
        if kind.name == "brief" {
            let is_empty = bucket.keys.is_empty();
            return if is_empty { place.delete_bucket() } else { place.remove_any(bucket, random) };
        }
        if bucket.version_count() >= MAX_VERSIONS {
            return place.remove_any(bucket, random);
        }
        let put = |random: &mut Random| place.put_object(&key, content(random), random);
        match random.below(100) {
            0..22 => put(random),
            22..25 => place.post_object(&key, content(random)),
            25..33 => place.delete_object(&key),
            33..36 => place.delete_objects(kind.keys),
            36..42 => place.copy_object(&key, bucket, random).unwrap_or_else(|| put(random)),
            42..54 => place.describe(bucket, random).unwrap_or_else(|| put(random)),
            54..70 => place.configure(bucket, random),
            70..73 => place.set_versioning(bucket, random).unwrap_or_else(|| put(random)),
            73..78 if bucket.version_count() > 0 => place.remove_any(bucket, random),
            78..84 if bucket.uploads.len() < MAX_UPLOADS => place.begin_upload(&key),
            84..98 => place.go_on_with_upload(bucket, random).unwrap_or_else(|| put(random)),
            98..100 if bucket.keys.is_empty() => place.delete_bucket(),
            _ => put(random),
        }
    }
}

fn content(random: &mut Random) -> Content {
    let most = match random.below(20) {
        0 => 700_000,
        1..8 => 20_000,
        _ => 3_000,
    };
    // Few seeds and lengths for some: equal content is stored once.
    let (seed, length) =
        if random.below(6) == 0 { (random.below(3), 9_000) } else { (random.next(), random.below(most)) };
    Content::made(seed, usize::try_from(length).unwrap_or(0))
}

impl Service for S3 {
    type State = State;

    fn next(&mut self, state: &State, random: &mut Random) -> Step<State> {
        if random.below(60) == 0 {
            return steps::set_account_block(self, state, random);
        }
        let kind = &KINDS[usize::try_from(random.below(KINDS.len() as u64)).unwrap_or(0)];
        let place = Place { s3: self, name: format!("crash-{}-{}", self.number, kind.name), is_locked: kind.is_locked };
        match state.buckets.get(&place.name) {
            None => place.create_bucket(),
            Some(bucket) if kind.name == "brief" && bucket.keys.is_empty() && random.below(2) == 0 => {
                place.put_object("key0", content(random), random)
            }
            Some(bucket) => self.next_in(kind, &place, bucket, random),
        }
    }

    fn clear(&self, state: &State) -> Option<Step<State>> {
        let Some((name, bucket)) = state.buckets.first_key_value() else {
            return state.account_block.is_some().then(|| steps::delete_account_block(self));
        };
        let place = Place { s3: self, name: name.clone(), is_locked: bucket.is_locked };
        if let Some((key, version)) = bucket.versions().first() {
            return Some(place.remove_version(key, version));
        }
        let upload = bucket.uploads.first_key_value();
        Some(upload.map_or_else(|| place.delete_bucket(), |(id, upload)| place.abort_upload(id, upload)))
    }

    fn see(&self, connection: &mut Connection, _told: &State) -> anyhow::Result<State> {
        see::see(self, connection)
    }

    fn agree(seen: &State, possible: &State, told: &State) -> Option<State> {
        model::agree(seen, possible, told)
    }
}
