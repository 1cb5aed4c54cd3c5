//! What clients send.
#![expect(
    unused_qualifications,
    reason = "the macro that describes the types writes whole paths"
)]

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::case::answer::{Said, What};
use crate::case::event::Mark;
use crate::case::ground::{GroundId, ReleaseReason};
use crate::http::error::Error;
use crate::pathway::text::Voice;
use crate::service::guarded::{CancelReason, ReleaseGrounds};
use crate::service::triage::StartCase;
use crate::service::walk::Known;
use crate::walk::Answer;

use super::who::PersonBody;

mod answers;

pub use answers::{AnswerBody, AnswerItem, AnswersRequest, Told};

/// Who the patient is. What is left out is asked.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Patient {
    /// Whether the person who answers is the patient: `first` or `third`.
    party: Option<String>,
    /// With its unit: `20 months`; or `not told`.
    #[schema(example = "58 years")]
    age: Option<String>,
    /// In place of the age.
    #[schema(value_type = Option<String>, format = Date)]
    birth_date: Option<Date>,
    /// `female`, `male`, or `not told`.
    sex: Option<String>,
}

const NOT_TOLD: &str = "not told";

impl Patient {
    fn told(self) -> impl Iterator<Item = (String, Answer)> {
        let word = |word: String| {
            if word == NOT_TOLD {
                Answer::NotTold
            } else {
                Answer::Word(word)
            }
        };
        let age = |age: String| {
            if age == NOT_TOLD {
                Answer::NotTold
            } else {
                Answer::Age(age)
            }
        };
        let told = [
            ("party", self.party.map(word)),
            // Of two ages the date is the exact one.
            (
                "age",
                self.birth_date.map(Answer::BirthDate).or(self.age.map(age)),
            ),
            ("sex", self.sex.map(word)),
        ];
        told.into_iter()
            .filter_map(|(name, answer)| Some((name.to_owned(), answer?)))
    }
}

/// Start a case.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartRequest {
    /// Complaints chosen so far (`GET /api/v1/complaints`); more can be chosen later.
    #[serde(default)]
    complaints: Vec<String>,
    /// Who the patient is.
    #[serde(default)]
    patient: Patient,
    /// What was said before anything was asked.
    #[serde(default)]
    volunteered: Told,
    /// `practice` and `test` cases are excluded from every queue, message and figure.
    #[serde(default)]
    mark: MarkBody,
    /// Who the person is, as far as that is known: sealed, and looked for in earlier contacts.
    #[serde(default)]
    person: PersonBody,
}

/// What a case is for.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MarkBody {
    /// A person who needs help.
    #[default]
    Real,
    /// Somebody learning.
    Practice,
    /// A test of the service.
    Test,
}

impl TryFrom<StartRequest> for StartCase {
    type Error = Error;

    fn try_from(request: StartRequest) -> Result<Self, Error> {
        let known = request.patient.told().chain(request.volunteered.0);
        Ok(StartCase {
            complaints: request.complaints,
            known: known
                .map(|(name, answer)| Said {
                    name,
                    what: What::Answer(answer),
                })
                .collect(),
            mark: match request.mark {
                MarkBody::Real => Mark::Real,
                MarkBody::Practice => Mark::Practice,
                MarkBody::Test => Mark::Test,
            },
            person: request.person.read()?,
        })
    }
}

/// Choose complaints.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ComplaintsRequest {
    /// Their ids (`GET /api/v1/complaints`).
    pub complaints: Vec<String>,
    /// The `seq` of the case as last seen; if it has moved on, nothing is changed and the reply is 409.
    pub after: Option<u64>,
}

/// Something that needs nothing but to be asked for.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlainRequest {
    /// The `seq` of the case as last seen; if it has moved on, nothing is changed and the reply is 409.
    pub after: Option<u64>,
}

/// Give a number to ring back on.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallbackNumberRequest {
    /// 7 to 15 digits, with `+` before them or not; spaces, hyphens and brackets may stand between them.
    pub number: String,
    /// The `seq` of the case as last seen; if it has moved on, nothing is changed and the reply is 409.
    pub after: Option<u64>,
}

/// Release grounds.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseRequest {
    /// Their ids, from `grounds` of the case.
    grounds: Vec<u32>,
    /// Earlier judgements that this one takes the place of: their `seq`, from `judgements` of the case. One that is not named goes on
    /// to count.
    #[serde(default)]
    judgements: Vec<u64>,
    /// Why.
    reason: ReleaseReasonBody,
    /// The clinician's own disposition, held in their place.
    disposition: String,
    /// The `seq` of the case as last seen; if it has moved on, nothing is changed and the reply is 409.
    pub after: Option<u64>,
}

/// Why grounds are released.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseReasonBody {
    /// The clinician assessed the patient and came to another view.
    Assessed,
    /// The answer was recorded by mistake.
    RecordedByMistake,
    /// It was so, and is no longer.
    Resolved,
    /// A care plan says otherwise.
    CarePlan,
}

impl From<ReleaseRequest> for ReleaseGrounds {
    fn from(request: ReleaseRequest) -> Self {
        ReleaseGrounds {
            grounds: request.grounds.into_iter().map(GroundId).collect(),
            judgements: request.judgements,
            reason: match request.reason {
                ReleaseReasonBody::Assessed => ReleaseReason::Assessed,
                ReleaseReasonBody::RecordedByMistake => ReleaseReason::RecordedByMistake,
                ReleaseReasonBody::Resolved => ReleaseReason::Resolved,
                ReleaseReasonBody::CarePlan => ReleaseReason::CarePlan,
            },
            disposition: request.disposition,
        }
    }
}

/// Record that a start was cancelled.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelRequest {
    /// The kind of service, from `starts` of the case.
    pub service: String,
    /// Why.
    pub reason: CancelReasonBody,
    /// The `seq` of the case as last seen; if it has moved on, nothing is changed and the reply is 409.
    pub after: Option<u64>,
}

/// Why a start was cancelled.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CancelReasonBody {
    /// The caller wants it no more.
    CallerCancelled,
    /// It was asked for by mistake.
    MadeByMistake,
    /// The service that was asked said so.
    CancelledByService,
}

impl From<CancelReasonBody> for CancelReason {
    fn from(reason: CancelReasonBody) -> Self {
        match reason {
            CancelReasonBody::CallerCancelled => CancelReason::CallerCancelled,
            CancelReasonBody::MadeByMistake => CancelReason::MadeByMistake,
            CancelReasonBody::CancelledByService => CancelReason::CancelledByService,
        }
    }
}

/// Walk without storing anything.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WalkRequest {
    /// The hash of the release to walk on; the active one, unless given.
    release: Option<String>,
    /// When the contact began; now, unless given.
    #[schema(value_type = Option<String>, format = DateTime)]
    as_of: Option<Timestamp>,
    /// Complaints chosen, in order.
    #[serde(default)]
    complaints: Vec<String>,
    /// Who the patient is.
    #[serde(default)]
    patient: Patient,
    /// What was said, in order.
    #[serde(default)]
    facts: Told,
    /// What your service knows of the person (earlier contacts, the record). What is left out reads as nothing to look up;
    /// a look-up that failed is `{"unknown": true}`.
    #[serde(default)]
    system: Told,
    /// The last contact ended before its walk.
    #[serde(default)]
    ended_early: bool,
    /// In whose words texts are.
    #[serde(default)]
    pub voice: VoiceBody,
}

impl From<WalkRequest> for Known {
    fn from(request: WalkRequest) -> Self {
        Known {
            release: request.release,
            as_of: request.as_of,
            complaints: request.complaints,
            said: request.patient.told().chain(request.facts.0).collect(),
            system: request.system.0,
            ended_early: request.ended_early,
        }
    }
}

/// In whose words texts are.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VoiceBody {
    /// A member of the public reads them.
    #[default]
    Public,
    /// A call handler reads them out.
    Handler,
    /// For a health professional who rings about a patient.
    Professional,
    /// For somebody who is with the patient and looks.
    Observer,
}

impl From<VoiceBody> for Voice {
    fn from(voice: VoiceBody) -> Self {
        match voice {
            VoiceBody::Public => Voice::Public,
            VoiceBody::Handler => Voice::Handler,
            VoiceBody::Professional => Voice::Professional,
            VoiceBody::Observer => Voice::Observer,
        }
    }
}

/// What may stand behind the question mark.
#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct InVoice {
    /// In whose words texts are: `public`, `handler`, `professional` or `observer`.
    #[serde(default)]
    #[param(inline)]
    pub voice: VoiceBody,
}
