//! One page of a bucket's keys or versions, collected from the ordered index.
//!
//! The cost of a page follows the page: what a common prefix stands for is jumped over, never walked through. Pages
//! hold handles of versions, so that the index is locked only while one is collected; `operations/` make answers of
//! them. What requests say is in `listing/parameters.rs`, how names are written in `listing/encoding.rs`.

pub(crate) mod encoding;
#[cfg(test)]
mod model;
pub(crate) mod output;
pub(crate) mod parameters;
pub(crate) mod token;

use std::{
    ops::{Bound, ControlFlow},
    sync::Arc,
};

use crate::{
    bucket::Bucket,
    call::Call,
    index::{ObjectIndex, Versions},
    object::{Content, Version, VersionId},
};

/// How many delete markers one page of objects passes before it is cut short, so that no listing holds the index for
/// long: AWS reserves the right to answer with fewer keys than were asked for.
const MAX_SKIPPED: usize = 100_000;

/// Which keys a listing shows, and which of them it shows as one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filter<'a> {
    pub(crate) prefix: &'a str,
    /// Keys that share the prefix and what follows it up to this are shown as one; empty for none.
    pub(crate) delimiter: &'a str,
}

/// Where the page before ended.
#[derive(Clone, Debug)]
pub(crate) enum After<'a> {
    Nothing,
    /// A key with all its versions, or a common prefix with all its keys.
    Key(&'a str),
    Version(&'a str, VersionId),
}

/// A line of a page.
#[derive(Debug)]
pub(crate) enum Entry {
    Version { key: String, version: Arc<Version>, is_latest: bool },
    CommonPrefix(String),
}

/// What a listing answers with.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) entries: Vec<Entry>,
    pub(crate) is_truncated: bool,
    /// The key that the next page comes after, when this one was cut among delete markers.
    pub(crate) cut_after: Option<String>,
    limit: usize,
    skipped: usize,
}

impl Filter<'_> {
    /// The common prefix that a key is shown as.
    pub(crate) fn common_prefix<'k>(&self, key: &'k str) -> Option<&'k str> {
        if self.delimiter.is_empty() {
            return None;
        }
        let rest = key.strip_prefix(self.prefix)?;
        let end = rest.find(self.delimiter)? + self.delimiter.len();
        Some(&key[..self.prefix.len() + end])
    }

    /// Where a walk begins that goes on after `key`.
    pub(crate) fn start_after(&self, key: &str) -> Option<Start> {
        match self.common_prefix(key) {
            Some(common_prefix) => Start::past(common_prefix),
            None if key < self.prefix => Some(self.start()),
            None => Some(Start(Bound::Excluded(key.to_owned()))),
        }
    }

    pub(crate) fn start(&self) -> Start {
        Start(Bound::Included(self.prefix.to_owned()))
    }
}

/// Where in the order of keys a walk begins.
pub(crate) struct Start(Bound<String>);

impl Start {
    /// Past all keys that begin with `prefix`; `None` where no key can be.
    pub(crate) fn past(prefix: &str) -> Option<Self> {
        successor(prefix).map(|key| Self(Bound::Included(key)))
    }

    pub(crate) fn bound(&self) -> Bound<&str> {
        match &self.0 {
            Bound::Included(key) => Bound::Included(key),
            Bound::Excluded(key) => Bound::Excluded(key),
            Bound::Unbounded => Bound::Unbounded,
        }
    }
}

/// The least text that is greater than every text beginning with `prefix`: UTF-8 keeps the order of code points, so its
/// last character is raised by one.
fn successor(prefix: &str) -> Option<String> {
    let mut text = prefix.to_owned();
    while let Some(last) = text.pop() {
        if let Some(next) = (last..=char::MAX).nth(1) {
            text.push(next);
            return Some(text);
        }
    }
    None
}

impl Page {
    fn new(limit: usize) -> Self {
        Self { entries: Vec::new(), is_truncated: false, cut_after: None, limit, skipped: 0 }
    }

    /// Adds an entry, or learns from it that there is more than fits.
    fn push(&mut self, entry: impl FnOnce() -> Entry) -> ControlFlow<()> {
        if self.entries.len() == self.limit {
            self.is_truncated = true;
            return ControlFlow::Break(());
        }
        self.entries.push(entry());
        ControlFlow::Continue(())
    }

    /// Passes a key that is not shown, or ends the page when it passed too many.
    fn skip(&mut self, key: &str) -> ControlFlow<()> {
        if self.skipped == MAX_SKIPPED {
            self.is_truncated = true;
            self.cut_after = Some(key.to_owned());
            return ControlFlow::Break(());
        }
        self.skipped += 1;
        ControlFlow::Continue(())
    }
}

/// The next page of a bucket's objects, as late as the user wants it.
pub(crate) fn objects_of(call: &Call, bucket: &Bucket, filter: Filter<'_>, after: Option<&str>, limit: usize) -> Page {
    let index = bucket.objects.read();
    let view = call.s3.listing_delay.as_ref().and_then(|delay| delay.view(bucket, &index, call.ctx().now()));
    objects(view.as_ref().unwrap_or(&index), filter, after, limit)
}

/// The next page of current objects: a key whose current version is a delete marker is not shown.
pub(crate) fn objects(index: &ObjectIndex, filter: Filter<'_>, after: Option<&str>, limit: usize) -> Page {
    let start = after.map_or_else(|| Some(filter.start()), |key| filter.start_after(key));
    walk(index, filter, start, limit, &Objects)
}

struct Objects;

impl Show for Objects {
    fn is_shown(&self, versions: &Versions) -> bool {
        matches!(versions.current().content, Content::Object(_))
    }

    fn push(&self, page: &mut Page, key: &str, versions: &Versions) -> ControlFlow<()> {
        let version = versions.current();
        page.push(|| Entry::Version { key: key.to_owned(), version: Arc::clone(version), is_latest: true })
    }
}

/// The next page of versions and delete markers, newest first within a key.
pub(crate) fn versions(index: &ObjectIndex, filter: Filter<'_>, after: &After<'_>, limit: usize) -> Page {
    let start = match after {
        After::Nothing => Some(filter.start()),
        After::Key(key) => filter.start_after(key),
        After::Version(key, _) if filter.common_prefix(key).is_some() || *key < filter.prefix => {
            filter.start_after(key)
        }
        After::Version(key, _) => Some(Start(Bound::Included((*key).to_owned()))),
    };
    walk(index, filter, start, limit, after)
}

impl Show for After<'_> {
    fn is_shown(&self, _versions: &Versions) -> bool {
        true
    }

    fn push(&self, page: &mut Page, key: &str, versions: &Versions) -> ControlFlow<()> {
        let all = versions.as_slice();
        let left = match self {
            After::Version(marker_key, marker) if *marker_key == key => older_than(all, marker),
            _ => all,
        };
        for (position, version) in left.iter().enumerate().rev() {
            let is_latest = position + 1 == all.len();
            page.push(|| Entry::Version { key: key.to_owned(), version: Arc::clone(version), is_latest })?;
        }
        ControlFlow::Continue(())
    }
}

/// The versions that come after the marker in a listing; the marker may have been deleted since.
fn older_than<'v>(versions: &'v [Arc<Version>], marker: &VersionId) -> &'v [Arc<Version>] {
    let position = versions.iter().position(|version| version.id == *marker);
    &versions[..position.unwrap_or_else(|| deleted_position(versions, marker))]
}

fn deleted_position(versions: &[Arc<Version>], marker: &VersionId) -> usize {
    let VersionId::Id(marker) = marker else { return versions.len() };
    let is_older = |version: &Arc<Version>| matches!(&version.id, VersionId::Id(id) if id < marker);
    versions.iter().rposition(is_older).map_or(0, |position| position + 1)
}

/// What a walk shows of a key.
trait Show {
    /// Whether the key, or a common prefix for its sake, is shown at all.
    fn is_shown(&self, versions: &Versions) -> bool;

    /// Adds what is shown of a key that stands alone.
    fn push(&self, page: &mut Page, key: &str, versions: &Versions) -> ControlFlow<()>;
}

/// Collects a page.
fn walk(index: &ObjectIndex, filter: Filter<'_>, mut start: Option<Start>, limit: usize, show: &impl Show) -> Page {
    let mut page = Page::new(limit);
    if limit == 0 {
        return page;
    }
    while let Some(from) = start {
        start = walk_to_common_prefix(index, filter, &from, &mut page, show);
    }
    page
}

/// Collects up to the next common prefix and says where to go on past it; nowhere when the page is done.
fn walk_to_common_prefix(
    index: &ObjectIndex,
    filter: Filter<'_>,
    from: &Start,
    page: &mut Page,
    show: &impl Show,
) -> Option<Start> {
    for (key, versions) in index.range(from.bound()).take_while(|(key, _)| key.starts_with(filter.prefix)) {
        let common_prefix = filter.common_prefix(key);
        let step = match common_prefix {
            // A page cannot end inside a common prefix: the next would pass all of it.
            Some(_) if !show.is_shown(versions) => continue,
            None if !show.is_shown(versions) => page.skip(key),
            Some(common_prefix) => page.push(|| Entry::CommonPrefix(common_prefix.to_owned())),
            None => show.push(page, key, versions),
        };
        if step.is_break() {
            return None;
        }
        if let Some(common_prefix) = common_prefix {
            return Start::past(common_prefix);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_stands_between_a_prefix_and_its_successor() {
        for (prefix, expected) in [
            ("", None),
            ("a", Some("b")),
            ("a/", Some("a0")),
            ("a\u{7f}", Some("a\u{80}")),
            ("\u{d7ff}", Some("\u{e000}")),
            ("a\u{10ffff}", Some("b")),
            ("\u{10ffff}\u{10ffff}", None),
        ] {
            assert_eq!(successor(prefix).as_deref(), expected, "{prefix:?}");
        }
    }

    #[test]
    fn a_common_prefix_ends_with_the_first_delimiter_after_the_prefix() {
        let of = |prefix, delimiter, key: &'static str| Filter { prefix, delimiter }.common_prefix(key);
        assert_eq!(of("", "/", "a/b/c"), Some("a/"));
        assert_eq!(of("a/", "/", "a/b/c"), Some("a/b/"));
        assert_eq!(of("a/", "/", "a/b"), None);
        assert_eq!(of("a", "/", "a/b"), Some("a/"));
        assert_eq!(of("", "", "a/b"), None);
        assert_eq!(of("", "--", "x-y--z"), Some("x-y--"));
        assert_eq!(of("b", "/", "a/b"), None);
    }
}
