//! `TestEventPattern`.

use ruststack_core::{
    operation::Call,
    pattern::{Dialect, Pattern},
};
use serde_json::Value;

use crate::{
    Events, access,
    api::{TestEventPatternInput, TestEventPatternOutput},
    error::{EventsError, invalid},
};

/// What an event must have to be one. `resources` may be missing.
const REQUIRED: [&str; 6] = ["id", "account", "source", "time", "region", "detail-type"];

pub(super) async fn test_event_pattern(
    call: Call<Events>,
    input: TestEventPatternInput,
) -> Result<TestEventPatternOutput, EventsError> {
    access::check_account(&call)?;
    let event: Value = serde_json::from_str(&input.event).unwrap_or_default();
    if !REQUIRED.iter().all(|member| event.get(member).is_some()) {
        return Err(invalid("Parameter Event is not valid."));
    }
    let pattern = Pattern::parse(&input.event_pattern, Dialect::RULE)?;
    Ok(TestEventPatternOutput { result: Some(pattern.matches(&event)) })
}
