//! The tables that a request names, wherever it does: by name or by ARN; sent on by name alone.

use std::collections::BTreeMap;

use ruststack_core::scope::Scope;
use serde_json::{Map, Value};

use crate::tables::TableName;

/// The tables of a request, by what it calls them.
#[derive(Default)]
pub(super) struct Names {
    /// Name as given, and what is meant.
    tables: BTreeMap<String, TableName>,
}

impl Names {
    /// Finds them, and puts plain names in their places.
    pub(super) fn take(input: &mut Value, caller: &Scope) -> Self {
        let mut names = Self::default();
        names.of_member(input, caller);
        for action in input.get_mut("TransactItems").and_then(Value::as_array_mut).into_iter().flatten() {
            let parts = action.as_object_mut().into_iter().flat_map(Map::values_mut);
            parts.for_each(|part| names.of_member(part, caller));
        }
        if let Some(requests) = input.get_mut("RequestItems").and_then(Value::as_object_mut) {
            let renamed =
                std::mem::take(requests).into_iter().map(|(name, request)| (names.of(&name, caller), request));
            *requests = renamed.collect();
        }
        names
    }

    fn of_member(&mut self, input: &mut Value, caller: &Scope) {
        // A request that is wrong here is told so by whoever it is sent on to.
        if let Some(name) = input.get("TableName").and_then(Value::as_str).map(str::to_owned) {
            input["TableName"] = self.of(&name, caller).into();
        }
    }

    fn of(&mut self, given: &str, caller: &Scope) -> String {
        let named = self.tables.entry(given.to_owned()).or_insert_with(|| TableName::parse(given, caller));
        named.name.clone()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &TableName> {
        self.tables.values()
    }

    /// Where all of them are; `Err` when they are in several places.
    pub(super) fn scope(&self, caller: &Scope) -> Result<Scope, ()> {
        let mut scopes = self.tables.values().map(|table| &table.scope);
        let first = scopes.next().unwrap_or(caller);
        if scopes.all(|scope| scope == first) { Ok(first.clone()) } else { Err(()) }
    }

    /// Calls tables in an answer what the request called them.
    pub(super) fn put_back(&self, output: &mut Value) {
        for member in ["Responses", "UnprocessedItems", "UnprocessedKeys"] {
            let Some(by_name) = output.get_mut(member).and_then(Value::as_object_mut) else { continue };
            let given = |name: String| {
                let found = self.tables.iter().find(|(_, table)| table.name == name);
                found.map_or(name, |(given, _)| given.clone())
            };
            *by_name = std::mem::take(by_name).into_iter().map(|(name, of_table)| (given(name), of_table)).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use ruststack_core::scope::{AccountId, Region};
    use serde_json::json;

    use super::*;

    fn caller() -> Scope {
        Scope::new(AccountId::DEFAULT, Region::nonstandard("us-east-1"))
    }

    #[test]
    fn arns_are_sent_on_as_names_and_come_back_as_arns() {
        let arn = "arn:aws:dynamodb:eu-west-1:000000000002:table/one";
        let mut input = json!({"RequestItems": {arn: {"Keys": []}}});
        let names = Names::take(&mut input, &caller());
        assert_eq!(input, json!({"RequestItems": {"one": {"Keys": []}}}));
        assert_eq!(names.scope(&caller()).unwrap().region.to_string(), "eu-west-1");
        let mut output = json!({"Responses": {"one": []}});
        names.put_back(&mut output);
        assert_eq!(output, json!({"Responses": {arn: []}}));
    }

    #[test]
    fn attributes_that_are_called_like_members_stay() {
        let arn = "arn:aws:dynamodb:eu-west-1:000000000002:table/one";
        let item = json!({"TableName": {"S": arn}});
        let mut input =
            json!({"TransactItems": [{"Put": {"TableName": "two", "Item": item}}, {"Delete": {"TableName": arn}}]});
        let names = Names::take(&mut input, &caller());
        assert_eq!(input["TransactItems"][0]["Put"]["Item"], item);
        assert_eq!(input["TransactItems"][1]["Delete"]["TableName"], "one");
        assert!(names.scope(&caller()).is_err());
    }
}
