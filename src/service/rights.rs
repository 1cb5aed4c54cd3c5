//! Who may do what: nobody may do anything that is not allowed here.

use crate::case::event::Actor;

use super::Caller;

/// What not everybody may do to a case that they can open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// To give a number to ring back on.
    GiveCallbackNumber,
    /// To release grounds, which lowers what a case holds.
    ReleaseGrounds,
    /// To record that a start was cancelled, so that another may be made.
    CancelStart,
    /// To correct what was recorded of a person.
    Rectify,
    /// To hold, end and hand out records.
    KeepRecords,
    /// To read the inbox, and to say how far its items are.
    ReadInbox,
    /// To replay a case without its secret.
    ReplayCase,
    /// To say who the person is.
    Identify,
    /// To read who the person is.
    ReadPerson,
    /// To read what is known of the person's earlier contacts in other cases.
    ReadHistory,
    /// To say that two cases are one person's, or two people's.
    LinkPeople,
    /// To record that a call back was missed.
    RecordMissedCallBack,
}

/// It is not for this caller to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{} is for {} to do; this caller is not signed in as one", .0.what(), .0.whose())]
pub struct NotAllowed(pub Right);

impl Right {
    fn what(self) -> &'static str {
        match self {
            Right::GiveCallbackNumber => "giving a call-back number",
            Right::ReleaseGrounds => "releasing what a case holds",
            Right::CancelStart => "cancelling a start",
            Right::Rectify => "correcting a record",
            Right::KeepRecords => "keeping records",
            Right::ReadInbox => "reading the inbox",
            Right::ReplayCase => "replaying a case",
            Right::Identify => "saying who the person is",
            Right::ReadPerson => "reading who the person is",
            Right::ReadHistory => "reading earlier contacts",
            Right::LinkPeople => "linking the cases of a person",
            Right::RecordMissedCallBack => "recording a missed call back",
        }
    }

    fn whose(self) -> &'static str {
        match self {
            Right::GiveCallbackNumber | Right::ReadPerson | Right::RecordMissedCallBack => {
                "a call handler, a clinician or a machine client"
            }
            Right::Identify => "a visitor, a call handler, a clinician or a machine client",
            Right::ReleaseGrounds => "a clinician",
            Right::Rectify => "a call handler, a clinician or whoever keeps the records",
            Right::KeepRecords => "whoever keeps the records",
            Right::ReadInbox => "an author",
            Right::ReplayCase => "the operator",
            Right::CancelStart | Right::ReadHistory | Right::LinkPeople => {
                "a call handler or a clinician"
            }
        }
    }
}

impl Caller {
    /// Whether this caller may.
    ///
    /// # Errors
    /// [`NotAllowed`] for everything that is not listed.
    pub fn may(&self, right: Right) -> Result<(), NotAllowed> {
        match (right, &self.actor) {
            (
                Right::GiveCallbackNumber | Right::ReadPerson | Right::RecordMissedCallBack,
                Actor::Client(_) | Actor::Handler(_) | Actor::Clinician(_),
            )
            | (
                Right::Identify,
                Actor::Visitor | Actor::Client(_) | Actor::Handler(_) | Actor::Clinician(_),
            )
            | (Right::ReleaseGrounds, Actor::Clinician(_))
            | (Right::Rectify, Actor::Handler(_) | Actor::Clinician(_) | Actor::Operator(_))
            | (Right::KeepRecords | Right::ReadInbox | Right::ReplayCase, Actor::Operator(_))
            | (
                Right::CancelStart | Right::ReadHistory | Right::LinkPeople,
                Actor::Handler(_) | Actor::Clinician(_),
            ) => Ok(()),
            _ => Err(NotAllowed(right)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_listed_is_allowed() {
        let by = |actor| Caller {
            actor,
            ..Caller::client()
        };
        let name = || "one".to_owned();
        use Right::{
            CancelStart, GiveCallbackNumber, Identify, KeepRecords, LinkPeople, ReadHistory,
            ReadInbox, ReadPerson, RecordMissedCallBack, Rectify, ReleaseGrounds, ReplayCase,
        };
        let client = [
            GiveCallbackNumber,
            Identify,
            ReadPerson,
            RecordMissedCallBack,
        ];
        let handler = [
            &client[..],
            &[CancelStart, ReadHistory, LinkPeople, Rectify],
        ]
        .concat();
        let clinician = [&handler[..], &[ReleaseGrounds]].concat();
        let actors = [
            (Actor::Visitor, vec![Identify]),
            (Actor::Client(name()), client.to_vec()),
            (Actor::Handler(name()), handler),
            (Actor::Clinician(name()), clinician),
            (Actor::Service, vec![]),
            (
                Actor::Operator(name()),
                vec![Rectify, KeepRecords, ReadInbox, ReplayCase],
            ),
        ];
        let all = [
            Rectify,
            KeepRecords,
            GiveCallbackNumber,
            ReleaseGrounds,
            CancelStart,
            Identify,
            ReadPerson,
            ReadHistory,
            LinkPeople,
            RecordMissedCallBack,
            ReadInbox,
            ReplayCase,
        ];
        for (actor, expected) in actors {
            let caller = by(actor);
            for right in all {
                let may = caller.may(right).is_ok();
                assert_eq!(
                    may,
                    expected.contains(&right),
                    "{:?}: {right:?}",
                    caller.actor
                );
            }
        }
    }
}
