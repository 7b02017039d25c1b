//! From a bus to targets and archives: what an event that came to a bus causes.

use std::sync::Arc;

use ruststack_core::{clock::Timestamp, context::Context, pattern::Fields, scope::Scope};
use serde_json::Value;

use crate::{
    Events,
    api::Target,
    archive::Archived,
    courier::Parcel,
    event::Event,
    home::Things,
    input::{self, Arrival},
    rows,
    rule::Rule,
};

impl Events {
    /// Takes an event in: archives keep it, rules that match post it to their targets. A bus that is not there takes
    /// it and does nothing, as AWS does. Call it in a section.
    pub(crate) fn take(&self, ctx: &Context, scope: &Scope, bus: &str, event: &Event, trace: Option<&str>) {
        let home = self.home(scope);
        let mut things = home.lock();
        let value = event.to_value();
        let fields = Fields::of(&value);
        if event.replay_name.is_none() {
            archive(ctx, scope, &mut things, bus, event, &fields);
        }
        let Some(entry) = things.buses.get(bus) else { return };
        let delivery = Delivery { ctx, scope, event, value: &value, trace };
        for rule in entry.rules.values().filter(|rule| rule.is_enabled() && matches(rule, &fields)) {
            self.post(rule, &delivery);
        }
    }

    /// Sends archived events again to the rules that the replay is for. Call it in a section.
    pub(crate) fn take_again(&self, ctx: &Context, scope: &Scope, bus: &str, event: &Event, rules: Option<&[String]>) {
        let home = self.home(scope);
        let things = home.lock();
        let Some(entry) = things.buses.get(bus) else { return };
        let value = event.to_value();
        let fields = Fields::of(&value);
        let is_meant = |rule: &Rule| rules.is_none_or(|arns| arns.contains(&rule.arn(scope)));
        let delivery = Delivery { ctx, scope, event, value: &value, trace: None };
        for rule in entry.rules.values().filter(|rule| rule.is_enabled() && is_meant(rule) && matches(rule, &fields)) {
            self.post(rule, &delivery);
        }
    }

    /// Sends what a schedule sends. Call it in a section, under the lock of the rule.
    pub(crate) fn fire(&self, ctx: &Context, scope: &Scope, rule: &Rule, at: Timestamp) {
        let event = Event::scheduled(&rule.arn(scope), at, ctx.ids().uuid(), scope);
        let value = event.to_value();
        self.post(rule, &Delivery { ctx, scope, event: &event, value: &value, trace: None });
    }

    fn post(&self, rule: &Rule, delivery: &Delivery<'_>) {
        for target in &rule.targets {
            let Some(parcel) = delivery.parcel(rule, target) else {
                let (rule, target) = (rule.arn(delivery.scope), &target.id);
                tracing::warn!(rule, target, "an event was dropped: the target's input cannot be made of it");
                continue;
            };
            self.outbox.post(delivery.ctx, &parcel.lane(delivery.ctx.ids()), parcel);
        }
    }
}

/// An event on its way to the targets of rules.
struct Delivery<'a> {
    ctx: &'a Context,
    scope: &'a Scope,
    event: &'a Event,
    value: &'a Value,
    trace: Option<&'a str>,
}

impl Delivery<'_> {
    fn parcel(&self, rule: &Rule, target: &Target) -> Option<Parcel> {
        let rule_arn = rule.arn(self.scope);
        let ingestion_time = self.ctx.now().to_iso_8601();
        let arrival =
            Arrival { event: self.value, rule_arn: &rule_arn, rule_name: &rule.name, ingestion_time: &ingestion_time };
        let body = input::of(target, &arrival)?;
        let event = self.event.to_json();
        let is_whole = body == event;
        Some(Parcel {
            rule_arn,
            target: target.clone(),
            event,
            body: (!is_whole).then_some(body),
            trace: self.trace.or(self.ctx.trace_id()).map(str::to_owned),
        })
    }
}

fn matches(rule: &Rule, fields: &Fields<'_>) -> bool {
    rule.pattern.as_ref().is_some_and(|pattern| pattern.matches_fields(fields))
}

fn archive(ctx: &Context, scope: &Scope, things: &mut Things, bus: &str, event: &Event, fields: &Fields<'_>) {
    for entry in things.archives.values_mut().filter(|entry| entry.archive.bus == bus) {
        let archive = Arc::clone(&entry.archive);
        if archive.pattern.as_ref().is_some_and(|pattern| !pattern.matches_fields(fields)) {
            continue;
        }
        let archived = Archived { at: ctx.now(), event: event.to_json() };
        let number = entry.push(archived.clone());
        let gone = entry.expire(ctx.now());
        ctx.changes().record(|rows| {
            rows::put_archived(rows, scope, &archive.name, number, &archived);
            gone.iter().for_each(|number| rows::remove_archived(rows, scope, &archive.name, *number));
        });
    }
}
