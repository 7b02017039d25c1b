//! All that DynamoDB reads of texts that strangers send, for fuzzing; panics where what was read does not lead back to
//! itself.

use std::collections::BTreeMap;

use crate::{
    expression::{Binding, Condition, ExpressionKind, KeyClauses, ParsedCondition, ParsedProjection, ParsedUpdate},
    key::{KeyAttribute, KeySchema},
    number::Number,
    partiql::Statement,
    stream::ShardIterator,
    value::{AttributeValue, Given, Item, Layer, Type},
};

/// Reads a text as each kind of expression, and evaluates it.
pub fn read_expression(text: &str) {
    let (names, values, item) = (names(), values(), item());
    let mut binding = Binding::new(&names, &values);
    for kind in [ExpressionKind::Condition, ExpressionKind::Filter, ExpressionKind::KeyCondition] {
        let bound = ParsedCondition::parse(kind, text).and_then(|parsed| parsed.bind(&mut binding));
        if let Ok(condition) = bound {
            condition.holds(&item);
            read_range(&condition);
        }
    }
    if let Ok(projection) = ParsedProjection::parse(text).and_then(|parsed| parsed.bind(&mut binding)) {
        let shown = projection.apply(&item);
        assert!(shown.keys().all(|name| item.contains_key(name)), "nothing is shown that is not there");
    }
    if let Ok(update) = ParsedUpdate::parse(text).and_then(|parsed| parsed.bind(&mut binding)) {
        drop(update.apply(&item));
        update.touched().apply(&item);
    }
}

fn read_range(condition: &Condition) {
    let schema = KeySchema::simple(KeyAttribute::new("a", Type::S), Some(KeyAttribute::new("b", Type::N)));
    if let Ok(key) = KeyClauses::of(condition).and_then(|clauses| clauses.against(&schema)) {
        key.hash_bytes(&schema).expect("its value was checked");
        key.range();
    }
}

/// Reads a text as a PartiQL statement.
pub fn read_statement(text: &str) {
    if let Ok(Statement::Update(statement)) = Statement::parse(text, &[AttributeValue::Null]) {
        drop(statement.update.apply(&item()));
    }
    drop(Statement::parse(text, &[]));
}

/// Reads a text as a number.
pub fn read_number(text: &str) {
    let Ok(number) = text.parse::<Number>() else { return };
    assert_eq!(number.to_string().parse(), Ok(number));
    let mut bytes = Vec::new();
    number.write_sortable(&mut bytes);
    assert_eq!(Number::from_sortable(&bytes), Some(number));
    if let Ok(twice) = number.checked_add(&number) {
        assert_eq!(twice.checked_sub(&number), Ok(number));
    }
}

/// Checks attributes that a request gave.
pub fn read_attributes(given: Given<Item>) {
    for layer in [Layer::Current, Layer::Older] {
        drop(given.clone().get_expression_values(layer));
        drop(given.clone().get(layer));
    }
    let Ok(item) = given.get_deeper(Layer::Current) else { return };
    let schema = KeySchema::simple(KeyAttribute::new("a", Type::N), None);
    if schema.check_item(&item).is_ok() {
        schema.bytes_of(&item).expect("it has its key");
    }
}

/// Reads where a reader of a stream says that it goes on.
pub fn read_shard_iterator(text: &str) {
    if let Some(iterator) = ShardIterator::read(text) {
        assert_eq!(ShardIterator::read(&iterator.write()), Some(iterator));
    }
}

fn names() -> BTreeMap<String, String> {
    [("#a".to_owned(), "a".to_owned()), ("#b".to_owned(), "b".to_owned())].into()
}

fn values() -> Item {
    let number = AttributeValue::N(5.into());
    [
        (":a".to_owned(), AttributeValue::S("a".to_owned())),
        (":b".to_owned(), number.clone()),
        (":l".to_owned(), AttributeValue::L(vec![number])),
        (":s".to_owned(), AttributeValue::Ss(vec!["x".to_owned(), "y".to_owned()])),
        (":m".to_owned(), AttributeValue::M(Item::new())),
    ]
    .into()
}

fn item() -> Item {
    let mut item: Item = values().into_iter().map(|(name, value)| (name[1..].to_owned(), value)).collect();
    item.insert("m".to_owned(), AttributeValue::M(values()));
    item
}
