//! Snapshots of a service that keeps words in a box.

use async_trait::async_trait;
use parking_lot::Mutex;

use super::*;
use crate::{
    Request, Response,
    context::Context,
    error::AwsError,
    journal,
    service::{Protocol, ServiceSpec, State},
};

static WORDS: Table = Table::new("box", "words", 2);
static SPEC: ServiceSpec = ServiceSpec::named("box", &[Protocol::AwsJson10]);

#[derive(Default)]
struct Words(Mutex<BTreeMap<String, String>>);

#[async_trait]
impl Service for Words {
    fn spec(&self) -> &'static ServiceSpec {
        &SPEC
    }

    async fn call(self: Arc<Self>, _ctx: Context, _request: Request) -> Result<Response, AwsError> {
        Err(AwsError::not_implemented("nothing"))
    }

    fn state(&self) -> &dyn State {
        self
    }
}

impl State for Words {
    fn reset(&self, _part: &Part, _changes: &Changes) {
        self.0.lock().clear();
    }

    fn tables(&self) -> &'static [&'static Table] {
        static TABLES: &[&Table] = &[&WORDS];
        TABLES
    }

    fn load(&self, reader: &dyn Reader) -> Result<(), LoadError> {
        journal::load(reader, &WORDS, |key, word: String| {
            assert_ne!(word, "panic");
            self.0.lock().insert(String::from_utf8(key.to_vec()).unwrap(), word);
            Ok(())
        })
    }

    fn freeze(&self) -> Option<Frozen> {
        let words = self.0.lock().clone();
        Some(Box::new(move |rows| {
            words.iter().for_each(|(key, word)| rows.put(&WORDS, key.clone().into(), word));
        }))
    }
}

fn services(words: &[(&str, &str)]) -> (Arc<Words>, Vec<Arc<dyn Service>>) {
    let service = Arc::new(Words::default());
    *service.0.lock() = of(words);
    (Arc::clone(&service), vec![service])
}

fn of(words: &[(&str, &str)]) -> BTreeMap<String, String> {
    words.iter().map(|(key, word)| ((*key).to_owned(), (*word).to_owned())).collect()
}

fn put_back(services: &[Arc<dyn Service>], snapshot: &Snapshot) -> Result<(), String> {
    let journal: Arc<dyn Journal> = Arc::new(Ephemeral);
    let sources = [(Arc::clone(&services[0]), Arc::clone(&snapshot.saved["box"]))];
    restore(&sources, &journal).map(drop).map_err(|error| error.to_string())
}

/// One whose only row is this, of a table of that name and version.
fn made_by_hand(name: &str, version: u16, value: &[u8]) -> Snapshot {
    let mut rows = PackedRows::default();
    assert!(rows.push_last(b"a", value));
    let tables = vec![SavedTable { name: name.to_owned(), version, rows }];
    let saved = Arc::new(Saved { tables, held: Arc::default() });
    Snapshot { created: Timestamp::UNIX_EPOCH, saved: [("box".to_owned(), saved)].into() }
}

#[test]
fn what_is_put_back_is_what_was_there() {
    let (words, services) = services(&[("a", "one"), ("b", "two")]);
    let snapshot = Snapshot::take(&services, Timestamp::UNIX_EPOCH);
    assert_eq!(snapshot.row_count(), 2);
    *words.0.lock() = of(&[("b", "three"), ("c", "four")]);
    put_back(&services, &snapshot).unwrap();
    assert_eq!(*words.0.lock(), of(&[("a", "one"), ("b", "two")]));
}

#[test]
fn a_snapshot_of_a_later_ruststack_is_refused_by_name() {
    let (words, services) = services(&[("a", "one")]);
    let error = put_back(&services, &made_by_hand("box.words", 3, b"")).unwrap_err();
    assert!(error.contains("box.words has format 3, made by a later RustStack"), "{error}");
    let error = put_back(&services, &made_by_hand("box.lids", 1, b"")).unwrap_err();
    assert!(error.contains("box.lids"), "{error}");
    assert_eq!(*words.0.lock(), of(&[("a", "one")]));
}

#[test]
fn a_broken_snapshot_changes_nothing() {
    let (words, services) = services(&[("a", "one")]);
    for broken in [&b"\xc1"[..], b"", b"\x91\x01", b"\xa5panic"] {
        put_back(&services, &made_by_hand("box.words", 2, broken)).unwrap_err();
        assert_eq!(*words.0.lock(), of(&[("a", "one")]));
    }
}
