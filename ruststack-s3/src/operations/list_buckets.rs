//! `ListBuckets`: the caller's buckets.
//!
//! The answer is written here: AWS names the owner first, and s3s does not know a bucket's ARN.

use std::{fmt::Write, sync::Arc};

use quick_xml::escape::escape;
use ruststack_core::{error::AwsError, scope::Region};
use s3s::dto::{ListBucketsInput, ListBucketsOutput};

use crate::{
    acl::CanonicalUser,
    bucket::Bucket,
    call::{Call, Reply},
    error::S3Error,
    listing::{parameters, token},
};

/// The most buckets that a page holds.
const MAX_BUCKETS: usize = 10_000;

/// One page of buckets.
struct Page {
    buckets: Vec<Arc<Bucket>>,
    continuation_token: Option<String>,
    prefix: Option<String>,
    /// AWS tells regions to those who ask for a part of the list.
    shows_regions: bool,
}

pub(crate) async fn list_buckets(call: Call, input: ListBucketsInput) -> Result<Reply<ListBucketsOutput>, AwsError> {
    let account = call.ctx().scope().account;
    let query = call.exchange.head().uri.query();
    // s3s does not get to see tokens.
    let continuation_token = parameters::raw(query, "continuation-token");
    let page = page(call.s3.buckets.owned_by(account), query, &ListBucketsInput { continuation_token, ..input })?;
    let document = write(&page, &CanonicalUser::of_account(account));
    Ok(Reply::from(ListBucketsOutput::default()).with_body(document.into()))
}

fn page(mut buckets: Vec<Arc<Bucket>>, query: Option<&str>, input: &ListBucketsInput) -> Result<Page, S3Error> {
    let max_buckets = parameters::raw(query, "max-buckets").filter(|value| !value.is_empty());
    let limit = parse_max_buckets(max_buckets.as_deref())?;
    let region = input.bucket_region.as_deref().map(parse_region).transpose()?;
    let token = input.continuation_token.as_deref().filter(|token| !token.is_empty());
    let after = token.map(token::decode).transpose()?;
    let prefix = input.prefix.as_deref().unwrap_or_default();

    buckets.retain(|bucket| {
        bucket.name.starts_with(prefix)
            && region.as_ref().is_none_or(|region| *region == bucket.region)
            && after.as_ref().is_none_or(|after| bucket.name > *after)
    });
    let is_truncated = buckets.len() > limit;
    buckets.truncate(limit);
    let last = buckets.last().filter(|_| is_truncated);
    let continuation_token = last.map(|bucket| token::encode(&bucket.name));
    let shows_regions = max_buckets.is_some() || region.is_some() || token.is_some() || input.prefix.is_some();
    Ok(Page { buckets, continuation_token, prefix: input.prefix.clone(), shows_regions })
}

fn parse_max_buckets(value: Option<&str>) -> Result<usize, S3Error> {
    let Some(value) = value else { return Ok(MAX_BUCKETS) };
    let number = value.parse().ok().filter(|number| (1..=MAX_BUCKETS).contains(number));
    number.ok_or_else(|| S3Error::InvalidMaxBuckets { value: value.to_owned() })
}

fn parse_region(name: &str) -> Result<Region, S3Error> {
    Region::known(name).ok_or_else(|| S3Error::InvalidBucketRegion { region: name.to_owned() })
}

fn write(page: &Page, owner: &CanonicalUser) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.push_str("<ListAllMyBucketsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Owner>");
    element(&mut xml, "ID", owner.as_str());
    xml.push_str("</Owner><Buckets>");
    for bucket in &page.buckets {
        write_bucket(&mut xml, bucket, page.shows_regions);
    }
    xml.push_str("</Buckets>");
    for (name, value) in [("ContinuationToken", &page.continuation_token), ("Prefix", &page.prefix)] {
        if let Some(value) = value {
            element(&mut xml, name, value);
        }
    }
    xml.push_str("</ListAllMyBucketsResult>");
    xml
}

fn write_bucket(xml: &mut String, bucket: &Bucket, shows_region: bool) {
    xml.push_str("<Bucket>");
    element(xml, "BucketArn", &bucket.arn());
    if shows_region {
        element(xml, "BucketRegion", bucket.region.as_str());
    }
    element(xml, "CreationDate", &bucket.created.truncated_to_seconds().to_iso_8601_millis());
    element(xml, "Name", &bucket.name);
    xml.push_str("</Bucket>");
}

fn element(xml: &mut String, name: &str, value: &str) {
    write!(xml, "<{name}>{}</{name}>", escape(value)).expect("a String takes all that is written to it");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ruststack_core::scope::AccountId;

    use super::*;
    use crate::{buckets::Buckets, caller::changes};

    fn buckets(names: &[&str]) -> Vec<Arc<Bucket>> {
        names.iter().map(|name| Arc::new(Bucket::named(name, AccountId::DEFAULT))).collect()
    }

    fn names(page: &Page) -> Vec<&str> {
        page.buckets.iter().map(|bucket| bucket.name.as_str()).collect()
    }

    #[test]
    fn buckets_are_listed_page_by_page() {
        let all = buckets(&["a", "b", "c"]);
        let mut input = ListBucketsInput { continuation_token: Some(String::new()), ..ListBucketsInput::default() };
        let mut listed = Vec::new();
        loop {
            let page = page(all.clone(), Some("max-buckets=1"), &input).unwrap();
            assert!(page.shows_regions);
            listed.extend(names(&page).into_iter().map(str::to_owned));
            input.continuation_token = page.continuation_token.clone();
            if input.continuation_token.is_none() {
                break;
            }
        }
        assert_eq!(listed, ["a", "b", "c"]);
    }

    proptest! {
        #[test]
        fn pages_of_buckets_are_the_sorted_list_cut(
            names in proptest::collection::btree_set("[ab]{1,4}", 0..12),
            prefix in "[ab]{0,2}",
            limit in 1_usize..4,
        ) {
            let all = Buckets::default();
            for name in &names {
                all.add(Arc::new(Bucket::named(name, AccountId::DEFAULT)), &changes()).unwrap();
            }
            let query = format!("max-buckets={limit}");
            let mut input = ListBucketsInput { prefix: Some(prefix.clone()), ..ListBucketsInput::default() };
            let mut listed = Vec::new();
            for _ in 0..=names.len() {
                let page = page(all.owned_by(AccountId::DEFAULT), Some(&query), &input).unwrap();
                listed.extend(page.buckets.iter().map(|bucket| bucket.name.clone()));
                input.continuation_token = page.continuation_token;
                if input.continuation_token.is_none() {
                    break;
                }
            }
            let expected: Vec<_> = names.into_iter().filter(|name| name.starts_with(&prefix)).collect();
            prop_assert_eq!(listed, expected);
        }
    }

    #[test]
    fn a_prefix_and_a_region_choose_buckets() {
        let all = buckets(&["one", "other", "two"]);
        let input = |prefix: &str, region: &str| ListBucketsInput {
            prefix: Some(prefix.to_owned()),
            bucket_region: Some(region.to_owned()),
            ..ListBucketsInput::default()
        };
        let found = page(all.clone(), None, &input("o", "us-east-1")).unwrap();
        assert_eq!((names(&found), found.continuation_token.as_deref()), (vec!["one", "other"], None));
        assert!(names(&page(all.clone(), None, &input("O", "us-east-1")).unwrap()).is_empty());
        assert!(names(&page(all.clone(), None, &input("o", "eu-central-1")).unwrap()).is_empty());
        let error = AwsError::from(page(all, None, &input("", "eu-east-1")).err().unwrap());
        assert_eq!(error.message(), "Argument value eu-east-1 is not a valid AWS Region");
        assert_eq!(error.members(), [("ArgumentName", "bucket-region".to_owned())]);
    }

    #[test]
    fn a_page_of_buckets_has_one_to_ten_thousand() {
        for wrong in ["0", "10001", "-1", "x"] {
            let refused = S3Error::InvalidMaxBuckets { value: wrong.to_owned() };
            assert_eq!(parse_max_buckets(Some(wrong)), Err(refused));
        }
    }

    #[test]
    fn the_owner_stands_before_the_buckets() {
        let page = page(buckets(&["one"]), None, &ListBucketsInput::default()).unwrap();
        let owner = CanonicalUser::of_account(AccountId::DEFAULT);
        let expected = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <ListAllMyBucketsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Owner><ID>{}</ID></Owner>\
             <Buckets><Bucket><BucketArn>arn:aws:s3:::one</BucketArn>\
             <CreationDate>1970-01-01T00:00:00.000Z</CreationDate><Name>one</Name></Bucket></Buckets>\
             </ListAllMyBucketsResult>",
            owner.as_str()
        );
        assert_eq!(write(&page, &owner), expected);
    }
}
