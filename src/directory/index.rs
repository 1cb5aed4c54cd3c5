//! Picking, from the listings of an area, the services that fit.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::pathway::age::AgeRange;
use crate::pathway::content::Setting;

use super::calendar::Calendar;
use super::hours::{Open, Shut};
use super::listing::{AgeFit, Capacity, Listing};
use super::place::Point;
use super::takes::{Disposition, Taken};

pub use super::listing::Sex;

/// How far away a service may be, in metres, unless it says less itself. The national directory of the NHS looks as far.
pub const FURTHEST_M: f64 = 60_000.0;

/// How long a disposition without a time frame looks ahead, in minutes: a week, so that every weekday is among it.
const NO_TIME_FRAME: u32 = 7 * 24 * 60;

/// Who needs a service, what for, and how soon.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// What they need.
    pub disposition: Disposition,
    /// The ages that the patient may have; [`AgeRange::ANY`] if it was not told.
    pub age: AgeRange,
    /// The patient's sex, if it was told.
    pub sex: Option<Sex>,
    /// The complaints (families of pathways) of the case.
    pub complaints: Vec<String>,
    /// Now.
    pub at: Timestamp,
    /// From when the time frame counts: when the disposition was reached.
    pub since: Timestamp,
    /// The most to offer, and the most near misses to name.
    pub limit: usize,
}

/// The services that fit, and those that nearly do.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Selection {
    /// Nearest first.
    pub offers: Vec<Offer>,
    /// Those that fail one test only, nearest first. For staff.
    pub near_misses: Vec<NearMiss>,
}

/// A service that fits.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// Which.
    pub listing: Arc<Listing>,
    /// How far it is, in metres, as the crow flies.
    pub distance_m: f64,
    /// When it can be used.
    pub open: Open,
    /// Why it fits, for staff.
    pub why: Vec<Fit>,
}

/// Why a service fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// It takes the disposition, by this.
    Takes(Taken),
    /// It is for the complaints of the case.
    Complaint,
    /// It takes the patient's age, and not every age.
    Age,
    /// It takes the patient's sex, and not both.
    Sex,
    /// It is open now.
    OpenNow,
    /// It opens within the time frame.
    OpensInTime,
    /// It has little room.
    LittleRoom,
}

/// A service that fails one test.
#[derive(Debug, Clone, PartialEq)]
pub struct NearMiss {
    /// Which.
    pub listing: Arc<Listing>,
    /// How far it is, in metres.
    pub distance_m: f64,
    /// What it fails.
    pub why: Miss,
}

/// Why a service does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Miss {
    /// It takes other dispositions of the same kind of service.
    OtherDispositions,
    /// It is for other complaints.
    OtherComplaints,
    /// The patient is too young or too old for it.
    Age,
    /// It does not take every age, and the patient's is not known well enough.
    AgeNotKnown,
    /// It takes the other sex.
    Sex,
    /// It takes one sex, and the patient's is not known.
    SexNotKnown,
    /// The patient is further away than it takes patients from.
    OutOfReach,
    /// It has no room.
    NoRoom,
    /// It cannot be used in time.
    Shut(Shut),
}

/// The listings of an area, ordered for searching.
#[derive(Debug, Default)]
pub struct Index {
    listings: Vec<Arc<Listing>>,
    /// Places in `listings`, by kind of service or code, from south to north.
    by_taken: HashMap<String, Vec<usize>>,
}

/// One that has at most one miss so far.
struct Candidate<'a> {
    listing: &'a Arc<Listing>,
    distance_m: f64,
    taken: Option<&'a Taken>,
    miss: Option<Miss>,
}

impl Index {
    /// Of these listings.
    pub fn new(listings: Vec<Listing>) -> Self {
        let mut listings: Vec<Arc<Listing>> = listings.into_iter().map(Arc::new).collect();
        listings.sort_by(|one, other| {
            let south = one.at.latitude.total_cmp(&other.at.latitude);
            south.then_with(|| one.id.cmp(&other.id))
        });
        let mut by_taken: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, listing) in listings.iter().enumerate() {
            for taken in &listing.takes {
                let key = match taken {
                    Taken::Code(code) => code,
                    Taken::Family { family, .. } => family,
                };
                let places = by_taken.entry(key.clone()).or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        Index { listings, by_taken }
    }

    /// The service of this id.
    pub fn listing(&self, id: &str) -> Option<&Arc<Listing>> {
        self.listings.iter().find(|listing| listing.id == id)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.listings.len()
    }

    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.listings.is_empty()
    }

    /// The services that fit, nearest first; at one distance those with more room first, then those that are open longer.
    ///
    /// Nothing for somebody who needs an ambulance, which is not looked for in a directory, or who needs no service.
    pub fn select(&self, wanted: &Wanted, near: Point, zone: &TimeZone) -> Selection {
        let setting = wanted.disposition.setting;
        if matches!(setting, Setting::Ambulance | Setting::SelfCare) {
            return Selection::default();
        }
        let minutes = wanted.disposition.within_minutes.unwrap_or(NO_TIME_FRAME);
        // Where the time has run out, what is open now.
        let deadline = later(wanted.since, i64::from(minutes)).max(wanted.at);
        // Three days more: whatever is open then and closes later goes on over a long weekend.
        let calendar = Calendar::new(wanted.at, later(deadline, 3 * 24 * 60), zone);
        let mut candidates = self.candidates(wanted, near);
        candidates.sort_by(|one, other| one.distance_m.total_cmp(&other.distance_m));
        let mut selection = Selection::default();
        for candidate in candidates {
            let is_further = |last: &Offer| last.distance_m < candidate.distance_m;
            // Whoever is as near as the last one may have more room; a near miss that is further away helps nobody.
            if selection.offers.len() >= wanted.limit
                && selection.offers.last().is_none_or(is_further)
            {
                break;
            }
            candidate.judge(wanted, deadline, &calendar, &mut selection);
        }
        selection.offers.sort_by(|one, other| {
            let far = one.distance_m.total_cmp(&other.distance_m);
            let room = one.listing.capacity.cmp(&other.listing.capacity);
            // What does not close is open longest.
            let closes = |offer: &Offer| offer.open.closes.unwrap_or(Timestamp::MAX);
            far.then(room)
                .then(closes(other).cmp(&closes(one)))
                .then_with(|| one.listing.id.cmp(&other.listing.id))
        });
        selection.offers.truncate(wanted.limit);
        selection
    }

    /// Those near enough that take this kind of service, with what they fail of all but their hours; none that fails two.
    fn candidates<'a>(&'a self, wanted: &Wanted, near: Point) -> Vec<Candidate<'a>> {
        let disposition = &wanted.disposition;
        let keys = [Some(&disposition.family), disposition.dx.as_ref()];
        let lists = keys
            .into_iter()
            .flatten()
            .filter_map(|key| self.by_taken.get(key));
        // A degree of latitude is 111 km, and nothing is looked for further away than half of that.
        let band = FURTHEST_M / 111_000.0;
        let south = near.latitude - band;
        let mut seen: Vec<usize> = Vec::new();
        for list in lists {
            let latitude = |place: &usize| self.listings.get(*place).map(|found| found.at.latitude);
            let first = list.partition_point(|place| latitude(place) < Some(south));
            let rest = list.get(first..).unwrap_or_default().iter();
            seen.extend(
                rest.copied()
                    .take_while(|place| latitude(place) <= Some(near.latitude + band)),
            );
        }
        seen.sort_unstable();
        seen.dedup();
        seen.into_iter()
            .filter_map(|place| self.listings.get(place))
            .filter_map(|listing| Candidate::of(listing, wanted, near))
            .collect()
    }
}

impl<'a> Candidate<'a> {
    /// `None` for one that is too far away or fails two tests.
    fn of(listing: &'a Arc<Listing>, wanted: &Wanted, near: Point) -> Option<Self> {
        let distance_m = listing.at.distance_m(near);
        if distance_m > FURTHEST_M {
            return None;
        }
        let taken = listing.taken_by(&wanted.disposition);
        let out_of_reach = listing
            .reach_km
            .is_some_and(|reach| distance_m > f64::from(reach) * 1000.0);
        let is_other = !listing.complaints.is_empty()
            && (wanted.complaints.is_empty()
                || wanted
                    .complaints
                    .iter()
                    .any(|complaint| !listing.complaints.contains(complaint)));
        let misses = [
            taken.is_none().then_some(Miss::OtherDispositions),
            is_other.then_some(Miss::OtherComplaints),
            match listing.takes_age(wanted.age) {
                AgeFit::Within => None,
                AgeFit::Outside => Some(Miss::Age),
                AgeFit::NotKnown => Some(Miss::AgeNotKnown),
            },
            match (listing.sex, wanted.sex) {
                (None, _) => None,
                (Some(_), None) => Some(Miss::SexNotKnown),
                (Some(taken), Some(sex)) => (taken != sex).then_some(Miss::Sex),
            },
            out_of_reach.then_some(Miss::OutOfReach),
            (listing.capacity == Capacity::None).then_some(Miss::NoRoom),
        ];
        let mut misses = misses.into_iter().flatten();
        let miss = misses.next();
        misses.next().is_none().then_some(Candidate {
            listing,
            distance_m,
            taken,
            miss,
        })
    }

    /// Puts it among the offers or the near misses, or nowhere where it fails two tests.
    fn judge(
        self,
        wanted: &Wanted,
        deadline: Timestamp,
        calendar: &Calendar,
        selection: &mut Selection,
    ) {
        let has_room = |misses: &Vec<NearMiss>| misses.len() < wanted.limit;
        if self.miss.is_some() && !has_room(&selection.near_misses) {
            return;
        }
        let hours = self.listing.hours.usable(wanted.at, deadline, calendar);
        let miss = match (self.miss, hours, self.taken) {
            (None, Ok(open), Some(taken)) => {
                selection.offers.push(Offer {
                    why: self.fits(taken, open),
                    listing: self.listing.clone(),
                    distance_m: self.distance_m,
                    open,
                });
                return;
            }
            (None, Err(shut), _) => Miss::Shut(shut),
            (Some(miss), Ok(_), _) => miss,
            (Some(_), Err(_), _) | (None, Ok(_), None) => return,
        };
        if has_room(&selection.near_misses) {
            selection.near_misses.push(NearMiss {
                listing: self.listing.clone(),
                distance_m: self.distance_m,
                why: miss,
            });
        }
    }

    fn fits(&self, taken: &Taken, open: Open) -> Vec<Fit> {
        let listing = self.listing;
        let has_ages = listing.age_from.is_some() || listing.age_to.is_some();
        [
            Some(Fit::Takes(taken.clone())),
            (!listing.complaints.is_empty()).then_some(Fit::Complaint),
            has_ages.then_some(Fit::Age),
            listing.sex.is_some().then_some(Fit::Sex),
            Some(match open.opens {
                None => Fit::OpenNow,
                Some(_) => Fit::OpensInTime,
            }),
            (listing.capacity == Capacity::Low).then_some(Fit::LittleRoom),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// So many minutes later; the end of time where there is no later.
fn later(at: Timestamp, minutes: i64) -> Timestamp {
    at.checked_add(minutes.minutes()).unwrap_or(Timestamp::MAX)
}
