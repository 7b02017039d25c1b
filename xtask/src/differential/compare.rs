//! When two answers are the same: sets, and items that have no order, are sorted first.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    masks,
    operations::Step,
    schema::{Index, Schema},
    world::Answer,
};

/// How two answers differ.
#[derive(Clone, Debug)]
pub(super) enum Verdict {
    Same,
    /// For a reason that has a name; whether the two tables may differ from now on.
    Known(&'static str),
    /// Both refuse as broken what has several faults, and tell of faults whose order nobody has looked into.
    OtherFault,
    Differs,
}

/// What is told of an answer, in a form that can be compared.
pub(super) fn outline(schema: &Schema, step: &Step, answer: &Answer) -> Value {
    if answer.status != 200 {
        return error(&answer.body);
    }
    let mut body = canonical(&answer.body);
    if matches!(step.operation, "Scan" | "ExecuteStatement") {
        body.get_mut("Items").map(sort);
    } else if let Some(items) = body.get_mut("Items").and_then(Value::as_array_mut) {
        sort_equals(items, index_of(schema, step));
    }
    for of_table in
        body.get_mut("Responses").and_then(Value::as_object_mut).into_iter().flat_map(|map| map.values_mut())
    {
        sort(of_table);
    }
    body
}

fn error(body: &Value) -> Value {
    let code = body["__type"].as_str().unwrap_or_default();
    let code = code.rsplit('#').next().unwrap_or_default();
    let message = ["message", "Message"].iter().find_map(|name| body[name].as_str()).unwrap_or_default();
    let mut error = serde_json::json!({"code": code, "message": message});
    if let Some(reasons) = body.get("CancellationReasons") {
        error["reasons"] = canonical(reasons);
    }
    if let Some(item) = body.get("Item") {
        error["item"] = canonical(item);
    }
    error
}

fn index_of<'s>(schema: &'s Schema, step: &Step) -> Option<&'s Index> {
    let name = step.input["IndexName"].as_str()?;
    schema.indexes.iter().find(|index| index.name == name)
}

/// Items of an index that have the same range key stand in no order that anybody promises.
fn sort_equals(items: &mut [Value], index: Option<&Index>) {
    let Some(index) = index else { return };
    let range = |item: &Value| index.range.as_ref().map(|range| item[range.name].clone());
    items.chunk_by_mut(|one, other| range(one) == range(other)).for_each(|equal| {
        equal.sort_by_cached_key(Value::to_string);
    });
}

fn sort(list: &mut Value) {
    if let Some(list) = list.as_array_mut() {
        list.sort_by_cached_key(Value::to_string);
    }
}

/// The same for all that is equal: members by name, sets in order, numbers in one spelling. DynamoDB Local gives
/// numbers in lists and maps back as they were sent; AWS does not.
pub(super) fn canonical(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<&String, &Value> = map.iter().collect();
            sorted.into_iter().map(|(name, value)| (name.clone(), member(name, value))).collect()
        }
        Value::Array(list) => list.iter().map(canonical).collect(),
        other => other.clone(),
    }
}

fn member(name: &str, value: &Value) -> Value {
    let number = |value: &Value| value.as_str().map_or_else(|| canonical(value), |text| plain(text).into());
    match (name, value) {
        ("N", _) => number(value),
        ("NS", Value::Array(numbers)) => sorted(numbers.iter().map(number).collect()),
        ("SS" | "BS", Value::Array(members)) => sorted(members.clone()),
        _ => canonical(value),
    }
}

fn sorted(mut list: Vec<Value>) -> Value {
    list.sort_by_cached_key(Value::to_string);
    list.into()
}

/// A number's digits without zeroes at either end, and its power of ten.
fn plain(number: &str) -> String {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let (Ok(exponent), digits) = (exponent.parse::<i64>(), format!("{whole}{fraction}")) else {
        return number.to_owned();
    };
    let significant = digits.trim_end_matches('0');
    let exponent = exponent - fraction.len() as i64 + (digits.len() - significant.len()) as i64;
    match significant.trim_start_matches('0') {
        "" => "0".to_owned(),
        significant => format!("{sign}{significant}e{exponent}"),
    }
}

pub(super) fn compare(schema: &Schema, step: &Step, [ours, theirs]: &[Answer; 2]) -> Verdict {
    let (our_outline, their_outline) = (outline(schema, step, ours), outline(schema, step, theirs));
    if ours.status == theirs.status && our_outline == their_outline {
        return Verdict::Same;
    }
    let difference = masks::Difference { step, ours, theirs, our_outline: &our_outline, their_outline: &their_outline };
    match masks::known(&difference) {
        Some(name) => Verdict::Known(name),
        None if difference.both_say("ValidationException") => Verdict::OtherFault,
        None => Verdict::Differs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_spelling() {
        for (number, spelling) in
            [("0.10", "1e-1"), ("1E2", "1e2"), ("100", "1e2"), ("-0", "0"), ("007", "7e0"), ("-2.50", "-25e-1")]
        {
            assert_eq!(plain(number), spelling);
        }
    }
}
