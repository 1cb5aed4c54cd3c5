//! What authors are to read: every "none of these fit" with its words, and every feedback.
//!
//! An item is recorded with its event and can be made again from it. The words stay sealed under the key of their case; whoever
//! reads the inbox learns them and not whose they are. Nobody looks here at once: it is no way to ask for help.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::case::event::{Body, Event, Helpful, Mark, Personal};
use crate::case::ids::{Hash, ProviderId};
use crate::walk::Answer;

use super::access::Access;
use super::idempotency::{Asked, request};
use super::ports::{
    InboxItem, InboxQuery, ItemName, ItemState, NewInboxItem, StateChange, StoreError,
};
use super::rights::{NotAllowed, Right};
use super::triage::TriageError;
use super::view::View;
use super::{Caller, Service};

/// Words that fitted no answer.
pub const NONE_FIT: &str = "none_fit";
/// What somebody thought of the service.
pub const FEEDBACK: &str = "feedback";
/// The subject of feedback that was given before anything was reached.
const NOTHING_REACHED: &str = "nothing_reached";

/// The most characters that feedback may have.
pub const MOST_WORDS: usize = 2000;

/// The most items that are given at once.
const MOST_ITEMS: u32 = 200;

/// What an event puts into the inbox, made from the event and whether anything was sealed with it.
pub(super) fn item(event: &Event, is_sealed: bool) -> Option<NewInboxItem> {
    let (kind, subject) = match &event.body {
        // Without words there is nothing to read.
        Body::Answered {
            fact,
            answer: Answer::NoneFit(_),
        } if is_sealed => (NONE_FIT, fact.clone()),
        Body::FeedbackGiven { disposition, .. } => (
            FEEDBACK,
            disposition
                .clone()
                .unwrap_or_else(|| NOTHING_REACHED.to_owned()),
        ),
        _ => return None,
    };
    Some(NewInboxItem {
        seq: event.seq,
        kind,
        subject,
    })
}

/// What somebody says of the service in their own words; may be nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Default)]
#[serde(transparent)]
pub struct FeedbackWords(String);

impl fmt::Debug for FeedbackWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FeedbackWords(…)")
    }
}

/// More words than are taken. They are not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("feedback has at most {MOST_WORDS} characters")]
pub struct TooManyWords;

impl FromStr for FeedbackWords {
    type Err = TooManyWords;

    fn from_str(text: &str) -> Result<Self, TooManyWords> {
        // A browser sends each end of a line as two characters, and counts it as one.
        let text = text.replace("\r\n", "\n");
        let text = text.trim();
        if text.chars().count() > MOST_WORDS {
            return Err(TooManyWords);
        }
        Ok(FeedbackWords(text.to_owned()))
    }
}

/// An item as it is read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadItem {
    /// Its name.
    pub name: ItemName,
    /// `none_fit` or `feedback`.
    pub kind: String,
    /// The id of a question, or of a disposition.
    pub subject: String,
    /// The release of the contact.
    pub release: Hash,
    /// When it was said.
    pub at: jiff::Timestamp,
    /// What the case is for.
    pub mark: Mark,
    /// Of feedback: whether it was helpful.
    pub helpful: Option<Helpful>,
    /// What was said.
    pub words: Words,
    /// How far it is.
    pub state: ItemState,
    /// Who set that and when.
    pub changed: Option<(String, jiff::Timestamp)>,
}

/// The words of an item.
#[derive(Clone, PartialEq, Eq)]
pub enum Words {
    /// As they were said.
    Said(String),
    /// There were none.
    None,
    /// They were destroyed with the key of their case.
    Destroyed,
    /// They do not open.
    Unreadable,
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Words {
    /// A word for what became of them.
    pub fn code(&self) -> &'static str {
        match self {
            Words::Said(_) => "said",
            Words::None => "none",
            Words::Destroyed => "destroyed",
            Words::Unreadable => "unreadable",
        }
    }
}

/// Why the inbox was not read.
#[derive(Debug, thiserror::Error)]
pub enum InboxError {
    /// It is not for this caller to do.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// There is no such item.
    #[error("there is no item `{0}` in the inbox")]
    NoSuchItem(ItemName),
    /// It cannot be read, or was not recorded.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Service {
    /// Keeps what somebody thinks of the service, for authors to read; at any time of a case. It bears on nothing.
    ///
    /// # Errors
    /// [`TriageError`] if it was not kept.
    pub async fn give_feedback(
        &self,
        caller: &Caller,
        access: &Access,
        helpful: Helpful,
        words: &FeedbackWords,
        asked: &Asked,
    ) -> Result<View, TriageError> {
        // With the secret of the case beside them, the hash of few words tells nobody which.
        let request = request("feedback", &(access.secret.reveal(), helpful, words));
        let before = self.look(access).await?;
        let disposition = before
            .result()
            .map(|result| before.release.content.disposition(result).id.clone());
        self.change(access, asked, request, None, |case, release| {
            let mut commit = self.go_on(caller, case, release)?;
            commit.feedback(helpful, words.0.clone(), disposition.clone());
            Ok(commit)
        })
        .await
    }

    /// Items of the inbox, the latest first, at most 200, with their words opened.
    ///
    /// # Errors
    /// [`InboxError`] if they cannot be read.
    pub async fn read_inbox(
        &self,
        caller: &Caller,
        query: InboxQuery,
    ) -> Result<Vec<ReadItem>, InboxError> {
        caller.may(Right::ReadInbox)?;
        let query = InboxQuery {
            limit: query.limit.min(MOST_ITEMS),
            ..query
        };
        let items = self.inbox.items(&caller.provider, &query).await?;
        Ok(items.into_iter().map(|item| self.read_item(item)).collect())
    }

    /// Sets how far an item is, in the name of `who`.
    ///
    /// # Errors
    /// [`InboxError`] if it was not set.
    pub async fn set_inbox_state(
        &self,
        caller: &Caller,
        name: ItemName,
        state: ItemState,
        who: String,
    ) -> Result<(), InboxError> {
        caller.may(Right::ReadInbox)?;
        let change = StateChange {
            state,
            who,
            at: self.now(),
        };
        let provider: &ProviderId = &caller.provider;
        match self.inbox.set_state(provider, name, &change).await? {
            true => Ok(()),
            false => Err(InboxError::NoSuchItem(name)),
        }
    }

    fn read_item(&self, item: InboxItem) -> ReadItem {
        let event = Event::read(&item.event).ok().map(|event| event.body);
        let helpful = match event {
            Some(Body::FeedbackGiven { helpful, .. }) => Some(helpful),
            _ => None,
        };
        ReadItem {
            words: self.words(&item),
            helpful,
            name: item.name,
            kind: item.kind,
            subject: item.subject,
            release: item.release,
            at: item.at,
            mark: item.mark,
            state: item.state,
            changed: item.changed,
        }
    }

    fn words(&self, item: &InboxItem) -> Words {
        let Some(sealed) = &item.sealed else {
            return Words::None;
        };
        let Some(key) = &item.key else {
            return Words::Destroyed;
        };
        let opened = self.sealer.open(key, item.case, item.seq, sealed);
        let opened = opened.inspect_err(
            |error| tracing::error!(item = %item.name, error = %error, "the words of an item of the inbox do not open"),
        );
        match opened
            .ok()
            .and_then(|opened| serde_json::from_slice(&opened).ok())
        {
            Some(Personal::Feedback(words) | Personal::Answer(Answer::NoneFit(words))) => {
                Words::Said(words)
            }
            _ => Words::Unreadable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feedback_is_as_long_as_a_browser_counts_it() {
        let lines = "é\r\n".repeat(MOST_WORDS / 2);
        assert!(lines.parse::<FeedbackWords>().is_ok());
        assert_eq!(
            "x".repeat(MOST_WORDS + 1).parse::<FeedbackWords>(),
            Err(TooManyWords)
        );
        assert_eq!("  ".parse(), Ok(FeedbackWords::default()));
    }
}
