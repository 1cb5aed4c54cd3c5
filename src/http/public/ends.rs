//! The ends: what to do, what was answered, stopping early, and leaving the device clean.

use crate::service::idempotency::Asked;
use crate::service::routing::Ways;
use crate::service::triage::TriageError;

use super::feedback;
use super::form::Form;
use super::outcome;
use super::reply::{DraftOf, Keep, Reply};
use super::screen::place;
use super::services;
use super::trouble::Trouble;
use super::view::{ConfirmPage, OutcomePage, Page};
use super::visit::Visit;

/// What to do.
pub async fn outcome(visit: Visit) -> Result<Reply, Trouble> {
    let ways = ways(&visit).await?;
    let services = services::part(&ways, &visit.service, visit.token());
    let view = ways.view;
    let is_shown = view.is_ended() || outcome::emergency(&view).is_some();
    let at = view
        .case
        .told
        .last()
        .map_or_else(|| visit.service.now(), |told| told.at);
    match outcome::page(&view, visit.service.london(at)) {
        Some(page) if is_shown => Ok(Reply::page(
            Page::Outcome(Box::new(OutcomePage {
                services,
                feedback: (!page.phone_999).then(|| feedback::form(&visit)),
                ..page
            })),
            Some("/answers".to_owned()),
            Some(view),
        )),
        _ => Ok(Reply::go(place(&view))),
    }
}

/// The case, with the services that fit near where the visitor is, if they said where.
async fn ways(visit: &Visit) -> Result<Ways, TriageError> {
    let draft = visit.draft(DraftOf::Place);
    let place = draft.as_ref().and_then(services::place);
    let (caller, access) = (visit.caller(), visit.access());
    let Ok(access) = access else {
        return Err(TriageError::NotFound);
    };
    let asked = Asked::default();
    visit
        .service
        .ways(&caller, access, place, services::MOST, &asked)
        .await
}

/// What was answered.
pub async fn answers(visit: Visit) -> Result<Reply, Trouble> {
    let view = visit.look().await?;
    let page = outcome::answers(&view);
    let back = page.go_on.clone();
    Ok(Reply::page(Page::Answers(page), Some(back), Some(view)))
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
    Ok(Reply::page(Page::Confirm(page), Some(place), Some(view)))
}

/// Stops here: what was not asked counts as not known.
pub async fn stopped(visit: Visit, form: Form) -> Result<Reply, Trouble> {
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
    let go_on = visit
        .device
        .access
        .is_some()
        .then(|| "/questions".to_owned());
    Reply::page(
        Page::Confirm(ConfirmPage {
            what: "leave",
            token: visit.token(),
            go_on: go_on.clone(),
        }),
        go_on,
        None,
    )
}

/// Removes the answers from this device.
pub async fn left() -> Reply {
    Reply::Go {
        to: "/left".to_owned(),
        keep: vec![Keep::Nothing],
    }
}
