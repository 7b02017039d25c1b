//! Ids that AWS gives to what documents leave without one.

use base64::{Engine, engine::general_purpose::STANDARD};
use ruststack_core::context::Context;

/// Fills an id that was not given: a UUID in base64, as AWS's are.
pub(crate) fn fill(id: &mut Option<String>, ctx: &Context) {
    if id.as_deref().is_none_or(str::is_empty) {
        *id = Some(STANDARD.encode(ctx.ids().uuid()));
    }
}
