//! `PutEvents`.

use ruststack_core::{clock::Timestamp, operation::Call, scope::Scope};
use serde_json::Value;

use crate::{
    Events, access,
    api::{PutEventsInput, PutEventsOutput, PutEventsRequestEntry, PutEventsResultEntry},
    error::{EventsError, invalid},
    event::{Event, NewEvent},
    limits::{MAX_ENTRIES, MAX_ENTRIES_SIZE, TIME_SIZE},
    names::BusName,
};

/// An entry fails alone.
pub(super) async fn put_events(call: Call<Events>, input: PutEventsInput) -> Result<PutEventsOutput, EventsError> {
    if input.entries.len() > MAX_ENTRIES {
        return Err(too_many(&input.entries));
    }
    if input.entries.iter().map(size).sum::<usize>() >= MAX_ENTRIES_SIZE {
        return Err(invalid("Total size of the entries in the request is over the limit."));
    }
    call.service().outbox.room().await;
    let _section = call.ctx().changes().begin()?;
    let entries: Vec<_> = input.entries.into_iter().map(|entry| put(&call, entry)).collect();
    let failed = entries.iter().filter(|entry| entry.error_code.is_some()).count();
    Ok(PutEventsOutput { failed_entry_count: i32::try_from(failed).ok(), entries: Some(entries) })
}

/// With all entries, as AWS's own classes write themselves.
fn too_many(entries: &[PutEventsRequestEntry]) -> EventsError {
    let entries: Vec<String> = entries.iter().map(written).collect();
    let value = entries.join(", ");
    invalid(format!(
        "1 validation error detected: Value '[{value}]' at 'entries' failed to satisfy constraint: Member must have \
         length less than or equal to {MAX_ENTRIES}"
    ))
}

fn written(entry: &PutEventsRequestEntry) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "null".to_owned());
    let time = entry.time.map_or_else(|| "null".to_owned(), Timestamp::to_iso_8601);
    let resources = entry.resources.as_ref().map(|resources| format!("[{}]", resources.join(", ")));
    format!(
        "PutEventsRequestEntry(time={time}, source={}, resources={}, detailType={}, detail={}, eventBusName={}, \
         traceHeader={}, kmsKeyIdentifier=null, internalMetadata=null)",
        text(&entry.source),
        text(&resources),
        text(&entry.detail_type),
        text(&entry.detail),
        text(&entry.event_bus_name),
        text(&entry.trace_header),
    )
}

/// As AWS counts it. Bytes.
fn size(entry: &PutEventsRequestEntry) -> usize {
    let texts = [&entry.source, &entry.detail_type, &entry.detail].into_iter().flatten();
    let resources = entry.resources.iter().flatten();
    texts.chain(resources).map(String::len).sum::<usize>() + entry.time.map_or(0, |_| TIME_SIZE)
}

fn put(call: &Call<Events>, entry: PutEventsRequestEntry) -> PutEventsResultEntry {
    let trace = entry.trace_header.clone();
    let taken = BusName::of(entry.event_bus_name.as_deref(), call.scope())
        .map_err(|error| ("InvalidArgument", error.to_string()))
        .and_then(|bus| Ok((bus, event(call, entry)?)))
        .and_then(|(bus, event)| match access::check_event(call, &bus, &event) {
            Ok(()) => Ok((bus, event)),
            Err(error) => Err(("AccessDeniedException", error.to_string())),
        });
    match taken {
        Ok((bus, event)) => {
            call.service().take(call.ctx(), &bus.scope, &bus.name, &event, trace.as_deref());
            PutEventsResultEntry { event_id: Some(event.id), ..PutEventsResultEntry::default() }
        }
        Err((code, message)) => PutEventsResultEntry {
            error_code: Some(code.to_owned()),
            error_message: Some(message),
            ..PutEventsResultEntry::default()
        },
    }
}

/// Whoever sends an event is its account and region, wherever its bus is.
// Differs from AWS: sources that begin with `aws.` may be anybody's, so that AWS's events can be acted.
fn event(call: &Call<Events>, entry: PutEventsRequestEntry) -> Result<Event, (&'static str, String)> {
    let source = required(entry.source, "Source")?;
    let detail_type = required(entry.detail_type, "DetailType")?;
    let detail = required(entry.detail, "Detail")?;
    let detail: Option<Value> = serde_json::from_str(&detail).ok().filter(Value::is_object);
    let detail = detail.ok_or_else(|| ("MalformedDetail", "Detail is malformed.".to_owned()))?;
    let resources = entry.resources.unwrap_or_default();
    let time = entry.time.unwrap_or_else(|| call.now());
    let scope: &Scope = call.scope();
    Ok(Event::new(NewEvent { source, detail_type, resources, detail, time }, call.ids().uuid(), scope))
}

fn required(value: Option<String>, name: &str) -> Result<String, (&'static str, String)> {
    let missing = || format!("Parameter {name} is not valid. Reason: {name} is a required argument.");
    value.filter(|value| !value.is_empty()).ok_or_else(|| ("InvalidArgument", missing()))
}
