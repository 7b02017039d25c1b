//! Roles as ARNs name them, and sessions of them.

use ruststack_auth::directory::KnownRole;
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
    pub(crate) account: AccountId,
    /// From its first slash to its last.
    path: String,
    name: String,
}

impl Role {
    pub(crate) fn of_arn(text: &str) -> Result<Self, StsError> {
        let wrong = || StsError::ValidationError { message: format!("{text} is invalid") };
        let arn: Arn = text.parse().map_err(|_| wrong())?;
        let resource = arn.resource().strip_prefix("role").filter(|_| arn.service() == "iam").ok_or_else(wrong)?;
        let end = resource.rfind('/').filter(|_| resource.starts_with('/')).ok_or_else(wrong)?;
        let (path, name) = resource.split_at(end + 1);
        if name.is_empty() {
            return Err(wrong());
        }
        let account = arn.account().parse().map_err(|_| wrong())?;
        Ok(Self { account, path: path.to_owned(), name: name.to_owned() })
    }

    /// What is known of it, if it exists.
    pub(crate) fn known(&self, sts: &Sts) -> Option<KnownRole> {
        let found = sts.keys.directory()?.role(self.account, &self.name)?;
        (found.path == self.path).then_some(found)
    }

    /// Issues credentials of a session of this role.
    pub(crate) fn assume(
        self,
        sts: &Sts,
        ctx: &Context,
        session: String,
        key: NewKey,
    ) -> Result<(Issued, AssumedRoleUser), StsError> {
        let known = self.known(sts);
        if known.as_ref().is_some_and(|known| key.seconds > known.max_session_seconds) {
            let message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.".to_owned();
            return Err(StsError::ValidationError { message });
        }
        let Self { account, path, name } = self;
        let new_id = || format!("AROA{}", ctx.ids().upper_alphanumeric(ID_LENGTH));
        let role_id = known.map_or_else(new_id, |known| known.profile.id);
        let user = AssumedRoleUser {
            assumed_role_id: format!("{role_id}:{session}"),
            arn: format!("arn:{}:sts::{account}:assumed-role/{name}/{session}", ctx.scope().partition()),
        };
        let principal = Principal::AssumedRole { role: name, path, role_id, session };
        Ok((sts.issue(ctx, account, principal, key)?, user))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_known_by_its_arn() {
        let role = Role::of_arn("arn:aws:iam::123456789012:role/path/name").unwrap();
        assert_eq!(
            (role.account.number(), role.path.as_str(), role.name.as_str()),
            (123_456_789_012, "/path/", "name")
        );
        for wrong in ["nothing", "arn:aws:iam::123456789012:user/name", "arn:aws:iam::12:role/name", "arn:a:b:::role/x"]
        {
            let message = format!("{wrong} is invalid");
            assert_eq!(Role::of_arn(wrong), Err(StsError::ValidationError { message }));
        }
    }
}
