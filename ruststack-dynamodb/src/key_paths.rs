//! Keys are scalars: no expression of a request leads into one, be it of the table or of any of its indexes.

use crate::{
    expression::{Condition, KeysOf, Projection, Update},
    key::KeySchema,
    refusal::Refusal,
    table::Table,
};

pub(crate) fn check_condition(table: &Table, condition: Option<&Condition>) -> Result<(), Refusal> {
    condition.map_or(Ok(()), |condition| check(table, |keys, of| condition.check_key_paths(keys, of)))
}

pub(crate) fn check_projection(table: &Table, projection: Option<&Projection>) -> Result<(), Refusal> {
    projection.map_or(Ok(()), |projection| check(table, |keys, of| projection.check_key_paths(keys, of)))
}

pub(crate) fn check_update(table: &Table, update: &Update) -> Result<(), Refusal> {
    check(table, |keys, of| update.check_key_paths(keys, of))
}

fn check(table: &Table, of: impl Fn(&KeySchema, KeysOf) -> Result<(), Refusal>) -> Result<(), Refusal> {
    of(&table.schema, KeysOf::Table)?;
    table.indexes().iter().try_for_each(|index| of(&index.schema, KeysOf::Index))
}
