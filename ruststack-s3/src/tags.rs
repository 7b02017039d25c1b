//! Tags of buckets and objects: what they may be, and the three ways they are sent in.

use ruststack_core::{
    protocol::xml::Element,
    tags::{self, Problem},
};
use s3s::dto;

use crate::error::S3Error;

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html>
const MAX_OBJECT_TAGS: usize = 10;
const MAX_BUCKET_TAGS: usize = 50;

pub(crate) use ruststack_core::tags::Tags;

/// What tags are put on: AWS words its refusals by it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tagged {
    Bucket,
    NewBucket,
    Object,
    /// A bucket, through S3 Control.
    Resource,
}

/// The tags of a `Tagging` document.
pub(crate) fn from_document(tag_set: Vec<dto::Tag>, tagged: Tagged) -> Result<Tags, S3Error> {
    let pairs = tag_set.into_iter().map(|tag| tag.key.zip(tag.value));
    let tags: Option<Tags> = pairs.collect();
    let tags = tags.ok_or(S3Error::MalformedXML {})?;
    validate(&tags, tagged)?;
    Ok(tags)
}

/// The tags of the `x-amz-tagging` header: a query string.
pub(crate) fn from_header(header: &str) -> Result<Tags, S3Error> {
    let malformed = || S3Error::InvalidTaggingHeader { value: header.to_owned() };
    let pairs = header.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let tags: Option<Tags> = pairs.map(|(key, value)| decode(key).zip(decode(value))).collect();
    let tags = tags.ok_or_else(malformed)?;
    match validate(&tags, Tagged::Object) {
        Err(S3Error::DuplicateTag { .. } | S3Error::InvalidTagKey { .. } | S3Error::InvalidTagValue { .. }) => {
            Err(malformed())
        }
        other => other.map(|()| tags),
    }
}

pub(crate) fn decode(text: &str) -> Option<String> {
    let text = text.replace('+', " ");
    percent_encoding::percent_decode_str(&text).decode_utf8().ok().map(Into::into)
}

/// The tags inside a `CreateBucketConfiguration`, an element that s3s passes over.
pub(crate) fn from_bucket_configuration(document: &[u8]) -> Result<Tags, S3Error> {
    let tag_set = read_tag_set(document).ok_or(S3Error::MalformedXML {})?;
    from_document(tag_set, Tagged::NewBucket)
}

/// The tags in a form's `tagging`: the document that `PutObjectTagging` takes. Another document has none.
pub(crate) fn from_form(document: &str) -> Result<Tags, S3Error> {
    let root = Element::parse(document.as_bytes()).ok().flatten().ok_or(S3Error::MalformedXML {})?;
    from_document(tags_below(&root, "TagSet"), Tagged::Object)
}

/// As the header `x-amz-tagging` has them.
pub(crate) fn to_header(tags: &Tags) -> String {
    let encoded = |text| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC);
    let pairs = tags.iter().map(|(key, value)| format!("{}={}", encoded(key), encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// A bucket's tags with new ones: those that it has get their new values, in their old places.
pub(crate) fn merged(old: &Tags, new: Tags) -> Result<Tags, S3Error> {
    let merged = tags::merged(old, new);
    if merged.len() > MAX_BUCKET_TAGS { Err(S3Error::BucketTagCount { limit: MAX_BUCKET_TAGS }) } else { Ok(merged) }
}

/// The tags below the document's root, in `<Tags>`.
fn read_tag_set(document: &[u8]) -> Option<Vec<dto::Tag>> {
    let root = Element::parse(document).ok()?;
    Some(root.map(|root| tags_below(&root, "Tags")).unwrap_or_default())
}

/// The tags of a `Tagging` document, as far as it has any; whether it is right is not asked.
pub(crate) fn named_in_document(document: &[u8]) -> Tags {
    let root = Element::parse(document).ok().flatten();
    let tags = root.map(|root| tags_below(&root, "TagSet")).unwrap_or_default();
    tags.into_iter().filter_map(|tag| tag.key.zip(tag.value)).collect()
}

/// The tags in the root's element `list`.
fn tags_below(root: &Element, list: &str) -> Vec<dto::Tag> {
    let text = |tag: &Element, name: &str| tag.child(name).map(|child| child.text.clone());
    let tag = |tag: &Element| dto::Tag { key: text(tag, "Key"), value: text(tag, "Value") };
    let tags = root.child(list).into_iter().flat_map(|tags| &tags.children);
    tags.filter(|child| child.name == "Tag").map(tag).collect()
}

pub(crate) fn validate(tags: &Tags, tagged: Tagged) -> Result<(), S3Error> {
    let max = if tagged == Tagged::Object { MAX_OBJECT_TAGS } else { MAX_BUCKET_TAGS };
    tags::check(tags, max).map_err(|problem| worded(problem, tagged))
}

/// What is wrong, in S3's words for what the tags are put on.
fn worded(problem: Problem, tagged: Tagged) -> S3Error {
    match (problem, tagged) {
        (Problem::TooMany, Tagged::Object) => S3Error::ObjectTagCount { limit: MAX_OBJECT_TAGS },
        (Problem::TooMany, _) => S3Error::BucketTagCount { limit: MAX_BUCKET_TAGS },
        (Problem::RepeatedKey { .. }, Tagged::Resource) => S3Error::RepeatedTagOfResource {},
        // Differs from AWS: it answers InternalError when the tags of a new bucket repeat a key.
        (Problem::RepeatedKey { key }, _) => S3Error::DuplicateTag { key },
        (Problem::ReservedKey { key }, Tagged::Bucket) => S3Error::SystemTag { key },
        (Problem::ReservedKey { key }, Tagged::Object) => S3Error::ObjectTagIsSystemTag { key },
        (Problem::ReservedKey { .. }, _) => S3Error::CreatedTagIsSystemTag {},
        (Problem::InvalidKey { .. } | Problem::InvalidValue { .. }, Tagged::Resource) => {
            S3Error::InvalidTagOfResource {}
        }
        (Problem::InvalidKey { key }, _) => S3Error::InvalidTagKey { key },
        (Problem::InvalidValue { key, value }, _) => S3Error::InvalidTagValue { key, value },
    }
}

/// As answers show them.
pub(crate) fn to_document(tags: &Tags) -> Vec<dto::Tag> {
    tags.iter().map(|(key, value)| dto::Tag { key: Some(key.clone()), value: Some(value.clone()) }).collect()
}

#[cfg(test)]
mod tests {
    use ruststack_core::error::AwsError;

    use super::*;

    fn tag(key: Option<&str>, value: Option<&str>) -> dto::Tag {
        dto::Tag { key: key.map(str::to_owned), value: value.map(str::to_owned) }
    }

    fn refusal(pairs: &[(&str, &str)], tagged: Tagged) -> AwsError {
        let tag_set = pairs.iter().map(|(key, value)| tag(Some(key), Some(value))).collect();
        from_document(tag_set, tagged).unwrap_err().into()
    }

    fn pairs(tags: &[(&str, &str)]) -> Tags {
        tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn tags_keep_their_order_and_may_have_empty_values() {
        let tag_set = vec![tag(Some("tag2"), Some("")), tag(Some("tag1"), Some("ä b_.:/=+-@"))];
        let tags = from_document(tag_set, Tagged::Bucket).unwrap();
        assert_eq!(tags, pairs(&[("tag2", ""), ("tag1", "ä b_.:/=+-@")]));
    }

    #[test]
    fn a_tag_has_a_key_and_a_value() {
        for incomplete in [tag(None, Some("Val1")), tag(Some("key1"), None)] {
            assert_eq!(from_document(vec![incomplete], Tagged::Object), Err(S3Error::MalformedXML {}));
        }
    }

    #[test]
    fn wrong_tags_are_refused_in_the_words_for_what_they_are_put_on() {
        let reserved = "User-defined tag keys can't start with \"aws:\". This prefix is reserved for system tags. \
                        Remove \"aws:\" from your tag keys and try again.";
        let twice = [("Key1", "Val1"), ("Key1", "Val1")];
        for (pairs, tagged, message) in [
            (&twice[..], Tagged::Bucket, "Cannot provide multiple Tags with the same key"),
            (&twice[..], Tagged::Object, "Cannot provide multiple Tags with the same key"),
            (&[("Key1,Key2", "Val1")], Tagged::Bucket, "The TagKey you have provided is invalid"),
            (&[("", "Val1")], Tagged::Object, "The TagKey you have provided is invalid"),
            (&[("Key1", "Val1,Val2")], Tagged::Bucket, "The TagValue you have provided is invalid"),
            (&[("Key1", "a\nb")], Tagged::Bucket, "The TagValue you have provided is invalid"),
            (&[("aws:prefixed", "Val1")], Tagged::Bucket, "System tags cannot be added/updated by requester"),
            (&[("aws:prefixed", "Val1")], Tagged::Object, "Your TagKey cannot be prefixed with aws:"),
            (&[("aws:test", "value1")], Tagged::NewBucket, reserved),
        ] {
            let error = refusal(pairs, tagged);
            assert_eq!((error.code(), error.message()), ("InvalidTag", message));
        }
        let error = refusal(&[("Key1", "Val1,Val2")], Tagged::Object);
        assert_eq!(error.members(), [("TagKey", "Key1".to_owned()), ("TagValue", "Val1,Val2".to_owned())]);
    }

    #[test]
    fn tags_have_limits_of_number_and_length() {
        let numbered = |count| (0..count).map(|n| tag(Some(&format!("k{n}")), Some(""))).collect::<Vec<_>>();
        assert!(from_document(numbered(10), Tagged::Object).is_ok());
        assert!(from_document(numbered(50), Tagged::Bucket).is_ok());
        let error = AwsError::from(from_document(numbered(11), Tagged::Object).unwrap_err());
        assert_eq!((error.code(), error.message()), ("BadRequest", "Object tags cannot be greater than 10"));
        let error = AwsError::from(from_document(numbered(51), Tagged::Bucket).unwrap_err());
        assert_eq!((error.code(), error.message()), ("BadRequest", "Bucket tag count cannot be greater than 50"));

        let (long_key, long_value) = ("k".repeat(128), "v".repeat(256));
        assert!(from_document(vec![tag(Some(&long_key), Some(&long_value))], Tagged::Object).is_ok());
        assert_eq!(refusal(&[(&format!("{long_key}k"), "")], Tagged::Object).code(), "InvalidTag");
        assert_eq!(refusal(&[("k", &format!("{long_value}v"))], Tagged::Object).code(), "InvalidTag");
    }

    #[test]
    fn the_tagging_header_is_a_query_string() {
        for (header, tags) in [
            ("tag1=tag1&tag2=tag2&tag=", &[("tag1", "tag1"), ("tag2", "tag2"), ("tag", "")][..]),
            ("wrongquery&wrongagain", &[("wrongquery", ""), ("wrongagain", "")]),
            ("key1&&&key2", &[("key1", ""), ("key2", "")]),
            ("a+b=c%20d%2F%C3%A4", &[("a b", "c d/ä")]),
            ("a=b=c", &[("a", "b=c")]),
            ("", &[]),
        ] {
            assert_eq!(from_header(header), Ok(pairs(tags)), "{header}");
        }
    }

    #[test]
    fn a_tagging_header_that_is_none_is_an_invalid_argument() {
        for header in ["key1=val1&key1=val2", "key1=val1,key2=val2", "a=%FF", "=b"] {
            let error = AwsError::from(from_header(header).unwrap_err());
            assert_eq!(error.code(), "InvalidArgument");
            assert_eq!(error.members()[0], ("ArgumentName", "x-amz-tagging".to_owned()));
            assert_eq!(error.members()[1], ("ArgumentValue", header.to_owned()));
        }
    }

    #[test]
    fn a_new_bucket_brings_its_tags_in_its_configuration() {
        let document =
            br#"<?xml version="1.0"?><CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
            <LocationConstraint>eu-west-1</LocationConstraint>
            <Tags><Tag><Key>a</Key><Value>x &#43; y</Value></Tag><Tag><Value/><Key>b</Key></Tag></Tags>
            </CreateBucketConfiguration>"#;
        assert_eq!(from_bucket_configuration(document), Ok(pairs(&[("a", "x + y"), ("b", "")])));
        let prefixed = b"<s:C xmlns:s='x'><s:Tags><s:Tag><s:Key>a</s:Key><s:Value>b</s:Value></s:Tag></s:Tags></s:C>";
        assert_eq!(from_bucket_configuration(prefixed), Ok(pairs(&[("a", "b")])));
        for empty in ["", "<CreateBucketConfiguration/>", "<C><Tags/></C>"] {
            assert_eq!(from_bucket_configuration(empty.as_bytes()), Ok(Vec::new()), "{empty}");
        }
        for incomplete in ["<C><Tags><Tag><Key>a</Key></Tag></Tags></C>", "<C><Tags><Tag/></Tags></C>", "<C></D>"] {
            let malformed = Err(S3Error::MalformedXML {});
            assert_eq!(from_bucket_configuration(incomplete.as_bytes()), malformed, "{incomplete}");
        }
    }
}
