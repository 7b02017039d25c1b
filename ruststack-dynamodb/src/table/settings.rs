//! What is set about a table: what `DescribeTable` tells, tags, the attribute that items expire by.

use ruststack_core::tags::Tags;
use serde::{Deserialize, Serialize};

use super::{Index, Kind};
use crate::{
    api::{AttributeDefinition, KeySchemaElement, Projection, TableDescription},
    history::Recovery,
    key::{KeyAttribute, KeySchema},
    value::Type,
};

/// All of a table but its items.
#[derive(Clone, Serialize, Deserialize, Debug)]
pub(crate) struct Settings {
    /// Without counts.
    pub(crate) description: TableDescription,
    pub(crate) tags: Tags,
    /// The attribute that items expire by.
    pub(crate) time_to_live: Option<String>,
    #[serde(default)]
    pub(crate) more: More,
}

/// What is asked for by operations of its own.
#[derive(Clone, Default, Serialize, Deserialize, Debug)]
#[serde(default)]
pub(crate) struct More {
    /// Whether the table can be restored to a moment.
    pub(crate) recovery: Option<Recovery>,
}

impl Settings {
    pub(crate) fn arn(&self) -> String {
        self.description.table_arn.clone().unwrap_or_default()
    }

    pub(crate) fn schema(&self) -> KeySchema {
        self.key_schema(self.description.key_schema.as_deref().unwrap_or_default())
    }

    fn key_schema(&self, elements: &[KeySchemaElement]) -> KeySchema {
        key_schema(elements, self.description.attribute_definitions.as_deref().unwrap_or_default())
    }

    pub(super) fn indexes(&self, table: &KeySchema) -> Vec<Index> {
        let index =
            |kind, name: &Option<String>, keys: &Option<Vec<KeySchemaElement>>, projection: &Option<Projection>| {
                let schema = self.key_schema(keys.as_deref().unwrap_or_default());
                Index::new(name.clone().unwrap_or_default(), kind, schema, table, others(projection.as_ref()))
            };
        let global = self.description.global_secondary_indexes.iter().flatten();
        let global = global.map(|made| index(Kind::Global, &made.index_name, &made.key_schema, &made.projection));
        let local = self.description.local_secondary_indexes.iter().flatten();
        let local = local.map(|made| index(Kind::Local, &made.index_name, &made.key_schema, &made.projection));
        global.chain(local).collect()
    }
}

/// The attributes that are projected beside keys; none where all are.
fn others(projection: Option<&Projection>) -> Option<Vec<String>> {
    let projection = projection.filter(|projection| projection.projection_type.as_deref() != Some("ALL"))?;
    Some(projection.non_key_attributes.clone().unwrap_or_default())
}

/// Keys with the types that they are defined with.
fn key_schema(elements: &[KeySchemaElement], definitions: &[AttributeDefinition]) -> KeySchema {
    let of_type = |key_type: &str| {
        let elements = elements.iter().filter(|element| element.key_type == key_type);
        let attribute = |element: &KeySchemaElement| {
            let defined = definitions.iter().find(|definition| definition.attribute_name == element.attribute_name);
            let of = defined.and_then(|defined| Type::from_name(&defined.attribute_type)).unwrap_or(Type::S);
            KeyAttribute::new(element.attribute_name.clone(), of)
        };
        elements.map(attribute).collect()
    };
    KeySchema { hash: of_type("HASH"), range: of_type("RANGE") }
}
