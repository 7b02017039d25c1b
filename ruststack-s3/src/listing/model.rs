//! The rules of listings in obvious lines, to compare the real one with: take all, sort, group, cut.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::FutureExt;
use http::Method;
use proptest::{collection::vec, prelude::*};
use s3s::dto;

use super::{After, Entry, Filter, Page, objects, versions};
use crate::{
    caller::{self, Caller},
    index::ObjectIndex,
    object::{Content, Version, VersionId},
    operations::{list_objects::list_objects, list_objects_v2::list_objects_v2},
};

/// A line of a listing: a key with the version's id, or a common prefix.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Line {
    Version(String, VersionId, bool),
    CommonPrefix(String),
}

/// More lines than the keys below can have.
const MOST_LINES: usize = 100;

/// Keys with their versions, oldest first.
type Keys = BTreeMap<String, Vec<Arc<Version>>>;

fn model(keys: &Keys, filter: Filter<'_>, is_versions: bool) -> Vec<Line> {
    let mut lines = Vec::new();
    for (key, versions) in keys.iter().filter(|(key, _)| key.starts_with(filter.prefix)) {
        let shown: Vec<_> = match is_versions {
            true => versions.iter().rev().collect(),
            false => versions.last().into_iter().filter(|version| !is_marker(version)).collect(),
        };
        for version in shown {
            let is_latest = version.id == versions.last().unwrap().id;
            let line = match key[filter.prefix.len()..].split_once(filter.delimiter) {
                Some((part, _)) if !filter.delimiter.is_empty() => {
                    Line::CommonPrefix(format!("{}{part}{}", filter.prefix, filter.delimiter))
                }
                _ => Line::Version(key.clone(), version.id, is_latest),
            };
            if lines.last() != Some(&line) {
                lines.push(line);
            }
        }
    }
    lines
}

fn is_marker(version: &Version) -> bool {
    matches!(version.content, Content::DeleteMarker)
}

/// Walks all pages of `limit` lines, each from where the one before said it ended.
fn all_pages(limit: usize, mut next: impl FnMut(Option<&Line>) -> Page) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    loop {
        let page = next(lines.last());
        let (count, is_truncated) = (page.entries.len(), page.is_truncated);
        assert!(count <= limit && (!is_truncated || count == limit), "a page cut short is full");
        lines.extend(page.entries.into_iter().map(Line::from));
        assert!(lines.len() <= MOST_LINES, "pages go on for ever");
        if !is_truncated {
            return lines;
        }
    }
}

impl From<Entry> for Line {
    fn from(entry: Entry) -> Self {
        match entry {
            Entry::Version { key, version, is_latest } => Self::Version(key, version.id, is_latest),
            Entry::CommonPrefix(prefix) => Self::CommonPrefix(prefix),
        }
    }
}

impl Line {
    fn name(&self) -> &str {
        match self {
            Self::Version(key, ..) => key,
            Self::CommonPrefix(prefix) => prefix,
        }
    }

    fn after(&self) -> After<'_> {
        match self {
            Self::Version(key, id, _) => After::Version(key, *id),
            Self::CommonPrefix(prefix) => After::Key(prefix),
        }
    }
}

fn version(number: usize, is_marker: bool) -> Arc<Version> {
    let id = caller::version_id(number as u64);
    if is_marker { caller::delete_marker(id) } else { caller::object(id) }
}

/// Few characters, so that prefixes and delimiters meet; some take more than one byte.
fn name() -> impl Strategy<Value = String> {
    "[ab/\u{e9}\u{10ffff}]{0,4}"
}

fn keys() -> impl Strategy<Value = Keys> {
    let versions = vec(any::<bool>(), 1..4).prop_map(|markers| {
        markers.into_iter().enumerate().map(|(number, is_marker)| version(number, is_marker)).collect()
    });
    proptest::collection::btree_map("[ab/\u{e9}\u{10ffff}]{1,5}", versions, 0..24)
}

fn delimiter() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), Just("/".to_owned()), "[ab/\u{10ffff}]{1,2}"]
}

proptest! {
    #[test]
    fn pages_of_objects_are_the_model_cut(keys in keys(), prefix in name(), delimiter in delimiter(), limit in 1_usize..6) {
        let filter = Filter { prefix: &prefix, delimiter: &delimiter };
        let index = ObjectIndex::of(keys.clone());
        let lines = all_pages(limit, |last| objects(&index, filter, last.map(Line::name), limit));
        prop_assert_eq!(lines, model(&keys, filter, false));
    }

    #[test]
    fn pages_of_versions_are_the_model_cut(keys in keys(), prefix in name(), delimiter in delimiter(), limit in 1_usize..6) {
        let filter = Filter { prefix: &prefix, delimiter: &delimiter };
        let index = ObjectIndex::of(keys.clone());
        let lines = all_pages(limit, |last| {
            versions(&index, filter, &last.map_or(After::Nothing, Line::after), limit)
        });
        prop_assert_eq!(lines, model(&keys, filter, true));
    }

    #[test]
    fn a_marker_that_is_no_key_is_passed_all_the_same(keys in keys(), prefix in name(), delimiter in delimiter(), marker in name()) {
        let filter = Filter { prefix: &prefix, delimiter: &delimiter };
        let index = ObjectIndex::of(keys.clone());
        let page = objects(&index, filter, Some(&marker), 1000);
        let lines: Vec<_> = page.entries.into_iter().map(Line::from).collect();
        // A marker inside a common prefix hides all of it.
        let passed = filter.common_prefix(&marker).unwrap_or(&marker).to_owned();
        let left = model(&keys, filter, false).into_iter().filter(|line| *line.name() > *passed);
        prop_assert_eq!(lines, left.collect::<Vec<_>>());
    }
}

/// What an operation's page shows: keys and common prefixes in one order.
fn names(contents: Option<Vec<dto::Object>>, common_prefixes: Option<Vec<dto::CommonPrefix>>) -> Vec<String> {
    let keys = contents.into_iter().flatten().filter_map(|object| object.key);
    let prefixes = common_prefixes.into_iter().flatten().filter_map(|prefix| prefix.prefix);
    let mut names: Vec<_> = keys.chain(prefixes).collect();
    names.sort();
    names
}

/// A page of `ListObjects`, and the marker that a client goes on with.
fn list_page(
    caller: &Caller,
    filter: Filter<'_>,
    marker: Option<String>,
    limit: usize,
) -> (Vec<String>, Option<String>) {
    let call = caller.request(Method::GET, &format!("/bucket?max-keys={limit}")).call();
    let input = dto::ListObjectsInput {
        bucket: "bucket".to_owned(),
        prefix: Some(filter.prefix.to_owned()),
        delimiter: Some(filter.delimiter.to_owned()),
        marker,
        ..dto::ListObjectsInput::default()
    };
    let reply = list_objects(call, input).now_or_never().expect("it waits for nothing").ok().unwrap();
    let output = reply.output;
    let (is_truncated, next_marker) = (output.is_truncated == Some(true), output.next_marker);
    let last_key = output.contents.iter().flatten().next_back().and_then(|object| object.key.clone());
    let marker = next_marker.or(last_key).filter(|_| is_truncated);
    (names(output.contents, output.common_prefixes), marker)
}

/// A page of `ListObjectsV2`, and the token of the next.
fn list_page_v2(
    caller: &Caller,
    filter: Filter<'_>,
    token: Option<String>,
    limit: usize,
) -> (Vec<String>, Option<String>) {
    let token = token.map(|token| format!("&continuation-token={token}")).unwrap_or_default();
    let call = caller.request(Method::GET, &format!("/bucket?list-type=2&max-keys={limit}{token}")).call();
    let input = dto::ListObjectsV2Input {
        bucket: "bucket".to_owned(),
        prefix: Some(filter.prefix.to_owned()),
        delimiter: Some(filter.delimiter.to_owned()),
        ..dto::ListObjectsV2Input::default()
    };
    let reply = list_objects_v2(call, input).now_or_never().expect("it waits for nothing").ok().unwrap();
    let output = reply.output;
    (names(output.contents, output.common_prefixes), output.next_continuation_token)
}

proptest! {
    #[test]
    fn clients_see_the_model_page_by_page(keys in keys(), prefix in name(), delimiter in delimiter(), limit in 1_usize..6) {
        let caller = Caller::new();
        *caller.bucket("bucket").objects.write() = ObjectIndex::of(keys.clone());
        let filter = Filter { prefix: &prefix, delimiter: &delimiter };
        let expected: Vec<_> = model(&keys, filter, false).iter().map(|line| line.name().to_owned()).collect();
        for page in [list_page, list_page_v2] {
            let (mut seen, mut next) = page(&caller, filter, None, limit);
            while next.is_some() {
                let (names, after) = page(&caller, filter, next, limit);
                seen.extend(names);
                prop_assert!(seen.len() <= MOST_LINES, "pages go on for ever");
                next = after;
            }
            prop_assert_eq!(&seen, &expected);
        }
    }
}

#[test]
fn a_page_goes_on_after_a_version_that_was_deleted_since() {
    let kept = vec![version(1, false), version(2, false)];
    let index = ObjectIndex::of([("key".to_owned(), kept)]);
    let filter = Filter { prefix: "", delimiter: "" };
    let page = versions(&index, filter, &After::Version("key", version(3, false).id), 5);
    assert_eq!(page.entries.len(), 2);
    let page = versions(&index, filter, &After::Version("key", version(2, false).id), 5);
    assert_eq!(page.entries.len(), 1);
}

#[test]
fn a_page_of_no_keys_is_not_truncated() {
    let index = ObjectIndex::of([("key".to_owned(), vec![version(1, false)])]);
    let page = objects(&index, Filter { prefix: "", delimiter: "" }, None, 0);
    assert!(page.entries.is_empty() && !page.is_truncated);
}

#[test]
fn a_page_among_too_many_delete_markers_ends_and_the_next_goes_on() {
    let marker = version(1, true);
    let hidden = (0..=super::MAX_SKIPPED).map(|number| (format!("a{number:06}"), vec![Arc::clone(&marker)]));
    let index = ObjectIndex::of(hidden.chain([("b".to_owned(), vec![version(1, false)])]));
    let filter = Filter { prefix: "", delimiter: "" };
    let first = objects(&index, filter, None, 5);
    assert!(first.entries.is_empty() && first.is_truncated);
    let next = objects(&index, filter, first.next_after(), 5);
    assert!(next.entries.len() == 1 && !next.is_truncated);
}
