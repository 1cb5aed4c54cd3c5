//! `nhs111 replay-case`: what happened in a case, on the releases of then, and whether it comes to what was recorded.
//!
//! It shows what was said by a person: for staff who may read the case. Nothing is recorded and nothing starts.

use std::process::ExitCode;

use serde_json::json;

use super::record::Record;
use super::{complain, say, serve};
use crate::case::event::{Actor, Body, Channel, Event, Mark, Personal, Provenance};
use crate::case::ground::{EARLY_EXIT, Ground, Holds, NONE_FIT, NOTHING_TRUE};
use crate::case::ids::CaseId;
use crate::pathway::Content;
use crate::pathway::content::Kind;
use crate::pathway::text::Voice;
use crate::service::Caller;
use crate::service::replay::{Proof, Replayed};
use crate::service::speech::Speech;
use crate::walk::Answer;

/// Prints the case; exit code 1 if it is not as it was recorded, or is not there.
pub fn run(flags: serve::Flags, case: CaseId, as_json: bool) -> anyhow::Result<ExitCode> {
    let config = serve::settings(flags)?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let service = Record::open(&config).await?.service(&config);
        let replayed = service.replay(&Caller::at_command_line(), case).await;
        service.close().await;
        let Some(replayed) = replayed? else {
            complain(&format!("there is no case {case}"));
            return Ok(ExitCode::from(1));
        };
        if as_json {
            say(&serde_json::to_string_pretty(&whole(&replayed))?);
        } else {
            timeline(&replayed, |at| {
                service.london(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
            });
        }
        let is_proven = replayed.is_whole && !matches!(replayed.proof, Proof::Differs(_));
        Ok(ExitCode::from(u8::from(!is_proven)))
    })
}

fn whole(replayed: &Replayed) -> serde_json::Value {
    let events: Vec<_> = replayed
        .events
        .iter()
        .map(|(event, personal)| json!({ "event": event, "personal": personal }))
        .collect();
    let (proof, differences) = match &replayed.proof {
        Proof::Same => ("same", Vec::new()),
        Proof::Sealed => ("sealed", Vec::new()),
        Proof::Differs(differences) => (
            "differs",
            differences
                .iter()
                .map(|found| json!({ "seq": found.seq, "recorded": found.recorded, "again": found.again }))
                .collect(),
        ),
    };
    let holds = replayed.view.held.as_ref().map(|held| &held.disposition);
    json!({
        "case": replayed.view.case.id.to_string(), "events": events, "holds": holds, "chain_is_whole": replayed.is_whole,
        "proof": proof, "differences": differences,
    })
}

fn timeline(replayed: &Replayed, time: impl Fn(jiff::Timestamp) -> String) {
    let case = &replayed.view.case;
    let mark = match case.mark {
        Mark::Real => "",
        Mark::Practice => ", practice",
        Mark::Test => ", test",
    };
    say(&format!(
        "case {}, provider {}{mark}",
        case.id, case.provider.0
    ));
    let mut on = &replayed.view.release;
    for (event, personal) in &replayed.events {
        if let Body::ContactBegan { release, .. } = &event.body {
            on = replayed.releases.get(release).unwrap_or(on);
            say("");
        }
        let told = Telling {
            content: &on.content,
            speech: replayed.view.speech(Voice::Handler),
        };
        let line = told.event(event, personal.as_ref());
        let who = match &event.actor {
            Actor::Service => "-".to_owned(),
            actor => actor.name().to_owned(),
        };
        say(&format!(
            "{:>4}  {}  {who:12}  {line}",
            event.seq,
            time(event.at)
        ));
    }
    say("");
    match &replayed.view.held {
        Some(held) => {
            let grounds: Vec<String> = held.grounds.iter().map(|id| id.0.to_string()).collect();
            let by = if grounds.is_empty() {
                "a clinician's judgement".to_owned()
            } else {
                format!("ground {}", grounds.join(", "))
            };
            say(&format!("The case holds {}, by {by}.", held.disposition));
        }
        None => say("The case holds nothing yet."),
    }
    if !replayed.is_whole {
        say(
            "THE CHAIN IS BROKEN: events were changed, moved or removed outside this program. See `nhs111 verify-log`.",
        );
    }
    match &replayed.proof {
        Proof::Same => say("Done again on the releases of then, it comes to what was recorded."),
        Proof::Sealed => say(
            "What the person said in words, or their date of birth, is destroyed or does not open, so it cannot be done again. What was recorded stands.",
        ),
        Proof::Differs(differences) => {
            for found in differences {
                let kinds = |bodies: &[Body]| {
                    let kinds: Vec<String> = bodies.iter().map(short).collect();
                    if kinds.is_empty() {
                        "nothing".to_owned()
                    } else {
                        kinds.join(", ")
                    }
                };
                say(&format!(
                    "DIFFERENT after event {}: recorded {}; done again {}.",
                    found.seq,
                    kinds(&found.recorded),
                    kinds(&found.again)
                ));
            }
        }
    }
}

/// A consequence in a word, with what it is about.
fn short(body: &Body) -> String {
    let about = match body {
        Body::Held { grounds } => grounds.iter().map(held).collect::<Vec<_>>().join(" + "),
        Body::Advised { disposition, .. } => disposition.clone(),
        Body::StartRequested(start) | Body::StartPending(start) | Body::StartUpgraded(start) => {
            start.disposition.clone()
        }
        _ => String::new(),
    };
    format!("{} {about}", body.kind()).trim_end().to_owned()
}

fn held(ground: &Ground) -> String {
    match &ground.holds {
        Holds::Disposition { id, .. } | Holds::Need { id } => id.clone(),
    }
}

/// Events in words, by the release of their contact.
struct Telling<'a> {
    content: &'a Content,
    speech: Speech,
}

impl Telling<'_> {
    fn event(&self, event: &Event, personal: Option<&Personal>) -> String {
        match &event.body {
            Body::Opened { .. } => "the case began".to_owned(),
            Body::ContactBegan { channel, release } => {
                let way = match channel {
                    Channel::Desk => "desk",
                    Channel::Public => "public pages",
                    Channel::Api => "API",
                };
                format!("contact {} by {way}, on release {release}", event.contact)
            }
            Body::ComplaintChosen { family } => format!("complaint: {}", self.family(family)),
            Body::ComplaintRemoved { family } => {
                format!("complaint no longer walked: {}", self.family(family))
            }
            Body::Answered { fact, answer } => {
                let whole = match personal {
                    Some(Personal::Answer(answer)) => answer,
                    _ => answer,
                };
                let how = match event.provenance {
                    Provenance::Asked => "asked",
                    Provenance::Volunteered => "volunteered",
                    Provenance::CarriedOver => "carried over",
                    Provenance::Inferred => "stated by the service",
                };
                format!(
                    "{how}: {} {}",
                    self.question(fact),
                    self.answer(fact, whole)
                )
            }
            Body::Withdrawn { fact } => format!("taken back: {}", self.question(fact)),
            Body::LeftEarly => "the contact ended before its walk".to_owned(),
            Body::CallbackNumberGiven => match personal {
                Some(Personal::CallbackNumber(number)) => format!("call-back number: {number}"),
                _ => "a call-back number was given".to_owned(),
            },
            Body::Held { grounds } => {
                let told: Vec<String> = grounds.iter().map(|ground| self.ground(ground)).collect();
                told.join("; ")
            }
            Body::GroundsWithdrawn {
                grounds,
                corrected_by,
            } => format!(
                "ground {} no longer counts: corrected by event {corrected_by}",
                ids(grounds.iter().map(|id| u64::from(id.0)))
            ),
            Body::GroundsReleased {
                grounds,
                reason,
                disposition,
                replaces,
                ..
            } => {
                let mut released = ids(grounds.iter().map(|id| u64::from(id.0)));
                if !replaces.is_empty() {
                    released += &format!(
                        " and the judgement of event {}",
                        ids(replaces.iter().copied())
                    );
                }
                let reason = serde_json::to_value(reason).unwrap_or_default();
                let reason = reason.as_str().unwrap_or_default().replace('_', " ");
                format!(
                    "clinician's judgement ({reason}): {disposition}, in place of ground {released}"
                )
            }
            Body::StartRequested(start) => {
                format!(
                    "START of {} requested, for {}",
                    start.key.service, start.disposition
                )
            }
            Body::StartPending(start) => format!(
                "start of {} waits for a person, for {}",
                start.key.service, start.disposition
            ),
            Body::StartUpgraded(start) => {
                format!(
                    "START of {} upgraded, for {}",
                    start.key.service, start.disposition
                )
            }
            Body::StartCancelled { key, reason } => {
                format!(
                    "start of {} cancelled: {}",
                    key.service,
                    reason.replace('_', " ")
                )
            }
            Body::Advised { disposition, needs } => {
                let needs = if needs.is_empty() {
                    String::new()
                } else {
                    format!(", and {}", needs.join(", "))
                };
                format!("end of the walk, advised: {disposition}{needs}")
            }
            Body::CarryOnCodeMade => {
                "a code to carry on by phone or on another device was made".to_owned()
            }
            Body::CarriedOn => "somebody went on by a carry-on code".to_owned(),
            Body::IdentityGiven { parts } => {
                let parts: Vec<String> = parts.iter().map(|part| format!("{part:?}")).collect();
                format!("who the person is was given: {}", parts.join(", "))
            }
            Body::HistoryConsulted { cases, providers } => {
                let providers: Vec<&str> = providers.iter().map(|id| id.0.as_str()).collect();
                format!(
                    "earlier contacts looked at in {cases} other cases of {}",
                    providers.join(", ")
                )
            }
            Body::CallBackMissed { reason } => format!("a call back was missed: {reason:?}"),
            Body::Linked { other, reason, .. } => {
                format!("the same person as in case {other}: {reason:?}")
            }
            Body::Unlinked { other, reason, .. } => {
                format!("another person than in case {other}: {reason:?}")
            }
            Body::PlaceGiven => match personal {
                Some(Personal::Place(place)) => {
                    format!("where the patient is now: {}", place.shown())
                }
                _ => "where the patient is now was given".to_owned(),
            },
            Body::ServicesOffered {
                disposition,
                services,
                ..
            } => format!(
                "services offered for `{}`: {}",
                disposition,
                services.join(", ")
            ),
            Body::HoldPlaced => format!("kept as evidence from here on{}", because(personal)),
            Body::HoldLifted => format!("no longer kept as evidence{}", because(personal)),
            Body::Rectified { seq, field } => {
                let right = match personal {
                    Some(Personal::Right(right)) => format!(": \"{}\"", plain(right)),
                    _ => String::new(),
                };
                format!("the {field} of event {seq} was corrected{right}")
            }
            Body::Exported { format } => {
                format!("everything that is held was handed out, as {format}")
            }
            Body::Destroyed { reason } => {
                format!("the record ended: {}", reason.code().replace('_', " "))
            }
            Body::ServiceChosen { service } => format!("service chosen: {service}"),
            Body::FeedbackGiven { helpful, .. } => {
                let helpful = serde_json::to_value(helpful).unwrap_or_default();
                let words = match personal {
                    Some(Personal::Feedback(words)) => format!(" \"{}\"", plain(words)),
                    _ => String::new(),
                };
                format!(
                    "feedback, helpful: {}{words}",
                    helpful.as_str().unwrap_or_default()
                )
            }
        }
    }

    fn family(&self, family: &str) -> String {
        let families = self.content.families();
        let title = families.iter().find(|(known, _)| *known == family);
        title.map_or_else(|| family.to_owned(), |(_, title)| self.speech.say(title))
    }

    fn question(&self, name: &str) -> String {
        let guide = self.content.guides.iter().find(|guide| guide.id == name);
        match (self.content.fact_named(name), guide) {
            (Some(fact), _) => {
                let wording = self.speech.say(&self.content.fact(fact).wording);
                format!("{wording} [{name}]")
            }
            (None, Some(guide)) => format!("{} [{name}]", self.speech.say(&guide.title)),
            (None, None) => name.to_owned(),
        }
    }

    fn answer(&self, name: &str, answer: &Answer) -> String {
        let fact = self
            .content
            .fact_named(name)
            .map(|fact| self.content.fact(fact));
        let said = match answer {
            Answer::Word(word) => match fact.map(|fact| &fact.kind) {
                Some(Kind::OneOf {
                    options,
                    yes_no: false,
                }) => {
                    let option = options.iter().find(|option| option.id == *word);
                    option.map_or_else(|| word.clone(), |option| self.speech.say(&option.text))
                }
                _ => plain(word),
            },
            Answer::Number(number) => number.to_string(),
            Answer::Rows(rows) => rows.join(", "),
            Answer::At(at) => at.to_string(),
            Answer::BirthDate(date) => format!("born {date}"),
            Answer::Age(age) => age.clone(),
            Answer::NotTold => "not told".to_owned(),
            Answer::NotSure => "not sure".to_owned(),
            Answer::NoneFit(words) if words.is_empty() => "none of these fit".to_owned(),
            Answer::NoneFit(words) => format!("none of these fit: \"{}\"", plain(words)),
            Answer::Refused => "refused".to_owned(),
            Answer::TimedOut => "not answered".to_owned(),
            Answer::Unknown => "could not be looked up".to_owned(),
            Answer::Exit(exit) => exit.clone(),
        };
        format!("-> {said}")
    }

    fn ground(&self, ground: &Ground) -> String {
        let because = match ground.line.as_str() {
            NONE_FIT => Some("none of the answers fitted".to_owned()),
            EARLY_EXIT => Some("the contact ended before its walk".to_owned()),
            NOTHING_TRUE => Some("nothing was true: a fault of the content".to_owned()),
            key => {
                let line = self.content.lines.iter().find(|line| line.key == key);
                let because = line.and_then(|line| line.because.as_ref());
                because.map(|text| self.speech.say(text))
            }
        };
        let because = because.map(|text| format!(": {text}")).unwrap_or_default();
        format!(
            "ground {} holds {}{because} (rests on event {})",
            ground.id.0,
            held(ground),
            ids(ground.operands.iter().copied())
        )
    }
}

fn ids(ids: impl Iterator<Item = u64>) -> String {
    ids.map(|id| id.to_string()).collect::<Vec<_>>().join(", ")
}

/// What was said is somebody's own: signs that steer a terminal are taken out.
fn plain(words: &str) -> String {
    words
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

/// Why somebody did it, where that is known.
fn because(personal: Option<&Personal>) -> String {
    match personal {
        Some(Personal::Why(why)) => format!(": \"{}\"", plain(why)),
        _ => String::new(),
    }
}
