//! Roles as ARNs name them, and sessions of them.

use ruststack_core::{arn::Arn, context::Context, identity::Principal, scope::AccountId};

use crate::{
    Sts,
    api::AssumedRoleUser,
    credentials::{Issued, NewKey},
    error::StsError,
};

/// Behind `AROA` in a role's id.
const ID_LENGTH: usize = 17;

/// A role: it need not exist, unless identities are enforced.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Role {
    account: AccountId,
    /// Without its path.
    name: String,
}

impl Role {
    pub(crate) fn of_arn(text: &str) -> Result<Self, StsError> {
        let wrong = || StsError::ValidationError { message: format!("{text} is invalid") };
        let arn: Arn = text.parse().map_err(|_| wrong())?;
        let path = arn.resource().strip_prefix("role/").filter(|_| arn.service() == "iam");
        let name = path.and_then(|path| path.rsplit('/').next()).filter(|name| !name.is_empty());
        let name = name.ok_or_else(wrong)?.to_owned();
        Ok(Self { account: arn.account().parse().map_err(|_| wrong())?, name })
    }

    /// Issues credentials of a session of this role.
    pub(crate) fn assume(
        self,
        sts: &Sts,
        ctx: &Context,
        session: String,
        key: NewKey,
    ) -> Result<(Issued, AssumedRoleUser), StsError> {
        let Self { account, name } = self;
        let role_id = format!("AROA{}", ctx.ids().upper_alphanumeric(ID_LENGTH));
        let user = AssumedRoleUser {
            assumed_role_id: format!("{role_id}:{session}"),
            arn: format!("arn:{}:sts::{account}:assumed-role/{name}/{session}", ctx.scope().partition()),
        };
        let principal = Principal::AssumedRole { role: name, role_id, session };
        Ok((sts.issue(ctx, account, principal, key)?, user))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_known_by_its_arn() {
        let role = Role::of_arn("arn:aws:iam::123456789012:role/path/name").unwrap();
        assert_eq!((role.account.number(), role.name.as_str()), (123_456_789_012, "name"));
        for wrong in ["nothing", "arn:aws:iam::123456789012:user/name", "arn:aws:iam::12:role/name", "arn:a:b:::role/x"]
        {
            let message = format!("{wrong} is invalid");
            assert_eq!(Role::of_arn(wrong), Err(StsError::ValidationError { message }));
        }
    }
}
