//! Pages of lists: what comes after a name, and the marker of what follows.

use ruststack_core::page;

use crate::error::KmsError;

/// Entries, and the marker of the next page if there is one.
pub(crate) struct Page<T> {
    pub(crate) entries: Vec<T>,
    pub(crate) next_marker: Option<String>,
}

impl<T> Page<T> {
    pub(crate) fn is_truncated(&self) -> bool {
        self.next_marker.is_some()
    }
}

/// Up to `limit` of `all`, which are in the order of their names, behind the one that `marker` stands for.
pub(crate) fn page<T>(
    all: impl Iterator<Item = (String, T)>,
    marker: Option<&str>,
    limit: Option<i32>,
    default: usize,
) -> Result<Page<T>, KmsError> {
    let after = marker.map(page::decode).transpose().map_err(|_| KmsError::InvalidMarkerException {})?;
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(default).max(1);
    let is_behind = |name: &String| after.as_ref().is_none_or(|after| name > after);
    let mut rest = all.filter(|(name, _)| is_behind(name)).peekable();
    let (mut entries, mut last) = (Vec::new(), None);
    for (name, entry) in rest.by_ref().take(limit) {
        entries.push(entry);
        last = Some(name);
    }
    let next_marker = last.filter(|_| rest.peek().is_some()).map(|name| page::encode(&name));
    Ok(Page { entries, next_marker })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_goes_on_where_its_page_ended() {
        let all = || ["a", "b", "c"].into_iter().map(|name| (name.to_owned(), name));
        let first = page(all(), None, Some(2), 9).unwrap();
        assert_eq!(first.entries, ["a", "b"]);
        let second = page(all(), first.next_marker.as_deref(), Some(1), 9).unwrap();
        assert_eq!((second.entries.as_slice(), second.next_marker), (&["c"][..], None));
        assert!(page(all(), Some("nonsense"), None, 9).is_err());
    }
}
