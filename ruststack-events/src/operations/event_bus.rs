//! `CreateEventBus`, `DescribeEventBus`, `UpdateEventBus`, `DeleteEventBus`, `ListEventBuses`.

use ruststack_core::operation::Call;

use super::{Page, has_prefix};
use crate::{
    Events, access,
    api::{
        CreateEventBusInput, CreateEventBusOutput, DeleteEventBusInput, DeleteEventBusOutput, DescribeEventBusInput,
        DescribeEventBusOutput, EventBus, ListEventBusesInput, ListEventBusesOutput, UpdateEventBusInput,
        UpdateEventBusOutput,
    },
    bus::{Bus, BusEntry, DEFAULT},
    error::{EventsError, exists, invalid},
    limits::MAX_BUSES,
    names::BusName,
    operations::tags,
    rows,
};

pub(super) async fn create_event_bus(
    call: Call<Events>,
    input: CreateEventBusInput,
) -> Result<CreateEventBusOutput, EventsError> {
    access::check_own(&call, "event-bus", &input.name)?;
    let CreateEventBusInput { name, description, kms_key_identifier, dead_letter_config, log_config, .. } = input;
    if name.contains('/') {
        return Err(invalid("Event bus name must not contain '/'."));
    }
    let tags = tags::checked(input.tags)?;
    let mut bus = Bus::new(&name, call.now());
    (bus.description, bus.kms_key_identifier, bus.tags) = (description, kms_key_identifier, tags);
    (bus.dead_letter_config, bus.log_config) = (dead_letter_config, log_config);
    call.service().change(call.ctx(), call.scope(), |things| {
        if things.buses.contains_key(&name) {
            return Err(exists(format!("Event bus {name} already exists.")));
        }
        if things.buses.len() > MAX_BUSES {
            return Err(EventsError::LimitExceededException {});
        }
        call.ctx().changes().record(|rows| rows::put_bus(rows, call.scope(), &bus));
        let output = CreateEventBusOutput {
            event_bus_arn: Some(bus.arn(call.scope())),
            description: bus.description.clone(),
            kms_key_identifier: bus.kms_key_identifier.clone(),
            dead_letter_config: bus.dead_letter_config.clone(),
            log_config: bus.log_config.clone(),
        };
        things.buses.insert(name.clone(), BusEntry::of(bus));
        Ok(output)
    })
}

pub(super) async fn describe_event_bus(
    call: Call<Events>,
    input: DescribeEventBusInput,
) -> Result<DescribeEventBusOutput, EventsError> {
    let bus = BusName::of(input.name.as_deref(), call.scope())?;
    access::check_bus(&call, &bus)?;
    let BusName { scope, name } = bus;
    let home = call.service().home(&scope);
    let things = home.lock();
    let bus = &things.bus(&name)?.bus;
    Ok(DescribeEventBusOutput {
        name: Some(name),
        arn: Some(bus.arn(&scope)),
        description: bus.description.clone(),
        kms_key_identifier: bus.kms_key_identifier.clone(),
        dead_letter_config: bus.dead_letter_config.clone(),
        policy: bus.policy.clone(),
        log_config: bus.log_config.clone(),
        creation_time: Some(bus.created_at),
        last_modified_time: Some(bus.modified_at),
    })
}

/// What is not given stays.
pub(super) async fn update_event_bus(
    call: Call<Events>,
    input: UpdateEventBusInput,
) -> Result<UpdateEventBusOutput, EventsError> {
    let bus = BusName::of(input.name.as_deref(), call.scope())?;
    access::check_bus(&call, &bus)?;
    let name = bus.name;
    call.service().change(call.ctx(), call.scope(), |things| {
        let bus = things.change_bus(&name)?;
        bus.description = input.description.or(bus.description.take());
        bus.kms_key_identifier = input.kms_key_identifier.or(bus.kms_key_identifier.take());
        bus.dead_letter_config = input.dead_letter_config.or(bus.dead_letter_config.take());
        bus.log_config = input.log_config.or(bus.log_config.take());
        bus.modified_at = call.now();
        call.ctx().changes().record(|rows| rows::put_bus(rows, call.scope(), bus));
        Ok(UpdateEventBusOutput {
            arn: Some(bus.arn(call.scope())),
            name: Some(bus.name.clone()),
            kms_key_identifier: bus.kms_key_identifier.clone(),
            description: bus.description.clone(),
            dead_letter_config: bus.dead_letter_config.clone(),
            log_config: bus.log_config.clone(),
        })
    })
}

/// A bus that is not there is deleted already.
pub(super) async fn delete_event_bus(
    call: Call<Events>,
    input: DeleteEventBusInput,
) -> Result<DeleteEventBusOutput, EventsError> {
    let bus = BusName::of(Some(&input.name), call.scope())?;
    access::check_bus(&call, &bus)?;
    let BusName { scope, name } = bus;
    if name == DEFAULT {
        return Err(invalid("Cannot delete event bus default."));
    }
    call.service().change(call.ctx(), &scope, |things| {
        let Some(entry) = things.buses.get(&name) else { return Ok(DeleteEventBusOutput {}) };
        if !entry.rules.is_empty() {
            return Err(invalid(format!("Event bus {name} can't be deleted since it has rules.")));
        }
        things.buses.remove(&name);
        let archives = things.archives_of(&name);
        things.archives.retain(|archive, _| !archives.contains(archive));
        call.ctx().changes().record(|rows| {
            rows::remove_bus(rows, &scope, &name);
            archives.iter().for_each(|archive| rows::remove_archive(rows, &scope, archive));
        });
        Ok(DeleteEventBusOutput {})
    })
}

pub(super) async fn list_event_buses(
    call: Call<Events>,
    input: ListEventBusesInput,
) -> Result<ListEventBusesOutput, EventsError> {
    access::check_account(&call)?;
    let page = Page::of(input.limit, input.next_token.as_deref())?;
    let home = call.service().home(call.scope());
    let things = home.lock();
    let buses = things.buses.values().map(|entry| &entry.bus);
    let buses = buses.filter(|bus| has_prefix(&bus.name, input.name_prefix.as_ref()));
    let (event_buses, next_token) = page.take(buses.map(|bus| {
        let listed = EventBus {
            name: Some(bus.name.clone()),
            arn: Some(bus.arn(call.scope())),
            description: bus.description.clone(),
            policy: bus.policy.clone(),
            creation_time: Some(bus.created_at),
            last_modified_time: Some(bus.modified_at),
        };
        (bus.name.clone(), listed)
    }));
    Ok(ListEventBusesOutput { event_buses: Some(event_buses), next_token })
}
