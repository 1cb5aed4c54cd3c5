//! Services near the patient that fit what a case came to, with the reasons for staff. The place stands in the body, never in an
//! address.

use axum::Json as Reply;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::case::routing::Place;
use crate::directory::hours::Shut;
use crate::directory::{Fit, Listing, Miss, NearMiss, Offer, PlaceName, Point};
use crate::http::App;
use crate::http::error::{Error, Problem};
use crate::http::extract::Json;
use crate::service::ports::directory::Edition;
use crate::service::routing::{NotSearched, Ways};

use super::on_case::OnCase;
use super::reply::CaseReply;
use super::request::InVoice;

/// The most services that one request gets.
const MOST: usize = 20;

/// Unless asked otherwise.
const USUAL: usize = 5;

/// Where to look for services.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServicesRequest {
    /// Where the patient is now; left out, where they said they are in this contact. It is kept sealed.
    #[serde(default)]
    pub place: Option<PlaceBody>,
    /// The most services to get, 1 to 20; 5 unless said.
    #[serde(default)]
    pub limit: Option<usize>,
    /// The last event that was seen; if the case has moved on, nothing is recorded, and the services are given all the same.
    #[serde(default)]
    pub after: Option<u64>,
}

/// Where the patient is: `{"postcode": "ZZ1 4DX"}` or `{"latitude": 54.0, "longitude": 1.0}`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged, deny_unknown_fields)]
pub enum PlaceBody {
    /// By a postcode or its district.
    Postcode {
        /// As people write it.
        postcode: String,
    },
    /// By coordinates (WGS 84).
    Point {
        /// North of the equator, in degrees.
        latitude: f64,
        /// East of Greenwich, in degrees.
        longitude: f64,
    },
}

impl PlaceBody {
    fn read(self) -> Result<Place, Error> {
        match self {
            PlaceBody::Postcode { postcode } => postcode
                .parse::<PlaceName>()
                .map(|name| Place::Postcode(name.to_string()))
                .map_err(|_| Error::Place),
            PlaceBody::Point {
                latitude,
                longitude,
            } => Point::new(latitude, longitude)
                .map(|_| Place::Point {
                    latitude,
                    longitude,
                })
                .ok_or(Error::Place),
        }
    }
}

/// Which of the services that were offered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChooseServiceRequest {
    /// Its id.
    pub service: String,
    /// The last event that was seen; if the case has moved on, nothing is recorded.
    #[serde(default)]
    pub after: Option<u64>,
}

/// The ways to help that there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServicesReply {
    /// Where the case stands.
    pub state: CaseReply,
    /// `searched`, `nothing_reached`, `emergency` (an ambulance is needed: nothing is listed), `not_needed`, `no_place`,
    /// `unknown_place`, `no_directory` or `unavailable`.
    pub status: &'static str,
    /// The services that fit, nearest first.
    pub services: Vec<ServiceReply>,
    /// For staff: services that fail one test only, nearest first.
    pub near_misses: Vec<NearMissReply>,
    /// The national ways to help, the likeliest first. Never empty: show them whatever the status is.
    pub fall_back: Vec<FallBackReply>,
    /// The postcode is not known, and the middle of its district stood in for it.
    pub rough: bool,
    /// Which directory was searched.
    pub directory: Option<DirectoryReply>,
    /// What was told and shown is on disk. If not, use it all the same, and send it again later.
    pub recorded: bool,
}

/// A service.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListingReply {
    /// Its id in the directory.
    pub id: String,
    /// As people know it.
    pub name: String,
    /// What it is, for example `pharmacy`.
    pub kind: &'static str,
    /// `walk_in`, `phone_first` or `phone`.
    pub way: &'static str,
    /// Its number.
    pub phone: Option<String>,
    /// Where it is.
    pub address: String,
    /// The postcode of that.
    pub postcode: Option<String>,
    /// How far it is, in metres, as the crow flies.
    pub distance_metres: u32,
    /// What patients are to know.
    pub note: String,
}

/// A service that fits.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceReply {
    /// Which.
    pub service: ListingReply,
    /// When it opens; null if it is open now.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub opens: Option<Timestamp>,
    /// When it closes after that; null if not in the days that were looked at.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closes: Option<Timestamp>,
    /// Why it fits: `takes`, `complaint`, `age`, `sex`, `open_now`, `opens_in_time`, `little_room`.
    pub why: Vec<&'static str>,
    /// What of it takes the disposition: a code, or a kind of service with its range of time frames.
    pub takes: Option<String>,
}

/// A service that fails one test.
#[derive(Debug, Serialize, ToSchema)]
pub struct NearMissReply {
    /// Which.
    pub service: ListingReply,
    /// What it fails: `other_dispositions`, `other_complaints`, `age`, `age_not_known`, `sex`, `sex_not_known`, `out_of_reach`,
    /// `no_room`, `hours_not_known`, `shut` or `closes_too_soon`.
    pub why_not: &'static str,
    /// When it opens or closes, where that is what it fails.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
}

/// A national way to help.
#[derive(Debug, Serialize, ToSchema)]
pub struct FallBackReply {
    /// Its name: `999`, `111`, `111-mental-health`, `emergency-department`, `gp`, `pharmacy` …
    pub id: &'static str,
    /// The number to ring, if there is one for the whole country.
    pub phone: Option<&'static str>,
}

/// A directory that was searched.
#[derive(Debug, Serialize, ToSchema)]
pub struct DirectoryReply {
    /// Its name: the SHA-256 of what it was made from.
    pub edition: String,
    /// Where it came from.
    pub source: String,
    /// When it was imported.
    #[schema(value_type = String, format = DateTime)]
    pub imported_at: Timestamp,
}

/// Find services near the patient that fit what the case came to.
///
/// What was told and shown is recorded. Whatever goes wrong with the search, the national ways to help are in the reply.
#[utoipa::path(post, path = "/cases/{case}/services/search", tag = "services", request_body = ServicesRequest, security(("case_secret" = [])),
    params(("case" = String, Path), InVoice, ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = ServicesReply), (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub async fn search(
    State(app): State<App>,
    on: OnCase,
    Json(request): Json<ServicesRequest>,
) -> Result<Reply<ServicesReply>, Error> {
    let asked = on.asked(request.after);
    let place = request.place.map(PlaceBody::read).transpose()?;
    let limit = request.limit.unwrap_or(USUAL).clamp(1, MOST);
    let ways = app
        .service
        .ways(&on.caller, &on.access, place, limit, &asked)
        .await?;
    Ok(Reply(ServicesReply::of(ways, on.voice)))
}

/// Record which of the services that were offered last is chosen.
#[utoipa::path(post, path = "/cases/{case}/services/choice", tag = "services", request_body = ChooseServiceRequest, security(("case_secret" = [])),
    params(("case" = String, Path), InVoice, ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = CaseReply), (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub async fn choose(
    State(app): State<App>,
    on: OnCase,
    Json(request): Json<ChooseServiceRequest>,
) -> Result<Reply<CaseReply>, Error> {
    let view = app
        .service
        .choose_service(
            &on.caller,
            &on.access,
            &request.service,
            &on.asked(request.after),
        )
        .await?;
    Ok(CaseReply::shown(&view, on.voice))
}

impl ServicesReply {
    fn of(ways: Ways, voice: InVoice) -> Self {
        let state = CaseReply::of(&ways.view, &ways.view.speech(voice.voice.into()));
        let fall_back = ways.fall_back.iter().map(|way| FallBackReply {
            id: way.id,
            phone: way.phone,
        });
        let reply = ServicesReply {
            state,
            status: "searched",
            services: Vec::new(),
            near_misses: Vec::new(),
            fall_back: fall_back.collect(),
            rough: false,
            directory: None,
            recorded: ways.recorded,
        };
        match ways.searched {
            Ok(found) => ServicesReply {
                services: found.selection.offers.iter().map(service).collect(),
                near_misses: found.selection.near_misses.iter().map(near_miss).collect(),
                rough: found.is_rough,
                directory: Some(directory(found.edition)),
                ..reply
            },
            Err(why) => ServicesReply {
                status: status(why),
                ..reply
            },
        }
    }
}

fn status(why: NotSearched) -> &'static str {
    match why {
        NotSearched::NothingReached => "nothing_reached",
        NotSearched::Emergency => "emergency",
        NotSearched::NotNeeded => "not_needed",
        NotSearched::NoPlace => "no_place",
        NotSearched::UnknownPlace => "unknown_place",
        NotSearched::NoDirectory => "no_directory",
        NotSearched::Unavailable => "unavailable",
    }
}

fn directory(edition: Edition) -> DirectoryReply {
    DirectoryReply {
        edition: edition.name.to_string(),
        source: edition.source,
        imported_at: edition.imported_at,
    }
}

fn listing(listing: &Listing, distance_m: f64) -> ListingReply {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "INVARIANT: a distance is neither negative nor more than half around the earth"
    )]
    let distance_metres = distance_m.round() as u32;
    ListingReply {
        id: listing.id.clone(),
        name: listing.name.clone(),
        kind: listing.kind.word(),
        way: listing.way.word(),
        phone: listing.phone.clone(),
        address: listing.address.clone(),
        postcode: listing.postcode.as_ref().map(ToString::to_string),
        distance_metres,
        note: listing.note.clone(),
    }
}

fn service(offer: &Offer) -> ServiceReply {
    let takes = offer.why.iter().find_map(|why| match why {
        Fit::Takes(taken) => Some(taken.to_string()),
        _ => None,
    });
    let why = |fit: &Fit| match fit {
        Fit::Takes(_) => "takes",
        Fit::Complaint => "complaint",
        Fit::Age => "age",
        Fit::Sex => "sex",
        Fit::OpenNow => "open_now",
        Fit::OpensInTime => "opens_in_time",
        Fit::LittleRoom => "little_room",
    };
    ServiceReply {
        service: listing(&offer.listing, offer.distance_m),
        opens: offer.open.opens,
        closes: offer.open.closes,
        why: offer.why.iter().map(why).collect(),
        takes,
    }
}

fn near_miss(near_miss: &NearMiss) -> NearMissReply {
    let (why_not, at) = match near_miss.why {
        Miss::OtherDispositions => ("other_dispositions", None),
        Miss::OtherComplaints => ("other_complaints", None),
        Miss::Age => ("age", None),
        Miss::AgeNotKnown => ("age_not_known", None),
        Miss::Sex => ("sex", None),
        Miss::SexNotKnown => ("sex_not_known", None),
        Miss::OutOfReach => ("out_of_reach", None),
        Miss::NoRoom => ("no_room", None),
        Miss::Shut(Shut::Unknown) => ("hours_not_known", None),
        Miss::Shut(Shut::Until(at)) => ("shut", at),
        Miss::Shut(Shut::ClosesTooSoon(at)) => ("closes_too_soon", Some(at)),
    };
    NearMissReply {
        service: listing(&near_miss.listing, near_miss.distance_m),
        why_not,
        at,
    }
}
