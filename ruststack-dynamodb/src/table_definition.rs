//! What tables and indexes may be defined as, and AWS's words for definitions that it does not take.

use crate::{
    api::{
        AttributeDefinition, GlobalSecondaryIndex, KeySchemaElement, LocalSecondaryIndex, Projection,
        ProvisionedThroughput,
    },
    error::{DynamoDbError, invalid},
};

mod java_order;
pub(crate) mod throughput;

pub(crate) const PAY_PER_REQUEST: &str = "PAY_PER_REQUEST";

const MAX_LOCAL_INDEXES: usize = 5;
const MAX_GLOBAL_INDEXES: usize = 20;
/// Of each kind in a global index.
const MAX_INDEX_KEYS: usize = 4;

type Checked = Result<(), DynamoDbError>;

fn parameter(message: impl std::fmt::Display) -> DynamoDbError {
    invalid(format!("One or more parameter values were invalid: {message}"))
}

/// The name of a table that is created, described, changed or deleted.
pub(crate) fn check_table_name(name: Option<&str>) -> Result<&str, DynamoDbError> {
    let failed = |name: &str, constraint: &str| {
        invalid(format!(
            "1 validation error detected: Value '{name}' at 'tableName' failed to satisfy constraint: Member must \
             {constraint}"
        ))
    };
    match name {
        None => Err(invalid("The parameter 'TableName' is required but was not present in the request")),
        Some(name) if name.starts_with("arn:") => Ok(name),
        Some(name) if name.len() < 3 => Err(failed(name, "have length greater than or equal to 3")),
        Some(name) if name.len() > 255 => Err(failed(name, "have length less than or equal to 255")),
        Some(name) if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte)) => {
            Err(failed(name, "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"))
        }
        Some(name) => Ok(name),
    }
}

/// A table's keys and indexes, before there is a table.
pub(crate) struct Definition<'d> {
    pub(crate) keys: &'d [KeySchemaElement],
    pub(crate) attributes: &'d [AttributeDefinition],
    pub(crate) local: Option<&'d [LocalSecondaryIndex]>,
    pub(crate) global: Option<&'d [GlobalSecondaryIndex]>,
    pub(crate) billing_mode: &'d str,
}

impl Definition<'_> {
    pub(crate) fn check(&self) -> Checked {
        check_count(self.keys, "keySchema")?;
        check_attributes(self.attributes)?;
        self.check_defined()?;
        check_simple_keys(self.keys)?;
        if self.local.is_some_and(<[_]>::is_empty) {
            return Err(parameter("List of LocalSecondaryIndexes is empty"));
        }
        if self.global.is_some_and(<[_]>::is_empty) {
            return Err(parameter("List of GlobalSecondaryIndexes is empty"));
        }
        self.check_local()?;
        check_global(self.global.unwrap_or_default(), self.attributes, self.billing_mode, false)?;
        self.check_names()?;
        self.check_all_used()
    }

    fn check_defined(&self) -> Checked {
        let is_defined = |key: &KeySchemaElement| {
            self.attributes.iter().any(|attribute| attribute.attribute_name == key.attribute_name)
        };
        let are_the_same = matches!(self.keys, [one, other] if one.attribute_name == other.attribute_name);
        if self.keys.iter().all(is_defined) && !are_the_same {
            return Ok(());
        }
        if self.attributes.is_empty() || self.keys.len() > 1 {
            return Err(invalid("Invalid KeySchema: Some index key attribute have no definition"));
        }
        Err(undefined(self.keys, self.attributes))
    }

    fn check_local(&self) -> Checked {
        let Some(local) = self.local else { return Ok(()) };
        for (place, index) in local.iter().enumerate() {
            check_count(&index.key_schema, &format!("localSecondaryIndexes.{}.member.keySchema", place + 1))?;
        }
        if !self.keys.iter().any(|key| key.key_type == "RANGE") {
            return Err(parameter(
                "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
            ));
        }
        local.iter().try_for_each(|index| check_index_defined(&index.key_schema, self.attributes))?;
        local.iter().try_for_each(|index| self.check_local_index(index))?;
        check_distinct(local.iter().map(|index| index.index_name.as_str()))?;
        if local.len() > MAX_LOCAL_INDEXES {
            return Err(parameter("Number of LocalSecondaryIndexes exceeds per-table limit of 5"));
        }
        Ok(())
    }

    fn check_local_index(&self, index: &LocalSecondaryIndex) -> Checked {
        check_simple_keys(&index.key_schema)?;
        let name = &index.index_name;
        if index.key_schema.len() < 2 {
            return Err(parameter(format!("Index KeySchema does not have a range key for index: {name}")));
        }
        let (own, of_table) = (&index.key_schema[0].attribute_name, &self.keys[0].attribute_name);
        if own != of_table {
            return Err(parameter(format!(
                "Index KeySchema does not have the same leading hash key as table KeySchema for index: {name}. index \
                 hash key: {own}, table hash key: {of_table}"
            )));
        }
        check_projection(&index.projection)
    }

    fn check_names(&self) -> Checked {
        let local = self.local.unwrap_or_default().iter().map(|index| index.index_name.as_str());
        let global = self.global.unwrap_or_default().iter().map(|index| index.index_name.as_str());
        check_distinct(local.chain(global))
    }

    /// Attributes that are no keys need no definition, and may have none.
    fn check_all_used(&self) -> Checked {
        let local = self.local.unwrap_or_default().iter().flat_map(|index| &index.key_schema);
        let global = self.global.unwrap_or_default().iter().flat_map(|index| &index.key_schema);
        let used: Vec<&str> =
            self.keys.iter().chain(local).chain(global).map(|key| key.attribute_name.as_str()).collect();
        let defined: Vec<&str> = self.attributes.iter().map(|attribute| attribute.attribute_name.as_str()).collect();
        let used = java_order::of_set(&used, false);
        if used.len() == defined.len() {
            return Ok(());
        }
        if self.local.is_none() && self.global.is_none() {
            return Err(parameter(
                "Number of attributes in KeySchema does not exactly match number of attributes defined in \
                 AttributeDefinitions",
            ));
        }
        Err(parameter(format!(
            "Some AttributeDefinitions are not used. AttributeDefinitions: [{}], keys used: [{}]",
            java_order::of_set(&defined, true).join(", "),
            used.join(", ")
        )))
    }
}

/// Tables and local indexes have at most two keys.
fn check_count(keys: &[KeySchemaElement], parameter: &str) -> Checked {
    if keys.len() <= 2 {
        return Ok(());
    }
    let shown = |key: &KeySchemaElement| {
        format!("KeySchemaElement(attributeName={}, keyType={})", key.attribute_name, key.key_type)
    };
    Err(invalid(format!(
        "1 validation error detected: Value '[{}]' at '{parameter}' failed to satisfy constraint: Member must have \
         length less than or equal to 2",
        keys.iter().map(shown).collect::<Vec<_>>().join(", ")
    )))
}

fn check_simple_keys(keys: &[KeySchemaElement]) -> Checked {
    let Some(first) = keys.first() else {
        return Err(invalid(
            "1 validation error detected: Value '[]' at 'keySchema' failed to satisfy constraint: Member must have \
             length greater than or equal to 1",
        ));
    };
    if first.key_type != "HASH" {
        return Err(invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type"));
    }
    let Some(second) = keys.get(1) else { return Ok(()) };
    if first.attribute_name == second.attribute_name {
        return Err(invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name"));
    }
    if second.key_type != "RANGE" {
        return Err(invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"));
    }
    Ok(())
}

/// Each attribute is defined once.
pub(crate) fn check_attributes(attributes: &[AttributeDefinition]) -> Checked {
    let mut seen = std::collections::HashSet::new();
    match attributes.iter().find(|attribute| !seen.insert(&attribute.attribute_name)) {
        Some(repeated) => Err(invalid(format!("Attribute Name is duplicated: {}", repeated.attribute_name))),
        None => Ok(()),
    }
}

fn undefined(keys: &[KeySchemaElement], attributes: &[AttributeDefinition]) -> DynamoDbError {
    let keys: Vec<&str> = keys.iter().map(|key| key.attribute_name.as_str()).collect();
    let defined: Vec<&str> = attributes.iter().map(|attribute| attribute.attribute_name.as_str()).collect();
    parameter(format!(
        "Some index key attributes are not defined in AttributeDefinitions. Keys: [{}], AttributeDefinitions: [{}]",
        java_order::of_set(&keys, true).join(", "),
        java_order::of_set(&defined, true).join(", ")
    ))
}

/// Global indexes of a table that is created, or one that is added to it.
pub(crate) fn check_global(
    indexes: &[GlobalSecondaryIndex],
    attributes: &[AttributeDefinition],
    billing_mode: &str,
    is_added: bool,
) -> Checked {
    indexes.iter().try_for_each(|index| check_index_defined(&index.key_schema, attributes))?;
    for index in indexes {
        check_global_keys(&index.key_schema)?;
        check_projection(&index.projection)?;
    }
    check_distinct(indexes.iter().map(|index| index.index_name.as_str()))?;
    if indexes.len() > MAX_GLOBAL_INDEXES {
        return Err(parameter("GlobalSecondaryIndex count exceeds the per-table limit of 20"));
    }
    indexes.iter().try_for_each(|index| check_index_throughput(index, billing_mode, is_added))
}

/// Source of the words: what controllers of DynamoDB tables were told in October 2026.
fn check_index_throughput(index: &GlobalSecondaryIndex, billing_mode: &str, is_added: bool) -> Checked {
    let name = &index.index_name;
    let message = match (index.provisioned_throughput.is_some(), billing_mode == PAY_PER_REQUEST, is_added) {
        (true, false, _) | (false, true, _) => return Ok(()),
        (true, true, false) => format!(
            "ProvisionedThroughput should not be specified for index: {name} when BillingMode is PAY_PER_REQUEST"
        ),
        (true, true, true) => format!(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: {name} when BillingMode is \
             PAY_PER_REQUEST"
        ),
        (false, false, false) => format!("ProvisionedThroughput is not specified for index: {name}"),
        (false, false, true) => format!("ProvisionedThroughput must be specified for index: {name}"),
    };
    Err(parameter(message))
}

fn check_index_defined(keys: &[KeySchemaElement], attributes: &[AttributeDefinition]) -> Checked {
    let is_defined =
        |key: &KeySchemaElement| attributes.iter().any(|attribute| attribute.attribute_name == key.attribute_name);
    if keys.iter().all(is_defined) {
        return Ok(());
    }
    let names: Vec<&str> = keys.iter().map(|key| key.attribute_name.as_str()).collect();
    if attributes.len() < java_order::of_set(&names, true).len() {
        return Err(invalid("Invalid KeySchema: Some index key attribute have no definition"));
    }
    Err(undefined(keys, attributes))
}

/// A global index has up to four keys of each kind.
fn check_global_keys(keys: &[KeySchemaElement]) -> Checked {
    if keys.len() <= 2 {
        return check_simple_or_two_hashes(keys);
    }
    for (place, key) in keys.iter().enumerate() {
        if keys[..place].iter().any(|earlier| earlier.attribute_name == key.attribute_name) {
            return Err(invalid("The KeySchema contains multiple key attributes with the same name"));
        }
    }
    if keys.windows(2).any(|pair| pair[0].key_type == "RANGE" && pair[1].key_type == "HASH") {
        return Err(parameter("All HASH key attributes must precede RANGE key attributes in the KeySchema"));
    }
    for kind in ["HASH", "RANGE"] {
        if keys.iter().filter(|key| key.key_type == kind).count() > MAX_INDEX_KEYS {
            return Err(parameter(format!(
                "The KeySchema exceeds the maximum allowed number of {kind} key attributes"
            )));
        }
    }
    check_first_is_hash(keys)
}

fn check_simple_or_two_hashes(keys: &[KeySchemaElement]) -> Checked {
    match keys {
        [first, second] if first.key_type == "HASH" && second.key_type == "HASH" => {
            if first.attribute_name == second.attribute_name {
                return Err(invalid("The KeySchema contains multiple key attributes with the same name"));
            }
            Ok(())
        }
        keys => check_simple_keys(keys),
    }
}

fn check_first_is_hash(keys: &[KeySchemaElement]) -> Checked {
    if keys.first().is_some_and(|first| first.key_type == "HASH") {
        return Ok(());
    }
    Err(invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type"))
}

fn check_projection(projection: &Projection) -> Checked {
    match (projection.projection_type.as_deref(), projection.non_key_attributes.as_deref()) {
        (None, _) => Err(parameter("Unknown ProjectionType: null")),
        (Some(kind @ ("ALL" | "KEYS_ONLY")), Some(_)) => {
            Err(parameter(format!("ProjectionType is {kind}, but NonKeyAttributes is specified")))
        }
        (Some("INCLUDE"), None) => Err(parameter("ProjectionType is INCLUDE, but NonKeyAttributes is not specified")),
        (Some("INCLUDE"), Some([])) => Err(parameter("NonKeyAttributes must not be empty")),
        (Some("INCLUDE"), Some(others)) => check_no_repetition(others),
        _ => Ok(()),
    }
}

fn check_no_repetition(others: &[String]) -> Checked {
    let mut seen = std::collections::HashSet::new();
    match others.iter().find(|other| !seen.insert(*other)) {
        Some(repeated) => Err(parameter(format!("Duplicate element in NonKeyAttributes: {repeated}"))),
        None => Ok(()),
    }
}

fn check_distinct<'n>(names: impl Iterator<Item = &'n str>) -> Checked {
    let mut seen = std::collections::HashSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(parameter(format!("Duplicate index name: {name}")));
        }
    }
    Ok(())
}

/// Throughput that is given, or not, for a billing mode.
pub(crate) fn check_throughput(billing_mode: &str, given: Option<&ProvisionedThroughput>) -> Checked {
    const MAX: i64 = 1_000_000_000_000;
    match given {
        Some(_) if billing_mode == PAY_PER_REQUEST => Err(parameter(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
        )),
        None if billing_mode != PAY_PER_REQUEST => Err(parameter(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
        )),
        Some(given) => {
            let units =
                [("ReadCapacityUnits", given.read_capacity_units), ("WriteCapacityUnits", given.write_capacity_units)];
            match units.into_iter().find(|(_, units)| *units > MAX) {
                Some((name, units)) => Err(invalid(format!("Given value {units} for {name} is out of bounds"))),
                None => Ok(()),
            }
        }
        None => Ok(()),
    }
}
