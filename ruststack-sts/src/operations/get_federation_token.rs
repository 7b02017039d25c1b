//! `GetFederationToken`: credentials of a federated user.

use ruststack_core::{context::Context, identity::Principal, protocol::aws_query::Form};

use crate::{Answer, Sts, error::StsError, parameters};

const DEFAULT_SECONDS: u64 = 43_200;
const LONGEST: u64 = 129_600;

pub(crate) fn get_federation_token(sts: &Sts, ctx: &Context, form: &Form) -> Result<Answer, StsError> {
    let name = parameters::name(form, "Name", 32)?.to_owned();
    let seconds = parameters::duration(form, DEFAULT_SECONDS, LONGEST)?;
    parameters::check_tags(form)?;
    let account = ctx.scope().account;
    let arn = format!("arn:{}:sts::{account}:federated-user/{name}", ctx.scope().partition());
    let id = format!("{account}:{name}");
    let credentials = sts.issue(ctx, account, Principal::FederatedUser { name }, seconds)?;
    Ok(Box::new(move |xml| {
        credentials.write_to(xml);
        xml.nested("FederatedUser", |xml| {
            xml.text("FederatedUserId", &id);
            xml.text("Arn", &arn);
        });
        xml.text("PackedPolicySize", "0");
    }))
}
