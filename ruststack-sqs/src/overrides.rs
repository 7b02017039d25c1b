//! LocalStack's headers that raise the limits of one `ReceiveMessage`, for what drains queues faster than AWS lets.

use http::HeaderMap;

const COUNT: &str = "x-localstack-sqs-override-message-count";
const WAIT: &str = "x-localstack-sqs-override-wait-time-seconds";

/// What one request may have beyond AWS's limits.
#[derive(Clone, Copy, Default)]
pub(crate) struct Overrides {
    pub(crate) max_messages: Option<usize>,
    pub(crate) wait_seconds: Option<u64>,
}

impl Overrides {
    /// `None` of requests that override nothing, which are all but very few.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let number = |name: &str| headers.get(name)?.to_str().ok()?.parse::<u32>().ok();
        let max_messages = number(COUNT).and_then(|count| usize::try_from(count).ok());
        let wait_seconds = number(WAIT).map(u64::from);
        (max_messages.is_some() || wait_seconds.is_some()).then_some(Self { max_messages, wait_seconds })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_override() {
        let mut headers = HeaderMap::new();
        assert!(Overrides::of(&headers).is_none());
        headers.insert(COUNT, "many".parse().unwrap());
        assert!(Overrides::of(&headers).is_none());
        headers.insert(COUNT, "20".parse().unwrap());
        assert_eq!(Overrides::of(&headers).map(|overrides| overrides.max_messages), Some(Some(20)));
    }
}
