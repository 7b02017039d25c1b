//! `/_aws/events/rules/<arn>/trigger`: lets a rule's schedule send its event now.

use http::{Response, StatusCode};
use percent_encoding::percent_decode_str;
use ruststack_core::{Request, arn::Arn, body::Body, context::Context, error::AwsError};

use crate::{
    Events,
    error::{EventsError, not_an_arn},
    names::rule_of,
};

pub(crate) const PATHS: &str = "/_aws/events";

pub(crate) fn answer(events: &Events, ctx: &Context, request: &Request) -> Result<ruststack_core::Response, AwsError> {
    let path = percent_decode_str(request.uri().path()).decode_utf8_lossy();
    let arn = path.strip_prefix(PATHS).and_then(|rest| rest.strip_prefix("/rules/")?.strip_suffix("/trigger"));
    let Some(arn) = arn else { return Err(AwsError::new(404, "NotFound", "There is nothing at this path.")) };
    trigger(events, ctx, arn)?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::OK;
    Ok(response)
}

fn trigger(events: &Events, ctx: &Context, text: &str) -> Result<(), EventsError> {
    let arn: Arn = text.parse().map_err(|_| not_an_arn(text))?;
    let (bus, name) = rule_of(&arn).ok_or_else(|| not_an_arn(text))?;
    events.change(ctx, &bus.scope, |things| {
        let rule = things.rule(&bus.name, &name)?;
        events.fire(ctx, &bus.scope, rule, ctx.now());
        Ok(())
    })
}
