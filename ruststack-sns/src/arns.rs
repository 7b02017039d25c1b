//! ARNs as clients send them, refused in SNS's words.

use ruststack_core::{
    arn::Arn,
    context::Context,
    scope::{Region, Scope},
};

use crate::{
    SPEC,
    error::{SnsError, invalid, invalid_because},
};

const ELEMENTS: usize = 6;

/// A topic's place: its name, in whose account and region.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct TopicPlace {
    pub(crate) scope: Scope,
    pub(crate) name: String,
}

/// The ARN of a thing of SNS in a scope.
pub(crate) fn in_scope(scope: &Scope, resource: &str) -> Option<Arn> {
    let (partition, account) = (scope.partition(), scope.account.to_string());
    Arn::new(partition.as_str(), SPEC.name, scope.region.as_str(), &account, resource).ok()
}

/// An ARN of at least six elements, as the parameter of that name.
pub(crate) fn parse(name: &str, text: &str) -> Result<Arn, SnsError> {
    let count = text.split(':').count();
    if count < ELEMENTS {
        return Err(invalid_because(name, format!("An ARN must have at least {ELEMENTS} elements, not {count}")));
    }
    text.parse().map_err(|_| invalid(name))
}

/// The scope that an ARN names; its account's own, whoever asks.
pub(crate) fn scope_of(arn: &Arn) -> Option<Scope> {
    let account = arn.account().parse().ok()?;
    Some(Scope::new(account, Region::nonstandard(arn.region())))
}

impl TopicPlace {
    /// Of a request that means a topic of its own region.
    pub(crate) fn parse(ctx: &Context, name: &str, text: &str) -> Result<Self, SnsError> {
        let place = Self::anywhere(name, text)?;
        if place.scope.region == ctx.scope().region { Ok(place) } else { Err(invalid(name)) }
    }

    /// Of any region: requests that are not signed name none of their own.
    pub(crate) fn anywhere(name: &str, text: &str) -> Result<Self, SnsError> {
        let arn = parse(name, text)?;
        Self::of(&arn).ok_or_else(|| invalid(name))
    }

    pub(crate) fn of(arn: &Arn) -> Option<Self> {
        let scope = scope_of(arn).filter(|_| arn.service() == SPEC.name)?;
        // What follows the name is a subscription's.
        let name = arn.resource().split(':').next().unwrap_or_default();
        Some(Self { scope, name: name.to_owned() })
    }
}

/// A subscription's place: its ARN, in the account and region of its topic.
pub(crate) fn subscription(text: &str) -> Result<(Scope, Arn), SnsError> {
    const NAME: &str = "SubscriptionArn";
    if text.is_empty() {
        return Err(invalid_because(NAME, "no value for required parameter"));
    }
    let arn = parse(NAME, text)?;
    let scope = scope_of(&arn).ok_or_else(|| invalid(NAME))?;
    let has_id = arn.resource().split_once(':').is_some_and(|(_, id)| is_uuid(id));
    if has_id { Ok((scope, arn)) } else { Err(invalid("SubscriptionId")) }
}

fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded: test_unsubscribe_wrong_arn_format, 2025-10-06.
    #[test]
    fn subscriptions_are_told_from_what_is_none() {
        for (text, message) in [
            ("randomstring", "SubscriptionArn Reason: An ARN must have at least 6 elements, not 1"),
            ("arn:aws:sns:us-east-1:random", "SubscriptionArn Reason: An ARN must have at least 6 elements, not 5"),
            ("arn:aws:sns:us-east-1:111111111111:random", "SubscriptionId"),
            ("", "SubscriptionArn Reason: no value for required parameter"),
        ] {
            assert_eq!(subscription(text).unwrap_err(), invalid(message), "{text}");
        }
        let (scope, arn) =
            subscription("arn:aws:sns:eu-west-1:000000000042:topic:f81d4fae-7dec-11d0-a765-00a0c91e6bf6").unwrap();
        assert_eq!((scope.account.number(), scope.region.as_str()), (42, "eu-west-1"));
        assert_eq!(TopicPlace::of(&arn).map(|place| place.name).as_deref(), Some("topic"));
    }
}
