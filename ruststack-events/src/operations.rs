//! The table of contents of EventBridge: its operations, those of one thing in one file.

mod api_destination;
mod archive;
mod connection;
mod event_bus;
mod permission;
mod put_events;
mod replay;
mod rule;
mod tags;
mod targets;
mod test_event_pattern;

use ruststack_core::{error::AwsError, operation::Operations, page, service::Protocol};

use crate::{
    Events, api,
    error::{EventsError, invalid, invalid_parameter},
    limits::PAGE_SIZE,
};

/// What is not here answers 501: partners' event sources and global endpoints, which stand for other accounts' and
/// regions' infrastructure.
pub(crate) fn operations() -> Operations<Events> {
    Operations::new(&api::MODEL)
        .refusing_with(refuse)
        .on::<api::CancelReplay, _, _, _>(replay::cancel_replay)
        .on::<api::CreateApiDestination, _, _, _>(api_destination::create_api_destination)
        .on::<api::CreateArchive, _, _, _>(archive::create_archive)
        .on::<api::CreateConnection, _, _, _>(connection::create_connection)
        .on::<api::CreateEventBus, _, _, _>(event_bus::create_event_bus)
        .on::<api::DeauthorizeConnection, _, _, _>(connection::deauthorize_connection)
        .on::<api::DeleteApiDestination, _, _, _>(api_destination::delete_api_destination)
        .on::<api::DeleteArchive, _, _, _>(archive::delete_archive)
        .on::<api::DeleteConnection, _, _, _>(connection::delete_connection)
        .on::<api::DeleteEventBus, _, _, _>(event_bus::delete_event_bus)
        .on::<api::DeleteRule, _, _, _>(rule::delete_rule)
        .on::<api::DescribeApiDestination, _, _, _>(api_destination::describe_api_destination)
        .on::<api::DescribeArchive, _, _, _>(archive::describe_archive)
        .on::<api::DescribeConnection, _, _, _>(connection::describe_connection)
        .on::<api::DescribeEventBus, _, _, _>(event_bus::describe_event_bus)
        .on::<api::DescribeReplay, _, _, _>(replay::describe_replay)
        .on::<api::DescribeRule, _, _, _>(rule::describe_rule)
        .on::<api::DisableRule, _, _, _>(rule::disable_rule)
        .on::<api::EnableRule, _, _, _>(rule::enable_rule)
        .on::<api::ListApiDestinations, _, _, _>(api_destination::list_api_destinations)
        .on::<api::ListArchives, _, _, _>(archive::list_archives)
        .on::<api::ListConnections, _, _, _>(connection::list_connections)
        .on::<api::ListEventBuses, _, _, _>(event_bus::list_event_buses)
        .on::<api::ListReplays, _, _, _>(replay::list_replays)
        .on::<api::ListRuleNamesByTarget, _, _, _>(rule::list_rule_names_by_target)
        .on::<api::ListRules, _, _, _>(rule::list_rules)
        .on::<api::ListTagsForResource, _, _, _>(tags::list_tags_for_resource)
        .on::<api::ListTargetsByRule, _, _, _>(targets::list_targets_by_rule)
        .on::<api::PutEvents, _, _, _>(put_events::put_events)
        .on::<api::PutPermission, _, _, _>(permission::put_permission)
        .on::<api::PutRule, _, _, _>(rule::put_rule)
        .on::<api::PutTargets, _, _, _>(targets::put_targets)
        .on::<api::RemovePermission, _, _, _>(permission::remove_permission)
        .on::<api::RemoveTargets, _, _, _>(targets::remove_targets)
        .on::<api::StartReplay, _, _, _>(replay::start_replay)
        .on::<api::TagResource, _, _, _>(tags::tag_resource)
        .on::<api::TestEventPattern, _, _, _>(test_event_pattern::test_event_pattern)
        .on::<api::UntagResource, _, _, _>(tags::untag_resource)
        .on::<api::UpdateApiDestination, _, _, _>(api_destination::update_api_destination)
        .on::<api::UpdateArchive, _, _, _>(archive::update_archive)
        .on::<api::UpdateConnection, _, _, _>(connection::update_connection)
        .on::<api::UpdateEventBus, _, _, _>(event_bus::update_event_bus)
}

/// In AWS's words; `PutEvents` counts its entries itself, for it tells them in words of its own.
fn refuse(_protocol: Protocol, broken: &str) -> Option<AwsError> {
    const COUNT: &str = " at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10";
    let is_count = broken.starts_with("1 validation error") && broken.ends_with(COUNT);
    (!is_count).then(|| invalid(broken).into())
}

/// How much of a list is asked for, and from where.
struct Page {
    after: Option<String>,
    limit: usize,
}

impl Page {
    fn of(limit: Option<i32>, token: Option<&str>) -> Result<Self, EventsError> {
        let after = token.map(page::decode).transpose();
        let after = after.map_err(|_| invalid_parameter("NextToken", "It was not given by this list."))?;
        let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(PAGE_SIZE);
        Ok(Self { after, limit })
    }

    /// The part of a list that goes by names in their order, and where it goes on.
    fn take<T>(&self, list: impl Iterator<Item = (String, T)>) -> (Vec<T>, Option<String>) {
        let is_behind = |(name, _): &(String, T)| self.after.as_ref().is_none_or(|after| name > after);
        let mut list = list.filter(is_behind).peekable();
        let (mut taken, mut last) = (Vec::new(), String::new());
        while taken.len() < self.limit {
            let Some((name, item)) = list.next() else { break };
            (last, _) = (name, taken.push(item));
        }
        let token = list.peek().map(|_| page::encode(&last));
        (taken, token)
    }
}

/// Whether a name begins with what is asked for.
fn has_prefix(name: &str, prefix: Option<&String>) -> bool {
    prefix.is_none_or(|prefix| name.starts_with(prefix.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_here_is_partners_and_endpoints() {
        let names = operations().names();
        let is_here = |name: &&&str| names.contains(name);
        let missing: Vec<&str> = api::OPERATIONS.iter().filter(|name| !is_here(name)).copied().collect();
        assert!(
            missing
                .iter()
                .all(|name| name.contains("Partner") || name.contains("EventSource") || name.contains("Endpoint")),
            "{missing:?}"
        );
        assert_eq!((names.len(), missing.len()), (42, 15));
    }
}
