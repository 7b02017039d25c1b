//! `Put…PermissionsBoundary`, `Delete…PermissionsBoundary`: what roles and users may at most.

use crate::{
    api,
    error::{IamError, no_such},
    holder::Holder,
    operations::attached_policy,
    role::Role,
    turn::Turn,
    user::User,
};

/// A boundary is a managed policy that there is.
pub(super) fn check(turn: &Turn<'_>, arn: &str) -> Result<(), IamError> {
    attached_policy::check_arn(arn)?;
    if turn.managed_document(arn).is_none() {
        return Err(no_such(format!("Scope ARN: {arn} does not exist or is not attachable.")));
    }
    Ok(())
}

fn put<H: Holder>(turn: &mut Turn<'_>, holder: &str, arn: String) -> Result<(), IamError> {
    let mut holder = turn.edit::<H>(holder)?;
    holder.check_modifiable()?;
    check(turn, &arn)?;
    holder.permissions_mut().boundary = Some(arn);
    turn.put(holder);
    Ok(())
}

fn delete<H: Holder>(turn: &mut Turn<'_>, name: &str) -> Result<(), IamError> {
    let mut holder = turn.edit::<H>(name)?;
    holder.check_modifiable()?;
    if holder.permissions_mut().boundary.take().is_none() {
        return Err(no_such(format!("The {} with name {name} does not have a permissions boundary.", H::RESOURCE)));
    }
    turn.put(holder);
    Ok(())
}

pub(super) fn put_role_permissions_boundary(
    turn: &mut Turn<'_>,
    input: api::PutRolePermissionsBoundaryInput,
) -> Result<api::PutRolePermissionsBoundaryOutput, IamError> {
    put::<Role>(turn, &input.role_name, input.permissions_boundary)?;
    Ok(api::PutRolePermissionsBoundaryOutput {})
}

pub(super) fn delete_role_permissions_boundary(
    turn: &mut Turn<'_>,
    input: api::DeleteRolePermissionsBoundaryInput,
) -> Result<api::DeleteRolePermissionsBoundaryOutput, IamError> {
    delete::<Role>(turn, &input.role_name)?;
    Ok(api::DeleteRolePermissionsBoundaryOutput {})
}

pub(super) fn put_user_permissions_boundary(
    turn: &mut Turn<'_>,
    input: api::PutUserPermissionsBoundaryInput,
) -> Result<api::PutUserPermissionsBoundaryOutput, IamError> {
    put::<User>(turn, &input.user_name, input.permissions_boundary)?;
    Ok(api::PutUserPermissionsBoundaryOutput {})
}

pub(super) fn delete_user_permissions_boundary(
    turn: &mut Turn<'_>,
    input: api::DeleteUserPermissionsBoundaryInput,
) -> Result<api::DeleteUserPermissionsBoundaryOutput, IamError> {
    delete::<User>(turn, &input.user_name)?;
    Ok(api::DeleteUserPermissionsBoundaryOutput {})
}
