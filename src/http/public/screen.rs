//! The page on which a case stands: the next question, checklist or guide, or an earlier one with the answer that was given.

use jiff::Timestamp;

use crate::case::event::Actor;
use crate::case::state::Told as ToldEvent;
use crate::pathway::content::{Asked, ChecklistId, FactId, GuideId, Kind};
use crate::pathway::text::Voice;
use crate::service::view::View;
use crate::walk::{Answer, Next};

use super::form::{Form, written};
use super::told::{Told, largest_unit};
use super::view::{
    ChecklistPage, Choice, FieldError, GuidePage, Input, NoneFit, Page, QuestionPage, TEXT_LIMIT,
};

/// What is shown on a page of questions.
#[derive(Debug, Clone, PartialEq)]
pub enum Screen {
    /// One question.
    Question(FactId),
    /// Some members of a checklist.
    Checklist(ChecklistId, Vec<FactId>),
    /// A guide.
    Guide(GuideId),
    /// Party, age and sex, which have a page of their own.
    Patient,
    /// Nothing is asked.
    End,
}

/// An earlier page: where it stood, and what it asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Earlier {
    /// How many events the case had when it was asked.
    pub step: u64,
    /// What it asked.
    pub screen: Screen,
}

/// What the case asks now.
pub fn now(view: &View) -> Screen {
    match &view.present.position.next {
        Next::Patient { .. } => Screen::Patient,
        Next::Ask {
            asked: Asked::Question(fact),
            ..
        }
        | Next::Keep {
            asked: Asked::Question(fact),
            ..
        } => Screen::Question(*fact),
        Next::Ask {
            asked: Asked::Checklist(id),
            shown,
        }
        | Next::Keep {
            asked: Asked::Checklist(id),
            shown,
        } => Screen::Checklist(*id, shown.to_vec()),
        Next::Guide(guide) => Screen::Guide(*guide),
        Next::End => Screen::End,
    }
}

/// The address of the page where the case stands. It names a number of events, and nothing about anybody's health.
pub fn place(view: &View) -> String {
    if view.present.plan.pathways().is_empty() {
        return "/complaints".to_owned();
    }
    match now(view) {
        _ if view.is_ended() => "/outcome".to_owned(),
        Screen::Patient => "/about-you/change".to_owned(),
        Screen::End => "/outcome".to_owned(),
        _ => format!("/questions/{}", view.case.seq),
    }
}

/// The pages that were answered in this contact, in order.
pub fn earlier(view: &View) -> Vec<Earlier> {
    let Some(contact) = view.case.contact() else {
        return Vec::new();
    };
    let told = view
        .case
        .told
        .iter()
        .filter(|told| told.contact == contact.number && told.actor == Actor::Visitor);
    let mut pages: Vec<(Earlier, Timestamp)> = Vec::new();
    for told in told.filter(|told| told.answer.is_some()) {
        let Some(fact) = view.release.content.fact_named(&told.name) else {
            continue;
        };
        // What was said in one go on one checklist is one page.
        let last = pages.last_mut().filter(|(_, at)| *at == told.at);
        match last
            .and_then(|(page, _)| joined(view, &page.screen, fact).map(|screen| (page, screen)))
        {
            Some((page, screen)) => page.screen = screen,
            None => pages.push((
                Earlier {
                    step: told.seq.saturating_sub(1),
                    screen: alone(view, fact),
                },
                told.at,
            )),
        }
    }
    pages.into_iter().map(|(page, _)| page).collect()
}

fn alone(view: &View, fact: FactId) -> Screen {
    let system = view.release.content.system;
    if [system.party, system.age, system.sex].contains(&fact) {
        Screen::Patient
    } else {
        Screen::Question(fact)
    }
}

/// A page with one more fact, if one checklist lists them all.
fn joined(view: &View, screen: &Screen, fact: FactId) -> Option<Screen> {
    let facts: Vec<FactId> = match screen {
        Screen::Patient => {
            return (alone(view, fact) == Screen::Patient).then_some(Screen::Patient);
        }
        Screen::Question(first) => vec![*first, fact],
        Screen::Checklist(_, members) => members.iter().copied().chain([fact]).collect(),
        Screen::Guide(_) | Screen::End => return None,
    };
    let lists = |members: &[FactId]| facts.iter().all(|fact| members.contains(fact));
    let place = view
        .release
        .content
        .checklists
        .iter()
        .position(|checklist| lists(&checklist.members))?;
    Some(Screen::Checklist(
        ChecklistId(u16::try_from(place).ok()?),
        facts,
    ))
}

/// The event that last said something of a fact, if it still counts.
pub fn latest(view: &View, fact: FactId) -> Option<&ToldEvent> {
    view.present.facts.said(fact)?;
    let name = &view.release.content.fact(fact).id;
    view.case.told.iter().rev().find(|told| told.name == *name)
}

/// A page of questions, with what was typed or what was answered.
pub struct Show<'a> {
    /// The case.
    pub view: &'a View,
    /// How many events the page's address names.
    pub step: u64,
    /// For the form.
    pub token: String,
    /// What was typed and not taken.
    pub draft: Option<&'a Form>,
    /// What is wrong with it.
    pub errors: Vec<FieldError>,
}

impl Show<'_> {
    /// The page; `None` where nothing is asked.
    pub fn page(self, screen: &Screen) -> Option<Page> {
        let told = Told {
            content: &self.view.release.content,
            speech: self.view.speech(Voice::Public),
        };
        match screen {
            Screen::Question(fact) => Some(Page::Question(self.question(&told, *fact))),
            Screen::Checklist(id, members) => {
                Some(Page::Checklist(self.checklist(&told, *id, members)))
            }
            Screen::Guide(guide) => Some(Page::Guide(self.guide(&told, *guide))),
            Screen::Patient | Screen::End => None,
        }
    }

    fn question(self, told: &Told<'_>, id: FactId) -> QuestionPage {
        let fact = told.content.fact(id);
        let said = latest(self.view, id).and_then(|event| Some((event.answer.as_ref()?, event.at)));
        let unsure = match (self.draft, said) {
            (Some(form), _) => form.get("unsure") == "yes" || form.get("answer") == "not_sure",
            (None, Some((Answer::NotSure, _))) => true,
            _ => false,
        };
        QuestionPage {
            step: self.step,
            token: self.token,
            name: fact.id.clone(),
            wording: told.say(&fact.wording),
            why: fact.why.as_ref().map(|text| told.say(text)),
            help: fact.help.as_ref().map(|text| told.say(text)),
            rephrase: fact.rephrase.iter().map(|text| told.say(text)).collect(),
            input: input(told, &fact.kind, self.draft, said),
            unsure,
            errors: self.errors,
        }
    }

    fn checklist(self, told: &Told<'_>, id: ChecklistId, members: &[FactId]) -> ChecklistPage {
        let checklist = told.content.checklist(id);
        let said = |fact: FactId| latest(self.view, fact).and_then(|event| event.answer.clone());
        let member = |fact: &FactId| {
            let asked = told.content.fact(*fact);
            let checked = match self.draft {
                Some(form) => form.all("sign").any(|sign| sign == asked.id),
                None => said(*fact) == Some(Answer::from("yes")),
            };
            let help = asked.help.as_ref().map(|text| told.say(text));
            Choice {
                value: asked.id.clone(),
                text: Some(told.say(&asked.wording)),
                help,
                checked,
            }
        };
        let rest = match self.draft {
            Some(form) => form.get("rest").to_owned(),
            None if members
                .iter()
                .any(|fact| said(*fact) == Some(Answer::NotSure)) =>
            {
                "not_sure".to_owned()
            }
            None if members
                .iter()
                .any(|fact| said(*fact) == Some(Answer::from("no"))) =>
            {
                "none".to_owned()
            }
            None => String::new(),
        };
        ChecklistPage {
            step: self.step,
            token: self.token.clone(),
            name: checklist.id.clone(),
            wording: told.say(&checklist.wording),
            why: checklist.why.as_ref().map(|text| told.say(text)),
            help: checklist.help.as_ref().map(|text| told.say(text)),
            rephrase: Vec::new(),
            members: members.iter().map(member).collect(),
            rest,
            errors: self.errors,
        }
    }

    fn guide(self, told: &Told<'_>, id: GuideId) -> GuidePage {
        let guide = told.content.guide(id);
        let exits = guide.exits.iter().map(|exit| Choice {
            value: exit.id.clone(),
            text: Some(told.say(&exit.text)),
            ..Choice::default()
        });
        GuidePage {
            step: self.step,
            token: self.token,
            name: guide.id.clone(),
            title: told.say(&guide.title),
            say: guide.say.as_ref().map(|text| told.say(text)),
            steps: guide.steps.iter().map(|text| told.say(text)).collect(),
            timer_seconds: guide.timer_seconds,
            exits: exits.collect(),
            errors: self.errors,
        }
    }
}

fn input(
    told: &Told<'_>,
    kind: &Kind,
    draft: Option<&Form>,
    said: Option<(&Answer, Timestamp)>,
) -> Input {
    let typed = |field: &str| draft.map(|form| form.get(field).to_owned());
    let answer = said.map(|(answer, _)| answer);
    match kind {
        Kind::OneOf { options, yes_no } => {
            let chosen = typed("answer").or_else(|| match answer {
                Some(Answer::Word(word)) => Some(word.clone()),
                _ => None,
            });
            let option = |option: &crate::pathway::content::Choice| Choice {
                value: option.id.clone(),
                text: (!yes_no).then(|| told.say(&option.text)),
                help: None,
                checked: chosen.as_deref() == Some(&option.id),
            };
            let words = match (draft, answer) {
                (Some(form), _) => {
                    (form.get("answer") == "none_fit").then(|| form.get("words").to_owned())
                }
                (None, Some(Answer::NoneFit(words))) => Some(words.clone()),
                _ => None,
            };
            let none_fit = NoneFit {
                checked: words.is_some(),
                words: words.unwrap_or_default(),
            };
            Input::Choice {
                options: options.iter().map(option).collect(),
                none_fit: (!yes_no).then_some(none_fit),
            }
        }
        Kind::Number(number) => {
            let value = typed("number").or_else(|| match answer {
                Some(Answer::Number(value)) => Some(written(*value)),
                _ => None,
            });
            Input::Number {
                value: value.unwrap_or_default(),
                unit: number.unit.clone(),
                decimal: number.scale > 0,
            }
        }
        Kind::Ago { unit_minutes, .. } | Kind::Due { unit_minutes, .. } => {
            let due = matches!(kind, Kind::Due { .. });
            let minutes = said.and_then(|(answer, at)| match answer {
                Answer::At(then) => Some((then.duration_since(at).as_secs() + 30).div_euclid(60)),
                _ => None,
            });
            let (count, unit) =
                minutes.map_or((String::new(), largest_unit(*unit_minutes).1), |minutes| {
                    let (count, unit) = largest_unit(minutes.abs());
                    (count.to_string(), unit)
                });
            Input::Elapsed {
                value: typed("number").unwrap_or(count),
                unit: typed("unit").unwrap_or_else(|| unit.to_owned()),
                due,
                passed: typed("direction")
                    .map_or(minutes.is_some_and(|minutes| minutes < 0), |direction| {
                        direction == "passed"
                    }),
            }
        }
        Kind::Pick(table) => {
            let picked: Vec<String> = match (draft, answer) {
                (Some(form), _) => form.all("row").map(str::to_owned).collect(),
                (None, Some(Answer::Rows(rows))) => rows.clone(),
                _ => Vec::new(),
            };
            let row = |row: &crate::pathway::content::Row| Choice {
                value: row.id.clone(),
                text: Some(told.say(&row.text)),
                help: None,
                checked: picked.contains(&row.id),
            };
            Input::Pick {
                rows: told.content.table(*table).rows.iter().map(row).collect(),
            }
        }
        Kind::Text | Kind::Age => {
            let words = match answer {
                Some(Answer::Word(words)) => Some(words.clone()),
                _ => None,
            };
            Input::Text {
                value: typed("text").or(words).unwrap_or_default(),
                limit: TEXT_LIMIT,
            }
        }
    }
}
