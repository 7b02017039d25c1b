//! Stream records: what became of one item.

use std::sync::Arc;

use ruststack_core::{clock::Timestamp, scope::Region};
use serde::{Deserialize, Serialize};

use super::{SequenceNumber, Stream, shards};
use crate::{
    key::KeySchema,
    streams::api,
    table::Stored,
    value::{Item, Shown, item_size},
};

/// What happened to an item.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub(crate) enum Happened {
    Insert,
    Modify,
    Remove,
    /// It was removed because it expired.
    Expire,
}

/// One record, with the images that the stream shows.
#[derive(Clone, Serialize, Deserialize, Debug)]
pub(crate) struct Record {
    pub(crate) happened: Happened,
    /// In milliseconds.
    at: i64,
    keys: Item,
    old: Option<Shown>,
    new: Option<Shown>,
    size: u64,
}

impl Happened {
    /// None where nothing changed.
    pub(crate) fn between(old: Option<&Stored>, new: Option<&Stored>, is_expiry: bool) -> Option<Self> {
        match (old, new) {
            (None, None) => None,
            (None, Some(_)) => Some(Self::Insert),
            (Some(_), None) if is_expiry => Some(Self::Expire),
            (Some(_), None) => Some(Self::Remove),
            (Some(old), Some(new)) => {
                let is_same = Arc::ptr_eq(&old.item, &new.item) || old.item == new.item;
                (!is_same).then_some(Self::Modify)
            }
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Insert => "INSERT",
            Self::Modify => "MODIFY",
            Self::Remove | Self::Expire => "REMOVE",
        }
    }
}

impl Record {
    /// Of an item that was or is there.
    pub(super) fn new(
        stream: &Stream,
        schema: &KeySchema,
        happened: Happened,
        (old, new): (Option<&Stored>, Option<&Stored>),
        at: Timestamp,
    ) -> Self {
        let any = new.or(old).map(|stored| &*stored.item);
        let key = |name: &String| any.and_then(|item| item.get_key_value(name));
        let keys: Item = schema.attributes().filter_map(|attribute| key(&attribute.name)).map(owned).collect();
        let view = stream.settings.view;
        let (old, new) = (old.filter(|_| view.has_old()), new.filter(|_| view.has_new()));
        let size = item_size(&keys) + old.map_or(0, |old| old.size) + new.map_or(0, |new| new.size);
        let shown = |stored: &Stored| Shown(Arc::clone(&stored.item));
        Self { happened, at: at.millis(), keys, old: old.map(shown), new: new.map(shown), size: size as u64 }
    }

    pub(super) fn at(&self) -> Timestamp {
        Timestamp::from_millis(self.at)
    }

    /// As AWS tells it. Bytes.
    pub(crate) fn size(&self) -> usize {
        usize::try_from(self.size).unwrap_or(usize::MAX)
    }

    /// As `GetRecords` shows it in a region.
    pub(crate) fn shown(&self, stream: &Stream, region: &Region, number: SequenceNumber) -> api::Record {
        let expired = || api::Identity {
            principal_id: Some("dynamodb.amazonaws.com".to_owned()),
            r#type: Some("Service".to_owned()),
        };
        api::Record {
            event_id: Some(shards::event_id(stream, number)),
            event_name: Some(self.happened.name().to_owned()),
            event_version: Some("1.1".to_owned()),
            event_source: Some("aws:dynamodb".to_owned()),
            aws_region: Some(region.to_string()),
            dynamodb: Some(api::StreamRecord {
                approximate_creation_date_time: Some(self.at().truncated_to_seconds()),
                keys: Some(Shown::from(self.keys.clone())),
                new_image: self.new.clone(),
                old_image: self.old.clone(),
                sequence_number: Some(number.to_string()),
                size_bytes: i64::try_from(self.size).ok(),
                stream_view_type: Some(stream.settings.view.name().to_owned()),
            }),
            user_identity: (self.happened == Happened::Expire).then(expired),
        }
    }
}

fn owned((name, value): (&String, &crate::value::AttributeValue)) -> (String, crate::value::AttributeValue) {
    (name.clone(), value.clone())
}
