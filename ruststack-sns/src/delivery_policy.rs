//! Delivery policies: how often, and after how long, what an HTTP endpoint did not take is sent again.
//!
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html>

use std::time::Duration;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::error::{SnsError, invalid};

pub(crate) const DEFAULT_CONTENT_TYPE: &str = "text/plain; charset=UTF-8";
const MAX_RETRIES: u32 = 100;
const MAX_DELAY_SECONDS: u32 = 3600;

/// A topic's `DeliveryPolicy`, as it is shown.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct TopicPolicy {
    #[serde(default)]
    http: HttpPolicy,
}

#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct HttpPolicy {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default_healthy_retry_policy: Option<RetryPolicy>,
    #[serde(default)]
    disable_subscription_overrides: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default_throttle_policy: Option<ThrottlePolicy>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default_request_policy: Option<RequestPolicy>,
}

/// A subscription's `DeliveryPolicy`, as it is shown.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct SubscriptionPolicy {
    healthy_retry_policy: Option<RetryPolicy>,
    sickly_retry_policy: Option<RetryPolicy>,
    throttle_policy: Option<ThrottlePolicy>,
    request_policy: Option<RequestPolicy>,
    guaranteed: bool,
}

#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RetryPolicy {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    min_delay_target: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_delay_target: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    num_retries: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    num_max_delay_retries: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    num_no_delay_retries: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    num_min_delay_retries: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    backoff_function: Option<Function>,
}

/// How delays grow between the shortest and the longest.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Function {
    Linear,
    Arithmetic,
    Geometric,
    Exponential,
}

#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ThrottlePolicy {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_receives_per_second: Option<u32>,
}

#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestPolicy {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    header_content_type: Option<String>,
}

/// When something is sent again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Retries {
    min_delay: u32,
    max_delay: u32,
    count: u32,
    without_delay: u32,
    with_min_delay: u32,
    with_max_delay: u32,
    function: Function,
    /// Nobody set anything.
    is_default: bool,
}

impl TopicPolicy {
    pub(crate) fn parse(text: &str) -> Result<Self, SnsError> {
        let policy: Self = read(text)?;
        policy
            .http
            .default_healthy_retry_policy
            .as_ref()
            .map_or(Ok(()), |retries| retries.check("http.defaultHealthyRetryPolicy"))?;
        Ok(policy)
    }

    /// `EffectiveDeliveryPolicy`.
    pub(crate) fn effective(&self) -> Self {
        let http = &self.http;
        Self {
            http: HttpPolicy {
                default_healthy_retry_policy: Some(self.retries().shown()),
                default_request_policy: Some(RequestPolicy { header_content_type: Some(self.content_type()) }),
                ..http.clone()
            },
        }
    }

    fn retries(&self) -> Retries {
        Retries::of(self.http.default_healthy_retry_policy.as_ref())
    }

    fn content_type(&self) -> String {
        let policy = self.http.default_request_policy.as_ref();
        let given = policy.and_then(|policy| policy.header_content_type.clone());
        given.unwrap_or_else(|| DEFAULT_CONTENT_TYPE.to_owned())
    }
}

impl SubscriptionPolicy {
    pub(crate) fn parse(text: &str) -> Result<Self, SnsError> {
        let policy: Self = read(text)?;
        policy.healthy_retry_policy.as_ref().map_or(Ok(()), |retries| retries.check("healthyRetryPolicy"))?;
        Ok(policy)
    }

    /// `EffectiveDeliveryPolicy`: what it leaves open is the topic's to say.
    pub(crate) fn effective(&self, topic: &TopicPolicy) -> Self {
        let content_type = self.content_type(topic);
        Self {
            healthy_retry_policy: Some(self.retries(topic).shown()),
            throttle_policy: self.throttle_policy.clone().or_else(|| topic.http.default_throttle_policy.clone()),
            request_policy: Some(RequestPolicy { header_content_type: Some(content_type) }),
            ..self.clone()
        }
    }

    pub(crate) fn retries(&self, topic: &TopicPolicy) -> Retries {
        match &self.healthy_retry_policy {
            Some(own) if !topic.http.disable_subscription_overrides => Retries::of(Some(own)),
            _ => topic.retries(),
        }
    }

    pub(crate) fn content_type(&self, topic: &TopicPolicy) -> String {
        let own = self.request_policy.as_ref().and_then(|policy| policy.header_content_type.clone());
        own.unwrap_or_else(|| topic.content_type())
    }
}

/// An object: serde would take a list for one.
fn read<T: DeserializeOwned>(text: &str) -> Result<T, SnsError> {
    let is_object = text.trim_start().starts_with('{');
    let read = if is_object { serde_json::from_str(text).ok() } else { None };
    read.ok_or_else(|| invalid("DeliveryPolicy: failed to parse JSON."))
}

impl RetryPolicy {
    fn check(&self, path: &str) -> Result<(), SnsError> {
        let refused = |what: String| Err(invalid(format!("DeliveryPolicy: {path}.{what}")));
        let retries = Retries::of(Some(self));
        let phases = retries.without_delay.saturating_add(retries.with_min_delay);
        if retries.min_delay == 0 {
            refused("minDelayTarget must be greater than or equal to 1".to_owned())
        } else if retries.max_delay > MAX_DELAY_SECONDS {
            refused(format!("maxDelayTarget must be less than or equal to {MAX_DELAY_SECONDS}"))
        } else if retries.min_delay > retries.max_delay {
            refused("minDelayTarget must be less than or equal to maxDelayTarget".to_owned())
        } else if retries.count > MAX_RETRIES {
            refused(format!("numRetries must be less than or equal to {MAX_RETRIES}"))
        } else if phases.saturating_add(retries.with_max_delay) > retries.count {
            refused("numRetries must be greater than or equal to the sum of the retries of all phases".to_owned())
        } else {
            Ok(())
        }
    }
}

impl Retries {
    fn of(policy: Option<&RetryPolicy>) -> Self {
        let is_default = policy.is_none();
        let nothing = RetryPolicy::default();
        let policy = policy.unwrap_or(&nothing);
        Self {
            min_delay: policy.min_delay_target.unwrap_or(20),
            max_delay: policy.max_delay_target.unwrap_or(20),
            count: policy.num_retries.unwrap_or(3),
            without_delay: policy.num_no_delay_retries.unwrap_or(0),
            with_min_delay: policy.num_min_delay_retries.unwrap_or(0),
            with_max_delay: policy.num_max_delay_retries.unwrap_or(0),
            function: policy.backoff_function.unwrap_or(Function::Linear),
            is_default,
        }
    }

    fn shown(&self) -> RetryPolicy {
        RetryPolicy {
            min_delay_target: Some(self.min_delay),
            max_delay_target: Some(self.max_delay),
            num_retries: Some(self.count),
            num_max_delay_retries: Some(self.with_max_delay),
            num_no_delay_retries: Some(self.without_delay),
            num_min_delay_retries: Some(self.with_min_delay),
            backoff_function: Some(self.function),
        }
    }

    /// How long to wait before this retry, counted from 0; `None` when there is none.
    pub(crate) fn delay(&self, retry: u32) -> Option<Duration> {
        /// Between tries where nobody set a delay.
        // Differs from AWS: without a delivery policy an HTTP endpoint is tried again after half a second, not after 20.
        const QUICK: Duration = Duration::from_millis(500);
        if retry >= self.count {
            return None;
        }
        if self.is_default {
            return Some(QUICK);
        }
        let after_min = self.without_delay + self.with_min_delay;
        let before_max = self.count - self.with_max_delay.min(self.count);
        let seconds = match retry {
            _ if retry < self.without_delay => 0.0,
            _ if retry < after_min => f64::from(self.min_delay),
            _ if retry >= before_max => f64::from(self.max_delay),
            _ => self.grown(retry - after_min, before_max - after_min),
        };
        Some(Duration::from_secs_f64(seconds))
    }

    /// The delay of one of `count` retries between the shortest delay and the longest.
    fn grown(&self, index: u32, count: u32) -> f64 {
        let (min, max) = (f64::from(self.min_delay), f64::from(self.max_delay));
        let part = if count <= 1 { 0.0 } else { f64::from(index) / f64::from(count - 1) };
        match self.function {
            Function::Linear => min + (max - min) * part,
            Function::Arithmetic => min + (max - min) * part * (part + 1.0) / 2.0,
            Function::Geometric => min * (max / min).powf(part),
            Function::Exponential => min + (max - min) * ((10_f64.powf(part) - 1.0) / 9.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(policy: &impl Serialize) -> String {
        serde_json::to_string(policy).unwrap()
    }

    /// Recorded: test_topic_delivery_policy_crud, 2024-10-03.
    #[test]
    fn what_is_left_open_has_its_default() {
        let given = r#"{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":5,"maxDelayTarget":6,"numRetries":1}}}"#;
        let policy = TopicPolicy::parse(given).unwrap();
        assert_eq!(
            text(&policy),
            r#"{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":5,"maxDelayTarget":6,"numRetries":1},"disableSubscriptionOverrides":false}}"#
        );
        assert_eq!(
            text(&policy.effective()),
            r#"{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":5,"maxDelayTarget":6,"numRetries":1,"numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},"disableSubscriptionOverrides":false,"defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}"#
        );
        let nothing = TopicPolicy::parse(r#"{"http":{"defaultHealthyRetryPolicy":null}}"#).unwrap();
        assert_eq!(text(&nothing), r#"{"http":{"disableSubscriptionOverrides":false}}"#);
    }

    /// Recorded: test_subscribe_external_http_endpoint_content_type, 2024-10-03.
    #[test]
    fn a_subscription_leaves_the_rest_to_its_topic() {
        let topic = r#"{"http":{"defaultRequestPolicy":{"headerContentType":"application/json"}}}"#;
        let topic = TopicPolicy::parse(topic).unwrap();
        let own = r#"{"healthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":1,"numRetries":0},"throttlePolicy":{"maxReceivesPerSecond":1000}}"#;
        let own = SubscriptionPolicy::parse(own).unwrap();
        assert_eq!(own.content_type(&topic), "application/json");
        assert_eq!(own.retries(&topic).delay(0), None);
        let effective = text(&own.effective(&topic));
        assert!(effective.contains(r#""sicklyRetryPolicy":null,"throttlePolicy":{"maxReceivesPerSecond":1000}"#));
        assert!(effective.ends_with(r#""requestPolicy":{"headerContentType":"application/json"},"guaranteed":false}"#));
    }

    #[test]
    fn delays_grow_as_the_policy_says() {
        let policy = r#"{"healthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":5,"numRetries":6,"numNoDelayRetries":1,"numMinDelayRetries":1,"numMaxDelayRetries":1}}"#;
        let policy = SubscriptionPolicy::parse(policy).unwrap();
        let retries = policy.retries(&TopicPolicy::default());
        let delays: Vec<_> = (0..7).map_while(|retry| retries.delay(retry)).map(|delay| delay.as_secs()).collect();
        assert_eq!(delays, [0, 1, 1, 3, 5, 5]);
    }

    #[test]
    fn policies_that_cannot_be_are_refused() {
        for wrong in [
            "",
            "{",
            "[]",
            r#"{"healthyRetryPolicy":{"numRetries":101}}"#,
            r#"{"healthyRetryPolicy":{"minDelayTarget":0}}"#,
            r#"{"healthyRetryPolicy":{"minDelayTarget":30}}"#,
            r#"{"healthyRetryPolicy":{"numRetries":1,"numNoDelayRetries":2}}"#,
            r#"{"healthyRetryPolicy":{"backoffFunction":"random"}}"#,
        ] {
            assert!(SubscriptionPolicy::parse(wrong).is_err(), "{wrong}");
        }
    }
}
