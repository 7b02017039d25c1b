//! Requests by chance, weighted as applications weight them.

use serde_json::{Map, Value, json};

use super::{
    expressions::Writer,
    legacy,
    schema::{NAME, Schema},
    statements, values,
};
use crate::crash::random::Random;

/// A request of DynamoDB.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) operation: &'static str,
    pub(super) input: Value,
}

/// Many requests, and no operation.
pub(super) const READ_STREAM: &str = "(the stream's records)";
/// Of a hundred expressions.
const WRONG: u64 = 20;

pub(super) fn any(random: &mut Random, schema: &Schema) -> Step {
    let (operation, input) = match random.below(110) {
        97..=106 => ("ExecuteStatement", statements::execute(random, schema)),
        107..=108 => ("BatchExecuteStatement", statements::batch(random, schema)),
        109 => ("ExecuteTransaction", statements::transaction(random, schema)),
        0..=19 => ("PutItem", put(random, schema)),
        20..=44 => ("UpdateItem", update(random, schema)),
        45..=52 => ("DeleteItem", delete(random, schema)),
        53..=62 => ("GetItem", get(random, schema)),
        63..=77 => ("Query", query(random, schema)),
        78..=82 => ("Scan", scan(random, schema)),
        83..=86 => ("BatchGetItem", batch_get(random, schema)),
        87..=89 => ("BatchWriteItem", batch_write(random, schema)),
        90..=91 => ("TransactGetItems", transact_get(random, schema)),
        _ => ("TransactWriteItems", transact_write(random, schema)),
    };
    Step { operation, input }
}

/// Reads all that a table holds, or an index of it.
pub(super) fn dump(index: Option<&str>) -> Step {
    let mut input = json!({"TableName": NAME});
    if let Some(index) = index {
        input["IndexName"] = index.into();
    }
    Step { operation: "Scan", input }
}

/// Reads all that the table's stream tells.
pub(super) fn read_stream() -> Step {
    Step { operation: READ_STREAM, input: Value::Null }
}

/// An input with its placeholders.
fn with(mut input: Value, names: Map<String, Value>, values: Map<String, Value>) -> Value {
    for (member, placeholders) in [("ExpressionAttributeNames", names), ("ExpressionAttributeValues", values)] {
        if !placeholders.is_empty() {
            input[member] = Value::Object(placeholders);
        }
    }
    input
}

/// Adds expressions that `write` makes, one of them wrong now and then.
fn with_expressions(
    random: &mut Random,
    mut input: Value,
    write: impl FnOnce(&mut Writer<'_>) -> Vec<(&'static str, String)>,
) -> Value {
    let mut writer = Writer::new(random);
    for (member, mut text) in write(&mut writer) {
        if writer.random.chance(WRONG) {
            text = writer.mutate(text);
        }
        input[member] = text.into();
    }
    let Writer { names, values, .. } = writer;
    with(input, names, values)
}

fn returns(random: &mut Random, input: &mut Value, values: &[&str]) {
    if random.chance(60) {
        input["ReturnValues"] = (*random.pick(values)).into();
    }
    if random.chance(20) {
        input["ReturnConsumedCapacity"] = (*random.pick(&["TOTAL", "INDEXES"])).into();
    }
    if random.chance(20) {
        input["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD".into();
    }
}

fn put(random: &mut Random, schema: &Schema) -> Value {
    let mut input = json!({"TableName": NAME, "Item": values::item(random, schema)});
    returns(random, &mut input, &["NONE", "ALL_OLD", "ALL_OLD", "ALL_NEW"]);
    conditional(random, input)
}

fn delete(random: &mut Random, schema: &Schema) -> Value {
    let mut input = json!({"TableName": NAME, "Key": values::key(random, schema)});
    returns(random, &mut input, &["NONE", "ALL_OLD", "ALL_OLD", "UPDATED_OLD"]);
    conditional(random, input)
}

fn conditional(random: &mut Random, mut input: Value) -> Value {
    match random.below(10) {
        0..=3 => with_expressions(random, input, |writer| vec![("ConditionExpression", writer.condition(2))]),
        4 => {
            legacy::expected(random, &mut input);
            input
        }
        _ => input,
    }
}

fn update(random: &mut Random, schema: &Schema) -> Value {
    let mut input = json!({"TableName": NAME, "Key": values::key(random, schema)});
    returns(random, &mut input, &["NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"]);
    if random.chance(8) {
        legacy::updates(random, &mut input);
        return input;
    }
    with_expressions(random, input, |writer| {
        let mut expressions = vec![("UpdateExpression", writer.update())];
        if writer.random.chance(30) {
            expressions.push(("ConditionExpression", writer.condition(2)));
        }
        expressions
    })
}

fn get(random: &mut Random, schema: &Schema) -> Value {
    let mut input = json!({"TableName": NAME, "Key": values::key(random, schema)});
    if random.chance(30) {
        input["ConsistentRead"] = random.chance(50).into();
        input["ReturnConsumedCapacity"] = "TOTAL".into();
    }
    projected(random, input)
}

fn projected(random: &mut Random, input: Value) -> Value {
    if random.chance(50) {
        return input;
    }
    with_expressions(random, input, |writer| vec![("ProjectionExpression", writer.projection())])
}

fn query(random: &mut Random, schema: &Schema) -> Value {
    let index = (!schema.indexes.is_empty() && random.chance(50)).then(|| random.pick(&schema.indexes));
    let mut input = json!({"TableName": NAME});
    if let Some(index) = index {
        input["IndexName"] = index.name.clone().into();
    }
    paging(random, &mut input);
    if random.chance(40) {
        input["ScanIndexForward"] = random.chance(50).into();
    }
    if random.chance(10) {
        legacy::key_conditions(random, schema, index, &mut input);
        return input;
    }
    with_expressions(random, input, |writer| {
        let mut expressions = vec![("KeyConditionExpression", writer.key_condition(schema, index))];
        filter_and_projection(writer, &mut expressions);
        expressions
    })
}

fn filter_and_projection(writer: &mut Writer<'_>, expressions: &mut Vec<(&'static str, String)>) {
    if writer.random.chance(35) {
        expressions.push(("FilterExpression", writer.condition(2)));
    }
    if writer.random.chance(25) {
        expressions.push(("ProjectionExpression", writer.projection()));
    }
}

fn paging(random: &mut Random, input: &mut Value) {
    if random.chance(40) {
        input["Limit"] = random.below(6).into();
    }
    if random.chance(20) {
        input["ReturnConsumedCapacity"] = (*random.pick(&["TOTAL", "INDEXES"])).into();
    }
    if random.chance(15) {
        let select = *random.pick(&["COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES"]);
        input["Select"] = select.into();
    }
    if random.chance(10) {
        input["ConsistentRead"] = true.into();
    }
}

fn scan(random: &mut Random, schema: &Schema) -> Value {
    let index = (!schema.indexes.is_empty() && random.chance(40)).then(|| random.pick(&schema.indexes));
    let mut input = json!({"TableName": NAME});
    if let Some(index) = index {
        input["IndexName"] = index.name.clone().into();
    }
    if random.chance(20) {
        input["TotalSegments"] = (1 + random.below(6)).into();
    }
    paging(random, &mut input);
    if random.chance(10) {
        legacy::scan_filter(random, &mut input);
        return input;
    }
    with_expressions(random, input, |writer| {
        let mut expressions = Vec::new();
        filter_and_projection(writer, &mut expressions);
        expressions
    })
}

fn keys(random: &mut Random, schema: &Schema, most: u64) -> Vec<Value> {
    (0..=random.below(most)).map(|_| Value::Object(values::key(random, schema))).collect()
}

fn batch_get(random: &mut Random, schema: &Schema) -> Value {
    let of_table = json!({"Keys": keys(random, schema, 4)});
    let of_table = projected(random, of_table);
    json!({"RequestItems": {NAME: of_table}, "ReturnConsumedCapacity": "TOTAL"})
}

fn batch_write(random: &mut Random, schema: &Schema) -> Value {
    let mut requests = Vec::new();
    for _ in 0..=random.below(4) {
        requests.push(if random.chance(75) {
            json!({"PutRequest": {"Item": values::item(random, schema)}})
        } else {
            json!({"DeleteRequest": {"Key": values::key(random, schema)}})
        });
    }
    json!({"RequestItems": {NAME: requests}, "ReturnConsumedCapacity": "TOTAL"})
}

fn transact_get(random: &mut Random, schema: &Schema) -> Value {
    let gets = keys(random, schema, 4).into_iter().map(|key| {
        let get = projected(random, json!({"TableName": NAME, "Key": key}));
        json!({"Get": get})
    });
    json!({"TransactItems": gets.collect::<Vec<_>>()})
}

fn transact_write(random: &mut Random, schema: &Schema) -> Value {
    let mut items = Vec::new();
    for _ in 0..=random.below(4) {
        let (member, input) = match random.below(4) {
            0 => ("Put", transact_put(random, schema)),
            1 => ("Update", transact_update(random, schema)),
            2 => ("Delete", transact_keyed(random, schema, 50)),
            _ => ("ConditionCheck", transact_keyed(random, schema, 98)),
        };
        items.push(json!({member: input}));
    }
    json!({"TransactItems": items})
}

fn transact_put(random: &mut Random, schema: &Schema) -> Value {
    let input = json!({"TableName": NAME, "Item": values::item(random, schema)});
    transact_conditional(random, input, 40)
}

fn transact_keyed(random: &mut Random, schema: &Schema, percent: u64) -> Value {
    let input = json!({"TableName": NAME, "Key": values::key(random, schema)});
    transact_conditional(random, input, percent)
}

fn transact_conditional(random: &mut Random, mut input: Value, percent: u64) -> Value {
    if random.chance(30) {
        input["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD".into();
    }
    if !random.chance(percent) {
        return input;
    }
    with_expressions(random, input, |writer| {
        // Most shall hold, or no transaction would pass.
        let easy = writer.random.chance(60);
        let condition = if easy { "attribute_not_exists(nothing)".to_owned() } else { writer.condition(1) };
        vec![("ConditionExpression", condition)]
    })
}

fn transact_update(random: &mut Random, schema: &Schema) -> Value {
    let input = json!({"TableName": NAME, "Key": values::key(random, schema)});
    with_expressions(random, input, |writer| vec![("UpdateExpression", writer.update())])
}
