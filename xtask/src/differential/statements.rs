//! PartiQL statements by chance: values are parameters, names are quoted now and then.

use serde_json::{Map, Value, json};

use super::{
    schema::{NAME, Schema},
    values::{self, ATTRIBUTES},
};
use crate::crash::random::Random;

/// A statement and its parameters.
struct Statement {
    text: String,
    parameters: Vec<Value>,
}

impl Statement {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), parameters: Vec::new() }
    }

    /// Goes on with `text`, and a parameter behind it.
    fn with(&mut self, text: &str, value: Value) {
        self.text.push_str(text);
        self.text.push('?');
        self.parameters.push(value);
    }

    fn input(self) -> Value {
        let mut input = json!({"Statement": self.text});
        if !self.parameters.is_empty() {
            input["Parameters"] = self.parameters.into();
        }
        input
    }
}

pub(super) fn execute(random: &mut Random, schema: &Schema) -> Value {
    let statement = match random.below(10) {
        0..=3 => select(random, schema),
        4..=5 => insert(random, schema),
        6..=7 => update(random, schema),
        _ => delete(random, schema),
    };
    let mut input = statement.input();
    if random.chance(10) {
        input["ReturnConsumedCapacity"] = "TOTAL".into();
    }
    if random.chance(10) {
        input["ConsistentRead"] = random.chance(50).into();
    }
    input
}

/// Reads or writes, as both may not stand in one batch.
pub(super) fn batch(random: &mut Random, schema: &Schema) -> Value {
    json!({"Statements": several(random, schema)})
}

pub(super) fn transaction(random: &mut Random, schema: &Schema) -> Value {
    json!({"TransactStatements": several(random, schema)})
}

fn several(random: &mut Random, schema: &Schema) -> Vec<Value> {
    let reads = random.chance(50);
    let one = |random: &mut Random| match random.below(3) {
        _ if reads => read(random, schema),
        0 => insert(random, schema),
        1 => update(random, schema),
        _ => delete(random, schema),
    };
    (0..=random.below(3)).map(|_| one(random).input()).collect()
}

/// Of one item, by its whole key.
fn read(random: &mut Random, schema: &Schema) -> Statement {
    let mut statement = Statement::new(format!("SELECT {} FROM {}", shown(random), table(random)));
    by_key(random, schema, &mut statement);
    statement
}

fn select(random: &mut Random, schema: &Schema) -> Statement {
    let index = (!schema.indexes.is_empty() && random.chance(30)).then(|| random.pick(&schema.indexes).clone());
    let mut from = table(random);
    if let Some(index) = &index {
        from = format!("\"{NAME}\".\"{}\"", index.name);
    }
    let mut statement = Statement::new(format!("SELECT {} FROM {from}", shown(random)));
    let hash = index.as_ref().map_or(&schema.hash, |index| &index.hash);
    let range = index.as_ref().map_or(schema.range.as_ref(), |index| index.range.as_ref());
    let mut joint = " WHERE ";
    if random.chance(70) {
        statement.with(&format!("{joint}{} = ", name(random, hash.name)), values::scalar(random, hash.key_type));
        joint = " AND ";
        if let Some(range) = range.filter(|_| random.chance(50)) {
            let operator = *random.pick(&["=", "<", "<=", ">", ">="]);
            let value = values::scalar(random, range.key_type);
            statement.with(&format!("{joint}{} {operator} ", name(random, range.name)), value);
        }
    }
    if random.chance(35) {
        filter(random, &mut statement, joint);
    }
    statement
}

fn filter(random: &mut Random, statement: &mut Statement, joint: &str) {
    let attribute = *random.pick(&ATTRIBUTES);
    let attribute = name(random, attribute);
    match random.below(6) {
        0 => statement.text.push_str(&format!("{joint}{attribute} IS MISSING")),
        1 => statement.text.push_str(&format!("{joint}{attribute} IS NOT MISSING")),
        2 => statement.with(&format!("{joint}attribute_type({attribute}, "), json!({"S": "N"})),
        3 => statement.with(&format!("{joint}begins_with({attribute}, "), json!({"S": "a"})),
        4 => statement.with(&format!("{joint}contains({attribute}, "), values::any(random, 0)),
        _ => {
            let operator = *random.pick(&["=", "<>", "<", "<=", ">", ">="]);
            statement.with(&format!("{joint}{attribute} {operator} "), values::any(random, 0));
        }
    }
    if statement.text.contains("(\"") || statement.text.ends_with(", ?") {
        statement.text.push(')');
    }
}

fn insert(random: &mut Random, schema: &Schema) -> Statement {
    let mut statement = Statement::new(format!("INSERT INTO {} VALUE {{", table(random)));
    let item: Map<String, Value> = values::item(random, schema);
    for (number, (attribute, value)) in item.into_iter().enumerate() {
        let comma = if number > 0 { ", " } else { "" };
        statement.with(&format!("{comma}'{attribute}': "), value);
    }
    statement.text.push('}');
    statement
}

fn update(random: &mut Random, schema: &Schema) -> Statement {
    let mut statement = Statement::new(format!("UPDATE {}", table(random)));
    let mut attributes = ATTRIBUTES.to_vec();
    for _ in 0..=random.below(3) {
        let attribute = attributes.swap_remove(random.below(attributes.len() as u64) as usize);
        let named = name(random, attribute);
        match random.below(5) {
            0 => statement.text.push_str(&format!(" REMOVE {named}")),
            1 => {
                let value = values::scalar(random, super::schema::KeyType::N);
                statement.with(&format!(" SET {named} = {named} + "), value);
            }
            _ => statement.with(&format!(" SET {named} = "), values::of_attribute(random, attribute)),
        }
    }
    by_key(random, schema, &mut statement);
    returning(random, &mut statement, &["ALL OLD", "ALL NEW", "MODIFIED OLD", "MODIFIED NEW"]);
    statement
}

fn delete(random: &mut Random, schema: &Schema) -> Statement {
    let mut statement = Statement::new(format!("DELETE FROM {}", table(random)));
    by_key(random, schema, &mut statement);
    returning(random, &mut statement, &["ALL OLD"]);
    statement
}

fn returning(random: &mut Random, statement: &mut Statement, what: &[&str]) {
    if random.chance(40) {
        statement.text.push_str(&format!(" RETURNING {} *", random.pick(what)));
    }
}

fn by_key(random: &mut Random, schema: &Schema, statement: &mut Statement) {
    let key = values::key(random, schema);
    for (number, (attribute, value)) in key.into_iter().enumerate() {
        let joint = if number > 0 { " AND " } else { " WHERE " };
        statement.with(&format!("{joint}{} = ", name(random, &attribute)), value);
    }
}

fn shown(random: &mut Random) -> String {
    if random.chance(60) {
        return "*".to_owned();
    }
    let names: Vec<String> = (0..=random.below(2)).map(|number| name(random, ATTRIBUTES[number as usize])).collect();
    names.join(", ")
}

/// Quotes what is a word of PartiQL, and other names now and then.
fn name(random: &mut Random, attribute: &str) -> String {
    let is_word = matches!(attribute, "list" | "set" | "key");
    if is_word || random.chance(30) { format!("\"{attribute}\"") } else { attribute.to_owned() }
}

fn table(random: &mut Random) -> String {
    if random.chance(1) { "\"nowhere\"".to_owned() } else { format!("\"{NAME}\"") }
}
