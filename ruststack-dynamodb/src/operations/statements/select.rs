//! `SELECT`: one item, the items of some partitions, or all, page by page.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_STANDARD};
use md5::{Digest, Md5};
use ruststack_core::page as tokens;
use serde::{Deserialize, Serialize};

use super::{super::page, Request, keys};
use crate::{
    capacity::{Units, read_units},
    error::{DynamoDbError, invalid},
    expression::{Condition, KeyCondition, Path, Projection, Step},
    partiql::{Order, Select},
    reading::{Segment, Source, View},
    refusal::Refusal,
    table::{PartitionRange, RowKey, Table},
    value::{Item, Shown},
};

/// What a page of a selection shows, and where the next one begins.
pub(in super::super) struct Selected {
    pub(in super::super) items: Vec<Shown>,
    pub(in super::super) next: Option<Place>,
    pub(in super::super) units: Units,
}

/// Where a page begins: in which of the partitions, behind which key.
#[derive(Serialize, Deserialize)]
pub(in super::super) struct Place {
    /// Of the statement and its parameters.
    digest: String,
    partition: usize,
    pub(in super::super) key: Item,
}

impl Place {
    pub(in super::super) fn token(&self) -> String {
        tokens::encode(&serde_json::to_string(self).unwrap_or_default())
    }

    /// The place that a token of this statement means.
    pub(in super::super) fn read(token: &str, request: &Request) -> Result<Self, DynamoDbError> {
        let place = tokens::decode(token).ok().and_then(|text| serde_json::from_str::<Self>(&text).ok());
        let place = place.filter(|place| place.digest == digest(request));
        place.ok_or_else(|| invalid("NextToken does not match request"))
    }
}

fn digest(request: &Request) -> String {
    let sent = serde_json::to_vec(&(&request.text, &request.parameters)).unwrap_or_default();
    BASE64_STANDARD.encode(Md5::digest(sent))
}

/// How a selection is read beside its statement.
pub(in super::super) struct Reading<'r> {
    pub(in super::super) request: &'r Request,
    pub(in super::super) is_consistent: bool,
    pub(in super::super) limit: Option<usize>,
    pub(in super::super) from: Option<Place>,
}

/// The one item that a selection names, and what it shows of it.
pub(in super::super) fn one(
    table: &Table,
    select: &Select,
    key: &Item,
    is_consistent: bool,
) -> Result<Selected, DynamoDbError> {
    table.schema.check_key(key).map_err(|fault| fault.refusal())?;
    let found = table.get(&table.key_of(key))?;
    let units = Units::of_table(read_units(found.as_ref().map_or(0, |stored| stored.size), is_consistent));
    let holds = |item: &Item| select.condition.as_ref().is_none_or(|condition| condition.holds(item));
    let found = found.filter(|stored| holds(&stored.item));
    let items = found.map(|stored| shown(&stored.item, select.paths.as_deref())).into_iter().collect();
    Ok(Selected { items, next: None, units })
}

/// What is selected of an item: each path by its last name.
pub(in super::super) fn shown(item: &Arc<Item>, paths: Option<&[Path]>) -> Shown {
    let Some(paths) = paths else { return Shown(Arc::clone(item)) };
    let found = paths.iter().filter_map(|path| Some((last_name(path), path.find(item)?.clone())));
    Shown::from(found.collect::<Item>())
}

/// `c` of `a.b.c`, `b[1]` of `a.b[1]`.
fn last_name(path: &Path) -> String {
    path.steps.iter().fold(path.attribute.clone(), |name, step| match step {
        Step::Member(name) => name.clone(),
        Step::Element(index) => format!("{name}[{index}]"),
    })
}

/// Selects a page.
pub(in super::super) fn page(
    table: Arc<Table>,
    select: &Select,
    reading: &Reading<'_>,
) -> Result<Selected, DynamoDbError> {
    let source = source(table, select, reading.is_consistent)?;
    let ranges = keys::ranges_of_read(source.schema(), select.condition.as_ref())?;
    check_order(&source, select, ranges.is_some())?;
    if source.index.is_none()
        && let Some((key, false)) = keys::key_of_read(&source.table.schema, select.condition.as_ref())
    {
        return one(&source.table, select, &key, reading.is_consistent);
    }
    if ranges.is_some() {
        check_projected(&source, select.condition.as_ref())?;
    }
    let view = view(&source, select, reading.is_consistent)?;
    let mut selected = match ranges {
        Some(ranges) => partitions(&source, &view, ranges, select, reading)?,
        None => all(&source, &view, reading)?,
    };
    if select.paths.is_some() {
        for item in &mut selected.items {
            *item = shown(&item.0, select.paths.as_deref());
        }
    }
    Ok(selected)
}

fn source(table: Arc<Table>, select: &Select, is_consistent: bool) -> Result<Source, DynamoDbError> {
    let source = page::source(table, select.table.index_name.as_deref(), None)?;
    let is_global = source.index.as_ref().is_some_and(|index| index.kind == crate::table::Kind::Global);
    if is_global && is_consistent {
        return Err(invalid("Strongly consistent read is not supported on Global Secondary Indexes"));
    }
    Ok(source)
}

/// What is ordered are the items of partitions that are named, by their keys.
fn check_order(source: &Source, select: &Select, has_partitions: bool) -> Result<(), Refusal> {
    if select.order_by.is_empty() {
        return Ok(());
    }
    if select.condition.is_none() {
        return Err(Refusal::plain("Must have WHERE clause in the statement when using ORDER BY clause."));
    }
    if let Some(Order { attribute, .. }) = select.order_by.iter().find(|order| !source.schema().has(&order.attribute)) {
        return Err(Refusal::plain(format!(
            "Attribute {attribute} in ORDER BY clause must be part of the primary key"
        )));
    }
    if !has_partitions {
        return Err(Refusal::plain(
            "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.",
        ));
    }
    Ok(())
}

/// A partition of an index is only looked at by what the index holds.
fn check_projected(source: &Source, condition: Option<&Condition>) -> Result<(), Refusal> {
    let Some(index) = &source.index else { return Ok(()) };
    let mut lacking = Vec::new();
    if let Some(condition) = condition.filter(|_| index.kind == crate::table::Kind::Global) {
        condition.visit_paths(&mut |path: &Path| {
            if !index.projects(&path.attribute) && !lacking.contains(&path.attribute.as_str()) {
                lacking.push(&path.attribute);
            }
        });
    }
    if lacking.is_empty() {
        return Ok(());
    }
    Err(Refusal::parameter(format_args!(
        "Secondary index {} does not project one or more filter attributes: [{}]",
        index.name,
        lacking.join(", ")
    )))
}

/// The whole condition filters: what it says of keys is then true of all that is read.
fn view(source: &Source, select: &Select, is_consistent: bool) -> Result<View, DynamoDbError> {
    let attributes = select.paths.as_ref();
    let projection =
        attributes.map(|paths| paths.iter().map(|path| Path::top(&path.attribute)).collect::<Projection>());
    let mut view = page::view(source, None, select.condition.clone(), projection, Some(is_consistent))?;
    view.projection = None;
    Ok(view)
}

fn partitions(
    source: &Source,
    view: &View,
    mut ranges: Vec<KeyCondition>,
    select: &Select,
    reading: &Reading<'_>,
) -> Result<Selected, DynamoDbError> {
    let is_descending = |keys: &[crate::key::KeyAttribute]| {
        select.order_by.iter().any(|order| order.is_descending && keys.iter().any(|key| key.name == order.attribute))
    };
    if select.order_by.iter().any(|order| source.schema().hash.iter().any(|key| key.name == order.attribute)) {
        ranges.sort_by_cached_key(|range| range.hash_bytes(source.schema()));
    }
    if is_descending(&source.schema().hash) {
        ranges.reverse();
    }
    let is_forward = !is_descending(&source.schema().range);
    let mut selected = Selected { items: Vec::new(), next: None, units: Units::default() };
    let mut left = reading.limit;
    let first = reading.from.as_ref().map_or(0, |place| place.partition);
    for (partition, range) in ranges.iter().enumerate().skip(first) {
        let from = reading.from.as_ref().filter(|place| place.partition == partition);
        let from = from.map(|place| start(source, place)).transpose()?;
        let hash = range.hash_bytes(source.schema()).ok_or_else(|| invalid("The provided key is invalid"))?;
        let range = PartitionRange::new(&hash, &range.range());
        let through = source.query(&range, from.as_ref(), is_forward, left)?;
        let page = source.show(&through, view)?;
        left = left.map(|left| left - page.scanned_count.min(left));
        selected.items.extend(page.items);
        selected.units.add(&page.units);
        if let Some(key) = page.last {
            selected.next = Some(Place { digest: digest(reading.request), partition, key });
            break;
        }
    }
    Ok(selected)
}

fn all(source: &Source, view: &View, reading: &Reading<'_>) -> Result<Selected, DynamoDbError> {
    let from = reading.from.as_ref().map(|place| start(source, place)).transpose()?;
    let through = source.scan(Segment::ALL, from.as_ref(), reading.limit)?;
    let page = source.show(&through, view)?;
    let next = page.last.map(|key| Place { digest: digest(reading.request), partition: 0, key });
    Ok(Selected { items: page.items, next, units: page.units })
}

fn start(source: &Source, place: &Place) -> Result<RowKey, DynamoDbError> {
    source.place(&place.key).ok_or_else(|| invalid("NextToken does not match request"))
}
