//! `PutPermission` and `RemovePermission`: a bus's policy.

use ruststack_core::operation::Call;

use crate::{
    Events, access,
    api::{PutPermissionInput, PutPermissionOutput, RemovePermissionInput, RemovePermissionOutput},
    bus::{Bus, Permission},
    error::{EventsError, invalid},
    names::BusName,
    rows,
};

/// One statement in its parts, or a policy whole.
pub(super) async fn put_permission(
    call: Call<Events>,
    input: PutPermissionInput,
) -> Result<PutPermissionOutput, EventsError> {
    let bus = BusName::of(input.event_bus_name.as_deref(), call.scope())?;
    access::check_bus(&call, &bus)?;
    if let Some(policy) = &input.policy {
        if input.statement_id.is_some() || input.principal.is_some() || input.action.is_some() {
            let text = "Parameters Action, Principal, StatementId and Condition cannot be given beside Policy.";
            return Err(invalid(text));
        }
        change(&call, &bus, |bus| bus.set_policy(policy))?;
        return Ok(PutPermissionOutput {});
    }
    let required =
        |value: Option<String>, name: &str| value.ok_or_else(|| invalid(format!("Parameter {name} is required.")));
    let permission = Permission {
        action: required(input.action, "Action")?,
        principal: required(input.principal, "Principal")?,
        id: required(input.statement_id, "StatementId")?,
        condition: input.condition,
    };
    change(&call, &bus, |changed| changed.permit(&bus.scope, &permission))?;
    Ok(PutPermissionOutput {})
}

pub(super) async fn remove_permission(
    call: Call<Events>,
    input: RemovePermissionInput,
) -> Result<RemovePermissionOutput, EventsError> {
    let bus = BusName::of(input.event_bus_name.as_deref(), call.scope())?;
    access::check_bus(&call, &bus)?;
    if input.remove_all_permissions == Some(true) {
        change(&call, &bus, |bus| {
            bus.policy = None;
            Ok(())
        })?;
        return Ok(RemovePermissionOutput {});
    }
    let id = input.statement_id.ok_or_else(|| invalid("Parameter StatementId is required."))?;
    change(&call, &bus, |bus| bus.forbid(&id))?;
    Ok(RemovePermissionOutput {})
}

fn change(
    call: &Call<Events>,
    name: &BusName,
    change: impl FnOnce(&mut Bus) -> Result<(), EventsError>,
) -> Result<(), EventsError> {
    call.service().change(call.ctx(), &name.scope, |things| {
        let bus = things.change_bus(&name.name)?;
        change(bus)?;
        bus.modified_at = call.now();
        call.ctx().changes().record(|rows| rows::put_bus(rows, &name.scope, bus));
        Ok(())
    })
}
