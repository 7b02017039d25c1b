//! Events on their way into a stream, and from there to subscribers and live tails.

use std::sync::Arc;

use ruststack_core::{context::Context, scope::Scope};

use crate::{
    Logs,
    batch::{Batch, Event},
    courier::Parcel,
    error::LogsError,
    group::Settings,
    rows,
    stream::{About, Stream},
};

impl Logs {
    /// Takes events, at least one, in the order of their times. Call it when the outbox has room.
    pub(crate) fn ingest(
        &self,
        ctx: &Context,
        (scope, group, stream): (&Scope, &str, &str),
        events: Vec<Event>,
    ) -> Result<(), LogsError> {
        let home = self.home(scope);
        let (settings, number) = {
            let mut things = home.lock();
            let found = things.group(group)?;
            found.stream(stream)?;
            (Arc::clone(&found.settings), things.next_number())
        };
        let batch = Arc::new(Batch { number, ingested_at: ctx.now().millis(), events });
        // Filters may take their time: not under the lock.
        let parcels = parcels(scope, &settings, stream, &batch);
        {
            let _section = ctx.changes().begin()?;
            let mut things = home.lock();
            let found = things.group_mut(group)?;
            let id = found.stream(stream)?.about.id;
            let removed = found.append(stream, Arc::clone(&batch));
            ctx.changes().record(|rows| {
                rows::put_batch(rows, scope, group, id, &batch);
                rows::remove_batches(rows, scope, group, &removed);
            });
            for parcel in parcels {
                self.outbox.post(ctx, &parcel.lane(), parcel);
            }
        }
        self.tails.tell(scope, group, stream, &batch);
        Ok(())
    }

    /// Makes a stream in a group that is there, unless it is there itself.
    pub(crate) fn ensure_stream(
        &self,
        ctx: &Context,
        (scope, group, stream): (&Scope, &str, &str),
    ) -> Result<(), LogsError> {
        self.change(ctx, scope, |things| {
            if things.group(group)?.streams.contains_key(stream) {
                return Ok(());
            }
            let about = About { id: things.next_number(), name: stream.to_owned(), created_at: ctx.now().millis() };
            ctx.changes().record(|rows| rows::put_stream(rows, scope, group, &about));
            things.group_mut(group)?.streams.insert(stream.to_owned(), Stream::new(about));
            Ok(())
        })
    }
}

/// What subscribers are to be told.
fn parcels(scope: &Scope, settings: &Settings, stream: &str, batch: &Batch) -> Vec<Parcel> {
    let filters = settings.subscription_filters.iter();
    let parcels = filters.filter_map(|(name, filter)| {
        let matching: Vec<usize> =
            (0..batch.events.len()).filter(|at| filter.pattern.matches(batch.events[*at].message())).collect();
        (!matching.is_empty())
            .then(|| Parcel::of(scope, (&settings.name, stream), (name, &filter.target_arn), (batch, &matching)))
    });
    parcels.collect()
}
