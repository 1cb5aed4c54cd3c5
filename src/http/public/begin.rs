//! From the start page to the first question: party, age and sex, and the choice of complaints.

use crate::case::ids::ProviderId;
use crate::pathway::text::{Party, Voice};
use crate::service::access::Access;
use crate::service::idempotency::Asked;
use crate::service::speech::Speech;
use crate::service::triage::{StartCase, TriageError};
use crate::walk::Answer;

use super::change::change_of;
use super::form::{Form, fault, read_about};
use super::reply::{DraftOf, Keep, Reply};
use super::screen::{latest, place};
use super::search;
use super::trouble::Trouble;
use super::view::{AboutPage, Complaint, ComplaintPage, Page, Phrase};
use super::visit::Visit;

/// Who needs help: always a fresh form, because the last one who used this device may be somebody else.
pub async fn about(visit: Visit) -> Result<Reply, Trouble> {
    let draft = visit
        .draft(DraftOf::About)
        .filter(|form| form.get("form") != "change");
    Ok(Reply::page(
        Page::About(about_page(&visit, draft, false).await?),
        Some("/emergency-check".to_owned()),
        None,
    ))
}

/// Starts a case.
pub async fn start(visit: Visit, form: Form) -> Result<Reply, Trouble> {
    let release = visit
        .service
        .releases()
        .active(&ProviderId::default())
        .await
        .map_err(TriageError::from)?;
    let Ok(known) = read_about(&release.content, &form, visit.service.today()) else {
        return Ok(Reply::draft("/about-you", DraftOf::About, &form));
    };
    visit.service.admit_start(&visit.caller(), visit.source.0)?;
    let started = visit
        .service
        .start(
            &visit.caller(),
            &StartCase {
                known,
                ..StartCase::default()
            },
            visit.key(&form).as_ref(),
        )
        .await?;
    let access = Access {
        provider: ProviderId::default(),
        case: started.view.case.id,
        secret: started.secret,
    };
    Ok(Reply::Go {
        to: place(&started.view),
        keep: vec![Keep::NoDraft, Keep::Urgent(false), Keep::Case(access)],
    })
}

/// Who needs help, as it was said, to be corrected.
pub async fn about_change(visit: Visit) -> Result<Reply, Trouble> {
    let view = visit.look().await?;
    let draft = visit
        .draft(DraftOf::About)
        .filter(|form| form.get("form") == "change");
    let mut page = about_page(&visit, draft.clone(), true).await?;
    if draft.is_none() {
        let system = view.release.content.system;
        let said = |fact| latest(&view, fact).and_then(|event| event.answer.clone());
        page.party = as_typed(said(system.party));
        page.sex = as_typed(said(system.sex));
        show_age(&mut page, said(system.age));
    }
    Ok(Reply::page(
        Page::About(page),
        Some("/answers".to_owned()),
        Some(view),
    ))
}

/// Corrects who needs help, after showing what that does.
pub async fn about_changed(visit: Visit, form: Form) -> Result<Reply, Trouble> {
    let view = visit.look().await?;
    let Ok(said) = read_about(&view.release.content, &form, visit.service.today()) else {
        return Ok(Reply::draft("/about-you/change", DraftOf::About, &form));
    };
    change_of(&visit, &view, said, &form)
}

async fn about_page(
    visit: &Visit,
    draft: Option<Form>,
    change: bool,
) -> Result<AboutPage, Trouble> {
    let mut page = AboutPage {
        token: visit.token(),
        age_unit: "years".to_owned(),
        change,
        ..AboutPage::default()
    };
    if let Some(form) = draft {
        let release = visit
            .service
            .releases()
            .active_or_last(&ProviderId::default())
            .await
            .map_err(TriageError::from)?;
        page.errors = read_about(&release.content, &form, visit.service.today())
            .err()
            .unwrap_or_default();
        let typed = |field: &str| form.get(field).to_owned();
        page.party = typed("party");
        page.sex = typed("sex");
        page.age_by = typed("age_by");
        page.age_count = typed("age_count");
        page.age_unit = typed("age_unit");
        [page.birth_day, page.birth_month, page.birth_year] =
            ["birth_day", "birth_month", "birth_year"].map(typed);
    }
    Ok(page)
}

fn as_typed(answer: Option<Answer>) -> String {
    match answer {
        Some(Answer::Word(word)) => word,
        Some(Answer::NotTold) => "not_told".to_owned(),
        _ => String::new(),
    }
}

fn show_age(page: &mut AboutPage, age: Option<Answer>) {
    match age {
        Some(Answer::BirthDate(born)) => {
            page.age_by = "birth".to_owned();
            page.birth_day = born.day().to_string();
            page.birth_month = born.month().to_string();
            page.birth_year = born.year().to_string();
        }
        Some(Answer::Age(told)) => {
            let (count, unit) = told.split_once(' ').unwrap_or((&told, "years"));
            page.age_by = "years".to_owned();
            page.age_count = count.to_owned();
            page.age_unit = unit.to_owned();
        }
        other => page.age_by = as_typed(other),
    }
}

/// What the problem is.
pub async fn complaints(visit: Visit) -> Result<Reply, Trouble> {
    let view = visit.look().await?;
    let content = &view.release.content;
    let speech = Speech {
        party: Party::First,
        ..view.speech(Voice::Public)
    };
    let is_chosen = |complaint: &Complaint| {
        view.case
            .walked()
            .any(|walked| walked.family == complaint.id)
    };
    let (chosen, all): (Vec<Complaint>, Vec<Complaint>) = search::all(content, &speech)
        .into_iter()
        .partition(is_chosen);
    let draft = visit.draft(DraftOf::Search);
    let search = draft
        .as_ref()
        .map(|form| form.get("search").chars().take(100).collect::<String>());
    let errors = match draft.as_ref() {
        Some(form) if form.get("go") == "on" => {
            vec![fault("search", "search", Phrase::key("error-complaint"))]
        }
        Some(form) if form.get("search").is_empty() => {
            vec![fault("search", "search", Phrase::key("error-search"))]
        }
        _ => Vec::new(),
    };
    let found = search
        .as_deref()
        .filter(|_| errors.is_empty())
        .map(|typed| {
            search::find(content, &speech, typed)
                .into_iter()
                .filter(|complaint| !is_chosen(complaint))
                .collect()
        });
    let page = ComplaintPage {
        token: visit.token(),
        chosen,
        search: search.unwrap_or_default(),
        found,
        all,
        errors,
    };
    Ok(Reply::page(
        Page::Complaints(page),
        Some("/about-you/change".to_owned()),
        Some(view),
    ))
}

/// Searches, adds a complaint, or goes on to the questions.
pub async fn choose(visit: Visit, form: Form) -> Result<Reply, Trouble> {
    let view = visit.look().await?;
    if !visit.is_of_this_case(&form) {
        return Ok(Reply::go("/complaints?notice=other-tab"));
    }
    let added = form
        .0
        .iter()
        .find_map(|(name, _)| name.strip_prefix("add."));
    if let Some(added) = added {
        let families = view.release.content.families();
        if !families.iter().any(|(family, _)| *family == added) {
            return Ok(Reply::go("/complaints?notice=no-such-problem"));
        }
        let asked = Asked {
            key: visit.key(&form),
            after: None,
        };
        let view = visit
            .service
            .choose(
                &visit.caller(),
                visit.access()?,
                &[added.to_owned()],
                &asked,
            )
            .await?;
        return Ok(Reply::taken("/complaints", &view));
    }
    if form.get("go") == "on" && view.case.walked().next().is_some() {
        return Ok(Reply::taken(place(&view), &view));
    }
    Ok(Reply::draft("/complaints", DraftOf::Search, &form))
}
