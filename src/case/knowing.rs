//! Who the person of a case is, and what is known of their earlier contacts: the events of it.

use crate::walk::{Answer, UnknownComplaint};

use super::answer::{AnswerError, Occasion};
use super::commit::Commit;
use super::event::{Actor, Body, LinkReason, MissedReason, Personal, Provenance, UnlinkReason};
use super::ids::{CaseId, ProviderId};
use super::past::earlier_since;
use super::person::feature::AGE;
use super::person::{Key, Person};

/// The system fact that says how often help was asked for before.
pub(super) const EARLIER_CONTACTS: &str = "earlier_contacts";

/// The system fact that says how often a call back did not reach the person.
pub(super) const MISSED_CALL_BACKS: &str = "missed_call_backs";

/// What a look-up found in other cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Elsewhere {
    /// There is nothing by which to look: no number, no date of birth, nobody linked.
    NothingToLookUp,
    /// It failed or took too long: read as not sure, never as none.
    Failed,
    /// What was found.
    Found {
        /// Contacts that began in the time that counts.
        contacts: u32,
        /// Call-backs that were missed in it.
        missed_call_backs: u32,
        /// In how many cases.
        cases: u32,
        /// Of which providers, each once.
        providers: Vec<ProviderId>,
        /// How many cases more could not be read. With any, the numbers above are only the least, and read as not sure.
        unread: u32,
    },
}

impl Commit<'_> {
    /// Whether something was recorded after which the earlier contacts have to be looked up: a contact began, or the person is
    /// known by something new.
    pub fn has_to_look_back(&self) -> bool {
        self.looks_back
    }

    /// States what is known of earlier contacts: those of this case, and what was found elsewhere.
    ///
    /// # Errors
    /// As [`super::present()`].
    pub fn look_back(&mut self, elsewhere: &Elsewhere) -> Result<(), UnknownComplaint> {
        self.looks_back = false;
        let Some(contact) = self.case.contact() else {
            return Ok(());
        };
        let since = earlier_since(contact.began);
        let own = self.case.contacts_since(since, Some(contact.number));
        let own_missed = self.case.missed_since(since);
        let is_first = self.case.contacts.len() == 1;
        let number = |number: u32| Answer::Number(f64::from(number));
        let (contacts, missed) = match elsewhere {
            // An anonymous person who is there for the first time: nothing to look up, nothing to state.
            Elsewhere::NothingToLookUp if is_first && own_missed == 0 => return Ok(()),
            Elsewhere::NothingToLookUp => (number(own), number(own_missed)),
            Elsewhere::Failed => (Answer::Unknown, Answer::Unknown),
            Elsewhere::Found {
                contacts,
                missed_call_backs,
                cases,
                providers,
                unread,
            } => {
                let number = |least: u32| match unread {
                    0 => number(least),
                    _ => Answer::Unknown,
                };
                if *cases > 0 {
                    self.consulted(*cases, providers.clone(), Provenance::Inferred);
                }
                (
                    number(own.saturating_add(*contacts)),
                    number(own_missed.saturating_add(*missed_call_backs)),
                )
            }
        };
        self.state(EARLIER_CONTACTS, &contacts)?;
        self.state(MISSED_CALL_BACKS, &missed)?;
        self.follow()
    }

    /// Records that earlier contacts were looked at in other cases, for whoever asks later who saw what.
    pub fn consulted(&mut self, cases: u32, providers: Vec<ProviderId>, how: Provenance) {
        self.record(how, Body::HistoryConsulted { cases, providers }, None);
    }

    /// Keeps who the person is, whole: what was kept before stays on the record and no longer counts. The same again is no new event.
    ///
    /// A date of birth or an age answers the question of age, unless that is answered.
    ///
    /// # Errors
    /// [`AnswerError`] if that question does not take it; the commit is then of no use.
    pub fn identify(&mut self, person: Person) -> Result<(), AnswerError> {
        let known = self.case.person.as_ref();
        if known.is_some_and(|known| known.person == person)
            || (known.is_none() && person == Person::default())
        {
            return Ok(());
        }
        let told = [
            person.patient.birth_date.map(Answer::BirthDate),
            person.patient.age.clone().map(Answer::Age),
        ];
        let parts = person.parts();
        self.record(
            Provenance::Asked,
            Body::IdentityGiven { parts },
            Some(Personal::Person(Box::new(person))),
        );
        self.looks_back = true;
        let is_open = self.content.fact_named(AGE).is_some_and(|age| {
            self.present()
                .is_ok_and(|present| present.facts.said(age).is_none())
        });
        let has_left = self
            .case
            .contact()
            .is_none_or(|contact| contact.left_early.is_some());
        if let Some(age) = told.into_iter().flatten().next()
            && is_open
            && !has_left
        {
            self.tell(Occasion::Volunteered, AGE, Some(&age))?;
        }
        Ok(())
    }

    /// Records a call back that did not reach the person, or was never made.
    pub fn call_back_missed(&mut self, reason: MissedReason) {
        self.record(Provenance::Asked, Body::CallBackMissed { reason }, None);
        self.looks_back = true;
    }

    /// Records that another case is the same person's. The same again is no new event.
    pub fn link(&mut self, other: CaseId, provider: ProviderId, reason: LinkReason) {
        let known = self.case.links.iter().find(|link| link.other == other);
        if known.is_some_and(|link| link.is_linked) {
            return;
        }
        self.record(
            Provenance::Asked,
            Body::Linked {
                other,
                provider,
                reason,
            },
            None,
        );
        self.looks_back = true;
    }

    /// Records that another case is another person's: what the two share now (`shared`) speaks for one person no more.
    pub fn unlink(
        &mut self,
        other: CaseId,
        provider: ProviderId,
        reason: UnlinkReason,
        shared: Vec<Key>,
    ) {
        let known = self.case.links.iter().find(|link| link.other == other);
        if known.is_some_and(|link| {
            !link.is_linked && shared.iter().all(|key| link.apart.contains(key))
        }) {
            return;
        }
        self.record(
            Provenance::Asked,
            Body::Unlinked {
                other,
                provider,
                reason,
            },
            // Digests go with the key of the case, as those do by which it is found.
            Some(Personal::Shared(shared)),
        );
        self.looks_back = true;
    }

    /// States a system fact, if the release has it. What the service stated last is no new event, nor is anything while a person has
    /// corrected it in this contact and the service still knows the same.
    fn state(&mut self, name: &str, answer: &Answer) -> Result<(), UnknownComplaint> {
        use crate::pathway::content::FactSource;

        let is_system = |fact| matches!(self.content.fact(fact).source, FactSource::System { .. });
        if !self.content.fact_named(name).is_some_and(is_system) {
            return Ok(());
        }
        let told = || self.case.told.iter().rev().filter(|told| told.name == name);
        let contact = self.case.contact().map(|contact| contact.number);
        let stated = told().find(|told| told.actor == Actor::Service);
        let stands = told()
            .next()
            .is_some_and(|last| last.actor == Actor::Service || Some(last.contact) == contact);
        let same = stands && stated.is_some_and(|told| told.answer.as_ref() == Some(answer));
        let is_offered = self
            .present()?
            .facts
            .clone()
            .tell(self.content, name, answer, self.moment)
            .is_ok();
        if !same && is_offered {
            self.record(
                Provenance::Inferred,
                Body::Answered {
                    fact: name.to_owned(),
                    answer: answer.clone(),
                },
                None,
            );
        }
        Ok(())
    }
}
