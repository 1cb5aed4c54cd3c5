//! What people said that authors are to read: words that fitted no answer, and what they thought of the service.

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Serialize, Serializer};

use crate::case::event::Mark;
use crate::case::ids::{CaseId, Hash, ProviderId};

use super::{StoreError, WrappedKey};

/// The inbox.
///
/// Obligations: an item is there as soon as its event is acknowledged; its state is the one that was set last; no call answers for
/// another provider.
#[async_trait]
pub trait Inbox: Send + Sync {
    /// The items that are asked for, the latest first.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    async fn items(
        &self,
        provider: &ProviderId,
        query: &InboxQuery,
    ) -> Result<Vec<InboxItem>, StoreError>;

    /// Sets how far an item is; `false` if this provider has no such item. Setting it again changes nothing.
    ///
    /// # Errors
    /// [`StoreError`] if it is not recorded.
    async fn set_state(
        &self,
        provider: &ProviderId,
        item: ItemName,
        change: &StateChange,
    ) -> Result<bool, StoreError>;
}

/// The name of an item: it says nothing of its case, and leads to it only within the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemName(pub [u8; 16]);

impl ItemName {
    /// Of what an event holds. The same whenever it is made again.
    pub fn of(case: CaseId, seq: u64) -> Self {
        let Hash(digest) = Hash::of(format!("inbox item {case} {seq}"));
        let mut name = [0; 16];
        name.copy_from_slice(digest.split_at(16).0);
        ItemName(name)
    }
}

impl fmt::Display for ItemName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl Serialize for ItemName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A text that names no item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an item of the inbox is named by 32 hexadecimal digits")]
pub struct NotAnItemName;

impl FromStr for ItemName {
    type Err = NotAnItemName;

    fn from_str(text: &str) -> Result<Self, NotAnItemName> {
        let mut name = [0; 16];
        hex::decode_to_slice(text, &mut name).map_err(|_| NotAnItemName)?;
        Ok(ItemName(name))
    }
}

/// Which items are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxQuery {
    /// Only this one.
    pub only: Option<ItemName>,
    /// Only of this kind, for example `none_fit`.
    pub kind: Option<String>,
    /// Only in this state.
    pub state: Option<ItemState>,
    /// Of which cases.
    pub cases: OfCases,
    /// Only those before this one.
    pub before: Option<ItemName>,
    /// At most so many.
    pub limit: u32,
}

/// Of which cases items are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfCases {
    /// Of people who need help.
    Real,
    /// Of practice and test cases as well.
    All,
}

/// How far an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// Nobody has read it.
    New,
    /// Somebody has.
    Read,
    /// Nothing more is to be done about it.
    Done,
}

impl ItemState {
    /// As it is stored.
    pub fn word(self) -> &'static str {
        match self {
            ItemState::New => "new",
            ItemState::Read => "read",
            ItemState::Done => "done",
        }
    }

    /// From how it is stored.
    pub fn of_word(word: &str) -> Option<Self> {
        [ItemState::New, ItemState::Read, ItemState::Done]
            .into_iter()
            .find(|state| state.word() == word)
    }
}

/// What somebody did to an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateChange {
    /// How far it is now.
    pub state: ItemState,
    /// Who says so.
    pub who: String,
    /// When.
    pub at: Timestamp,
}

/// An item as it is stored, with what is needed to open its words.
#[derive(Debug, Clone)]
pub struct InboxItem {
    /// Its name.
    pub name: ItemName,
    /// The case. It is for opening the words; nobody who reads the inbox is shown it.
    pub case: CaseId,
    /// The event that holds it.
    pub seq: u64,
    /// What it is.
    pub kind: String,
    /// What it is about: the id of a fact, or of a disposition.
    pub subject: String,
    /// The release of the contact.
    pub release: Hash,
    /// When it was said.
    pub at: Timestamp,
    /// What the case is for.
    pub mark: Mark,
    /// The text of the event.
    pub event: String,
    /// What was sealed with it.
    pub sealed: Option<Vec<u8>>,
    /// The key of the case; `None` once it was destroyed.
    pub key: Option<WrappedKey>,
    /// How far it is.
    pub state: ItemState,
    /// Who set that and when; `None` while nobody did.
    pub changed: Option<(String, Timestamp)>,
}
