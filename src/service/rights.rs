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
        }
    }

    fn whose(self) -> &'static str {
        match self {
            Right::GiveCallbackNumber => "a call handler, a clinician or a machine client",
            Right::ReleaseGrounds => "a clinician",
            Right::CancelStart => "a call handler or a clinician",
            Right::Rectify => "a call handler, a clinician or whoever keeps the records",
            Right::KeepRecords => "whoever keeps the records",
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
                Right::GiveCallbackNumber,
                Actor::Client(_) | Actor::Handler(_) | Actor::Clinician(_),
            )
            | (Right::ReleaseGrounds, Actor::Clinician(_))
            | (Right::CancelStart, Actor::Handler(_) | Actor::Clinician(_))
            | (Right::Rectify, Actor::Handler(_) | Actor::Clinician(_) | Actor::Operator(_))
            | (Right::KeepRecords, Actor::Operator(_)) => Ok(()),
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
        let actors = [
            (Actor::Visitor, [false, false, false, false, false]),
            (Actor::Client(name()), [true, false, false, false, false]),
            (Actor::Handler(name()), [true, false, true, true, false]),
            (Actor::Clinician(name()), [true, true, true, true, false]),
            (Actor::Service, [false, false, false, false, false]),
            (Actor::Operator(name()), [false, false, false, true, true]),
        ];
        for (actor, expected) in actors {
            let caller = by(actor);
            let may = [
                Right::GiveCallbackNumber,
                Right::ReleaseGrounds,
                Right::CancelStart,
                Right::Rectify,
                Right::KeepRecords,
            ]
            .map(|right| caller.may(right).is_ok());
            assert_eq!(may, expected, "{:?}", caller.actor);
        }
    }
}
