//! Whether a resource's policy lets a service deliver to it: services have no policies of their own.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>

use ruststack_core::{arn::Arn, bus::Sender, clock::Timestamp};

use crate::policy::{
    context::ContextKeys,
    evaluate::{Decision, NamedPolicy, Policies, Request},
    principal::Caller,
};

/// One delivery on trial.
pub struct ServiceSender {
    caller: Caller,
    keys: ContextKeys,
}

impl ServiceSender {
    pub fn of(sender: &Sender, target: &Arn, now: Timestamp) -> Self {
        let mut keys = ContextKeys::default();
        keys.set("aws:PrincipalIsAWSService", "true");
        keys.set("aws:PrincipalServiceName", sender.principal.as_str());
        keys.set("aws:SourceArn", sender.source.as_str());
        keys.set("aws:SourceAccount", sender.account.to_string());
        keys.set("aws:ResourceAccount", target.account());
        keys.set("aws:RequestedRegion", target.region());
        // Services reach each other over TLS, whatever clients use.
        keys.set("aws:SecureTransport", "true");
        keys.set("aws:CurrentTime", now.to_iso_8601());
        keys.set("aws:EpochTime", now.seconds().to_string());
        Self { caller: Caller::service(&sender.principal), keys }
    }

    /// `action` is what a delivery is called in policies of the target's service: `sqs:SendMessage`.
    pub fn request<'a>(&'a self, action: &'a str, target: &'a Arn) -> Request<'a> {
        let resource_account = target.account().parse().ok();
        Request { caller: &self.caller, action, resource: target.as_str(), resource_account, context: &self.keys }
    }
}

/// What the target's policy says.
pub fn decide<'p>(policy: Option<&'p NamedPolicy>, request: &Request<'_>) -> Decision<'p> {
    Policies { resource: policy, ..Policies::default() }.decide(request)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{document::Rules, stored::StoredPolicy};

    const TOPIC: &str = "arn:aws:sns:us-east-1:000000000000:topic";

    fn is_let(principal: &str, condition: &str) -> bool {
        let target: Arn = "arn:aws:sqs:us-east-1:000000000000:queue".parse().unwrap();
        let statement = format!(
            r#"{{"Effect":"Allow","Principal":{principal},"Action":"sqs:SendMessage","Resource":"{target}","Condition":{{{condition}}}}}"#
        );
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
        let policy = StoredPolicy::parse(text.as_bytes(), Rules::RESOURCE).unwrap().named("queue");
        let sender = Sender::of("sns", &TOPIC.parse().unwrap());
        let on_trial = ServiceSender::of(&sender, &target, Timestamp::from_seconds(0));
        decide(Some(&policy), &on_trial.request("sqs:SendMessage", &target)).is_allowed()
    }

    /// <https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html>
    #[test]
    fn a_service_is_let_by_name_and_by_what_it_acts_for() {
        for (principal, condition, expected) in [
            (r#"{"Service":"sns.amazonaws.com"}"#, String::new(), true),
            (r#"{"Service":"s3.amazonaws.com"}"#, String::new(), false),
            (r#""*""#, format!(r#""ArnEquals":{{"aws:SourceArn":"{TOPIC}"}}"#), true),
            (r#"{"AWS":"*"}"#, r#""ArnLike":{"aws:SourceArn":"arn:aws:sns:*:*:other"}"#.to_owned(), false),
            (
                r#"{"Service":"sns.amazonaws.com"}"#,
                r#""StringEquals":{"aws:SourceAccount":"000000000000"}"#.to_owned(),
                true,
            ),
            (
                r#"{"Service":"sns.amazonaws.com"}"#,
                r#""StringEquals":{"aws:SourceAccount":"000000000001"}"#.to_owned(),
                false,
            ),
            (r#"{"AWS":"000000000000"}"#, String::new(), false),
        ] {
            assert_eq!(is_let(principal, &condition), expected, "{principal} {condition}");
        }
    }

    #[test]
    fn without_a_policy_no_service_is_let() {
        let target: Arn = "arn:aws:sqs:us-east-1:000000000000:queue".parse().unwrap();
        let sender = Sender::of("sns", &TOPIC.parse().unwrap());
        let on_trial = ServiceSender::of(&sender, &target, Timestamp::from_seconds(0));
        assert!(!decide(None, &on_trial.request("sqs:SendMessage", &target)).is_allowed());
    }
}
