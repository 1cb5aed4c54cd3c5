//! Plausible people and their cases from a seed: for tests, measurements and a record to try things on. No part of serving.
//!
//! A case is walked by the use cases themselves over a clock and ids of the generator's own, so it is a record like any other,
//! with chains, sealed parts, grounds and starts. The same seed, release and number give the same case byte for byte, whatever else
//! is made beside it. Keys and secrets come from the seed too: whoever knows it can open what was made, so nothing that is made here
//! may hold anything about anybody.
//!
//! - [`Generator`]: makes case after case. [`Plan`]: from what.
//! - [`people`]: who; [`demand`]: when, by what way, with what; [`answers`]: what they say.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::case::answer::{Occasion, Said, What};
use crate::case::event::{Actor, Channel, Helpful, Mark, Provenance};
use crate::case::ground::{Holds, ReleaseReason, Standing};
use crate::case::ids::ProviderId;
use crate::case::state::StartState;
use crate::case::{Commit, Elsewhere, Stamp};
use crate::pathway::content::{FactSource, Setting};
use crate::service::compose::Composed;
use crate::service::ports::{Clock, Database, Digester, Ids, Sealer};
use crate::service::releases::{PinError, Release};
use crate::service::rights::Scopes;
use crate::service::triage::TriageError;
use crate::service::{Caller, Service};
use crate::walk::{Answer, Next};

pub mod answers;
pub mod demand;
pub mod dice;
pub mod people;

use dice::Dice;
use people::Person;

/// After so many screens somebody rings off.
const MOST_SCREENS: u32 = 150;

/// From what cases are made.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// The same seed gives the same cases.
    pub seed: u64,
    /// The first contact of each case begins at or after this; best midnight.
    pub from: Timestamp,
    /// And within so many days.
    pub days: u32,
    /// What the cases are for.
    pub mark: Mark,
}

impl Plan {
    /// Test cases of the week from 5 January 2026.
    pub fn of_seed(seed: u64) -> Self {
        Plan {
            seed,
            from: Timestamp::from_second(1_767_571_200).unwrap_or(Timestamp::UNIX_EPOCH),
            days: 7,
            mark: Mark::Test,
        }
    }
}

/// Makes cases, one after the other.
pub struct Generator {
    service: Service,
    release: Arc<Release>,
    clock: Arc<SetClock>,
    ids: Arc<DrawnIds>,
    plan: Plan,
}

/// A case that was made.
pub struct Made {
    /// Which of its seed.
    pub number: u64,
    /// Whose.
    pub person: Person,
    /// What happened, ready to be recorded.
    pub composed: Composed,
}

impl Generator {
    /// Over a record of its own or the one that cases are to go into. `sealer` is given the ids that it is to draw from.
    ///
    /// # Errors
    /// [`PinError`] if that record has no active release.
    pub async fn new(
        database: Database,
        sealer: impl FnOnce(Arc<dyn Ids>) -> Arc<dyn Sealer>,
        matching: Arc<dyn Digester>,
        plan: Plan,
    ) -> Result<Self, PinError> {
        let clock = Arc::new(SetClock(AtomicI64::new(plan.from.as_millisecond())));
        let ids = Arc::new(DrawnIds(Mutex::new(Dice::of(plan.seed, 0))));
        let sealer = sealer(ids.clone());
        let service = Service::new(database, clock.clone(), ids.clone(), sealer, matching);
        let provider = Caller::at_command_line().provider;
        let release = service.releases().active(&provider).await?;
        Ok(Generator {
            service,
            release,
            clock,
            ids,
            plan,
        })
    }

    /// The use cases, to record with.
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// The release on which cases are walked.
    pub fn release(&self) -> &Arc<Release> {
        &self.release
    }

    /// The case of this number.
    ///
    /// # Errors
    /// [`TriageError`] if the service does not take what was made up: a fault of the generator or of the service.
    pub fn case(&mut self, number: u64) -> Result<Made, TriageError> {
        let mut dice = Dice::of(self.plan.seed, number);
        self.ids.begin(Dice::of(dice.bits(), number));
        let mut now = demand::arrival(&mut dice, self.plan.from, self.plan.days);
        let today = self.service.london(now).date();
        let person = Person::drawn(&mut dice, today);
        let caller = caller(demand::channel(&mut dice), &mut dice);
        let complaints = demand::complaints(&mut dice, &self.release.content);
        let first = Contact {
            complaints: &complaints,
            person: &person,
            caller: &caller,
        };
        self.clock.set(now);
        let mut composed =
            self.service
                .compose(&caller, &self.release, self.plan.mark, |commit| {
                    first.happens(commit, &mut now, &mut dice)
                })?;
        // Some ask again, by the same way or another.
        while dice.happens(600) {
            let wait = dice.near(20, 60 * 60);
            now = now
                .checked_add(SignedDuration::from_mins(wait))
                .unwrap_or(now);
            self.clock.set(now);
            let caller = match dice.below(3) {
                0 => caller.clone(),
                1 => self::caller(Channel::Desk, &mut dice),
                _ => self::caller(demand::channel(&mut dice), &mut dice),
            };
            let again = Contact {
                complaints: &[],
                person: &person,
                caller: &caller,
            };
            composed = self
                .service
                .compose_next(&caller, &self.release, composed, |commit| {
                    again.happens(commit, &mut now, &mut dice)
                })?;
        }
        Ok(Made {
            number,
            person,
            composed,
        })
    }
}

fn caller(channel: Channel, dice: &mut Dice) -> Caller {
    let actor = match channel {
        Channel::Public => Actor::Visitor,
        Channel::Desk => Actor::Handler(format!("handler-{:02}", dice.below(40))),
        Channel::Api => Actor::Client("made-up-host".to_owned()),
    };
    Caller {
        channel,
        actor,
        ..Caller::client(ProviderId::default(), "made-up-host", Scopes::NONE)
    }
}

/// A call or a visit that is made up.
struct Contact<'a> {
    complaints: &'a [String],
    person: &'a Person,
    caller: &'a Caller,
}

impl Contact<'_> {
    fn happens(
        &self,
        commit: &mut Commit<'_>,
        now: &mut Timestamp,
        dice: &mut Dice,
    ) -> Result<(), TriageError> {
        commit.choose(self.complaints)?;
        self.begins(commit, *now, dice)?;
        let mut screens = 0;
        loop {
            // A screen takes a person from five seconds to a minute.
            self.passes(commit, now, dice.near(5, 60));
            let present = commit.present()?;
            screens += 1;
            let is_over = screens > MOST_SCREENS || dice.happens(25) || self.hangs_up(commit, dice);
            match &present.position.next {
                Next::End => break,
                _ if is_over => {
                    commit.leave_early()?;
                    return Ok(());
                }
                Next::Patient { asked, shown }
                | Next::Ask { asked, shown }
                | Next::Keep { asked, shown } => {
                    let content = commit.content();
                    let said = answers::to_screen(content, self.person, *asked, shown, *now, dice);
                    commit.answer(Occasion::Asked, &said)?;
                }
                Next::Guide(guide) => {
                    let guide = commit.content().guide(*guide);
                    let Some(exit) = dice.one_of(&guide.exits) else {
                        break;
                    };
                    let said = Said {
                        name: guide.id.clone(),
                        what: What::Answer(Answer::Exit(exit.id.clone())),
                    };
                    commit.answer(Occasion::Asked, &[said])?;
                }
            }
            if dice.happens(80) {
                self.corrects(commit, now, dice)?;
            }
        }
        self.ends(commit, now, dice);
        Ok(())
    }

    /// What is known before the first question: about whom it is, and on the phone a number to ring back on.
    fn begins(
        &self,
        commit: &mut Commit<'_>,
        now: Timestamp,
        dice: &mut Dice,
    ) -> Result<(), TriageError> {
        let content = commit.content();
        let system = content.system;
        let present = commit.present()?;
        let said: Vec<Said> = [system.party, system.age, system.sex]
            .into_iter()
            .filter(|fact| present.facts.said(*fact).is_none())
            .map(|fact| Said {
                name: content.fact(fact).id.clone(),
                what: What::Answer(answers::to_question(content, self.person, fact, now, dice)),
            })
            .collect();
        if !said.is_empty() {
            commit.answer(Occasion::Volunteered, &said)?;
        }
        let gives_number = match self.caller.channel {
            Channel::Desk => dice.happens(9500),
            Channel::Api => dice.happens(5000),
            Channel::Public => false,
        };
        if gives_number && !commit.case().has_callback_number {
            commit.callback_number(self.person.phone.clone())?;
        }
        // On the public pages nobody is asked who they are.
        if self.caller.channel != Channel::Public {
            commit.identify(self.person.known())?;
            // A person made up is nobody's neighbour: only their own contacts are looked back at.
            commit.look_back(&Elsewhere::NothingToLookUp)?;
        }
        Ok(())
    }

    /// A visitor who is told to phone 999 mostly does.
    fn hangs_up(&self, commit: &Commit<'_>, dice: &mut Dice) -> bool {
        if self.caller.channel != Channel::Public {
            return false;
        }
        let content = commit.content();
        let held = commit.case().held(content);
        let disposition = held.and_then(|held| content.disposition_named(&held.disposition));
        disposition.is_some_and(|id| content.disposition(id).setting == Setting::Ambulance)
            && dice.happens(3000)
    }

    /// Somebody says that an earlier answer of this contact was another one, or none.
    fn corrects(
        &self,
        commit: &mut Commit<'_>,
        now: &mut Timestamp,
        dice: &mut Dice,
    ) -> Result<(), TriageError> {
        self.passes(commit, now, 5);
        let content = commit.content();
        let present = commit.present()?;
        let number = commit.case().contact().map(|contact| contact.number);
        let mut asked: Vec<_> = commit
            .case()
            .told
            .iter()
            .filter(|told| Some(told.contact) == number && told.provenance == Provenance::Asked)
            .filter_map(|told| content.fact_named(&told.name))
            .filter(|fact| content.fact(*fact).source == FactSource::Question)
            .filter(|fact| present.facts.said(*fact).is_some())
            .collect();
        asked.sort_unstable();
        asked.dedup();
        let Some(fact) = dice.one_of(&asked).copied() else {
            return Ok(());
        };
        let what = if dice.happens(1000) {
            What::TakenBack
        } else {
            What::Answer(answers::to_question(content, self.person, fact, *now, dice))
        };
        let said = Said {
            name: content.fact(fact).id.clone(),
            what,
        };
        Ok(commit.answer(Occasion::Changed, &[said])?)
    }

    /// What may happen once the walk has come to its end.
    fn ends(&self, commit: &mut Commit<'_>, now: &mut Timestamp, dice: &mut Dice) {
        self.passes(commit, now, 20);
        match self.caller.channel {
            Channel::Desk => {
                if dice.happens(300) {
                    cancels(commit);
                }
                if dice.happens(700) {
                    self.assesses(commit, now, dice);
                }
            }
            Channel::Public if dice.happens(600) => {
                let content = commit.content();
                let held = commit.case().held(content).map(|held| held.disposition);
                let helpful = match dice.below(10) {
                    0 => Helpful::No,
                    1 | 2 => Helpful::Partly,
                    _ => Helpful::Yes,
                };
                let words = if dice.happens(4000) {
                    answers::words(dice)
                } else {
                    String::new()
                };
                commit.feedback(helpful, words, held);
            }
            Channel::Public | Channel::Api => {}
        }
    }

    /// A clinician looks at everything that is held and judges it less urgent.
    fn assesses(&self, commit: &mut Commit<'_>, now: &mut Timestamp, dice: &mut Dice) {
        let content = commit.content();
        let Some(held) = commit.case().held(content) else {
            return;
        };
        let lower: Vec<&str> = content
            .dispositions
            .iter()
            .map(|disposition| disposition.id.as_str())
            .skip_while(|id| *id != held.disposition)
            .skip(1)
            .collect();
        let Some(disposition) = dice.one_of(&lower).map(|id| (*id).to_owned()) else {
            return;
        };
        let case = commit.case();
        let counts = |standing: Standing| standing == Standing::Holds;
        let grounds = case
            .grounds
            .iter()
            .filter(|kept| counts(kept.standing))
            .filter(|kept| matches!(kept.ground.holds, Holds::Disposition { .. }))
            .map(|kept| kept.ground.id)
            .collect();
        let judgements = case
            .judgements
            .iter()
            .filter(|judged| counts(judged.standing))
            .map(|judged| judged.seq)
            .collect();
        *now = later(*now, 600);
        commit.stamped(Stamp {
            at: *now,
            actor: Actor::Clinician(format!("clinician-{:02}", dice.below(9))),
        });
        // All of it is held, the disposition is in the catalogue and a clinician asks: there is nothing to refuse.
        let _ = commit.release(grounds, judgements, ReleaseReason::Assessed, &disposition);
    }

    fn passes(&self, commit: &mut Commit<'_>, now: &mut Timestamp, seconds: i64) {
        *now = later(*now, seconds);
        commit.stamped(Stamp {
            at: *now,
            actor: self.caller.actor.clone(),
        });
    }
}

/// The caller wants the ambulance no more.
fn cancels(commit: &mut Commit<'_>) {
    let mut starts = commit.case().starts.iter();
    let key = starts
        .find(|kept| kept.state == StartState::Requested)
        .map(|kept| kept.start.key.clone());
    if let Some(key) = key {
        commit.cancelled(key, "caller_cancelled".to_owned());
    }
}

fn later(now: Timestamp, seconds: i64) -> Timestamp {
    now.checked_add(SignedDuration::from_secs(seconds))
        .unwrap_or(now)
}

/// A clock that stands where it was set.
struct SetClock(AtomicI64);

impl SetClock {
    fn set(&self, now: Timestamp) {
        self.0.store(now.as_millisecond(), Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        let millisecond = self.0.load(Ordering::SeqCst);
        Timestamp::from_millisecond(millisecond).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// Ids, keys and nonces of one case after the other.
struct DrawnIds(Mutex<Dice>);

impl DrawnIds {
    fn begin(&self, dice: Dice) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = dice;
    }
}

impl Ids for DrawnIds {
    fn fill(&self, bytes: &mut [u8]) {
        let mut dice = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in bytes.chunks_mut(8) {
            let drawn = dice.bits().to_be_bytes();
            chunk.copy_from_slice(drawn.split_at(chunk.len()).0);
        }
    }
}
