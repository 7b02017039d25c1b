//! Pages of lists: what comes after a name, and the marker of what follows.

use ruststack_core::page;

use crate::{
    error::{IamError, validation},
    limits::DEFAULT_PAGE,
};

/// Entries, and the marker of the next page if there is one.
#[derive(Debug)]
pub(crate) struct Page<T> {
    pub(crate) entries: Vec<T>,
    pub(crate) marker: Option<String>,
}

impl<T> Page<T> {
    /// As outputs tell it.
    pub(crate) fn is_truncated(&self) -> Option<bool> {
        Some(self.marker.is_some())
    }
}

/// Up to `max_items` of `all`, which are in the order of their names, behind the one that `marker` stands for.
pub(crate) fn page<T>(
    all: impl Iterator<Item = (String, T)>,
    marker: Option<&str>,
    max_items: Option<i32>,
) -> Result<Page<T>, IamError> {
    let after = marker.map(page::decode).transpose();
    let after = after.map_err(|_| validation(format!("Invalid Marker: {}", marker.unwrap_or_default())))?;
    let limit = max_items.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(DEFAULT_PAGE).max(1);
    let is_behind = |name: &String| after.as_ref().is_none_or(|after| name > after);
    let mut rest = all.filter(|(name, _)| is_behind(name)).peekable();
    let (mut entries, mut last) = (Vec::new(), None);
    for (name, entry) in rest.by_ref().take(limit) {
        entries.push(entry);
        last = Some(name);
    }
    let marker = last.filter(|_| rest.peek().is_some()).map(|name| page::encode(&name));
    Ok(Page { entries, marker })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_goes_on_where_its_page_ended() {
        let all = || ["a", "b", "c"].into_iter().map(|name| (name.to_owned(), name));
        let first = page(all(), None, Some(2)).unwrap();
        assert_eq!((first.entries.as_slice(), first.is_truncated()), (&["a", "b"][..], Some(true)));
        let second = page(all(), first.marker.as_deref(), Some(1)).unwrap();
        assert_eq!((second.entries.as_slice(), second.marker), (&["c"][..], None));
        assert!(page(all(), Some("nonsense"), None).is_err());
    }
}
