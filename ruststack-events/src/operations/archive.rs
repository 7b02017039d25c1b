//! Archives: `CreateArchive`, `DescribeArchive`, `UpdateArchive`, `DeleteArchive`, `ListArchives`.

use std::sync::Arc;

use ruststack_core::operation::Call;

use super::{Page, has_prefix};
use crate::{
    Events, access,
    api::{
        CreateArchiveInput, CreateArchiveOutput, DeleteArchiveInput, DeleteArchiveOutput, DescribeArchiveInput,
        DescribeArchiveOutput, ListArchivesInput, ListArchivesOutput, UpdateArchiveInput, UpdateArchiveOutput,
    },
    archive::{Archive, ArchiveEntry},
    error::{EventsError, exists, invalid},
    limits::MAX_ARCHIVES,
    names::BusName,
    rows,
    rule::ENABLED,
};

pub(super) async fn create_archive(
    call: Call<Events>,
    input: CreateArchiveInput,
) -> Result<CreateArchiveOutput, EventsError> {
    access::check_own(&call, "archive", &input.archive_name)?;
    let bus = BusName::of(Some(&input.event_source_arn), call.scope())?;
    let mut archive = Archive {
        name: input.archive_name,
        source_arn: input.event_source_arn,
        bus: bus.name,
        description: input.description,
        event_pattern: input.event_pattern,
        retention_days: input.retention_days.unwrap_or(0),
        kms_key_identifier: input.kms_key_identifier,
        created_at: call.now(),
        pattern: None,
    };
    archive.parse()?;
    call.service().change(call.ctx(), call.scope(), |things| {
        things.bus(&archive.bus)?;
        if things.archives.contains_key(&archive.name) {
            return Err(exists(format!("Archive {} already exists.", archive.name)));
        }
        if things.archives.len() >= MAX_ARCHIVES {
            return Err(EventsError::LimitExceededException {});
        }
        call.ctx().changes().record(|rows| rows::put_archive(rows, call.scope(), &archive));
        let output = CreateArchiveOutput {
            archive_arn: Some(archive.arn(call.scope())),
            state: Some(ENABLED.to_owned()),
            state_reason: None,
            creation_time: Some(archive.created_at),
        };
        things.archives.insert(archive.name.clone(), ArchiveEntry::of(archive));
        Ok(output)
    })
}

pub(super) async fn describe_archive(
    call: Call<Events>,
    input: DescribeArchiveInput,
) -> Result<DescribeArchiveOutput, EventsError> {
    access::check_own(&call, "archive", &input.archive_name)?;
    let home = call.service().home(call.scope());
    let things = home.lock();
    let entry = things.archive(&input.archive_name)?;
    let archive = &entry.archive;
    let listed = entry.listed_at(call.now());
    Ok(DescribeArchiveOutput {
        archive_arn: Some(archive.arn(call.scope())),
        archive_name: listed.archive_name,
        event_source_arn: listed.event_source_arn,
        description: archive.description.clone(),
        event_pattern: archive.event_pattern.clone(),
        state: listed.state,
        state_reason: None,
        kms_key_identifier: archive.kms_key_identifier.clone(),
        retention_days: listed.retention_days,
        size_bytes: listed.size_bytes,
        event_count: listed.event_count,
        creation_time: listed.creation_time,
    })
}

/// What is not given stays.
pub(super) async fn update_archive(
    call: Call<Events>,
    input: UpdateArchiveInput,
) -> Result<UpdateArchiveOutput, EventsError> {
    access::check_own(&call, "archive", &input.archive_name)?;
    if input.event_pattern.is_none() && input.retention_days.is_none() && input.description.is_none() {
        return Err(invalid("At least one of EventPattern, RetentionDays or Description must be provided."));
    }
    call.service().change(call.ctx(), call.scope(), |things| {
        let mut archive = Archive::clone(&things.archive(&input.archive_name)?.archive);
        archive.event_pattern = input.event_pattern.or(archive.event_pattern);
        archive.description = input.description.or(archive.description);
        archive.retention_days = input.retention_days.unwrap_or(archive.retention_days);
        archive.kms_key_identifier = input.kms_key_identifier.or(archive.kms_key_identifier);
        archive.parse()?;
        call.ctx().changes().record(|rows| rows::put_archive(rows, call.scope(), &archive));
        let output = UpdateArchiveOutput {
            archive_arn: Some(archive.arn(call.scope())),
            state: Some(ENABLED.to_owned()),
            state_reason: None,
            creation_time: Some(archive.created_at),
        };
        if let Some(entry) = things.archives.get_mut(&input.archive_name) {
            entry.archive = Arc::new(archive);
        }
        Ok(output)
    })
}

pub(super) async fn delete_archive(
    call: Call<Events>,
    input: DeleteArchiveInput,
) -> Result<DeleteArchiveOutput, EventsError> {
    access::check_own(&call, "archive", &input.archive_name)?;
    call.service().change(call.ctx(), call.scope(), |things| {
        things.archive(&input.archive_name)?;
        things.archives.remove(&input.archive_name);
        call.ctx().changes().record(|rows| rows::remove_archive(rows, call.scope(), &input.archive_name));
        Ok(DeleteArchiveOutput {})
    })
}

pub(super) async fn list_archives(
    call: Call<Events>,
    input: ListArchivesInput,
) -> Result<ListArchivesOutput, EventsError> {
    access::check_account(&call)?;
    let page = Page::of(input.limit, input.next_token.as_deref())?;
    let source = input.event_source_arn.as_deref();
    let bus = source.map(|arn| BusName::of(Some(arn), call.scope())).transpose()?;
    let home = call.service().home(call.scope());
    let things = home.lock();
    if let Some(bus) = &bus {
        things.bus(&bus.name)?;
    }
    let is_of_bus = |archive: &Archive| bus.as_ref().is_none_or(|bus| archive.bus == bus.name);
    let is_of_state = input.state.as_deref().is_none_or(|state| state == ENABLED);
    let entries = things.archives.values().filter(|entry| is_of_state && is_of_bus(&entry.archive));
    let entries = entries.filter(|entry| has_prefix(&entry.archive.name, input.name_prefix.as_ref()));
    let (archives, next_token) =
        page.take(entries.map(|entry| (entry.archive.name.clone(), entry.listed_at(call.now()))));
    Ok(ListArchivesOutput { archives: Some(archives), next_token })
}
