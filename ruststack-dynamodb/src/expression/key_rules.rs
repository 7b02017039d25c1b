//! What expressions may not do with attributes that are keys.

use super::{
    condition::Condition,
    path::Path,
    projection::Projection,
    update::{Action, Source, Update},
};
use crate::{
    key::{KeySchema, refusal_of_key_update},
    refusal::Refusal,
};

/// Whose keys they are; AWS says so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeysOf {
    Table,
    Index,
}

impl Condition {
    /// Refuses a path that leads into a key, which has nothing inside.
    pub fn check_key_paths(&self, keys: &KeySchema, of: KeysOf) -> Result<(), Refusal> {
        let mut found = None;
        self.visit_paths(&mut |path| {
            if found.is_none() && leads_into_key(path, keys) {
                found = Some(path);
            }
        });
        found.map_or(Ok(()), |path| Err(no_scalar(path, of)))
    }

    /// Refuses a filter of a query that reads a key; `parameter` is `Filter Expression` or `QueryFilter`.
    pub fn check_filter(&self, keys: &KeySchema, parameter: &str) -> Result<(), Refusal> {
        let mut found = None;
        self.visit_paths(&mut |path| {
            if found.is_none() && keys.has(&path.attribute) {
                found = Some(path.attribute.as_str());
            }
        });
        found.map_or(Ok(()), |key| {
            Err(Refusal::plain(format!(
                "{parameter} can only contain non-primary key attributes: Primary key attribute: {key}"
            )))
        })
    }
}

impl Projection {
    /// Refuses a path that leads into a key, which has nothing inside.
    pub fn check_key_paths(&self, keys: &KeySchema, of: KeysOf) -> Result<(), Refusal> {
        let found = self.paths().iter().find(|path| leads_into_key(path, keys));
        found.map_or(Ok(()), |path| Err(no_scalar(path, of)))
    }
}

impl Update {
    /// Refuses an update of a key.
    pub fn check_keys(&self, keys: &KeySchema) -> Result<(), Refusal> {
        let found = self.actions().iter().map(|action| &action.path().attribute).find(|attribute| keys.has(attribute));
        found.map_or(Ok(()), |key| Err(refusal_of_key_update(key)))
    }

    /// Refuses a path that leads into a key, which has nothing inside.
    pub fn check_key_paths(&self, keys: &KeySchema, of: KeysOf) -> Result<(), Refusal> {
        let mut found = None;
        let mut look = |path: &Path| {
            if found.is_none() && leads_into_key(path, keys) {
                found = Some(no_scalar(path, of));
            }
        };
        for action in self.actions() {
            look(action.path());
            if let Action::Set(_, source) = action {
                source.visit_paths(&mut look);
            }
        }
        found.map_or(Ok(()), Err)
    }
}

impl Source {
    fn visit_paths(&self, visit: &mut impl FnMut(&Path)) {
        match self {
            Self::Path(path) => visit(path),
            Self::Value(_) => {}
            Self::IfNotExists(path, otherwise) => {
                visit(path);
                otherwise.visit_paths(visit);
            }
            Self::ListAppend(one, other) | Self::Plus(one, other) | Self::Minus(one, other) => {
                one.visit_paths(visit);
                other.visit_paths(visit);
            }
        }
    }
}

fn leads_into_key(path: &Path, keys: &KeySchema) -> bool {
    !path.steps.is_empty() && keys.has(&path.attribute)
}

fn no_scalar(path: &Path, of: KeysOf) -> Refusal {
    let whose = match of {
        KeysOf::Table => "Key",
        KeysOf::Index => "IndexKey",
    };
    Refusal::plain(format!(
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: {whose}: {}",
        path.attribute
    ))
}
