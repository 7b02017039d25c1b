//! What a `WHERE` says of keys: the item that is meant, or the partitions that it can be in.

use crate::{
    expression::{Comparator, Condition, KeyClauses, KeyCondition, Operand},
    key::{KeyAttribute, KeySchema},
    refusal::Refusal,
    value::{AttributeValue, Item, Type},
};

/// The parts of a condition that all have to be true.
fn parts<'c>(condition: &'c Condition, found: &mut Vec<&'c Condition>) {
    match condition {
        Condition::All(inner) => inner.iter().for_each(|part| parts(part, found)),
        part => found.push(part),
    }
}

fn all_parts(condition: Option<&Condition>) -> Vec<&Condition> {
    let mut found = Vec::new();
    condition.into_iter().for_each(|condition| parts(condition, &mut found));
    found
}

/// The attribute and the value of `attribute = value`.
fn equality(part: &Condition) -> Option<(&str, &AttributeValue)> {
    match part {
        Condition::Compare { left, by: Comparator::Equal, right } => match (left, right) {
            (Operand::Path(path), Operand::Value(value)) | (Operand::Value(value), Operand::Path(path)) => {
                path.steps.is_empty().then_some((path.attribute.as_str(), value))
            }
            _ => None,
        },
        _ => None,
    }
}

/// The values of `attribute IN [...]`, and of equalities of one attribute that are joined by `OR`.
fn choices<'c>(part: &'c Condition) -> Option<(&'c str, Vec<&'c AttributeValue>)> {
    match part {
        Condition::In { operand: Operand::Path(path), candidates } if path.steps.is_empty() => {
            let value = |candidate: &'c Operand| if let Operand::Value(value) = candidate { Some(value) } else { None };
            Some((path.attribute.as_str(), candidates.iter().map(value).collect::<Option<_>>()?))
        }
        Condition::Any(inner) => {
            let equalities: Vec<_> = inner.iter().map(equality).collect::<Option<_>>()?;
            let (attribute, _) = *equalities.first()?;
            let is_of_one = equalities.iter().all(|(other, _)| *other == attribute);
            is_of_one.then(|| (attribute, equalities.into_iter().map(|(_, value)| value).collect()))
        }
        part => equality(part).map(|(attribute, value)| (attribute, vec![value])),
    }
}

/// The key that a statement that writes names.
pub(in super::super) fn key_of_write(schema: &KeySchema, condition: Option<&Condition>) -> Result<Item, Refusal> {
    let parts = all_parts(condition);
    let mut key = Item::new();
    for (attribute, value) in parts.iter().filter_map(|part| equality(part)) {
        if !schema.has(attribute) {
            continue;
        }
        if key.insert(attribute.to_owned(), value.clone()).is_some_and(|earlier| earlier != *value) {
            return Err(Refusal::plain(format!(
                "Multiple conditions on same key {attribute}. Only single item Update/Insert/Delete are supported"
            )));
        }
    }
    if key.len() == schema.attributes().count() {
        return Ok(key);
    }
    Err(Refusal::plain("Where clause does not contain a mandatory equality on all key attributes"))
}

/// The key that a read names, where it names a whole one; whether it says more than that.
pub(in super::super) fn key_of_read(schema: &KeySchema, condition: Option<&Condition>) -> Option<(Item, bool)> {
    let mut key = Item::new();
    let mut has_more = false;
    for part in all_parts(condition) {
        match choices(part) {
            Some((attribute, values)) if schema.has(attribute) && values.len() == 1 => {
                has_more |= key.insert(attribute.to_owned(), values[0].clone()).is_some_and(|old| old != *values[0]);
            }
            _ => has_more = true,
        }
    }
    (key.len() == schema.attributes().count()).then_some((key, has_more))
}

/// The parts of partitions that a read goes through, in order; none where it goes through all.
pub(in super::super) fn ranges_of_read(
    schema: &KeySchema,
    condition: Option<&Condition>,
) -> Result<Option<Vec<KeyCondition>>, Refusal> {
    let parts = all_parts(condition);
    for (attribute, values) in parts.iter().filter_map(|part| choices(part)) {
        let key = schema.attributes().find(|key| key.name == attribute);
        if key.is_some_and(|key| values.iter().any(|value| !key.takes(value))) {
            return Err(Refusal::plain(format!(
                "Key attribute's data type should match its data type in table's schema: Key {attribute}"
            )));
        }
    }
    let Some(hashes) = hashes(schema, &parts)? else { return Ok(None) };
    let range = schema.range.first().and_then(|key| range_part(key, &parts));
    hashes.into_iter().map(|hash| of_partition(schema, hash, range)).collect::<Result<_, _>>().map(Some)
}

/// Equalities of all hash keys, once for each partition.
fn hashes(schema: &KeySchema, parts: &[&Condition]) -> Result<Option<Vec<Vec<Condition>>>, Refusal> {
    let equal = |key: &KeyAttribute, value: &AttributeValue| Condition::Compare {
        left: Operand::path(key.name.clone()),
        by: Comparator::Equal,
        right: Operand::Value(value.clone()),
    };
    let of_key = |key: &KeyAttribute| {
        let found = parts.iter().filter_map(|part| choices(part)).filter(|(attribute, _)| *attribute == key.name);
        found.map(|(_, values)| values).min_by_key(Vec::len)
    };
    let found: Option<Vec<_>> = schema.hash.iter().map(|key| Some((key, of_key(key)?))).collect();
    let Some(found) = found else { return Ok(None) };
    if let [(key, values)] = found.as_slice() {
        check_distinct(values)?;
        return Ok(Some(values.iter().map(|value| vec![equal(key, value)]).collect()));
    }
    if found.iter().any(|(_, values)| values.len() > 1) {
        return Ok(None);
    }
    Ok(Some(vec![found.into_iter().map(|(key, values)| equal(key, values[0])).collect()]))
}

fn check_distinct(values: &[&AttributeValue]) -> Result<(), Refusal> {
    if values.iter().enumerate().any(|(index, value)| values[..index].contains(value)) {
        return Err(Refusal::plain("Overlapping conditions with range keys are not supported in where clause"));
    }
    Ok(())
}

/// What is said of the range key and can be looked up; an equality before all else.
fn range_part<'c>(key: &KeyAttribute, parts: &[&'c Condition]) -> Option<&'c Condition> {
    let is_key = |operand: &Operand| matches!(operand, Operand::Path(path) if path.steps.is_empty() && path.attribute == key.name);
    let is_value = |operand: &Operand| matches!(operand, Operand::Value(value) if key.takes(value));
    let is_range = |part: &&&Condition| match part {
        Condition::Compare { left, by, right } => {
            *by != Comparator::NotEqual && (is_key(left) && is_value(right) || is_value(left) && is_key(right))
        }
        Condition::Between { operand, low, high } => is_key(operand) && is_value(low) && is_value(high),
        Condition::BeginsWith(operand, start) => is_key(operand) && is_value(start) && key.of != Type::N,
        _ => false,
    };
    let found = || parts.iter().filter(is_range);
    found().find(|part| equality(part).is_some()).or_else(|| found().next()).copied()
}

fn of_partition(
    schema: &KeySchema,
    mut clauses: Vec<Condition>,
    range: Option<&Condition>,
) -> Result<KeyCondition, Refusal> {
    let hash_alone = Condition::All(clauses.clone());
    clauses.extend(range.cloned());
    // A range that a query would refuse (an empty one) is left to the filter.
    let narrow = KeyClauses::of(&Condition::All(clauses)).and_then(|clauses| clauses.against(schema));
    narrow.or_else(|_| KeyClauses::of(&hash_alone)?.against(schema))
}
