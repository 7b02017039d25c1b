//! Pages of what is listed, and the tokens that lead from one to the next.

use base64::{Engine, engine::general_purpose::STANDARD};
use ruststack_core::page;

use crate::error::{SnsError, invalid};

/// One page, and the token of the next.
pub(crate) struct Page<T> {
    pub(crate) entries: Vec<T>,
    pub(crate) next_token: Option<String>,
}

impl<T> Page<T> {
    /// The first of all entries that are left, named by `name`.
    pub(crate) fn of(rest: impl Iterator<Item = T>, length: usize, name: impl Fn(&T) -> String) -> Self {
        let mut entries: Vec<T> = rest.take(length + 1).collect();
        let has_more = entries.len() > length;
        entries.truncate(length);
        let last = entries.last().filter(|_| has_more);
        // SNS's own tokens are base64 with its padding.
        let next_token = last.map(|last| STANDARD.encode(page::encode(&name(last))));
        Self { entries, next_token }
    }
}

/// The name that the list goes on after.
pub(crate) fn name_before(token: Option<&str>) -> Result<Option<String>, SnsError> {
    let decode = |token: &str| {
        let inner = String::from_utf8(STANDARD.decode(token).ok()?).ok()?;
        page::decode(&inner).ok()
    };
    token.map(|token| decode(token).ok_or_else(|| invalid("NextToken"))).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_one_another() {
        let all = ["a", "b", "c"];
        let first = Page::of(all.into_iter(), 2, |entry| (*entry).to_owned());
        assert_eq!(first.entries, ["a", "b"]);
        assert_eq!(name_before(first.next_token.as_deref()), Ok(Some("b".to_owned())));
        assert_eq!(Page::of(all.into_iter(), 3, |entry| (*entry).to_owned()).next_token, None);
        assert_eq!(name_before(Some("abc")), Err(invalid("NextToken")));
    }
}
