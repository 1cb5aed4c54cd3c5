//! Services near a visitor: the postcode that is asked for, and what the outcome shows of a search.

use jiff::Timestamp;

use crate::case::routing::Place;
use crate::directory::PlaceName;
use crate::directory::hours::Open;
use crate::directory::place::MILE_M;
use crate::directory::{Offer, listing::Way};
use crate::pathway::content::Setting;
use crate::service::Service;
use crate::service::idempotency::Asked;
use crate::service::routing::{NotSearched, Ways};

use super::form::{Form, fault};
use super::outcome::reference;
use super::reply::{DraftOf, Reply};
use super::trouble::Trouble;
use super::view::{Page, Phrase, ServiceItem, ServicesPage, ServicesPart, WayItem};
use super::visit::Visit;

/// More than this nobody compares.
pub const MOST: usize = 3;

/// A service that closes so soon is said to, in minutes.
const SOON_MINUTES: i64 = 60;

/// Where to look for services, by its postcode.
pub async fn ask(visit: Visit) -> Result<Reply, Trouble> {
    let view = visit.look().await?;
    let draft = visit.draft(DraftOf::Place);
    let errors = match &draft {
        Some(form) if form.get("postcode").is_empty() => vec!["error-postcode-missing"],
        Some(form) if form.get("postcode").parse::<PlaceName>().is_err() => vec!["error-postcode"],
        _ => Vec::new(),
    };
    let page = ServicesPage {
        token: visit.token(),
        postcode: draft.map_or_else(String::new, |form| {
            form.get("postcode").chars().take(20).collect()
        }),
        errors: errors
            .into_iter()
            .map(|key| fault("postcode", "postcode", Phrase::key(key)))
            .collect(),
    };
    Ok(Reply::page(
        Page::Services(page),
        Some("/outcome".to_owned()),
        Some(view),
    ))
}

/// Looks for services near a postcode, which is kept sealed in the case.
pub async fn look(visit: Visit, form: Form) -> Result<Reply, Trouble> {
    let access = visit.access()?;
    if !visit.is_of_this_case(&form) {
        return Ok(Reply::go("/outcome?notice=other-tab"));
    }
    let Some(place) = place(&form) else {
        return Ok(Reply::draft("/services", DraftOf::Place, &form));
    };
    let asked = Asked {
        key: visit.key(&form),
        after: None,
    };
    let ways = visit
        .service
        .ways(&visit.caller(), access, Some(place), MOST, &asked)
        .await?;
    Ok(if ways.recorded {
        Reply::taken("/outcome", &ways.view)
    } else {
        // What cannot be recorded now is still searched with.
        Reply::draft("/outcome", DraftOf::Place, &form)
    })
}

/// The place of a form, if it is a postcode or a district.
pub fn place(form: &Form) -> Option<Place> {
    let name: PlaceName = form.get("postcode").parse().ok()?;
    Some(Place::Postcode(name.to_string()))
}

/// What the outcome shows; nothing where an ambulance is needed, or no service.
pub fn part(ways: &Ways, service: &Service, token: String) -> Option<ServicesPart> {
    let setting = ways.disposition.as_ref()?.setting;
    if matches!(setting, Setting::Ambulance | Setting::SelfCare) {
        return None;
    }
    let now = service.now();
    let (offers, is_rough, problem) = match &ways.searched {
        Ok(found) if found.selection.offers.is_empty() => (&[][..], false, Some("services-none")),
        Ok(found) => (found.selection.offers.as_slice(), found.is_rough, None),
        Err(NotSearched::UnknownPlace) => (&[][..], false, Some("services-unknown-place")),
        Err(NotSearched::NoDirectory) => (&[][..], false, Some("services-no-directory")),
        Err(NotSearched::Unavailable) => (&[][..], false, Some("services-unavailable")),
        Err(
            NotSearched::NoPlace
            | NotSearched::NothingReached
            | NotSearched::Emergency
            | NotSearched::NotNeeded,
        ) => (&[][..], false, None),
    };
    let has_place = !matches!(ways.searched, Err(NotSearched::NoPlace));
    let has_services = !matches!(ways.searched, Err(NotSearched::NoDirectory));
    let near = match ways.view.case.place() {
        Some(Place::Postcode(postcode)) => postcode.clone(),
        _ => String::new(),
    };
    Some(ServicesPart {
        token,
        ask: has_services,
        near: has_place.then_some(near),
        problem,
        rough: is_rough,
        found: offers
            .iter()
            .map(|offer| item(offer, service, now))
            .collect(),
        say: reference(&ways.view),
        ways: ways
            .fall_back
            .iter()
            .map(|way| WayItem {
                id: way.id,
                phone: way.phone.map(str::to_owned),
            })
            .collect(),
    })
}

fn item(offer: &Offer, service: &Service, now: Timestamp) -> ServiceItem {
    let listing = &offer.listing;
    let postcode = listing.postcode.iter().map(ToString::to_string);
    let parts = [listing.address.clone()].into_iter().chain(postcode);
    let address: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    let is_by_phone = listing.way == Way::Phone;
    let closes_soon = offer.open.opens.is_none()
        && offer
            .open
            .closes
            .is_some_and(|closes| closes.as_second() - now.as_second() <= SOON_MINUTES * 60);
    ServiceItem {
        name: listing.name.clone(),
        kind: listing.kind.word(),
        way: listing.way.word(),
        distance: (!is_by_phone).then(|| miles(offer.distance_m)),
        hours: hours(offer.open, service, now),
        closes_soon,
        phone: listing.phone.clone(),
        address: (!is_by_phone && !address.is_empty()).then(|| address.join(", ")),
        note: (!listing.note.is_empty()).then(|| listing.note.clone()),
    }
}

fn miles(distance_m: f64) -> Phrase {
    let miles = distance_m / MILE_M;
    if miles < 0.1 {
        Phrase::key("services-very-near")
    } else {
        Phrase::key("services-miles").with("miles", format!("{miles:.1}"))
    }
}

/// When it is open, as people say it.
fn hours(open: Open, service: &Service, now: Timestamp) -> Phrase {
    match (open.opens, open.closes) {
        (None, None) => Phrase::key("services-always"),
        (None, Some(closes)) => at(Phrase::key("services-until"), closes, service, now),
        (Some(opens), _) => at(Phrase::key("services-opens"), opens, service, now),
    }
}

fn at(phrase: Phrase, moment: Timestamp, service: &Service, now: Timestamp) -> Phrase {
    let (shown, today) = (service.london(moment), service.london(now).date());
    let clock = match (shown.hour(), shown.minute()) {
        (0, 0) => "midnight",
        (12, 0) => "midday",
        _ => "time",
    };
    // Midnight is the end of the day before.
    let day = if clock == "midnight" {
        shown.date().yesterday().unwrap_or(shown.date())
    } else {
        shown.date()
    };
    let day = match day {
        day if day <= today => "today".to_owned(),
        day if today.tomorrow().is_ok_and(|tomorrow| day == tomorrow) => "tomorrow".to_owned(),
        day => day.strftime("%a").to_string().to_lowercase(),
    };
    let time = if shown.minute() == 0 {
        shown.strftime("%-I%P").to_string()
    } else {
        shown.strftime("%-I:%M%P").to_string()
    };
    phrase
        .with("clock", clock)
        .with("time", time)
        .with("day", day)
}
