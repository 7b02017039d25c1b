//! Members are read and written as their shapes say.

use serde_json::json;

use super::*;
use crate::shape::{Bounds, List, Map, Text, TimestampFormat};

#[derive(Clone, Default, PartialEq, Debug)]
struct Tag {
    key: String,
    value: Option<String>,
}

#[derive(Clone, Default, PartialEq, Debug)]
struct Queue {
    name: String,
    count: Option<i32>,
    at: Option<Timestamp>,
    body: Option<Blob>,
    tags: Option<Vec<Tag>>,
    sizes: Option<BTreeMap<String, f64>>,
    is_fifo: Option<bool>,
    any: Option<Value>,
}

crate::members! {
    Tag = TAG { 0 key 1 value }
    Queue = QUEUE { 0 name 1 count 2 at 3 body 4 tags 5 sizes 6 is_fifo 7 any }
}

static NAME: Shape = Shape::Text(Text { length: Bounds::new(Some(2), Some(5)), pattern: None, values: &[] });
static ANY_TEXT: Shape = Shape::Text(Text::ANY);
static COUNT: Shape = Shape::Integer(Bounds::new(Some(1), Some(10)));
static AT: Shape = Shape::Timestamp(TimestampFormat::UnixTimestamp);
static BODY: Shape = Shape::Blob(Bounds::new(None, Some(3)));
static TAG: Structure = Structure::new("Tag", &[Member::new("Key", &NAME).required(), Member::new("Value", &ANY_TEXT)]);
static TAG_SHAPE: Shape = Shape::Structure(&TAG);
static TAGS: Shape = Shape::List(List {
    member: &TAG_SHAPE,
    member_name: "member",
    is_flattened: false,
    length: Bounds::new(None, Some(2)),
});
static SIZE: Shape = Shape::Float(Bounds::new(Some(0), None));
static SIZES: Shape = Shape::Map(Map {
    key: &NAME,
    value: &SIZE,
    key_name: "key",
    value_name: "value",
    is_flattened: false,
    length: Bounds::NONE,
});
static FLAG: Shape = Shape::Boolean;
static ANY: Shape = Shape::Document;
static QUEUE: Structure = Structure::new(
    "Queue",
    &[
        Member::new("Name", &NAME).required(),
        Member::new("Count", &COUNT),
        Member::new("At", &AT),
        Member::new("Body", &BODY),
        Member::new("Tags", &TAGS),
        Member::new("Sizes", &SIZES),
        Member::new("IsFifo", &FLAG),
        Member::new("Any", &ANY),
    ],
);

fn read(text: &str) -> Result<Queue, Misfit> {
    let mut reader = Reader::new(text.as_bytes())?.holding_to_constraints();
    let mut queue = Queue::default();
    queue.read(&Shape::Document, &mut reader)?;
    reader.end().map(|()| queue)
}

#[test]
fn what_is_read_is_written() {
    let text = r#"{"Name":"abc","Count":2,"At":1795222923.5,"Body":"aGk=","Tags":[{"Key":"ab","Value":"\"\n"},{"Key":"cd"}],"Sizes":{"ab":0.5,"bc":3.0},"IsFifo":true,"Any":{"z":[1,null],"a":-1.5}}"#;
    let queue = read(text).unwrap();
    assert_eq!((queue.name.as_str(), queue.count, queue.is_fifo), ("abc", Some(2), Some(true)));
    assert_eq!(queue.at, Some(Timestamp::from_millis(1_795_222_923_500)));
    assert_eq!(queue.body, Some(Blob(b"hi".as_slice().into())));
    assert_eq!(String::from_utf8(document(&queue)).unwrap(), text);
}

#[test]
fn unknown_members_are_passed_over_and_a_null_is_nothing() {
    let queue = read(r#"{"Other":{"a":[{}]}, "Count":null,"Name":"ab"}"#).unwrap();
    assert_eq!(queue, Queue { name: "ab".to_owned(), ..Queue::default() });
    assert_eq!(document(&queue), br#"{"Name":"ab"}"#);
}

#[test]
fn what_does_not_fit_its_shape_is_not_read() {
    for input in [
        json!([]),
        json!({}),
        json!({"Name": null}),
        json!({"Name": 1}),
        json!({"Name": "a"}),
        json!({"Name": "äöüäöü"}),
        json!({"Name": "ab", "Count": 11}),
        json!({"Name": "ab", "Count": 1.0}),
        json!({"Name": "ab", "Count": 5_000_000_000_i64}),
        json!({"Name": "ab", "At": "2026-11-21T01:02:03Z"}),
        json!({"Name": "ab", "Body": "AAAAAAAA"}),
        json!({"Name": "ab", "Body": "?"}),
        json!({"Name": "ab", "Tags": [{"Key": "ab"}, {"Value": "x"}]}),
        json!({"Name": "ab", "Tags": [null]}),
        json!({"Name": "ab", "Tags": [{"Key": "ab"}, {"Key": "ab"}, {"Key": "ab"}]}),
        json!({"Name": "ab", "Sizes": {"a": 1}}),
        json!({"Name": "ab", "Sizes": {"ab": -1}}),
    ] {
        assert!(read(&input.to_string()).is_err(), "{input}");
    }
    assert!(read(r#"{"Name":"ab","Name":"cd"}"#).is_err());
}

#[test]
fn constraints_may_have_been_checked_elsewhere() {
    let mut queue = Queue::default();
    let text = br#"{"Name":"a","Count":11}"#;
    queue.read(&Shape::Document, &mut Reader::new(text).unwrap()).unwrap();
    assert_eq!((queue.name.as_str(), queue.count), ("a", Some(11)));
}
