//! Who may do what, where identities are held to policies (`RUSTSTACK_AUTH=iam`).
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html>

use ruststack_auth::access::{Denied, Wish};
use ruststack_core::{Request, context::Context, error::AwsError, protocol::aws_json, scope::Scope};
use serde_json::Value;

use crate::{Logs, error::LogsError, group};

/// Members of inputs that name one group, by name or ARN.
const OF_GROUP: [&str; 2] = ["logGroupName", "logGroupIdentifier"];
/// Those that name several.
const OF_GROUPS: [&str; 3] = ["logGroupNames", "logGroupIdentifiers", "logGroupArnList"];
/// What else has an ARN: the member that names it, and what stands before the name.
const OTHERS: [(&str, &str); 4] = [
    ("destinationName", "destination"),
    ("deliveryDestinationName", "delivery-destination"),
    ("deliverySourceName", "delivery-source"),
    ("taskId", "export-task"),
];

/// Refuses what the caller may not do.
pub(crate) fn check(logs: &Logs, ctx: &Context, request: &Request) -> Result<(), AwsError> {
    let Some(authorizer) = &logs.authorizer else { return Ok(()) };
    let Some(operation) = aws_json::operation(request.headers()) else { return Ok(()) };
    let input = request.body().as_bytes().and_then(|body| serde_json::from_slice(body).ok()).unwrap_or(Value::Null);
    let action = format!("logs:{operation}");
    resources(ctx.scope(), operation, &input).iter().try_for_each(|resource| {
        let wish = Wish { action: &action, resource, owner: ctx.scope().account, policy: None, keys: &[] };
        authorizer.check(ctx, &wish).map_err(|Denied(message)| LogsError::AccessDeniedException { message }.into())
    })
}

/// Refuses a role that the caller may not hand to CloudWatch Logs.
pub(crate) fn check_pass_role(logs: &Logs, ctx: &Context, role: Option<&String>) -> Result<(), LogsError> {
    let (Some(authorizer), Some(role)) = (&logs.authorizer, role) else { return Ok(()) };
    let passed = authorizer.check_pass_role(ctx, role, "logs.amazonaws.com");
    passed.map_err(|Denied(message)| LogsError::AccessDeniedException { message })
}

/// What an operation acts on.
fn resources(scope: &Scope, operation: &str, input: &Value) -> Vec<String> {
    let text = |member: &str| input[member].as_str();
    let stream = text("logStreamName").unwrap_or_default();
    let of_group = |named: &str| {
        let arn = if named.starts_with("arn:") { named.to_owned() } else { group::group_arn(scope, named) };
        // AWS names the streams, all of them where none is named: policies end in `:*`.
        format!("{}:log-stream:{stream}", arn.trim_end_matches(":*"))
    };
    if let Some(named) = OF_GROUP.iter().find_map(|member| text(member)) {
        return vec![of_group(named)];
    }
    let several = OF_GROUPS.iter().find_map(|member| input[member].as_array());
    if let Some(several) = several.filter(|several| !several.is_empty()) {
        return several.iter().filter_map(Value::as_str).map(of_group).collect();
    }
    if let Some(arn) = text("resourceArn") {
        return vec![arn.to_owned()];
    }
    let other = OTHERS.iter().find_map(|(member, kind)| Some(format!("{kind}:{}", text(member)?)));
    match other {
        Some(rest) => vec![format!("arn:{}:logs:{}:{}:{rest}", scope.partition(), scope.region, scope.account)],
        None if operation == "DescribeLogGroups" => vec![of_group("")],
        None => vec!["*".to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use ruststack_core::scope::{AccountId, Region};
    use serde_json::json;

    use super::*;

    #[test]
    fn groups_are_known_with_their_streams() {
        let scope = Scope::new(AccountId::DEFAULT, Region::US_EAST_1);
        let base = "arn:aws:logs:us-east-1:000000000000";
        for (operation, input, expected) in [
            ("PutLogEvents", json!({"logGroupName": "g", "logStreamName": "s"}), "log-group:g:log-stream:s"),
            ("DeleteLogGroup", json!({"logGroupName": "g"}), "log-group:g:log-stream:"),
            ("DescribeLogGroups", json!({}), "log-group::log-stream:"),
            ("PutDestination", json!({"destinationName": "d"}), "destination:d"),
        ] {
            assert_eq!(resources(&scope, operation, &input), [format!("{base}:{expected}")]);
        }
        assert_eq!(resources(&scope, "PutQueryDefinition", &json!({"name": "n"})), ["*"]);
    }
}
