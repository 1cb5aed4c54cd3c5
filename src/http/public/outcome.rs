//! What to do: the outcome page of a case, and the rows of its answers.

use jiff::civil::DateTime;

use crate::case::ground::Holds;
use crate::pathway::content::{Disposition, DispositionId, FactId, Setting};
use crate::pathway::text::Voice;
use crate::service::view::View;
use crate::walk::explain::{FlagState, Reason};
use crate::walk::{Explanation, Next, Reached};

use super::screen::{Screen, earlier, latest, place};
use super::search;
use super::told::Told;
use super::view::{
    AdviceItem, AnswersPage, Complaint, Level, OutcomePage, Phrase, Row, WouldChange,
};

/// More than this nobody reads.
const MOST_CHANGES: usize = 3;

/// How urgent a disposition looks and reads.
///
/// The levels of the NHS design system: emergency is 999 or an emergency department now, urgent is help today, non-urgent is all else.
pub fn level(disposition: &Disposition) -> Level {
    let is_today = disposition
        .within_minutes
        .is_some_and(|minutes| minutes <= 24 * 60);
    match disposition.setting {
        _ if disposition.emergency => Level::Emergency,
        Setting::Ambulance => Level::Emergency,
        Setting::SelfCare | Setting::Pharmacy => Level::NonUrgent,
        Setting::Speak | Setting::See | Setting::Hospital if is_today => Level::Urgent,
        Setting::Speak | Setting::See | Setting::Hospital => Level::NonUrgent,
    }
}

/// Whether the page must begin with "Phone 999 now": the public channel sends no ambulance.
pub fn is_999(disposition: &Disposition) -> bool {
    disposition.setting == Setting::Ambulance
}

/// What the case comes to now, if it is an emergency for which to phone 999.
pub fn emergency(view: &View) -> Option<DispositionId> {
    view.result()
        .filter(|result| is_999(view.release.content.disposition(*result)))
}

/// By when, in the unit that people say.
fn by_when(disposition: &Disposition) -> Phrase {
    match disposition.within_minutes.map(i64::from) {
        None => Phrase::key("by-none"),
        Some(0) => Phrase::key("by-now"),
        Some(minutes) if minutes % (24 * 60) == 0 && minutes > 24 * 60 => {
            Phrase::key("by-days").with("days", minutes / (24 * 60))
        }
        Some(minutes) if minutes % 60 == 0 => Phrase::key("by-hours").with("hours", minutes / 60),
        Some(minutes) => Phrase::key("by-minutes").with("minutes", minutes),
    }
}

/// The outcome; `None` while nothing was reached.
pub fn page(view: &View, at: DateTime) -> Option<OutcomePage> {
    let content = &view.release.content;
    let result = view.result()?;
    let disposition = content.disposition(result);
    let told = Told {
        content,
        speech: view.speech(Voice::Public),
    };
    let say_all = |texts: &[crate::pathway::text::Text]| {
        texts.iter().map(|text| told.say(text)).collect::<Vec<_>>()
    };
    let why = view.explanation();
    let headline = told.say(&disposition.headline);
    let phone_999 = is_999(disposition);
    let (headline, rest) = first_sentence(&headline);
    let detail = if phone_999 && !headline.starts_with("Phone 999 now") {
        format!("{headline}. {rest}")
    } else {
        rest.to_owned()
    };
    let is_going_on = !view.is_ended() && view.present.position.next != Next::End;
    Some(OutcomePage {
        level: level(disposition),
        phone_999,
        phone_111: disposition.setting == Setting::Speak && disposition.hands_over,
        headline: headline.to_owned(),
        detail: (!detail.is_empty()).then_some(detail),
        by_when: (!phone_999).then(|| by_when(disposition)),
        services: None,
        steps: say_all(&disposition.steps),
        checks: checks(view, &told, &why, result),
        go_on: is_going_on.then(|| place(view)),
        guide: matches!(view.present.position.next, Next::Guide(_)),
        needs: why
            .needs
            .iter()
            .map(|need| told.say(&content.need(need.need).say))
            .collect(),
        worsening: say_all(&disposition.worsening),
        advice: advice(&told, &why),
        reasons: reasons(view, &told, &why, result),
        unsure_count: u32::try_from(why.not_sure).unwrap_or(u32::MAX),
        ruled_out: ruled_out(view, &told, &why),
        // Nothing is more urgent than to phone 999.
        would_change: if phone_999 {
            Vec::new()
        } else {
            would_change(&told, &why, result)
        },
        reference: Some(reference(view)),
        at: Some(at.strftime("%-d %B %Y, %H:%M").to_string()),
        feedback: None,
    })
}

/// A heading is one sentence; what follows it stands beneath.
fn first_sentence(headline: &str) -> (&str, &str) {
    let (first, rest) = headline.split_once(". ").unwrap_or((headline, ""));
    (first.trim_end_matches('.'), rest.trim())
}

/// The answers on which the result rests, each once, with where to correct it.
fn checks(view: &View, told: &Told<'_>, why: &Explanation, result: DispositionId) -> Vec<Row> {
    let mut facts: Vec<FactId> = Vec::new();
    for operand in why
        .decided_by
        .iter()
        .filter(|reason| reason.disposition == result)
        .flat_map(|reason| &reason.operands)
    {
        if !facts.contains(&operand.fact) {
            facts.push(operand.fact);
        }
    }
    facts
        .into_iter()
        .filter_map(|fact| row(view, told, fact))
        .collect()
}

/// A question, its answer, and where it is changed.
fn row(view: &View, told: &Told<'_>, fact: FactId) -> Option<Row> {
    let event = latest(view, fact)?;
    let answer = told.answer(fact, event.answer.as_ref()?, event.at);
    let system = told.content.system;
    let change = if [system.party, system.age, system.sex].contains(&fact) {
        "/about-you/change".to_owned()
    } else {
        format!("/answers/{}", event.seq)
    };
    let ended = view
        .case
        .contact()
        .is_none_or(|contact| contact.left_early.is_some());
    Some(Row {
        question: Phrase::Text(told.wording(fact)),
        answer,
        change: (!ended).then_some(change),
    })
}

/// Why: the lines that decide it now, or, where an earlier answer still holds the case, the lines that did.
fn reasons(view: &View, told: &Told<'_>, why: &Explanation, result: DispositionId) -> Vec<String> {
    let decided = why
        .decided_by
        .iter()
        .filter(|reason| reason.disposition == result)
        .filter_map(|reason| because(told, reason));
    let mut reasons: Vec<String> = Vec::new();
    let held = view.case.grounds.iter().filter(|kept| {
        view.held
            .as_ref()
            .is_some_and(|held| held.grounds.contains(&kept.ground.id))
    });
    let held = held.filter(|kept| matches!(&kept.ground.holds, Holds::Disposition { id, .. } if *id == told.content.disposition(result).id));
    let held = held.filter_map(|kept| {
        let line = told
            .content
            .lines
            .iter()
            .find(|line| line.key == kept.ground.line)?;
        line.because.as_ref().map(|text| told.say(text))
    });
    for reason in decided.chain(held) {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons
}

fn because(told: &Told<'_>, reason: &Reason) -> Option<String> {
    match reason.reached {
        Reached::Line(line) => told
            .content
            .line(line)
            .because
            .as_ref()
            .map(|text| told.say(text)),
        Reached::NoneFit | Reached::EarlyExit | Reached::NothingTrue => None,
    }
}

/// Red flags that were asked and answered with the mildest answer.
fn ruled_out(view: &View, told: &Told<'_>, why: &Explanation) -> Vec<Row> {
    let excluded = why
        .red_flags
        .iter()
        .filter(|flag| flag.state == FlagState::Excluded);
    excluded
        .filter_map(|flag| {
            Some(Row {
                change: None,
                ..row(view, told, flag.fact)?
            })
        })
        .collect()
}

fn would_change(told: &Told<'_>, why: &Explanation, result: DispositionId) -> Vec<WouldChange> {
    let urgent = why
        .would_change
        .iter()
        .filter(|change| change.disposition < result);
    let change = |change: &crate::walk::Change| WouldChange {
        question: told.wording(change.fact),
        answer: told.given(change.fact, change.to),
        headline: first_sentence(&told.say(&told.content.disposition(change.disposition).headline))
            .0
            .to_owned(),
    };
    urgent.take(MOST_CHANGES).map(change).collect()
}

fn advice(told: &Told<'_>, why: &Explanation) -> Vec<AdviceItem> {
    let item = |shown: &crate::walk::explain::AdviceShown| {
        let item = told.content.advice_item(shown.item);
        let lines = shown
            .lines
            .iter()
            .filter_map(|line| item.lines.get(*line))
            .map(|line| told.say(&line.text));
        AdviceItem {
            title: told.say(&item.title),
            lines: lines.collect(),
        }
    };
    let mut items: Vec<AdviceItem> = Vec::new();
    for item in why
        .advice
        .iter()
        .map(item)
        .filter(|item| !item.lines.is_empty())
    {
        if !items.contains(&item) {
            items.push(item);
        }
    }
    items
}

/// Short enough to read out; it opens nothing.
pub fn reference(view: &View) -> String {
    let id = view.case.id.0.simple().to_string().to_uppercase();
    let tail = id.get(24..).unwrap_or(&id);
    format!(
        "{}-{}",
        tail.get(..4).unwrap_or_default(),
        tail.get(4..).unwrap_or_default()
    )
}

/// Every answer that counts, in the order of the pages.
pub fn answers(view: &View) -> AnswersPage {
    let content = &view.release.content;
    let told = Told {
        content,
        speech: view.speech(Voice::Public),
    };
    let about = |key: &'static str, fact: FactId| {
        row(view, &told, fact).map(|row| Row {
            question: Phrase::key(key),
            ..row
        })
    };
    let system = content.system;
    let mut about: Vec<Row> = [
        about("answers-about-party", system.party),
        about("answers-about-age", system.age),
        about("answers-about-sex", system.sex),
    ]
    .into_iter()
    .flatten()
    .collect();
    let chosen = |complaint: &Complaint| {
        view.case
            .walked()
            .any(|walked| walked.family == complaint.id)
    };
    let titles: Vec<String> = search::all(content, &told.speech)
        .into_iter()
        .filter(chosen)
        .map(|complaint| complaint.title)
        .collect();
    if !titles.is_empty() {
        about.push(Row {
            question: Phrase::key("answers-about-complaints"),
            answer: Phrase::Text(titles.join(", ")),
            change: None,
        });
    }
    let mut facts: Vec<FactId> = Vec::new();
    for page in earlier(view) {
        let asked = match page.screen {
            Screen::Question(fact) => vec![fact],
            Screen::Checklist(_, members) => members,
            Screen::Patient | Screen::Guide(_) | Screen::End => Vec::new(),
        };
        facts.extend(
            asked
                .into_iter()
                .filter(|fact| !facts.contains(fact))
                .collect::<Vec<_>>(),
        );
    }
    let go_on = place(view);
    let go_on_label = if go_on == "/outcome" {
        "answers-go-outcome"
    } else {
        "answers-go-on"
    };
    let rows = facts.into_iter().filter_map(|fact| row(view, &told, fact));
    let (answered_no, answers) = rows.partition(|row| row.answer == Phrase::key("answer-no"));
    AnswersPage {
        about,
        answers,
        answered_no,
        go_on,
        go_on_label,
    }
}
