//! The services that fit what a case came to: looked for near a place, shown with the national ways to help, and recorded.
//!
//! A search never changes the disposition and never stands in the way of it: whatever goes wrong (an unknown place, no directory, a
//! database that is slow or gone), the national ways to help are there, and what could be found is shown even if it could not be
//! recorded.

use crate::case::routing::{NotOffered, Place};
use crate::directory::fall_back::{FallBack, fall_back};
use crate::directory::{Disposition, Point, Sex, Wanted};
use crate::pathway::age::AgeRange;
use crate::pathway::content::Setting;
use crate::walk::Answer;

use super::access::Access;
use super::idempotency::{Asked, request};
use super::ports::directory::{DirectoryError, Found, Near};
use super::speech::told_age;
use super::triage::TriageError;
use super::view::View;
use super::{Caller, Service};

/// The ways to help that there are for a case.
#[derive(Debug, Clone)]
pub struct Ways {
    /// The case, after what was recorded of this.
    pub view: View,
    /// What was looked for; `None` while nothing is reached.
    pub disposition: Option<Disposition>,
    /// The services that fit, or why none was looked for.
    pub searched: Result<Found, NotSearched>,
    /// The national ways to help. Never empty.
    pub fall_back: Vec<FallBack>,
    /// What was told and shown is on disk.
    pub recorded: bool,
}

/// Why no service was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotSearched {
    /// Nothing is reached yet.
    NothingReached,
    /// An ambulance is needed: nothing must take anybody's mind off 999.
    Emergency,
    /// No service is needed.
    NotNeeded,
    /// Nobody said where the patient is.
    NoPlace,
    /// The directory does not know the place.
    UnknownPlace,
    /// There is no directory for this area.
    NoDirectory,
    /// It cannot be reached, or was too slow.
    Unavailable,
}

impl Service {
    /// The services that fit what a case came to, near the place that is told now or was told before in this contact.
    ///
    /// # Errors
    /// [`TriageError`] if the case cannot be read, or the key was used for another request.
    pub async fn ways(
        &self,
        caller: &Caller,
        access: &Access,
        place: Option<Place>,
        limit: usize,
        asked: &Asked,
    ) -> Result<Ways, TriageError> {
        let view = self.look(access).await?;
        let near = place.clone().or_else(|| view.case.place().cloned());
        let disposition = disposition(&view);
        let searched = self
            .search(caller, &view, disposition.as_ref(), near.as_ref(), limit)
            .await;
        let fall_back = fall_back(disposition.as_ref());
        let ways = Ways {
            view,
            disposition,
            searched,
            fall_back,
            recorded: true,
        };
        let is_new = place.is_some() || ways.searched.is_ok();
        if is_new {
            self.shown(caller, access, ways, place, asked).await
        } else {
            Ok(ways)
        }
    }

    /// Records which of the services that were offered is chosen.
    ///
    /// # Errors
    /// [`TriageError`] if nothing was recorded.
    pub async fn choose_service(
        &self,
        caller: &Caller,
        access: &Access,
        service: &str,
        asked: &Asked,
    ) -> Result<View, TriageError> {
        let request = request("choose service", &service);
        self.change(access, asked, request, None, |case, release| {
            let mut commit = self.go_on(caller, case, release)?;
            commit
                .service_chosen(service)
                .map_err(|NotOffered(service)| TriageError::ServiceNotOffered(service))?;
            Ok(commit)
        })
        .await
    }

    async fn search(
        &self,
        caller: &Caller,
        view: &View,
        disposition: Option<&Disposition>,
        place: Option<&Place>,
        limit: usize,
    ) -> Result<Found, NotSearched> {
        let disposition = disposition.ok_or(NotSearched::NothingReached)?;
        match disposition.setting {
            Setting::Ambulance => return Err(NotSearched::Emergency),
            Setting::SelfCare => return Err(NotSearched::NotNeeded),
            _ => {}
        }
        let near = near(place.ok_or(NotSearched::NoPlace)?).ok_or(NotSearched::UnknownPlace)?;
        let wanted = self.wanted(view, disposition.clone(), limit);
        let search = self.directory.find(&caller.provider, &near, &wanted);
        let found = tokio::time::timeout(self.directory_patience, search)
            .await
            .unwrap_or(Err(DirectoryError::TooSlow));
        found.map_err(|error| match error {
            DirectoryError::UnknownPlace => NotSearched::UnknownPlace,
            DirectoryError::Empty => NotSearched::NoDirectory,
            error => {
                metrics::counter!("nhs111_directory_failures_total").increment(1);
                tracing::error!(error.message = %error, "the directory of services could not be searched; the national ways to help are shown");
                NotSearched::Unavailable
            }
        })
    }

    fn wanted(&self, view: &View, disposition: Disposition, limit: usize) -> Wanted {
        let (content, facts) = (&view.release.content, &view.present.facts);
        let age = facts.said(content.system.age);
        let age = age.and_then(|age| told_age(age, view.moment.today));
        let sex = match facts.said(content.system.sex) {
            Some(Answer::Word(word)) if word == "female" => Some(Sex::Female),
            Some(Answer::Word(word)) if word == "male" => Some(Sex::Male),
            _ => None,
        };
        let now = self.now();
        let complaints = view.case.walked().map(|complaint| complaint.family.clone());
        Wanted {
            disposition,
            age: age.unwrap_or(AgeRange::ANY),
            sex,
            complaints: complaints.collect(),
            at: now,
            since: view.case.told.last().map_or(now, |told| told.at),
            limit,
        }
    }

    /// Records what was told and shown. What cannot be recorded is shown all the same.
    async fn shown(
        &self,
        caller: &Caller,
        access: &Access,
        ways: Ways,
        place: Option<Place>,
        asked: &Asked,
    ) -> Result<Ways, TriageError> {
        // With the secret of the case, so that nobody finds the place by trying all there are.
        let asked_for = request("services", &(access.secret.reveal(), &place));
        let changed = self
            .change(access, asked, asked_for, None, |case, release| {
                let mut commit = self.go_on(caller, case, release)?;
                if let Some(place) = &place {
                    commit.place_given(place.clone());
                }
                if let (Ok(found), Some(disposition)) = (&ways.searched, &ways.disposition) {
                    let offers = found.selection.offers.iter();
                    let ids = offers.map(|offer| offer.listing.id.clone()).collect();
                    let edition = found.edition.name.to_string();
                    commit.services_offered(disposition.id.clone(), edition, ids);
                }
                Ok(commit)
            })
            .await;
        let ways = match changed {
            Ok(view) => Ways { view, ..ways },
            Err(error @ TriageError::KeyReused) => return Err(error),
            Err(error) => {
                // That somebody was faster is nobody's fault.
                if !matches!(error, TriageError::Conflict { .. }) {
                    metrics::counter!("nhs111_offers_not_recorded_total").increment(1);
                    tracing::error!(error.message = %error, "services were shown and could not be recorded");
                }
                Ways {
                    recorded: false,
                    ..ways
                }
            }
        };
        Ok(ways)
    }
}

/// What a case came to, as far as a directory cares.
fn disposition(view: &View) -> Option<Disposition> {
    let result = view.release.content.disposition(view.result()?);
    Some(Disposition {
        id: result.id.clone(),
        dx: result.dx.clone(),
        family: result.family.clone(),
        setting: result.setting,
        within_minutes: result.within_minutes,
        emergency: result.emergency,
    })
}

fn near(place: &Place) -> Option<Near> {
    match place {
        Place::Postcode(text) => text.parse().ok().map(Near::Name),
        Place::Point {
            latitude,
            longitude,
        } => Point::new(*latitude, *longitude).map(Near::Point),
    }
}
