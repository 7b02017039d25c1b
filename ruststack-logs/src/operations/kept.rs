//! What operations on things that are kept by name have in common.

use std::sync::Arc;

use ruststack_core::operation::Call;

use crate::{Logs, error::LogsError, rows, things::Kept};

/// Keeps a thing under its name, in the place of what was there.
pub(super) fn put<K: Kept + Clone>(
    call: &Call<Logs>,
    name: &str,
    make: impl FnOnce(Option<&K>) -> Result<K, LogsError>,
) -> Result<Arc<K>, LogsError> {
    call.service().change(call.ctx(), call.scope(), |things| {
        let made = Arc::new(make(things.kept::<K>(name).map(|kept| &**kept))?);
        call.ctx().changes().record(|rows| rows::put(rows, call.scope(), &*made));
        K::all_mut(things).insert(name.to_owned(), Arc::clone(&made));
        Ok(made)
    })
}

/// Changes a thing that is there.
pub(super) fn change<K: Kept + Clone>(
    call: &Call<Logs>,
    name: &str,
    missing: impl FnOnce() -> LogsError,
    work: impl FnOnce(&mut K) -> Result<(), LogsError>,
) -> Result<Arc<K>, LogsError> {
    put(call, name, |known: Option<&K>| {
        let mut kept = known.cloned().ok_or_else(missing)?;
        work(&mut kept)?;
        Ok(kept)
    })
}

pub(super) fn remove<K: Kept>(
    call: &Call<Logs>,
    name: &str,
    missing: impl FnOnce() -> LogsError,
) -> Result<(), LogsError> {
    call.service().change(call.ctx(), call.scope(), |things| {
        K::all_mut(things).remove(name).ok_or_else(missing)?;
        call.ctx().changes().record(|rows| rows::remove::<K>(rows, call.scope(), name));
        Ok(())
    })
}

pub(super) fn get<K: Kept>(
    call: &Call<Logs>,
    name: &str,
    missing: impl FnOnce() -> LogsError,
) -> Result<Arc<K>, LogsError> {
    call.service().home(call.scope()).lock().kept::<K>(name).cloned().ok_or_else(missing)
}

/// All of a kind, by their names.
pub(super) fn all<K: Kept>(call: &Call<Logs>) -> Vec<Arc<K>> {
    call.service().home(call.scope()).lock().copied::<K>()
}
