//! `GetResourcePolicy`, `PutResourcePolicy` and `DeleteResourcePolicy`: who else may use a table or its stream.

use std::sync::Arc;

use ruststack_auth::policy::document::{Kind, Policy, Rules};
use ruststack_core::operation::Call;

use crate::{
    DynamoDb,
    api::{
        DeleteResourcePolicyInput, DeleteResourcePolicyOutput, GetResourcePolicyInput, GetResourcePolicyOutput,
        PutResourcePolicyInput, PutResourcePolicyOutput,
    },
    error::{DynamoDbError, invalid, no_table},
    rows,
    table::{KeptPolicy, More, Table},
    tables::TableName,
};

const RULES: Rules = Rules { kind: Kind::Resource, max_bytes: 20 * 1024 };
/// What is expected where there is to be no policy yet.
const NO_POLICY: &str = "NO_POLICY";

pub(super) async fn get_resource_policy(
    call: Call<DynamoDb>,
    input: GetResourcePolicyInput,
) -> Result<GetResourcePolicyOutput, DynamoDbError> {
    let table = table(&call, &input.resource_arn)?;
    let kept = table.settings().more.policies.remove(&input.resource_arn);
    let kept = kept.ok_or_else(|| DynamoDbError::PolicyNotFoundException {
        message: format!("Resource-based policy not found for the provided ResourceArn: {}", input.resource_arn),
    })?;
    Ok(GetResourcePolicyOutput { policy: Some(kept.text), revision_id: Some(kept.revision) })
}

pub(super) async fn put_resource_policy(
    call: Call<DynamoDb>,
    input: PutResourcePolicyInput,
) -> Result<PutResourcePolicyOutput, DynamoDbError> {
    check(&input.policy)?;
    let table = table(&call, &input.resource_arn)?;
    let revision = change(&call, &table, |more| {
        let before = more.policies.get(&input.resource_arn);
        check_revision(before, input.expected_revision_id.as_deref())?;
        let kept = KeptPolicy { text: input.policy.clone(), revision: revision(&call, before) };
        more.policies.insert(input.resource_arn.clone(), kept.clone());
        Ok(kept.revision)
    })?;
    Ok(PutResourcePolicyOutput { revision_id: Some(revision) })
}

pub(super) async fn delete_resource_policy(
    call: Call<DynamoDb>,
    input: DeleteResourcePolicyInput,
) -> Result<DeleteResourcePolicyOutput, DynamoDbError> {
    let table = table(&call, &input.resource_arn)?;
    let revision_id = change(&call, &table, |more| {
        check_revision(more.policies.get(&input.resource_arn), input.expected_revision_id.as_deref())?;
        Ok(more.policies.remove(&input.resource_arn).map(|kept| kept.revision))
    })?;
    Ok(DeleteResourcePolicyOutput { revision_id })
}

/// A policy as `CreateTable` brings it.
pub(super) fn first(call: &Call<DynamoDb>, text: &str) -> Result<KeptPolicy, DynamoDbError> {
    check(text)?;
    Ok(KeptPolicy { text: text.to_owned(), revision: revision(call, None) })
}

fn check(text: &str) -> Result<(), DynamoDbError> {
    let parsed = Policy::parse(text.as_bytes(), RULES);
    parsed.map(drop).map_err(|fault| invalid(format!("Invalid policy document: {fault}")))
}

/// The table that a resource is, or whose stream it is.
fn table(call: &Call<DynamoDb>, arn: &str) -> Result<Arc<Table>, DynamoDbError> {
    let of_table = arn.split_once("/stream/").map_or(arn, |(table, _)| table);
    if !of_table.starts_with("arn:") {
        return Err(invalid(format!("Invalid ResourceArn: {arn}")));
    }
    let TableName { scope, name } = TableName::parse(of_table, call.scope());
    call.service().tables(&scope).get(&name).ok_or_else(|| no_table(&name))
}

fn check_revision(kept: Option<&KeptPolicy>, expected: Option<&str>) -> Result<(), DynamoDbError> {
    let is_it = match (kept, expected) {
        (_, None) | (None, Some(NO_POLICY)) => true,
        (Some(kept), Some(expected)) => kept.revision == expected,
        (None, Some(_)) => false,
    };
    if is_it {
        return Ok(());
    }
    Err(DynamoDbError::PolicyNotFoundException {
        message: format!(
            "Resource-based policy not found for the provided ResourceArn: Requested update for policy with revision ID {}",
            expected.unwrap_or_default()
        ),
    })
}

/// Milliseconds, and never those of the revision before.
fn revision(call: &Call<DynamoDb>, before: Option<&KeptPolicy>) -> String {
    let before = before.and_then(|before| before.revision.parse::<i64>().ok()).unwrap_or(0);
    call.now().millis().max(before + 1).to_string()
}

/// Changes what is asked for by operations of its own.
pub(super) fn change<T>(
    call: &Call<DynamoDb>,
    table: &Table,
    change: impl FnOnce(&mut More) -> Result<T, DynamoDbError>,
) -> Result<T, DynamoDbError> {
    let changes = call.ctx().changes();
    let _section = changes.begin()?;
    table.change_settings(
        |settings| change(&mut settings.more),
        |settings| changes.record(|rows| rows::put_table(rows, table, settings)),
    )
}
