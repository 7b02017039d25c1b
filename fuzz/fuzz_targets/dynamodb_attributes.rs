//! DynamoDB's attribute values from JSON, straight and by way of a JSON value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ruststack_dynamodb::{
    untrusted,
    value::{AttributeValue, Given, Item, Layer},
};

fuzz_target!(|bytes: &[u8]| {
    let Ok(given) = serde_json::from_slice::<Given<Item>>(bytes) else { return };
    untrusted::read_attributes(given.clone());
    let Ok(item) = given.get(Layer::Current) else { return };
    let text = serde_json::to_string(&item).expect("values are JSON");
    let again: Given<Item> = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(again.get(Layer::Current).as_ref(), Ok(&item));
    for value in item.values() {
        let value_again: AttributeValue =
            serde_json::from_value(serde_json::to_value(value).expect("it is JSON")).expect("it is a value");
        assert_eq!(&value_again, value);
    }
});
