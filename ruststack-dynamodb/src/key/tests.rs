//! Keys as AWS checks and orders them.

use proptest::prelude::*;

use super::*;
use crate::{number, value};

fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn n(text: &str) -> AttributeValue {
    AttributeValue::N(text.parse().unwrap())
}

fn item(attributes: &[(&str, AttributeValue)]) -> Item {
    attributes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

fn schema() -> KeySchema {
    KeySchema::simple(KeyAttribute::new("pk", Type::S), Some(KeyAttribute::new("sk", Type::N)))
}

#[test]
fn an_item_has_its_keys() {
    let message = |item: &Item| schema().check_item(item).unwrap_err().refusal().message;
    assert_eq!(schema().check_item(&item(&[("pk", s("a")), ("sk", n("1")), ("other", s(""))])), Ok(()));
    assert_eq!(
        message(&item(&[("pk", s("a"))])),
        "One or more parameter values were invalid: Missing the key sk in the item"
    );
    assert_eq!(
        message(&item(&[("pk", n("1")), ("sk", n("1"))])),
        "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N"
    );
    assert_eq!(
        message(&item(&[("pk", s("")), ("sk", n("1"))])),
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty \
         string value. Key: pk"
    );
    assert_eq!(
        message(&item(&[("pk", s(&"a".repeat(2049))), ("sk", n("1"))])),
        "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes"
    );
}

#[test]
fn a_key_is_what_the_schema_says_and_nothing_else() {
    for key in [
        item(&[("pk", s("a"))]),
        item(&[("pk", s("a")), ("sk", s("1"))]),
        item(&[("pk", s("a")), ("other", n("1"))]),
        item(&[("pk", s("a")), ("sk", n("1")), ("other", n("1"))]),
    ] {
        assert_eq!(schema().check_key(&key), Err(KeyFault::NoMatch), "{key:?}");
    }
    assert_eq!(schema().check_key(&item(&[("pk", s("a")), ("sk", n("1"))])), Ok(()));
}

#[test]
fn an_index_key_may_be_missing_but_not_wrong() {
    let message = |item: &Item| schema().check_index_keys(item).unwrap_err().refusal("i").message;
    assert_eq!(schema().check_index_keys(&item(&[("pk", s("a"))])), Ok(()));
    assert_eq!(
        message(&item(&[("sk", s("a"))])),
        "One or more parameter values were invalid: Type mismatch for Index Key sk Expected: N Actual: S IndexName: i"
    );
    assert!(message(&item(&[("pk", s(""))])).ends_with("empty string value. IndexName: i, IndexKey: pk"));
}

#[test]
fn partitions_are_ordered_as_aws_orders_them() {
    // md5("Outliersa")
    assert_eq!(partition_order(b"a")[..4], md5_start(b"Outliersa"));
    assert_eq!(segment_of(&[0xFF; 16], 1_000_000), 999_999);
    assert_eq!(segment_of(&[0; 16], 4), 0);
}

fn md5_start(bytes: &[u8]) -> [u8; 4] {
    use md5::Digest;
    md5::Md5::digest(bytes)[..4].try_into().unwrap()
}

fn any_key() -> impl Strategy<Value = AttributeValue> {
    prop_oneof![
        proptest::collection::vec(prop_oneof![Just(0u8), Just(1), Just(0xFF), any::<u8>()], 0..5)
            .prop_map(AttributeValue::B),
        "[\\x00ab]{0,4}".prop_map(AttributeValue::S),
        number::tests::written().prop_map(|text| n(&text)),
        (-3..3i64).prop_map(|small| AttributeValue::N(small.into())),
    ]
}

fn bytes(of: &[&AttributeValue]) -> Vec<u8> {
    ByteRange::equal(of).unwrap().start
}

proptest! {
    #[test]
    fn bytes_are_ordered_as_keys_are(first in any_key(), one in any_key(), other in any_key(), tail in any_key()) {
        let Some(order) = one.compare(&other) else { return Ok(()) };
        prop_assert_eq!(order, bytes(&[&first, &one]).cmp(&bytes(&[&first, &other])));
        if order.is_ne() {
            prop_assert_eq!(order, bytes(&[&one, &tail]).cmp(&bytes(&[&other, &first])));
        }
    }

    #[test]
    fn ranges_hold_what_their_conditions_hold(first in any_key(), one in any_key(), other in any_key(), tail in any_key()) {
        let Some(order) = one.compare(&other) else { return Ok(()) };
        let entry = bytes(&[&first, &one, &tail]);
        let equal = [&first];
        let holds = |range: Option<ByteRange>| range.unwrap().contains(&entry);
        prop_assert_eq!(holds(ByteRange::less(&equal, &other)), order.is_lt());
        prop_assert_eq!(holds(ByteRange::less_or_equal(&equal, &other)), order.is_le());
        prop_assert_eq!(holds(ByteRange::greater(&equal, &other)), order.is_gt());
        prop_assert_eq!(holds(ByteRange::greater_or_equal(&equal, &other)), order.is_ge());
        prop_assert_eq!(holds(ByteRange::equal(&[&first, &other])), order.is_eq());
        prop_assert_eq!(holds(ByteRange::between(&equal, &other, &other)), order.is_eq());
        let begins = match (&one, &other) {
            (AttributeValue::S(one), AttributeValue::S(other)) => one.starts_with(other.as_str()),
            (AttributeValue::B(one), AttributeValue::B(other)) => one.starts_with(other),
            _ => return Ok(()),
        };
        prop_assert_eq!(holds(ByteRange::begins_with(&equal, &other)), begins);
    }

    #[test]
    fn no_value_is_too_much_for_a_key(value in value::tests::any_value()) {
        let attributes = item(&[("pk", value.clone()), ("sk", value)]);
        drop(schema().bytes_of(&attributes));
        drop(schema().check_item(&attributes));
    }
}
