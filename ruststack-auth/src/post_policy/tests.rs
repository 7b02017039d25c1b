//! Policies against forms. Texts are recorded where a test of `tests/s3/recorded/test_post_forms.py` has them, else
//! known from what people quote of AWS.

use base64::{Engine, engine::general_purpose::STANDARD};
use proptest::prelude::*;

use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_792_567_680);

fn fields(list: &[(&str, &str)]) -> Fields {
    let mut fields = Fields::default();
    list.iter().for_each(|(name, value)| fields.push(name, (*value).to_owned()));
    fields
}

fn document(conditions: &str) -> String {
    format!("{{\"expiration\": \"2026-10-22T12:00:00.000Z\", \"conditions\": [{conditions}]}}")
}

fn check(document: &str, form: &[(&str, &str)]) -> Result<RangeInclusive<u64>, (u16, String)> {
    let policy = PostPolicy::parse(&STANDARD.encode(document));
    let checked = policy.and_then(|policy| policy.check(&fields(form), "bucket", NOW));
    checked.map_err(|error| (error.status().as_u16(), error.message().to_owned()))
}

#[test]
fn a_form_that_meets_all_conditions_passes() {
    for (conditions, form) in [
        (r#"{"acl": "private"}"#, &[("acl", "private")][..]),
        (r#"["eq", "$acl", "private"]"#, &[("ACL", "private")]),
        (r#"["StArTs-WiTh", "$KeY", "user/"]"#, &[("kEy", "user/a")]),
        (r#"["starts-with", "$key", ""]"#, &[("key", "any")]),
        (r#"{"bUcKeT": "bucket"}, ["eq", "$bucket", "bucket"]"#, &[]),
        (r#"["starts-with", "$key", "\$foo"]"#, &[("key", "$foo.txt")]),
        (r#"["eq", "$key", "a\\$"]"#, &[("key", "a\\$")]),
        (r#"["starts-with", "$Content-Type", "image/"]"#, &[("Content-Type", "image/png, image/gif")]),
        (r#"["eq", "$key", "k"], "#, &[("key", "k"), ("x-ignore-this", "1"), ("file", "2"), ("AWSAccessKeyId", "3")]),
        (r#"["eq", "$key", "first"]"#, &[("key", "first"), ("KEY", "second")]),
    ] {
        assert_eq!(check(&document(conditions), form), Ok(0..=u64::MAX), "{conditions}");
    }
}

#[test]
fn a_form_that_does_not_is_told_which_condition_failed() {
    for (conditions, form, shown) in [
        (r#"{"acl": "private"}"#, &[("acl", "public-read")][..], r#"["eq", "$acl", "private"]"#),
        (r#"["eq", "acl", "private"]"#, &[("acl", "private")], r#"["eq", "acl", "private"]"#),
        (r#"["eq","$acl","Private"]"#, &[("acl", "private")], r#"["eq", "$acl", "Private"]"#),
        (r#"["starts-with", "$x", ""]"#, &[], r#"["starts-with", "$x", ""]"#),
        (
            r#"["starts-with", "$content-type", "image/"]"#,
            &[("content-type", "image/png,text/html")],
            r#"["starts-with", "$content-type", "image/"]"#,
        ),
        (r#"{"bucket": "other"}"#, &[("bucket", "other")], r#"["eq", "$bucket", "other"]"#),
        (r#"["content-length-range", "test", "10"]"#, &[], r#"["content-length-range", "test", "10"]"#),
        (r#"["content-length-range", -1, 10]"#, &[], r#"["content-length-range", -1, 10]"#),
    ] {
        let expected = format!("Invalid according to Policy: Policy Condition failed: {shown}");
        assert_eq!(check(&document(conditions), form), Err((403, expected)), "{conditions}");
    }
}

#[test]
fn a_field_that_no_condition_mentions_is_refused() {
    let form = [("key", "k"), ("Submit", "Go"), ("x-amz-meta-a", "1"), ("policy", "p"), ("x-amz-signature", "s")];
    let expected = "Invalid according to Policy: Extra input fields: submit, x-amz-meta-a".to_owned();
    assert_eq!(check(&document(r#"{"key": "k"}"#), &form), Err((403, expected)));
}

#[test]
fn ranges_say_which_sizes_a_file_may_have() {
    for (conditions, sizes) in [
        (r#"["content-length-range", 5, 10]"#, 5..=10),
        (r#"["content-length-range", "5", "10"]"#, 5..=10),
        (r#"["content-length-range", 5, 10], ["content-length-range", 0, 7]"#, 5..=7),
    ] {
        assert_eq!(check(&document(conditions), &[]), Ok(sizes), "{conditions}");
    }
}

#[test]
fn a_policy_expires() {
    let expired = r#"{"expiration": "2026-10-21T00:00:00Z", "conditions": []}"#;
    assert_eq!(check(expired, &[]), Err((403, "Invalid according to Policy: Policy expired.".to_owned())));
}

#[test]
fn a_document_that_is_no_policy_is_refused() {
    let deep = "[".repeat(5000);
    let long = format!("[\"eq\", \"$key\", \"{}\"]", "x".repeat(MAX_POLICY_LENGTH));
    for (document, why) in [
        (String::new(), "Invalid JSON."),
        ("[]".to_owned(), "Invalid JSON."),
        (deep.clone(), "Invalid JSON."),
        (document(&deep), "Invalid JSON."),
        (document(&long), "Invalid JSON."),
        (document("null"), "Invalid condition test: must be a List or Object."),
        (r#"{"conditions": []}"#.to_owned(), "Policy missing expiration."),
        (r#"{"expiration": "2026-10-22T12:00:00Z"}"#.to_owned(), "Policy missing conditions."),
        (r#"{"expiration": "2026-10-22T12:00:00Z", "CONDITIONS": []}"#.to_owned(), "Policy missing conditions."),
        (r#"{"conditions": {}, "expiration": "x"}"#.to_owned(), "Invalid 'conditions' value: must be a List."),
        (
            r#"{"expiration": "2026-10-22 12:00:00", "conditions": []}"#.to_owned(),
            "Invalid 'expiration' value: '2026-10-22 12:00:00'",
        ),
        (
            document(r#"{"a": "1", "b": "2"}"#),
            "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.",
        ),
        (document("{}"), "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified."),
        (document(r#"{"a": 1}"#), "Invalid Simple-Condition: value must be a string."),
        (document("[]"), "Invalid Condition: missing operation identifier."),
        (document(r#"["ne", "$a", "b"]"#), "Invalid Condition: unknown operation 'ne'."),
        (document(r#"["content-length-range", 1]"#), "Invalid content-length-range: wrong number of arguments."),
        (document(r#"["eq", "$a", 1]"#), "Invalid eq: value must be a string."),
    ] {
        let expected = Err((400, format!("Invalid Policy: {why}")));
        assert_eq!(check(&document, &[]), expected, "{}", document.get(..80).unwrap_or(&document));
    }
    let error = PostPolicy::parse("no base64!").unwrap_err();
    assert_eq!((error.code(), error.message()), ("InvalidPolicyDocument", "Invalid Policy: invalid Base64 encoding."));
}

proptest! {
    #[test]
    fn arbitrary_documents_never_panic(text in "[ -~]{0,80}", json in r#"[\[\]{}",:\\$a1]{0,40}"#) {
        for (document, value) in [(text.clone(), &text), (document(&json), &json)] {
            let status = check(&document, &[("key", value)]).map_err(|(status, _)| status);
            prop_assert!(matches!(status, Ok(_) | Err(400 | 403)));
        }
    }
}
