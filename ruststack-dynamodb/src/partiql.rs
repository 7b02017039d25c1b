//! PartiQL statements, made into the conditions, updates and items that the other operations have.
//!
//! A statement is parsed with its parameters, as they stand where values stand.

use crate::{
    expression::{Condition, Path, Update},
    refusal::Refusal,
    value::{AttributeValue, Item},
};

mod lexer;
mod parser;
mod terms;
mod values;
mod wheres;

/// How deep conditions and values may lie in each other.
const MAX_DEPTH: usize = 64;

/// What a statement asks for.
#[derive(Clone, PartialEq, Debug)]
pub enum Statement {
    Select(Select),
    Insert {
        table_name: String,
        item: Item,
    },
    Update(UpdateStatement),
    Delete(DeleteStatement),
    /// A condition of a transaction: that the selection is not empty.
    Exists(Select),
}

#[derive(Clone, PartialEq, Debug)]
pub struct Select {
    pub table: Table,
    /// None is everything.
    pub paths: Option<Vec<Path>>,
    pub condition: Option<Condition>,
    pub order_by: Vec<Order>,
}

/// A table, or an index of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    pub name: String,
    pub index_name: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Order {
    pub attribute: String,
    pub is_descending: bool,
}

#[derive(Clone, PartialEq, Debug)]
pub struct UpdateStatement {
    pub table: Table,
    pub update: Update,
    pub condition: Option<Condition>,
    pub returning: Option<Returning>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct DeleteStatement {
    pub table: Table,
    pub condition: Option<Condition>,
    pub returning: Option<Returning>,
}

/// What a statement that writes answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Returning {
    AllOld,
    AllNew,
    ModifiedOld,
    ModifiedNew,
}

impl Statement {
    /// Parses a statement whose `?` are parameters, in their order.
    pub fn parse(text: &str, parameters: &[AttributeValue]) -> Result<Self, Refusal> {
        parser::parse(text, parameters)
    }

    pub fn table_name(&self) -> &str {
        match self {
            Self::Select(select) | Self::Exists(select) => &select.table.name,
            Self::Insert { table_name, .. } => table_name,
            Self::Update(update) => &update.table.name,
            Self::Delete(delete) => &delete.table.name,
        }
    }

    /// Whether it only reads: a batch or a transaction only reads, or only writes.
    pub fn is_read(&self) -> bool {
        matches!(self, Self::Select(_))
    }
}

impl Condition {
    /// What every item that fulfils this has: an attribute equal to a value. Other than where it is in an `OR` or a
    /// `NOT`, so can a statement say which item, or which partition, it is about.
    pub fn required_value(&self, attribute: &str) -> Option<&AttributeValue> {
        use crate::expression::{Comparator, Operand};
        match self {
            Self::All(parts) => parts.iter().find_map(|part| part.required_value(attribute)),
            Self::Compare { left, by: Comparator::Equal, right } => match (left, right) {
                (Operand::Path(path), Operand::Value(value)) | (Operand::Value(value), Operand::Path(path)) => {
                    (path.steps.is_empty() && path.attribute == attribute).then_some(value)
                }
                _ => None,
            },
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
