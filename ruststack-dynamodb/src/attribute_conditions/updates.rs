//! `AttributeUpdates`: what is put, added and deleted, attribute by attribute.

use std::collections::BTreeMap;

use super::check_name;
use crate::{
    expression::{Action, Path, Source, Update},
    refusal::Refusal,
    value::{AttributeValue, Type},
};

/// An element of `AttributeUpdates`; without an action it puts its value.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct AttributeUpdate {
    pub action: Option<String>,
    pub value: Option<AttributeValue>,
}

/// The update that `AttributeUpdates` are.
pub fn update_of(updates: BTreeMap<String, AttributeUpdate>) -> Result<Update, Refusal> {
    for (attribute, update) in &updates {
        check_name(attribute)?;
        if !["ADD", "DELETE", "PUT"].contains(&update.action()) {
            // The quotation mark is AWS's.
            return Err(Refusal::request("Member must satisfy enum value set: [ADD, DELETE, PUT]' for Action"));
        }
    }
    let actions = updates.into_iter().map(|(attribute, update)| update.into_action(attribute));
    Ok(Update::of_attribute_updates(actions.collect::<Result<_, _>>()?))
}

impl AttributeUpdate {
    fn action(&self) -> &str {
        self.action.as_deref().unwrap_or("PUT")
    }

    fn into_action(self, attribute: String) -> Result<Action, Refusal> {
        let path = Path::top(attribute);
        let action = self.action.as_deref().unwrap_or("PUT");
        match (action, self.value) {
            ("DELETE", None) => Ok(Action::Remove(path)),
            (_, None) => Err(Refusal::parameter("Only DELETE action is allowed when no attribute value is specified")),
            ("DELETE", Some(value)) => match value.value_type() {
                of if of.is_set() => Ok(Action::Delete(path, value)),
                of => Err(Refusal::parameter(format_args!(
                    "DELETE action with value is not supported for the type {}",
                    of.name()
                ))),
            },
            ("ADD", Some(value)) => match value.value_type() {
                of if of.is_set() || matches!(of, Type::N | Type::L) => Ok(Action::Add(path, value)),
                of => Err(Refusal::parameter(format_args!("ADD action is not supported for the type {}", of.name()))),
            },
            (_, Some(value)) => Ok(Action::Set(path, Source::Value(value))),
        }
    }
}
