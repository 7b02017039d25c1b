//! `GetSessionToken`: temporary credentials of who asks.

use ruststack_core::{context::Context, protocol::aws_query::Form};

use crate::{Answer, Sts, error::StsError, parameters};

const DEFAULT_SECONDS: u64 = 43_200;
const LONGEST: u64 = 129_600;

pub(crate) fn get_session_token(sts: &Sts, ctx: &Context, form: &Form) -> Result<Answer, StsError> {
    let seconds = parameters::duration(form, DEFAULT_SECONDS, LONGEST)?;
    let credentials = sts.issue(ctx, ctx.scope().account, ctx.identity().principal.clone(), seconds)?;
    Ok(Box::new(move |xml| credentials.write_to(xml)))
}
