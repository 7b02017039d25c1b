//! Writes of items: what one is, what becomes of the item that was there, and how several are made at once.

use std::{collections::BTreeMap, sync::Arc};

use ruststack_core::{clock::Timestamp, context::Context, journal::Rows};

use crate::{
    capacity::{Units, write_units},
    error::{CancellationReason, DynamoDbError, ItemError, invalid},
    expression::{Condition, Update},
    refusal::Refusal,
    rows,
    stream::Stream,
    table::{Expiries, Index, Locked, RowKey, Stored, Table},
    tables::TableName,
    value::{Item, MAX_ITEM_SIZE, item_size},
};

/// A write of one item of one table.
pub(crate) struct Write {
    pub(crate) table: Arc<Table>,
    pub(crate) key: RowKey,
    pub(crate) condition: Option<Condition>,
    pub(crate) change: Change,
    /// Whether a failed condition tells the item.
    pub(crate) tells_item: bool,
}

/// What becomes of an item.
pub(crate) enum Change {
    Put(Stored),
    Update {
        /// The keys, of which an item is made where there was none.
        key: Item,
        update: Update,
    },
    Delete,
    /// Like [`Change::Delete`], of an item that has expired; one that has not stays.
    Expire {
        expiries: Arc<Expiries>,
        now: Timestamp,
    },
    /// Nothing: only the condition counts.
    Check,
}

/// What was and is.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) old: Option<Stored>,
    pub(crate) new: Option<Stored>,
    pub(crate) units: Units,
}

/// Why a write cannot be made.
enum Failure {
    Condition(Option<Stored>),
    Refused(Refusal),
}

impl Write {
    /// Makes this write alone.
    pub(crate) fn make(self, ctx: &Context) -> Result<Written, ItemError> {
        let _section = ctx.changes().begin()?;
        let mut locked = self.table.lock([self.key.shard()]).map_err(DynamoDbError::from)?;
        let planned = self.plan(&mut locked).map_err(|failure| match failure {
            Failure::Condition(old) => ItemError::ConditionFailed(old.filter(|_| self.tells_item).map(|old| old.item)),
            Failure::Refused(refusal) => refusal.into(),
        })?;
        let written = self.apply(&mut locked, planned);
        let stream = locked.stream();
        keep(ctx, stream.as_slice(), std::slice::from_ref(&self), std::slice::from_ref(&written), |_| {});
        Ok(written)
    }

    fn changes_item(&self) -> bool {
        !matches!(self.change, Change::Check)
    }

    fn is_expiry(&self) -> bool {
        matches!(self.change, Change::Expire { .. })
    }

    /// For a table that can be restored to a moment.
    fn keep_replaced(&self, ctx: &Context, written: &Written) {
        if self.table.history.is_on() && self.changes_item() {
            let images = (written.old.as_ref(), written.new.as_ref());
            self.table.history.keep(&self.table, ctx.now(), images, ctx.changes());
        }
    }

    /// What will become of the item, while it is locked.
    fn plan(&self, locked: &mut Locked<'_>) -> Result<Written, Failure> {
        let old = locked.get(&self.key);
        if let Some(condition) = &self.condition {
            let holds = old.as_ref().map_or_else(|| condition.holds(&Item::new()), |old| condition.holds(&old.item));
            if !holds {
                return Err(Failure::Condition(old));
            }
        }
        let new = self.new_item(old.as_ref(), locked.indexes()).map_err(Failure::Refused)?;
        let size = |stored: &Option<Stored>| stored.as_ref().map_or(0, |stored| stored.size);
        let units = Units::of_table(write_units(size(&old).max(size(&new))));
        Ok(Written { old, new, units })
    }

    fn new_item(&self, old: Option<&Stored>, indexes: &[Arc<Index>]) -> Result<Option<Stored>, Refusal> {
        match &self.change {
            Change::Put(stored) => {
                check_index_keys(indexes, &stored.item, false)?;
                Ok(Some(stored.clone()))
            }
            Change::Update { update, .. } if old.is_none() && update.only_takes_away() => Ok(None),
            Change::Update { key, update } => {
                let updated = update.apply(old.map_or(key, |old| &old.item))?;
                if item_size(&updated) > MAX_ITEM_SIZE {
                    return Err(Refusal::plain("Item size to update has exceeded the maximum allowed size"));
                }
                check_index_keys(indexes, &updated, true)?;
                Ok(Some(Stored::new(updated)))
            }
            Change::Delete => Ok(None),
            Change::Expire { expiries, now } => Ok(old.filter(|old| !expiries.is_due(old, *now)).cloned()),
            Change::Check => Ok(old.cloned()),
        }
    }

    fn apply(&self, locked: &mut Locked<'_>, mut planned: Written) -> Written {
        if self.changes_item() {
            let of_indexes = locked.replace(self.key.clone(), planned.new.clone());
            planned.units.add(&of_indexes);
        }
        planned
    }
}

/// Refuses an item that has an index's key of another type, or an empty one.
pub(crate) fn check_index_keys(indexes: &[Arc<Index>], item: &Item, is_update: bool) -> Result<(), Refusal> {
    indexes.iter().try_for_each(|index| {
        index
            .schema
            .check_index_keys(item)
            .map_err(|fault| if is_update { fault.refusal_of_update(&index.name) } else { fault.refusal(&index.name) })
    })
}

/// Makes several writes of different items, all or none; `record` adds to the rows that become durable with them.
pub(crate) fn make_all(
    writes: &[Write],
    ctx: &Context,
    record: impl FnOnce(&[Written], &mut Rows),
) -> Result<Vec<Written>, ItemError> {
    let _section = ctx.changes().begin()?;
    let mut locked = lock_all(writes)?;
    let planned: Vec<_> = writes.iter().map(|write| write.plan(locked.of(write))).collect();
    let planned = all_or_none(writes, planned)?;
    let written: Vec<Written> =
        writes.iter().zip(planned).map(|(write, planned)| write.apply(locked.of(write), planned)).collect();
    // In the order of their tables, as those are locked.
    let streams: Vec<Arc<Stream>> = locked.0.values().filter_map(Locked::stream).collect();
    keep(ctx, &streams, writes, &written, |rows| record(&written, rows));
    Ok(written)
}

/// Tells streams and histories what was written, and makes all durable together. The items are locked: what happens to one is told
/// in the order in which it happens.
fn keep(ctx: &Context, streams: &[Arc<Stream>], writes: &[Write], written: &[Written], more: impl FnOnce(&mut Rows)) {
    writes.iter().zip(written).for_each(|(write, written)| write.keep_replaced(ctx, written));
    let changed = || writes.iter().zip(written).filter(|(write, _)| write.changes_item());
    let mut open: Vec<_> = streams.iter().map(|stream| stream.open(ctx.now())).collect();
    if !open.is_empty() {
        for (write, written) in changed() {
            let table = &write.table;
            let Some(stream) = open.iter_mut().find(|stream| stream.is_of(&table.scope, &table.name)) else { continue };
            stream.append(&table.schema, (written.old.as_ref(), written.new.as_ref()), write.is_expiry());
        }
    }
    ctx.changes().record(|rows| {
        changed().for_each(|(write, written)| rows::put_item(rows, &write.table, &write.key, written.new.as_ref()));
        open.iter().for_each(|stream| stream.record(rows));
        more(rows);
    });
    let told: Vec<&Stream> = open.into_iter().filter_map(|stream| stream.close()).collect();
    told.into_iter().for_each(|stream| stream.tell(ctx));
}

/// The items that writes are of, all at one moment.
pub(crate) fn look_at_all(writes: &[Write]) -> Result<Vec<Option<Stored>>, DynamoDbError> {
    let mut locked = lock_all(writes)?;
    Ok(writes.iter().map(|write| locked.of(write).get(&write.key)).collect())
}

/// The locks of a transaction, by table.
struct AllLocked<'w>(BTreeMap<TableName, Locked<'w>>);

impl<'w> AllLocked<'w> {
    fn of(&mut self, write: &Write) -> &mut Locked<'w> {
        self.0.get_mut(&name_of(&write.table)).expect("the tables of all writes were locked")
    }
}

fn name_of(table: &Table) -> TableName {
    TableName { scope: table.scope.clone(), name: table.name.clone() }
}

/// Tables are locked in the order of their names, so that two transactions do not wait for each other.
fn lock_all(writes: &[Write]) -> Result<AllLocked<'_>, DynamoDbError> {
    let mut shards = BTreeMap::<TableName, (&Table, Vec<usize>)>::new();
    for write in writes {
        let of_table = shards.entry(name_of(&write.table)).or_insert_with(|| (&write.table, Vec::new()));
        of_table.1.push(write.key.shard());
    }
    let locked = shards.into_iter().map(|(name, (table, shards))| Ok((name, table.lock(shards)?)));
    locked.collect::<Result<_, DynamoDbError>>().map(AllLocked)
}

fn all_or_none(writes: &[Write], planned: Vec<Result<Written, Failure>>) -> Result<Vec<Written>, ItemError> {
    if planned.iter().all(Result::is_ok) {
        return Ok(planned.into_iter().filter_map(Result::ok).collect());
    }
    let reason = |(write, planned): (&Write, Result<Written, Failure>)| match planned {
        Ok(_) => CancellationReason::NONE,
        Err(Failure::Condition(old)) => {
            CancellationReason::condition_failed(old.filter(|_| write.tells_item).map(|old| old.item))
        }
        Err(Failure::Refused(refusal)) => CancellationReason::invalid(refusal),
    };
    Err(ItemError::Cancelled(writes.iter().zip(planned).map(reason).collect()))
}

/// An item to put, which is not too large.
pub(crate) fn stored(item: Item) -> Result<Stored, DynamoDbError> {
    let stored = Stored::new(item);
    if stored.size > MAX_ITEM_SIZE {
        return Err(invalid("Item size has exceeded the maximum allowed size"));
    }
    Ok(stored)
}
