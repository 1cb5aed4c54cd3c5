//! What is computed from the events of a case and kept beside them, so that it can be listed and found: each as a [`Projection`].
//!
//! A part that keeps rows of its own adds a projection to [`ALL`]; `nhs111 rebuild` then compares and restores them with the others.

use serde::Serialize;

use crate::case::chain::Link;
use crate::case::event::{Event, Personal};
use crate::case::person::Key;
use crate::case::person::feature::tells_who;

use super::inbox;
use super::ports::ItemName;
use super::ports::projections::{Column, Kind, Row, Rows, Table, Value};
use super::record::summary;
use super::view::View;

/// A case replayed, from which rows are computed.
pub struct Replayed<'a> {
    /// As it stands.
    pub view: &'a View,
    /// Its events as they are stored. Not empty.
    pub links: &'a [Link],
    /// The same, with the personal part of each where it opens.
    pub events: &'a [(Event, Option<Personal>)],
    /// Whether its key was destroyed, so that no personal part opens any more.
    pub is_key_gone: bool,
    /// What the person could be found by when the event of this number was the last one; `None` if that cannot be replayed.
    pub keys_at: &'a dyn Fn(u64) -> Option<Vec<Key>>,
}

/// Rows of a case that are a function of its events.
pub trait Projection: Send + Sync {
    /// Where they are.
    fn table(&self) -> &'static Table;

    /// What they have to be, in any order. What can no longer be told, because a key is gone, is left as it is `stored`.
    fn rows(&self, case: &Replayed<'_>, stored: &[Row]) -> Vec<Row>;
}

/// All that there are.
pub static ALL: [&dyn Projection; 3] = [&CaseInLists, &Inbox, &MatchKeys];

const fn column(name: &'static str, kind: Kind) -> Column {
    Column { name, kind }
}

/// The row of a case in lists, but for its secret.
pub struct CaseInLists;

static CASES: Table = Table {
    name: "cases",
    columns: &[
        column("provider", Kind::Text),
        column("seq", Kind::Integer),
        column("head", Kind::Bytes),
        column("mark", Kind::Text),
        column("opened_at", Kind::Text),
        column("changed_at", Kind::Text),
        column("contacts", Kind::Integer),
        column("channel", Kind::Text),
        column("release", Kind::Bytes),
        column("disposition", Kind::Text),
        column("ended", Kind::Integer),
    ],
    rows: Rows::One,
};

impl Projection for CaseInLists {
    fn table(&self) -> &'static Table {
        &CASES
    }

    fn rows(&self, replayed: &Replayed<'_>, stored: &[Row]) -> Vec<Row> {
        let case = &replayed.view.case;
        let ends = replayed.events.first().zip(replayed.links.last());
        let (Some(((first, _), last)), Some(summary)) = (ends, summary(replayed.view)) else {
            return stored.to_vec();
        };
        let changed_at = replayed.events.last().map_or(first.at, |(last, _)| last.at);
        // Whether the walk has ended can rest on a date of birth; once that is gone, what was computed while it was there stands.
        let ended = match stored.first().and_then(|row| row.last()) {
            Some(ended) if replayed.is_key_gone => ended.clone(),
            _ => Value::Integer(i64::from(summary.ended)),
        };
        vec![vec![
            Value::Text(case.provider.0.clone()),
            number(last.seq),
            Value::Bytes(last.hash.0.to_vec()),
            word(&case.mark),
            Value::Text(first.at.to_string()),
            Value::Text(changed_at.to_string()),
            Value::Integer(i64::from(summary.contacts)),
            word(&summary.channel),
            Value::Bytes(summary.release.0.to_vec()),
            summary.disposition.map_or(Value::Null, Value::Text),
            ended,
        ]]
    }
}

/// What authors are to read.
pub struct Inbox;

static INBOX: Table = Table {
    name: "inbox_items",
    columns: &[
        column("seq", Kind::Integer),
        column("kind", Kind::Text),
        column("subject", Kind::Text),
        column("release", Kind::Bytes),
        column("at", Kind::Text),
        column("item", Kind::Bytes),
    ],
    rows: Rows::Any,
};

impl Projection for Inbox {
    fn table(&self) -> &'static Table {
        &INBOX
    }

    fn rows(&self, replayed: &Replayed<'_>, _: &[Row]) -> Vec<Row> {
        let case = &replayed.view.case;
        let sealed = replayed.links.iter().map(|link| link.sealed.is_some());
        let events = replayed.events.iter().map(|(event, _)| event);
        let items = events
            .zip(sealed)
            .filter_map(|(event, sealed)| Some((event, inbox::item(event, sealed)?)));
        items
            .filter_map(|(event, item)| {
                let mut contacts = case.contacts.iter();
                let contact = contacts.find(|contact| contact.number == event.contact)?;
                Some(vec![
                    number(item.seq),
                    Value::Text(item.kind.to_owned()),
                    Value::Text(item.subject),
                    Value::Bytes(contact.release.0.to_vec()),
                    Value::Text(event.at.to_string()),
                    Value::Bytes(ItemName::of(case.id, item.seq).0.to_vec()),
                ])
            })
            .collect()
    }
}

/// Digests by which the person is found again.
///
/// They are written together at the last event of a commit that tells something of the person, and the latest are those that count: they
/// have to be there. Earlier ones have to be what could be known then.
pub struct MatchKeys;

static MATCH_KEYS: Table = Table {
    name: "match_keys",
    columns: &[
        column("seq", Kind::Integer),
        column("kind", Kind::Text),
        column("digest", Kind::Bytes),
        column("at", Kind::Text),
    ],
    rows: Rows::Any,
};

impl Projection for MatchKeys {
    fn table(&self) -> &'static Table {
        &MATCH_KEYS
    }

    fn rows(&self, replayed: &Replayed<'_>, stored: &[Row]) -> Vec<Row> {
        // They go with the key of the case.
        if replayed.is_key_gone {
            return Vec::new();
        }
        let events = replayed.events.iter().map(|(event, _)| event);
        let telling: Vec<&Event> = events.filter(|event| tells_who(&event.body)).collect();
        let is_stored = |event: &Event| {
            let seq = number(event.seq);
            stored.iter().any(|row| row.first() == Some(&seq))
        };
        let last = telling.last().map(|event| event.seq);
        let counted = (telling.iter())
            .filter(|event| Some(event.seq) == last || is_stored(event))
            .filter_map(|event| Some((event, (replayed.keys_at)(event.seq)?)));
        counted
            .flat_map(|(event, keys)| {
                keys.into_iter().map(|key| {
                    vec![
                        number(event.seq),
                        Value::Text(key.kind.code().to_owned()),
                        Value::Bytes(key.digest.0.to_vec()),
                        Value::Text(event.at.to_string()),
                    ]
                })
            })
            .collect()
    }
}

/// A place in a case.
fn number(seq: u64) -> Value {
    Value::Integer(i64::try_from(seq).unwrap_or(i64::MAX))
}

/// The word under which one of a closed list is stored: the same as in the events.
fn word(one: &impl Serialize) -> Value {
    match serde_json::to_value(one) {
        Ok(serde_json::Value::String(word)) => Value::Text(word),
        _ => Value::Null,
    }
}
