//! Settings that `CreateTable` and `UpdateTable` set alike.

use ruststack_core::{clock::Timestamp, operation::Call};
use serde_json::json;

use crate::{
    DynamoDb,
    api::{SSEDescription, SSESpecification, StreamSpecification, TableClassSummary, TableDescription},
    error::{DynamoDbError, invalid},
    stream,
};

/// The alias of the key that AWS manages for DynamoDB in each account and region.
const MANAGED_KEY: &str = "alias/aws/dynamodb";

/// Puts the ARN of the key that AWS manages where no other is named, and that of its key where an alias is; as they are
/// where there is no KMS.
pub(super) async fn resolve_key(call: &Call<DynamoDb>, given: Option<&mut SSESpecification>) {
    let Some(given) = given.filter(|given| given.enabled == Some(true)) else { return };
    let named = given.kms_master_key_id.as_deref().unwrap_or(MANAGED_KEY);
    if !named.starts_with("alias/") && !named.contains(":alias/") {
        return;
    }
    let described = call.ctx().bus().request(call.ctx(), "kms", "DescribeKey", json!({"KeyId": named})).await;
    if let Some(arn) = described.ok().as_ref().and_then(|described| described["KeyMetadata"]["Arn"].as_str()) {
        given.kms_master_key_id = Some(arn.to_owned());
    }
}

/// Encryption by a key of KMS; without one AWS makes a key that it manages itself.
pub(super) fn set_encryption(
    call: &Call<DynamoDb>,
    description: &mut TableDescription,
    given: Option<&SSESpecification>,
) {
    let Some(given) = given else { return };
    if given.enabled != Some(true) {
        description.sse_description = None;
        return;
    }
    let scope = call.scope();
    let arn = |id: &str| {
        if id.starts_with("arn:") {
            return id.to_owned();
        }
        let id = id.trim_start_matches("key/");
        format!("arn:{}:kms:{}:{}:key/{id}", scope.partition(), scope.region, scope.account)
    };
    let before = description.sse_description.take().and_then(|before| before.kms_master_key_arn);
    let key = given.kms_master_key_id.as_deref().map(arn).or(before);
    description.sse_description = Some(SSEDescription {
        status: Some("ENABLED".to_owned()),
        sse_type: Some("KMS".to_owned()),
        kms_master_key_arn: Some(key.unwrap_or_else(|| arn(&call.ids().uuid()))),
        ..SSEDescription::default()
    });
}

/// A stream says what it shows, and no stream says nothing.
pub(super) fn check_stream(given: Option<&StreamSpecification>) -> Result<(), DynamoDbError> {
    let fault = match given {
        Some(StreamSpecification { stream_enabled: false, stream_view_type: Some(_) }) => {
            "a stream disabled, UpdateViewType should not be specified"
        }
        // Assumed, after the other one.
        Some(StreamSpecification { stream_enabled: true, stream_view_type: None }) => {
            "a stream enabled, UpdateViewType should be specified"
        }
        _ => return Ok(()),
    };
    Err(invalid(format!("One or more parameter values were invalid: Table is being created with {fault}")))
}

/// `now` is when no stream of the table began before.
pub(super) fn set_stream(description: &mut TableDescription, given: Option<&StreamSpecification>, now: Timestamp) {
    let Some(given) = given else { return };
    if !given.stream_enabled {
        description.stream_specification = None;
        return;
    }
    let label = stream::label(now);
    description.latest_stream_arn = description.table_arn.as_ref().map(|arn| format!("{arn}/stream/{label}"));
    description.latest_stream_label = Some(label);
    description.stream_specification = Some(given.clone());
}

/// `updated` is when it was another.
pub(super) fn set_class(description: &mut TableDescription, given: Option<&str>, updated: Option<Timestamp>) {
    if let Some(given) = given {
        description.table_class_summary =
            Some(TableClassSummary { table_class: Some(given.to_owned()), last_update_date_time: updated });
    }
}
