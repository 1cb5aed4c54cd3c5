//! From the events of a case to what is handed out.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::case::event::{Actor, Body, Channel, Event, Personal};
use crate::case::ground::Holds;
use crate::pathway::Content;
use crate::pathway::content::Kind;
use crate::pathway::text::Voice;
use crate::service::Service;
use crate::service::notes::{NoteError, keeping};
use crate::service::record::Opened;
use crate::service::releases::Release;
use crate::service::speech::Speech;
use crate::service::view::View;
use crate::walk::Answer;

use super::{Advised, Correction, ExportedCase, ExportedContact, ExportedEvent, Person, Said};

/// The words of a contact: its release, and in whose words it is shown.
struct Words {
    release: Arc<Release>,
    speech: Speech,
}

impl Service {
    pub(super) async fn exported(&self, opened: &Opened) -> Result<ExportedCase, NoteError> {
        let case = &opened.case;
        let mut contacts = Vec::with_capacity(case.contacts.len());
        for contact in &case.contacts {
            let events: Vec<_> = opened
                .events()
                .iter()
                .map(|(event, personal)| (event, personal.as_ref()))
                .filter(|(event, _)| {
                    event.contact == contact.number || before_all(event, contact.number)
                })
                .collect();
            let last = events
                .iter()
                .map(|(event, _)| event.seq)
                .max()
                .unwrap_or_default();
            let words = self.words_of(opened, last).await?;
            let mut exported = Vec::with_capacity(events.len());
            for (event, personal) in events {
                exported.push(self.event(opened, event, personal, words.as_ref())?);
            }
            contacts.push(ExportedContact {
                number: contact.number,
                channel: plain(&contact.channel),
                began: contact.began,
                release: contact.release.to_string(),
                in_its_words: words.is_some(),
                events: exported,
            });
        }
        Ok(ExportedCase {
            case: case.id,
            provider: case.provider.to_string(),
            mark: plain(&case.mark),
            is_as_recorded: opened.is_as_recorded,
            on_hold: keeping(opened)?.on_hold,
            contacts,
        })
    }

    /// The words of the contact in which event `seq` is; `None` if its release cannot be read by this program.
    async fn words_of(&self, opened: &Opened, seq: u64) -> Result<Option<Words>, NoteError> {
        let case = opened.at(seq)?;
        let release = match self.pinned(&case).await {
            Ok(release) => release,
            Err(error) => {
                tracing::warn!(case = %case.id, error.message = %error, "the release of a contact cannot be read; it is exported with ids in the place of words");
                return Ok(None);
            }
        };
        let voice = match case.contact().map(|contact| contact.channel) {
            Some(Channel::Desk) => Voice::Handler,
            Some(Channel::Public | Channel::Api) | None => Voice::Public,
        };
        let view = self.view(case, release.clone())?;
        Ok(Some(Words {
            release,
            speech: view.speech(voice),
        }))
    }

    fn event(
        &self,
        opened: &Opened,
        event: &Event,
        personal: Option<&Personal>,
        words: Option<&Words>,
    ) -> Result<ExportedEvent, NoteError> {
        let advised = match (&event.body, words) {
            (Body::Advised { disposition, .. }, Some(words)) => {
                let view = self.view(opened.at(event.seq)?, words.release.clone())?;
                Some(advised(disposition, &view, words))
            }
            (Body::Advised { disposition, .. }, None) => Some(Advised {
                disposition: disposition.clone(),
                headline: None,
                steps: Vec::new(),
                worsening: Vec::new(),
                advice: Vec::new(),
            }),
            _ => None,
        };
        let said = match (&event.body, personal) {
            (Body::Answered { fact, .. }, Some(Personal::Answer(whole))) => {
                Some(said(fact, whole, words))
            }
            (Body::Answered { fact, answer }, _) => Some(said(fact, answer, words)),
            (
                _,
                Some(Personal::CallbackNumber(text) | Personal::Why(text) | Personal::Right(text)),
            ) => Some(Said {
                kind: "word",
                text: Some(text.clone()),
            }),
            (_, Some(Personal::Feedback(text))) => (!text.is_empty()).then(|| Said {
                kind: "word",
                text: Some(text.clone()),
            }),
            (_, Some(Personal::Place(place))) => Some(Said {
                kind: "word",
                text: Some(place.shown()),
            }),
            (_, Some(Personal::Person(person))) => Some(Said {
                kind: "word",
                text: Some(person.shown().join("; ")),
            }),
            _ => None,
        };
        Ok(ExportedEvent {
            seq: event.seq,
            at: event.at,
            by: person(&event.actor),
            how: plain(&event.provenance),
            kind: event.body.kind(),
            about: about(&event.body, words),
            said,
            advised,
            corrected: corrections(opened, event.seq),
            recorded: plain(event),
            personal: personal.map(plain),
            unreadable: personal.is_none() && opened.is_sealed(event.seq),
        })
    }
}

/// The opening of a case comes before its first contact and is shown in it.
fn before_all(event: &Event, contact: u32) -> bool {
    contact == 1 && event.contact == 0
}

fn corrections(opened: &Opened, of: u64) -> Vec<Correction> {
    let corrections = opened
        .events()
        .iter()
        .filter_map(|(event, personal)| match &event.body {
            Body::Rectified { seq, field } if *seq == of => Some(Correction {
                seq: event.seq,
                at: event.at,
                by: person(&event.actor),
                field: field.clone(),
                right: match personal {
                    Some(Personal::Right(right)) => Some(right.clone()),
                    _ => None,
                },
            }),
            _ => None,
        });
    corrections.collect()
}

/// What an event is about, in the words of its release.
fn about(body: &Body, words: Option<&Words>) -> Vec<String> {
    let family = |family: &String| {
        let title = words.and_then(|words| {
            let families = words.release.content.families();
            let found = families.into_iter().find(|(id, _)| id == family);
            found.map(|(_, title)| words.speech.say(title))
        });
        vec![title.unwrap_or_else(|| family.clone())]
    };
    let disposition = |id: &String| {
        let title = words.and_then(|words| {
            let content = &words.release.content;
            let found = content.disposition_named(id)?;
            Some(words.speech.say(&content.disposition(found).title))
        });
        title.unwrap_or_else(|| id.clone())
    };
    match body {
        Body::ComplaintChosen { family: id } | Body::ComplaintRemoved { family: id } => family(id),
        Body::Answered { fact, .. } | Body::Withdrawn { fact } => vec![asked(fact, words)],
        Body::Held { grounds } => grounds
            .iter()
            .map(|ground| match &ground.holds {
                Holds::Disposition { id, .. } => disposition(id),
                Holds::Need { id } => id.clone(),
            })
            .collect(),
        Body::GroundsReleased {
            disposition: id, ..
        }
        | Body::Advised {
            disposition: id, ..
        } => {
            vec![disposition(id)]
        }
        Body::StartRequested(start) | Body::StartPending(start) | Body::StartUpgraded(start) => {
            vec![disposition(&start.disposition)]
        }
        Body::StartCancelled { key, .. } => vec![key.service.clone()],
        Body::ServicesOffered { services, .. } => services.clone(),
        Body::ServiceChosen { service } => vec![service.clone()],
        Body::Linked { other, .. } | Body::Unlinked { other, .. } => vec![other.to_string()],
        Body::HistoryConsulted { cases, .. } => vec![cases.to_string()],
        Body::Rectified { seq, field } => vec![format!("{seq} {field}")],
        Body::Exported { format } => vec![format.clone()],
        _ => Vec::new(),
    }
}

/// A question, guide or checklist, as it was put.
fn asked(name: &str, words: Option<&Words>) -> String {
    let put = words.and_then(|Words { release, speech }| {
        let content: &Content = &release.content;
        let fact = content.fact_named(name);
        let checklist = content.checklists.iter().find(|list| list.id == name);
        let guide = content.guides.iter().find(|guide| guide.id == name);
        let text = fact
            .map(|fact| &content.fact(fact).wording)
            .or(checklist.map(|list| &list.wording))
            .or(guide.map(|guide| &guide.title));
        text.map(|text| speech.say(text))
    });
    put.unwrap_or_else(|| name.to_owned())
}

fn said(name: &str, answer: &Answer, words: Option<&Words>) -> Said {
    let kind = words.and_then(|words| {
        let content = &words.release.content;
        let fact = content.fact_named(name)?;
        Some((&content.fact(fact).kind, words))
    });
    let text = match (answer, kind) {
        (Answer::Word(word), Some((Kind::OneOf { options, .. }, words))) => {
            let option = options.iter().find(|option| option.id == *word);
            Some(option.map_or_else(|| word.clone(), |option| words.speech.say(&option.text)))
        }
        (Answer::Rows(rows), Some((Kind::Pick(table), words))) => {
            let table = words.release.content.table(*table);
            let row = |id: &String| {
                let row = table.rows.iter().find(|row| row.id == *id);
                row.map_or_else(|| id.clone(), |row| words.speech.say(&row.text))
            };
            Some(rows.iter().map(row).collect::<Vec<_>>().join(", "))
        }
        (
            Answer::Word(word) | Answer::NoneFit(word) | Answer::Exit(word) | Answer::Age(word),
            _,
        ) => (!word.is_empty()).then(|| word.clone()),
        (Answer::Number(number), _) => Some(number.to_string()),
        (Answer::Rows(rows), _) => Some(rows.join(", ")),
        (Answer::At(at), _) => Some(at.to_string()),
        (Answer::BirthDate(born), _) => Some(born.to_string()),
        (
            Answer::NotTold
            | Answer::NotSure
            | Answer::Refused
            | Answer::TimedOut
            | Answer::Unknown,
            _,
        ) => None,
    };
    Said {
        kind: answer.kind(),
        text,
    }
}

fn advised(disposition: &str, view: &View, words: &Words) -> Advised {
    let content = &words.release.content;
    let say = |texts: &[crate::pathway::text::Text]| {
        texts.iter().map(|text| words.speech.say(text)).collect()
    };
    let found = content
        .disposition_named(disposition)
        .map(|id| content.disposition(id));
    let advice = view.explanation().advice.into_iter().map(|shown| {
        let item = content.advice_item(shown.item);
        let lines = shown.lines.iter().filter_map(|line| item.lines.get(*line));
        (
            words.speech.say(&item.title),
            lines.map(|line| words.speech.say(&line.text)).collect(),
        )
    });
    Advised {
        disposition: disposition.to_owned(),
        headline: found.map(|found| words.speech.say(&found.headline)),
        steps: found.map(|found| say(&found.steps)).unwrap_or_default(),
        worsening: found.map(|found| say(&found.worsening)).unwrap_or_default(),
        advice: advice.collect(),
    }
}

/// Who an actor is.
pub(super) fn person(actor: &Actor) -> Person {
    let (role, id) = match actor {
        Actor::Visitor => ("visitor", None),
        Actor::Client(id) => ("client", Some(id)),
        Actor::Handler(id) => ("handler", Some(id)),
        Actor::Clinician(id) => ("clinician", Some(id)),
        Actor::Service => ("service", None),
        Actor::Operator(id) => ("operator", Some(id)),
    };
    Person {
        role: role.to_owned(),
        id: id.cloned(),
    }
}

#[expect(
    clippy::expect_used,
    reason = "INVARIANT: what is recorded is plain data; JSON can hold all of it"
)]
fn plain(recorded: &impl Serialize) -> Value {
    serde_json::to_value(recorded).expect("it is JSON")
}
