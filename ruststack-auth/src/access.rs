//! Decides whether a caller may do what they ask for: their policies, with the resource's where it has one.

use ruststack_core::{context::Context, scope::AccountId};

use crate::{
    Authorizer,
    policy::{
        context::{ContextKeys, Facts},
        evaluate::{NamedPolicy, Policies, Request},
        principal::Caller,
    },
};

/// What is asked for, on what.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'w> {
    /// `lambda:InvokeFunction`.
    pub action: &'w str,
    /// An ARN, or `*`.
    pub resource: &'w str,
    pub owner: AccountId,
    pub policy: Option<&'w NamedPolicy>,
    /// Condition keys beside those that every request has.
    pub keys: &'w [(&'static str, String)],
}

/// AWS's sentence about what somebody may not do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Denied(pub String);

impl Authorizer {
    pub fn check(&self, ctx: &Context, wish: &Wish<'_>) -> Result<(), Denied> {
        let standing = self.standing(ctx.identity(), ctx.scope().partition());
        let Wish { action, resource, owner, policy, .. } = *wish;
        let context = context(ctx, &standing.tags, wish);
        let request =
            Request { caller: &standing.caller, action, resource, resource_account: Some(owner), context: &context };
        let decision = Policies { resource: policy, ..standing.policies() }.decide(&request);
        if decision.is_allowed() {
            return Ok(());
        }
        request.note_refusal(ctx.request_id(), &decision);
        Err(Denied(request.refusal(&decision)))
    }

    /// Whether the caller may hand a role to a service, which will act as it.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
    pub fn check_pass_role(&self, ctx: &Context, role: &str, service: &'static str) -> Result<(), Denied> {
        let owner = role.split(':').nth(4).and_then(|account| account.parse().ok()).unwrap_or(ctx.scope().account);
        let keys = [("iam:PassedToService", service.to_owned())];
        self.check(ctx, &Wish { action: "iam:PassRole", resource: role, owner, policy: None, keys: &keys })
    }

    /// Whether a role is there and trusts a service; where nobody keeps roles, all are taken as they are named.
    pub fn is_trusting(&self, ctx: &Context, role: &str, service: &str) -> bool {
        let Some(directory) = self.directory() else { return true };
        let Some((account, path, name)) = parts_of_role(role) else { return false };
        let found = directory.role(account, name).filter(|found| found.path == path);
        let Some(trust) = found.map(|found| found.trust.named("of the role")) else { return false };
        let mut context = ContextKeys::default();
        context.set("aws:SourceAccount", ctx.scope().account.to_string());
        let (caller, resource_account) = (Caller::service(service), Some(account));
        let request =
            Request { caller: &caller, action: "sts:AssumeRole", resource: role, resource_account, context: &context };
        Policies { resource: Some(&trust), ..Policies::default() }.decide(&request).is_allowed()
    }
}

fn context(ctx: &Context, tags: &[(String, String)], wish: &Wish<'_>) -> ContextKeys {
    let mut context = Facts { resource_account: Some(wish.owner), ..Facts::of(ctx, tags) }.keys();
    wish.keys.iter().for_each(|(key, value)| context.set(*key, value.as_str()));
    context
}

/// Account, path and name: `arn:aws:iam::000000000000:role/path/name`.
fn parts_of_role(arn: &str) -> Option<(AccountId, &str, &str)> {
    let mut parts = arn.splitn(6, ':').skip(4);
    let account = parts.next()?.parse().ok()?;
    let resource = parts.next()?.strip_prefix("role")?;
    let (path, name) = resource.split_at(resource.rfind('/')? + 1);
    Some((account, path, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_named_behind_its_path() {
        let account: AccountId = "000000000001".parse().unwrap();
        let parts = |rest: &str| {
            parts_of_role(&format!("arn:aws:iam::000000000001:{rest}"))
                .map(|(_, path, name)| (path.to_owned(), name.to_owned()))
        };
        assert_eq!(parts("role/plain"), Some(("/".to_owned(), "plain".to_owned())));
        assert_eq!(parts("role/service-role/x"), Some(("/service-role/".to_owned(), "x".to_owned())));
        assert_eq!((parts("user/x"), parts("role")), (None, None));
        assert_eq!(parts_of_role("arn:aws:iam::000000000001:role/x").map(|(account, ..)| account), Some(account));
    }
}
