//! Configurations of which a bucket has many, each with an id: what their operations have in common.

use std::collections::BTreeMap;

use crate::{
    error::S3Error,
    listing::{parameters, token},
};

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketMetricsConfiguration.html>
const MAX_CONFIGURATIONS: usize = 1000;
const PAGE_SIZE: usize = 100;

/// A part of the list, by id.
pub(crate) struct Page<T> {
    pub(crate) configurations: Vec<T>,
    pub(crate) continuation_token: Option<String>,
    pub(crate) next_continuation_token: Option<String>,
}

impl<T> Page<T> {
    pub(crate) fn is_truncated(&self) -> bool {
        self.next_continuation_token.is_some()
    }
}

pub(crate) fn get<T: Clone>(all: &BTreeMap<String, T>, id: &str) -> Result<T, S3Error> {
    all.get(id).cloned().ok_or(S3Error::NoSuchConfiguration {})
}

pub(crate) fn put<T>(all: &mut BTreeMap<String, T>, id: String, configuration: T) -> Result<(), S3Error> {
    if all.len() >= MAX_CONFIGURATIONS && !all.contains_key(&id) {
        return Err(S3Error::TooManyConfigurations {});
    }
    all.insert(id, configuration);
    Ok(())
}

pub(crate) fn delete<T>(all: &mut BTreeMap<String, T>, id: &str) -> Result<(), S3Error> {
    all.remove(id).map(|_| ()).ok_or(S3Error::NoSuchConfiguration {})
}

/// The page that a request's query asks for.
pub(crate) fn page<T: Clone>(all: &BTreeMap<String, T>, query: Option<&str>) -> Result<Page<T>, S3Error> {
    // s3s does not get to see tokens.
    let continuation_token = parameters::raw(query, "continuation-token").filter(|token| !token.is_empty());
    let after = continuation_token.as_deref().map(token::decode).transpose()?;
    let mut rest = all.iter().filter(|(id, _)| after.as_ref().is_none_or(|after| *id > after));
    let page: Vec<_> = rest.by_ref().take(PAGE_SIZE).collect();
    let last = page.last().filter(|_| rest.next().is_some());
    let next_continuation_token = last.map(|(id, _)| token::encode(id));
    let configurations = page.into_iter().map(|(_, configuration)| configuration.clone()).collect();
    Ok(Page { configurations, continuation_token, next_continuation_token })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_told_in_pages_by_id() {
        let all: BTreeMap<String, usize> = (0..250).map(|number| (format!("{number:03}"), number)).collect();
        let mut found = Vec::new();
        let mut query = None;
        loop {
            let page = page(&all, query.as_deref()).unwrap();
            found.extend(page.configurations);
            let Some(token) = page.next_continuation_token else { break };
            query = Some(format!("metrics&continuation-token={token}"));
        }
        assert_eq!(found, (0..250).collect::<Vec<_>>());
        assert!(page(&all, Some("continuation-token=wrong")).is_err());
    }
}
