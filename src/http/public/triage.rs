//! Questions, changes of answers, the outcome, and stopping early.
//!
//! A form is taken only where its question is still open as it was shown. An answer to a question that was answered since is a
//! change, which is shown with its effect before it is made; so neither "back", a second tab nor a resend records anything unseen.

use axum::extract::Path;

use crate::case::answer::{Occasion, Others, Said, What};
use crate::pathway::content::FactId;
use crate::pathway::text::Voice;
use crate::service::idempotency::Asked;
use crate::service::view::View;
use crate::walk::Answer;

use super::form::{Form, in_answer, read_about, read_answer, read_ticks};
use super::outcome;
use super::screen::{Screen, Show, earlier, latest, now, place};
use super::told::Told;
use super::trouble::Trouble;
use super::view::{ChangePage, Changed, ConfirmPage, Effect, FieldError, Page};
use super::visit::{DraftOf, Keep, Reply, Visit};

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
        return Ok(Reply::Page {
            page: shown,
            back: Some(back),
            view: Some(Box::new(view)),
        });
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
    Ok(Reply::Page {
        page: shown,
        back: Some(back),
        view: Some(Box::new(view)),
    })
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
    Ok(Reply::Page {
        page,
        back: Some("/answers".to_owned()),
        view: Some(Box::new(view)),
    })
}

/// Takes the form of a page of questions.
pub async fn take(visit: Visit, Path(step): Path<u64>, body: String) -> Result<Reply, Trouble> {
    let form = Form::read(&body);
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
        return take_now(&visit, &view, &screen, &form, &body).await;
    }
    match read_changed(&visit, &view, &form) {
        Ok(said) => change_of(&visit, &view, said, &body),
        Err(_) => Ok(Reply::go(format!("{}?notice=unchanged", place(&view)))),
    }
}

async fn take_now(
    visit: &Visit,
    view: &View,
    screen: &Screen,
    form: &Form,
    body: &str,
) -> Result<Reply, Trouble> {
    let Ok(what) = read(visit, view, screen, form) else {
        return Ok(Reply::draft(place(view), DraftOf::Question, body));
    };
    let said = [Said {
        name: name(view, screen).to_owned(),
        what,
    }];
    let asked = Asked {
        key: visit.key(form),
        after: Some(view.case.seq),
    };
    let after = visit
        .service
        .answer(
            &visit.caller(),
            visit.access()?,
            Occasion::Asked,
            &said,
            &asked,
        )
        .await?;
    Ok(next(view, &after))
}

/// An emergency is shown at once; anything else is one question on.
fn next(before: &View, after: &View) -> Reply {
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

/// What a form says of questions that are answered already; what is not answered now is left out.
fn read_changed(visit: &Visit, view: &View, form: &Form) -> Result<Vec<Said>, Vec<FieldError>> {
    let content = &view.release.content;
    let known = |name: &str| {
        content
            .fact_named(name)
            .filter(|fact| view.present.facts.said(*fact).is_some())
    };
    if form.get("form") == "change" {
        return read_about(content, form, visit.service.today());
    }
    if let Some(fact) = known(form.get("question")) {
        let answer =
            read_answer(content, fact, form, visit.service.now()).map_err(|fault| vec![fault])?;
        return Ok(vec![Said {
            name: form.get("question").to_owned(),
            what: What::Answer(answer),
        }]);
    }
    let (ticked, others) = read_ticks(form).map_err(|fault| vec![fault])?;
    let answer = |name: &str| match others {
        _ if ticked.iter().any(|ticked| ticked == name) => Some(Answer::from("yes")),
        Some(Others::No) => Some(Answer::from("no")),
        Some(Others::NotSure) => Some(Answer::NotSure),
        None => None,
    };
    let shown = form.all("shown").filter(|name| known(name).is_some());
    Ok(shown
        .filter_map(|name| {
            Some(Said {
                name: name.to_owned(),
                what: What::Answer(answer(name)?),
            })
        })
        .collect())
}

/// Of what was said, what differs from what stands: the fact, what stands, what would.
fn differing(visit: &Visit, view: &View, said: Vec<Said>) -> Vec<(Said, Changed)> {
    let told = Told {
        content: &view.release.content,
        speech: view.speech(Voice::Public),
    };
    let differs = |said: Said| {
        let fact: FactId = view.release.content.fact_named(&said.name)?;
        let event = latest(view, fact)?;
        let What::Answer(answer) = &said.what else {
            return None;
        };
        let from = told.answer(fact, event.answer.as_ref()?, event.at);
        let to = told.answer(fact, answer, visit.service.now());
        let changed = Changed {
            question: told.wording(fact),
            from,
            to,
        };
        (changed.from != changed.to).then_some((said, changed))
    };
    said.into_iter().filter_map(differs).collect()
}

/// To the page that shows what a change would do; straight on, if nothing differs.
pub fn change_of(
    visit: &Visit,
    view: &View,
    said: Vec<Said>,
    body: &str,
) -> Result<Reply, Trouble> {
    let is_known = !said.is_empty();
    if !differing(visit, view, said).is_empty() {
        return Ok(Reply::draft("/change", DraftOf::Change, body));
    }
    let place = place(view);
    Ok(Reply::taken(
        if is_known {
            place
        } else {
            format!("{place}?notice=not-asked")
        },
        view,
    ))
}

/// What a change would do.
pub async fn preview(visit: Visit) -> Result<Reply, Trouble> {
    let view = visit.look().await?;
    let Some(form) = visit.draft(DraftOf::Change) else {
        return Ok(Reply::go("/answers"));
    };
    let said = read_changed(&visit, &view, &form).unwrap_or_default();
    let (said, changes): (Vec<Said>, Vec<Changed>) =
        differing(&visit, &view, said).into_iter().unzip();
    if said.is_empty() {
        return Ok(Reply::go(place(&view)));
    }
    let preview = visit
        .service
        .preview(&visit.caller(), visit.access()?, Occasion::Changed, &said)
        .await?;
    let known = |view: &View| {
        view.result()
            .filter(|_| view.is_ended() || outcome::emergency(view).is_some())
    };
    let (before, after) = (known(&preview.before), known(&preview.after));
    let effect = match (before, after) {
        (Some(before), Some(after)) if after < before => Effect::More,
        (Some(before), Some(after)) if after > before => Effect::Less,
        (Some(_), Some(_)) => Effect::Same,
        (None, Some(_)) => Effect::More,
        (Some(before), None) if outcome::is_999(view.release.content.disposition(before)) => {
            Effect::Less
        }
        (_, None) => Effect::Open,
    };
    let headline = |view: &View, result: Option<_>| {
        let told = Told {
            content: &view.release.content,
            speech: view.speech(Voice::Public),
        };
        result.map(|result| told.say(&view.release.content.disposition(result).headline))
    };
    let page = ChangePage {
        changes,
        effect,
        before: headline(&preview.before, before),
        after: headline(&preview.after, after),
        asks_again: before.is_some() && !preview.after.is_ended(),
        fields: form.with("token", visit.token()),
        cancel: "/answers".to_owned(),
    };
    Ok(Reply::Page {
        page: Page::Change(page),
        back: Some("/answers".to_owned()),
        view: Some(Box::new(view)),
    })
}

/// Makes a change that was shown.
pub async fn change(visit: Visit, body: String) -> Result<Reply, Trouble> {
    let form = Form::read(&body);
    let view = match visit.look().await {
        Ok(view) => view,
        Err(trouble) => return Err(trouble.or_emergency(is_emergency_alone(&visit, &form).await)),
    };
    if !visit.is_of_this_case(&form) {
        return Ok(Reply::go(format!("{}?notice=other-tab", place(&view))));
    }
    let said = read_changed(&visit, &view, &form).unwrap_or_default();
    let said: Vec<Said> = differing(&visit, &view, said)
        .into_iter()
        .map(|(said, _)| said)
        .collect();
    if said.is_empty() {
        return Ok(Reply::taken(place(&view), &view));
    }
    let asked = Asked {
        key: visit.key(&form),
        after: Some(view.case.seq),
    };
    let after = visit
        .service
        .answer(
            &visit.caller(),
            visit.access()?,
            Occasion::Changed,
            &said,
            &asked,
        )
        .await?;
    Ok(next(&view, &after))
}

/// What to do.
pub async fn outcome(visit: Visit) -> Result<Reply, Trouble> {
    let view = visit.look().await?;
    let is_shown = view.is_ended() || outcome::emergency(&view).is_some();
    let at = view
        .case
        .told
        .last()
        .map_or_else(|| visit.service.now(), |told| told.at);
    match outcome::page(&view, visit.service.london(at)) {
        Some(page) if is_shown => Ok(Reply::Page {
            page: Page::Outcome(Box::new(page)),
            back: Some("/answers".to_owned()),
            view: Some(Box::new(view)),
        }),
        _ => Ok(Reply::go(place(&view))),
    }
}

/// What was answered.
pub async fn answers(visit: Visit) -> Result<Reply, Trouble> {
    let view = visit.look().await?;
    let page = outcome::answers(&view);
    Ok(Reply::Page {
        back: Some(page.go_on.clone()),
        page: Page::Answers(page),
        view: Some(Box::new(view)),
    })
}

/// Whether to stop here.
pub async fn stop(visit: Visit) -> Result<Reply, Trouble> {
    let view = visit.look().await?;
    let place = place(&view);
    if view.is_ended() {
        return Ok(Reply::go(place));
    }
    let page = ConfirmPage {
        what: "stop",
        token: visit.token(),
        go_on: Some(place.clone()),
    };
    Ok(Reply::Page {
        page: Page::Confirm(page),
        back: Some(place),
        view: Some(Box::new(view)),
    })
}

/// Stops here: what was not asked counts as not known.
pub async fn stopped(visit: Visit, body: String) -> Result<Reply, Trouble> {
    let form = Form::read(&body);
    let view = visit.look().await?;
    if !visit.is_of_this_case(&form) {
        return Ok(Reply::go(format!("{}?notice=other-tab", place(&view))));
    }
    if view.is_ended() {
        return Ok(Reply::go("/outcome"));
    }
    let after = visit
        .service
        .leave_early(
            &visit.caller(),
            visit.access()?,
            &Asked {
                key: visit.key(&form),
                after: None,
            },
        )
        .await?;
    Ok(Reply::taken("/outcome", &after))
}

/// Whether to remove the answers from this device.
pub async fn leave(visit: Visit) -> Reply {
    let go_on = visit.access.is_some().then(|| "/questions".to_owned());
    Reply::Page {
        page: Page::Confirm(ConfirmPage {
            what: "leave",
            token: visit.token(),
            go_on: go_on.clone(),
        }),
        back: go_on,
        view: None,
    }
}

/// Removes the answers from this device.
pub async fn left() -> Reply {
    Reply::Go {
        to: "/left".to_owned(),
        keep: vec![Keep::Nothing],
    }
}

/// Whether what a form says is an emergency whatever else is true.
async fn is_emergency_alone(visit: &Visit, form: &Form) -> bool {
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
