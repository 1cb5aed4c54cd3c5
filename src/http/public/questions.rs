//! Questions, checklists and guides: shown at their place, and taken only where they are still open as they were shown.
//!
//! An answer to a question that was answered since is a change, which is shown with its effect before it is made; so neither "back",
//! a second tab nor a resend records anything unseen.

use axum::extract::Path;

use crate::case::answer::{Occasion, Said, What};
use crate::service::view::View;
use crate::walk::Answer;

use super::change::{change_of, read_changed};
use super::form::{Form, in_answer, read_answer, read_ticks};
use super::outcome;
use super::reply::{DraftOf, Reply};
use super::screen::{Screen, Show, earlier, latest, now, place};
use super::trouble::Trouble;
use super::view::FieldError;
use super::visit::Visit;

/// To the page on which the case stands.
pub async fn here(visit: Visit) -> Result<Reply, Trouble> {
    let view = visit.look().await?;
    Ok(Reply::go(with_notice(&visit, &view)))
}

fn with_notice(visit: &Visit, view: &View) -> String {
    let place = place(view);
    visit
        .notice_name()
        .map_or(place.clone(), |notice| format!("{place}?notice={notice}"))
}

/// The page that was or is shown after so many events.
pub async fn show(visit: Visit, Path(step): Path<u64>) -> Result<Reply, Trouble> {
    let view = visit.look().await?;
    let pages = earlier(&view);
    let back = |step: u64| match pages.iter().rfind(|page| page.step < step) {
        Some(page) if page.screen == Screen::Patient => "/complaints".to_owned(),
        Some(page) => format!("/questions/{}", page.step),
        None => "/complaints".to_owned(),
    };
    if step < view.case.seq
        && let Some(page) = pages.iter().find(|page| page.step >= step)
    {
        if page.screen == Screen::Patient {
            return Ok(Reply::go("/about-you/change"));
        }
        let show = Show {
            view: &view,
            step: page.step,
            token: visit.token(),
            draft: None,
            errors: Vec::new(),
        };
        let shown = show
            .page(&page.screen)
            .ok_or_else(|| Trouble::Elsewhere(place(&view)))?;
        let back = back(page.step);
        return Ok(Reply::page(shown, Some(back), Some(view)));
    }
    let screen = now(&view);
    let here = place(&view);
    if here != format!("/questions/{step}") {
        return Ok(Reply::go(here));
    }
    let draft = visit
        .draft(DraftOf::Question)
        .filter(|form| form.get("question") == name(&view, &screen));
    let errors = draft
        .as_ref()
        .map(|form| faults(&visit, &view, &screen, form))
        .unwrap_or_default();
    let show = Show {
        view: &view,
        step,
        token: visit.token(),
        draft: draft.as_ref(),
        errors,
    };
    let shown = show
        .page(&screen)
        .ok_or_else(|| Trouble::Elsewhere("/outcome".to_owned()))?;
    let back = back(step);
    Ok(Reply::page(shown, Some(back), Some(view)))
}

/// One earlier answer, to be changed.
pub async fn answer_of(visit: Visit, Path(seq): Path<u64>) -> Result<Reply, Trouble> {
    let view = visit.look().await?;
    let told = view.case.told.iter().find(|told| told.seq == seq);
    let fact = told
        .and_then(|told| view.release.content.fact_named(&told.name))
        .filter(|fact| latest(&view, *fact).is_some());
    let Some(fact) = fact else {
        return Ok(Reply::go("/answers"));
    };
    let show = Show {
        view: &view,
        step: seq.saturating_sub(1),
        token: visit.token(),
        draft: None,
        errors: Vec::new(),
    };
    let page = show
        .page(&Screen::Question(fact))
        .ok_or(Trouble::NotFound)?;
    Ok(Reply::page(page, Some("/answers".to_owned()), Some(view)))
}

/// Takes the form of a page of questions.
pub async fn take(visit: Visit, Path(step): Path<u64>, form: Form) -> Result<Reply, Trouble> {
    let view = match visit.look().await {
        Ok(view) => view,
        // The record cannot be read: what this answer says by itself is said all the same.
        Err(trouble) => return Err(trouble.or_emergency(is_emergency_alone(&visit, &form).await)),
    };
    if !visit.is_of_this_case(&form) {
        return Ok(Reply::go(format!("{}?notice=other-tab", place(&view))));
    }
    let screen = now(&view);
    if name(&view, &screen) == form.get("question") && is_as_shown(&view, &screen, &form, step) {
        return take_now(&visit, &view, &screen, &form).await;
    }
    match read_changed(&visit, &view, &form) {
        Ok(said) => change_of(&visit, &view, said, &form),
        Err(_) => Ok(Reply::go(format!("{}?notice=unchanged", place(&view)))),
    }
}

async fn take_now(
    visit: &Visit,
    view: &View,
    screen: &Screen,
    form: &Form,
) -> Result<Reply, Trouble> {
    let Ok(what) = read(visit, view, screen, form) else {
        return Ok(Reply::draft(place(view), DraftOf::Question, form));
    };
    let said = [Said {
        name: name(view, screen).to_owned(),
        what,
    }];
    let after = visit.say(view, form, Occasion::Asked, &said).await?;
    Ok(next(view, &after))
}

/// An emergency is shown at once; anything else is one question on.
pub fn next(before: &View, after: &View) -> Reply {
    let reached = outcome::emergency(after);
    let is_new = reached.is_some() && reached != outcome::emergency(before);
    Reply::taken(
        if is_new {
            "/outcome".to_owned()
        } else {
            place(after)
        },
        after,
    )
}

/// The name that a form of a screen carries.
fn name<'a>(view: &'a View, screen: &Screen) -> &'a str {
    let content = &view.release.content;
    match screen {
        Screen::Question(fact) => &content.fact(*fact).id,
        Screen::Checklist(id, _) => &content.checklist(*id).id,
        Screen::Guide(guide) => &content.guide(*guide).id,
        Screen::Patient | Screen::End => "",
    }
}

/// Whether what is asked now is what the form showed: nothing was said of it since, and a checklist has the same members.
fn is_as_shown(view: &View, screen: &Screen, form: &Form, step: u64) -> bool {
    let content = &view.release.content;
    let is_new = |name: &str| {
        !view
            .case
            .told
            .iter()
            .any(|told| told.name == name && told.seq > step)
    };
    match screen {
        Screen::Checklist(_, members) => {
            let names: Vec<&str> = members
                .iter()
                .map(|fact| content.fact(*fact).id.as_str())
                .collect();
            form.all("shown").eq(names.iter().copied()) && names.iter().all(|name| is_new(name))
        }
        screen => is_new(name(view, screen)),
    }
}

fn read(visit: &Visit, view: &View, screen: &Screen, form: &Form) -> Result<What, FieldError> {
    let content = &view.release.content;
    match screen {
        Screen::Question(fact) => {
            read_answer(content, *fact, form, visit.service.now()).map(What::Answer)
        }
        Screen::Checklist(..) => {
            read_ticks(form).map(|(ticked, others)| What::Ticked { ticked, others })
        }
        Screen::Guide(guide) => {
            let chosen = form.get("answer");
            let is_exit = content
                .guide(*guide)
                .exits
                .iter()
                .any(|exit| exit.id == chosen);
            if is_exit {
                Ok(What::Answer(Answer::Exit(chosen.to_owned())))
            } else {
                Err(in_answer("error-choose-exit"))
            }
        }
        Screen::Patient | Screen::End => Err(in_answer("error-choose")),
    }
}

fn faults(visit: &Visit, view: &View, screen: &Screen, form: &Form) -> Vec<FieldError> {
    read(visit, view, screen, form).err().into_iter().collect()
}

/// Whether what a form says is an emergency whatever else is true.
pub async fn is_emergency_alone(visit: &Visit, form: &Form) -> bool {
    let caller = visit.caller();
    let Ok(release) = visit
        .service
        .releases()
        .active_or_last(&caller.provider)
        .await
    else {
        return false;
    };
    let content = &release.content;
    let question = form.get("question");
    let said: Vec<(String, Answer)> = match content.fact_named(question) {
        Some(fact) => read_answer(content, fact, form, visit.service.now())
            .ok()
            .map(|answer| (question.to_owned(), answer))
            .into_iter()
            .collect(),
        None => form
            .all("sign")
            .map(|sign| (sign.to_owned(), Answer::from("yes")))
            .collect(),
    };
    visit.service.is_emergency_alone(&release, &said)
}
