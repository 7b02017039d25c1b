//! `AssumeRole`: credentials that act as a role. The role need not exist, unless identities are enforced.

use ruststack_core::{context::Context, identity::Principal, protocol::aws_query::Form};

use crate::{Answer, Sts, error::StsError, parameters};

const LONGEST_SESSION: u64 = 43_200;
/// Behind `AROA` in a role's id.
const ID_LENGTH: usize = 17;

pub(crate) fn assume_role(sts: &Sts, ctx: &Context, form: &Form) -> Result<Answer, StsError> {
    let (account, role) = parameters::role(form)?;
    let session = parameters::name(form, "RoleSessionName", 64)?.to_owned();
    let seconds = parameters::duration(form, 3600, LONGEST_SESSION)?;
    parameters::check_tags(form)?;
    let role_id = format!("AROA{}", ctx.ids().upper_alphanumeric(ID_LENGTH));
    let arn = format!("arn:{}:sts::{account}:assumed-role/{role}/{session}", ctx.scope().partition());
    let id = format!("{role_id}:{session}");
    let source_identity = form.get("SourceIdentity").map(str::to_owned);
    let credentials = sts.issue(ctx, account, Principal::AssumedRole { role, role_id, session }, seconds)?;
    Ok(Box::new(move |xml| {
        credentials.write_to(xml);
        xml.nested("AssumedRoleUser", |xml| {
            xml.text("AssumedRoleId", &id);
            xml.text("Arn", &arn);
        });
        if let Some(identity) = &source_identity {
            xml.text("SourceIdentity", identity);
        }
    }))
}
