//! Who may do what: nobody may do anything that is not allowed here.
//!
//! Two things have to allow it: the role of whoever acts ([`Caller::may`]) and, on the API, a scope of the client ([`SCOPES`]).

use std::fmt;
use std::str::FromStr;

use crate::case::event::{Actor, Channel};

use super::Caller;

/// What not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// To start cases, to go on with those one has the secret of, and to walk without storing anything.
    Triage,
    /// To go on with a case by the code of its person.
    CarryOn,
    /// To act for a named call handler.
    ActForHandler,
    /// To act for a named clinician.
    ActForClinician,
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
    /// To look for services near the patient.
    FindServices,
}

/// What a client may be given. A scope that has no rights in [`SCOPES`] is kept for what is not built yet, and allows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Start and walk cases, and walk without storing anything.
    Triage,
    /// Go on with a case by a carry-on code.
    CarryOn,
    /// Act for a call handler whom the client names.
    ActForHandler,
    /// Act for a clinician whom the client names.
    ActForClinician,
    /// Release what a case holds, for a clinician.
    ReleaseGrounds,
    /// Record that a start was cancelled, for a call handler or a clinician.
    CancelStart,
    /// Say and read who the person is.
    Person,
    /// Read earlier contacts.
    History,
    /// Search the directory of services.
    Directory,
    /// Link and unlink people.
    LinkPeople,
    /// Put something right on the record.
    Rectify,
    /// Export what is held of a person.
    Export,
    /// Read what people wrote.
    Inbox,
}

/// Every scope: its word, what it is for in a sentence, and the rights it gives. The one table of what machine clients may do.
pub const SCOPES: &[(Scope, &str, &str, &[Right])] = &[
    (
        Scope::Triage,
        "triage",
        "Start and walk cases, and walk without storing anything.",
        &[
            Right::Triage,
            Right::GiveCallbackNumber,
            Right::RecordMissedCallBack,
        ],
    ),
    (
        Scope::CarryOn,
        "carry_on",
        "Go on with a case by the carry-on code of its person.",
        &[Right::CarryOn],
    ),
    (
        Scope::ActForHandler,
        "act_for_handler",
        "Act for a call handler whom the client names.",
        &[Right::ActForHandler],
    ),
    (
        Scope::ActForClinician,
        "act_for_clinician",
        "Act for a clinician whom the client names.",
        &[Right::ActForClinician],
    ),
    (
        Scope::ReleaseGrounds,
        "release_grounds",
        "Release what a case holds, for a clinician.",
        &[Right::ReleaseGrounds],
    ),
    (
        Scope::CancelStart,
        "cancel_start",
        "Record that a start was cancelled, for a call handler or a clinician.",
        &[Right::CancelStart],
    ),
    (
        Scope::Person,
        "person",
        "Say who the person of a case is, and read it back.",
        &[Right::Identify, Right::ReadPerson],
    ),
    (
        Scope::History,
        "history",
        "Read the earlier contacts of the person of a case, for a call handler or a clinician.",
        &[Right::ReadHistory],
    ),
    (
        Scope::Directory,
        "directory",
        "Search the directory of services.",
        &[Right::FindServices],
    ),
    (
        Scope::LinkPeople,
        "link_people",
        "Link and unlink people, for a call handler or a clinician.",
        &[Right::LinkPeople],
    ),
    (
        Scope::Rectify,
        "rectify",
        "Put something right on the record, for a call handler or a clinician.",
        &[Right::Rectify],
    ),
    (
        Scope::Export,
        "export",
        "Export what is held of a person.",
        &[],
    ),
    (
        Scope::Inbox,
        "inbox",
        "Read what people wrote for the authors of the content, and say how far it is.",
        &[Right::ReadInbox],
    ),
];

/// A word that is no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no scope; there are {all}", all = Scopes::ALL)]
pub struct NotAScope(pub String);

impl FromStr for Scope {
    type Err = NotAScope;

    fn from_str(word: &str) -> Result<Self, NotAScope> {
        let found = SCOPES.iter().find(|(_, known, _, _)| *known == word);
        found
            .map(|(scope, ..)| *scope)
            .ok_or_else(|| NotAScope(word.to_owned()))
    }
}

/// A set of scopes; written as their words with spaces between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes(u32);

impl Scopes {
    /// No scope: nothing is allowed.
    pub const NONE: Scopes = Scopes(0);

    /// Every scope there is.
    pub const ALL: Scopes = Scopes((1 << SCOPES.len()) - 1);

    /// This set and one more.
    #[must_use]
    pub fn with(self, scope: Scope) -> Self {
        Scopes(self.0 | 1 << scope as u32)
    }

    /// Whether a scope is in it.
    pub fn has(self, scope: Scope) -> bool {
        self.0 & 1 << scope as u32 != 0
    }

    /// Whether every scope of `other` is in it.
    pub fn hold(self, other: Scopes) -> bool {
        other.0 & !self.0 == 0
    }

    /// Whether one of them gives a right.
    pub fn give(self, right: Right) -> bool {
        SCOPES
            .iter()
            .any(|(scope, _, _, rights)| self.has(*scope) && rights.contains(&right))
    }

    /// The scopes of a stored text. A word that this version does not know allows nothing.
    pub fn read(text: &str) -> Self {
        text.split_whitespace()
            .filter_map(|word| word.parse().ok())
            .fold(Scopes::NONE, Scopes::with)
    }
}

impl FromStr for Scopes {
    type Err = NotAScope;

    fn from_str(text: &str) -> Result<Self, NotAScope> {
        text.split_whitespace()
            .map(str::parse)
            .try_fold(Scopes::NONE, |scopes, scope| Ok(scopes.with(scope?)))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = SCOPES.iter().filter(|(scope, ..)| self.has(*scope));
        for (at, (_, word, _, _)) in words.enumerate() {
            write!(f, "{}{word}", if at == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

/// It is not for this caller to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{} is for {} to do; this caller is not signed in as one, or has no scope for it", .0.what(), .0.whose())]
pub struct NotAllowed(pub Right);

impl Right {
    fn what(self) -> &'static str {
        match self {
            Right::Triage => "triage",
            Right::CarryOn => "going on with a case by a code",
            Right::ActForHandler => "acting for a call handler",
            Right::ActForClinician => "acting for a clinician",
            Right::GiveCallbackNumber => "giving a call-back number",
            Right::ReleaseGrounds => "releasing what a case holds",
            Right::CancelStart => "cancelling a start",
            Right::FindServices => "looking for services",
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
            Right::Triage | Right::CarryOn | Right::FindServices => {
                "a visitor, staff or a machine client"
            }
            Right::ActForHandler | Right::ActForClinician => "a machine client",
            Right::GiveCallbackNumber | Right::ReadPerson | Right::RecordMissedCallBack => {
                "a call handler, a clinician or a machine client"
            }
            Right::Identify => "a visitor, a call handler, a clinician or a machine client",
            Right::ReleaseGrounds => "a clinician",
            Right::Rectify => "a call handler, a clinician or whoever keeps the records",
            Right::KeepRecords => "whoever keeps the records",
            Right::ReadInbox => "the operator or a machine client",
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
        let by_role = matches!(
            (right, &self.actor),
            (
                Right::Triage | Right::CarryOn | Right::FindServices | Right::Identify,
                Actor::Visitor | Actor::Client(_) | Actor::Handler(_) | Actor::Clinician(_),
            ) | (
                Right::ActForHandler | Right::ActForClinician,
                Actor::Client(_)
            ) | (
                Right::GiveCallbackNumber | Right::ReadPerson | Right::RecordMissedCallBack,
                Actor::Client(_) | Actor::Handler(_) | Actor::Clinician(_),
            ) | (Right::ReleaseGrounds, Actor::Clinician(_))
                | (
                    Right::CancelStart | Right::ReadHistory | Right::LinkPeople,
                    Actor::Handler(_) | Actor::Clinician(_),
                )
                | (Right::Rectify, Actor::Handler(_) | Actor::Clinician(_) | Actor::Operator(_))
                // The operator's commands; nobody is an operator over a network.
                | (Right::KeepRecords | Right::ReadInbox | Right::ReplayCase, Actor::Operator(_))
                | (Right::ReadInbox, Actor::Client(_))
        );
        let by_scope = self.channel != Channel::Api || self.scopes.give(right);
        if by_role && by_scope {
            Ok(())
        } else {
            Err(NotAllowed(right))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::ids::ProviderId;

    use Right::{
        ActForClinician, ActForHandler, CancelStart, CarryOn, FindServices, GiveCallbackNumber,
        Identify, KeepRecords, LinkPeople, ReadHistory, ReadInbox, ReadPerson,
        RecordMissedCallBack, Rectify, ReleaseGrounds, ReplayCase, Triage,
    };

    const ALL: [Right; 17] = [
        Triage,
        CarryOn,
        ActForHandler,
        ActForClinician,
        GiveCallbackNumber,
        ReleaseGrounds,
        CancelStart,
        ReadInbox,
        ReplayCase,
        Identify,
        ReadPerson,
        ReadHistory,
        LinkPeople,
        RecordMissedCallBack,
        FindServices,
        Rectify,
        KeepRecords,
    ];

    #[track_caller]
    fn may(actor: Actor, scopes: Scopes, expected: &[Right]) {
        let caller = Caller {
            actor,
            ..Caller::client(ProviderId::default(), "c", scopes)
        };
        for right in ALL {
            let may = caller.may(right).is_ok();
            assert_eq!(
                may,
                expected.contains(&right),
                "{:?}: {right:?}",
                caller.actor
            );
        }
    }

    #[test]
    fn only_what_is_listed_is_allowed() {
        let name = || "one".to_owned();
        let visitor = [Triage, CarryOn, FindServices, Identify];
        let staff = [
            &visitor[..],
            &[GiveCallbackNumber, ReadPerson, RecordMissedCallBack],
        ]
        .concat();
        let client = [&staff[..], &[ActForHandler, ActForClinician, ReadInbox]].concat();
        let handler = [&staff[..], &[CancelStart, ReadHistory, LinkPeople, Rectify]].concat();
        let clinician = [&handler[..], &[ReleaseGrounds]].concat();
        let actors = [
            (Actor::Visitor, visitor.to_vec()),
            (Actor::Client(name()), client),
            (Actor::Handler(name()), handler),
            (Actor::Clinician(name()), clinician),
            (Actor::Service, Vec::new()),
        ];
        for (actor, expected) in actors {
            may(actor.clone(), Scopes::ALL, &expected);
            may(actor, Scopes::NONE, &[]);
        }
    }

    #[test]
    fn who_runs_a_command_beside_the_database_keeps_the_records() {
        for right in ALL {
            let expected = [Rectify, KeepRecords, ReadInbox, ReplayCase].contains(&right);
            let caller = Caller::at_command_line();
            assert_eq!(caller.may(right).is_ok(), expected, "{right:?}");
        }
    }

    #[test]
    fn a_scope_gives_its_own_rights_and_no_others() {
        let clinician = || Actor::Clinician("one".to_owned());
        // A clinician by role is none without the scope.
        may(
            clinician(),
            "triage".parse().unwrap(),
            &[Triage, GiveCallbackNumber, RecordMissedCallBack],
        );
        may(
            clinician(),
            "release_grounds".parse().unwrap(),
            &[ReleaseGrounds],
        );
        may(clinician(), "inbox".parse().unwrap(), &[]);
        let client = Actor::Client("c".to_owned());
        may(
            client,
            "history link_people inbox".parse().unwrap(),
            &[ReadInbox],
        );
    }

    #[test]
    fn scopes_are_read_as_they_are_written() {
        let scopes: Scopes = "cancel_start  triage".parse().unwrap();
        assert_eq!(scopes.to_string(), "triage cancel_start");
        assert!(Scopes::ALL.hold(scopes) && !scopes.hold(Scopes::ALL));
        assert_eq!(
            "triage admin".parse::<Scopes>(),
            Err(NotAScope("admin".to_owned()))
        );
        assert_eq!(
            Scopes::read("triage of-a-later-version"),
            Scopes::NONE.with(Scope::Triage)
        );
        assert_eq!(Scopes::ALL.to_string().split(' ').count(), SCOPES.len());
    }

    #[test]
    fn every_scope_stands_in_the_table_once() {
        for (at, (scope, word, _, _)) in SCOPES.iter().enumerate() {
            assert_eq!(*scope as usize, at, "{word}");
            assert_eq!(word.parse(), Ok(*scope));
        }
    }
}
