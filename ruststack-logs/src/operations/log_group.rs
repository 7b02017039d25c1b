//! Log groups: `CreateLogGroup`, `DeleteLogGroup`, `DescribeLogGroups`, `ListLogGroups`, and what protects them.

use std::collections::BTreeMap;

use ruststack_core::{operation::Call, scope::Scope};

use super::{Page, encryption::check_key, group_identified, has_prefix, tags};
use crate::{
    Logs,
    api::{
        CreateLogGroupInput, CreateLogGroupOutput, DeleteLogGroupInput, DeleteLogGroupOutput, DescribeLogGroupsInput,
        DescribeLogGroupsOutput, ListLogGroupsInput, ListLogGroupsOutput, LogGroup, LogGroupSummary,
        PutLogGroupDeletionProtectionInput, PutLogGroupDeletionProtectionOutput,
    },
    error::{LogsError, invalid, validation},
    group::{Group, Settings, group_arn},
    limits::MAX_GROUPS,
    rows,
};

const STANDARD: &str = "STANDARD";

pub(super) async fn create_log_group(
    call: Call<Logs>,
    input: CreateLogGroupInput,
) -> Result<CreateLogGroupOutput, LogsError> {
    let tags = input.tags.unwrap_or_default();
    tags::check(&BTreeMap::new(), &tags)?;
    let arn = group_arn(call.scope(), &input.log_group_name);
    if let Some(key) = &input.kms_key_id {
        check_key(call.ctx(), key, &arn).await?;
    }
    let settings = Settings {
        name: input.log_group_name.clone(),
        created_at: call.now().millis(),
        class: input.log_group_class.unwrap_or_else(|| STANDARD.to_owned()),
        retention_days: None,
        kms_key: input.kms_key_id,
        is_protected: input.deletion_protection_enabled.unwrap_or(false),
        data_protection: None,
        tags,
        metric_filters: BTreeMap::new(),
        subscription_filters: BTreeMap::new(),
    };
    call.service().change(call.ctx(), call.scope(), |things| {
        if things.groups.contains_key(&settings.name) {
            return Err(LogsError::ResourceAlreadyExistsException { what: "log group" });
        }
        if things.groups.len() >= MAX_GROUPS {
            return Err(LogsError::LimitExceededException {});
        }
        call.ctx().changes().record(|rows| rows::put_group(rows, call.scope(), &settings));
        things.groups.insert(settings.name.clone(), Group::new(settings));
        Ok(CreateLogGroupOutput {})
    })
}

pub(super) async fn delete_log_group(
    call: Call<Logs>,
    input: DeleteLogGroupInput,
) -> Result<DeleteLogGroupOutput, LogsError> {
    let name = &input.log_group_name;
    call.service().change(call.ctx(), call.scope(), |things| {
        if things.group(name)?.settings.is_protected {
            return Err(validation(format!("The log group {name} cannot be deleted: deletion protection is enabled.")));
        }
        things.groups.remove(name);
        call.ctx().changes().record(|rows| rows::remove_group(rows, call.scope(), name));
        Ok(DeleteLogGroupOutput {})
    })
}

/// Those of a pattern are told with less. Recorded: logs_groups.json, 2026-02-03.
pub(super) async fn describe_log_groups(
    call: Call<Logs>,
    input: DescribeLogGroupsInput,
) -> Result<DescribeLogGroupsOutput, LogsError> {
    if input.log_group_name_prefix.is_some() && input.log_group_name_pattern.is_some() {
        return Err(invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."));
    }
    let page = Page::of(input.limit, input.next_token.as_deref())?;
    let scope = call.scope();
    let identified: Option<Result<Vec<String>, LogsError>> = input
        .log_group_identifiers
        .as_ref()
        .map(|identifiers| identifiers.iter().map(|identifier| group_identified(scope, identifier)).collect());
    let identified = identified.transpose()?;
    let pattern = input.log_group_name_pattern.as_deref();
    let is_asked = |group: &Group| {
        let Settings { name, class, .. } = &*group.settings;
        has_prefix(name, input.log_group_name_prefix.as_ref())
            && is_like(name, pattern)
            && input.log_group_class.as_ref().is_none_or(|asked| asked == class)
            && identified.as_ref().is_none_or(|names| names.contains(name))
    };
    let home = call.service().home(scope);
    let things = home.lock();
    let groups = things.groups.iter().filter(|(_, group)| is_asked(group));
    let groups = groups.map(|(name, group)| (name.clone(), shown(scope, group, pattern.is_none())));
    let (groups, next_token) = page.take(groups);
    Ok(DescribeLogGroupsOutput { log_groups: Some(groups), next_token })
}

/// Whether a name holds a pattern, in letters of any case.
fn is_like(name: &str, pattern: Option<&str>) -> bool {
    pattern.is_none_or(|pattern| name.to_ascii_lowercase().contains(&pattern.to_ascii_lowercase()))
}

fn shown(scope: &Scope, group: &Group, is_whole: bool) -> LogGroup {
    let Settings { name, created_at, class, retention_days, kms_key, .. } = &*group.settings;
    let count = group.settings.metric_filters.len();
    let arn = group_arn(scope, name);
    LogGroup {
        log_group_name: Some(name.clone()),
        creation_time: Some(*created_at),
        retention_in_days: *retention_days,
        metric_filter_count: Some(i32::try_from(count).unwrap_or(i32::MAX)),
        arn: Some(format!("{arn}:*")),
        stored_bytes: is_whole.then(|| i64::try_from(group.size()).unwrap_or(i64::MAX)),
        kms_key_id: kms_key.clone(),
        data_protection_status: group.settings.data_protection.as_ref().map(|_| "ACTIVATED".to_owned()),
        inherited_properties: None,
        log_group_class: Some(class.clone()),
        log_group_arn: Some(arn),
        deletion_protection_enabled: is_whole.then_some(group.settings.is_protected),
        bearer_token_authentication_enabled: None,
        retention_policy_name: None,
    }
}

pub(super) async fn list_log_groups(
    call: Call<Logs>,
    input: ListLogGroupsInput,
) -> Result<ListLogGroupsOutput, LogsError> {
    let page = Page::of(input.limit, input.next_token.as_deref())?;
    let pattern = NamePattern::of(input.log_group_name_pattern.as_deref());
    let home = call.service().home(call.scope());
    let things = home.lock();
    let groups = things.groups.values().map(|group| &group.settings);
    let groups = groups.filter(|settings| pattern.takes(&settings.name));
    let groups = groups.filter(|settings| input.log_group_class.as_ref().is_none_or(|class| *class == settings.class));
    let (log_groups, next_token) =
        page.take(groups.map(|settings| (settings.name.clone(), summary(call.scope(), settings))));
    Ok(ListLogGroupsOutput { log_groups: Some(log_groups), next_token })
}

fn summary(scope: &Scope, settings: &Settings) -> LogGroupSummary {
    LogGroupSummary {
        log_group_name: Some(settings.name.clone()),
        log_group_arn: Some(group_arn(scope, &settings.name)),
        log_group_class: Some(settings.class.clone()),
    }
}

/// What `ListLogGroups` looks for: texts of which a name holds one, `^` before those that it begins with.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListLogGroups.html>
struct NamePattern<'p>(Vec<&'p str>);

impl<'p> NamePattern<'p> {
    fn of(text: Option<&'p str>) -> Self {
        Self(text.map_or_else(Vec::new, |text| text.split('|').collect()))
    }

    fn takes(&self, name: &str) -> bool {
        let is_one = |pattern: &&str| match pattern.strip_prefix('^') {
            Some(prefix) => name.starts_with(prefix),
            None => name.contains(*pattern),
        };
        self.0.is_empty() || self.0.iter().any(is_one)
    }
}

pub(super) async fn put_log_group_deletion_protection(
    call: Call<Logs>,
    input: PutLogGroupDeletionProtectionInput,
) -> Result<PutLogGroupDeletionProtectionOutput, LogsError> {
    let name = group_identified(call.scope(), &input.log_group_identifier)?;
    change_settings(&call, &name, |settings| {
        settings.is_protected = input.deletion_protection_enabled;
        Ok(PutLogGroupDeletionProtectionOutput {})
    })
}

/// Changes the settings of a group, and records them.
pub(super) fn change_settings<T>(
    call: &Call<Logs>,
    group: &str,
    work: impl FnOnce(&mut Settings) -> Result<T, LogsError>,
) -> Result<T, LogsError> {
    call.service().change(call.ctx(), call.scope(), |things| {
        let settings = things.settings_mut(group)?;
        let done = work(settings)?;
        call.ctx().changes().record(|rows| rows::put_group(rows, call.scope(), settings));
        Ok(done)
    })
}
