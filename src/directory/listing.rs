//! One service, as a directory lists it.

use serde::{Deserialize, Serialize};

use crate::pathway::age::{AgeRange, AgeUnit};

use super::hours::Hours;
use super::place::{PlaceName, Point};
use super::takes::{Disposition, Taken};

/// A service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Listing {
    /// Its id in the directory it comes from; it stays the same from one edition to the next.
    pub id: String,
    /// As people know it.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// How it is reached.
    pub way: Way,
    /// The number that people ring; always there where it has to be rung.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Where to go, without the postcode.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// The postcode of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postcode: Option<PlaceName>,
    /// Where it is.
    pub at: Point,
    /// Which dispositions it takes. Not empty.
    pub takes: Vec<Taken>,
    /// The complaints (families of pathways) that it is for, if it is for these only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub complaints: Vec<String>,
    /// The youngest that it takes, in completed units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_from: Option<AgeLimit>,
    /// The oldest that it takes, in completed units: until the next birthday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_to: Option<AgeLimit>,
    /// The one sex that it takes; `None` takes everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    /// When it is open.
    pub hours: Hours,
    /// How much room it has.
    #[serde(default)]
    pub capacity: Capacity,
    /// How far away patients may be, in kilometres; `None` means as far as anybody is looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach_km: Option<u32>,
    /// What patients are to know, in a sentence or two.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What a service is. For words and for pictures; what it takes stands beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// General practice, by day.
    GpPractice,
    /// General practice, at night and weekends.
    OutOfHoursGp,
    /// An urgent treatment centre.
    UrgentTreatmentCentre,
    /// A walk-in centre or minor injuries unit.
    WalkInCentre,
    /// An emergency department.
    EmergencyDepartment,
    /// An emergency department for eyes.
    EyeCasualty,
    /// A community pharmacy.
    Pharmacy,
    /// A dental practice.
    DentalPractice,
    /// Urgent dental care.
    UrgentDental,
    /// A mental health crisis line or team.
    MentalHealthCrisis,
    /// Community nursing.
    CommunityNursing,
    /// A sexual health clinic.
    SexualHealth,
    /// A sexual assault referral centre.
    SexualAssaultReferral,
    /// A maternity unit or midwives' line.
    Maternity,
    /// An optician.
    Optician,
    /// Palliative care.
    PalliativeCare,
    /// A clinical assessment service.
    ClinicalAssessment,
    /// An ambulance trust. Never offered: it is asked for by 999 or by staff.
    AmbulanceService,
}

/// By their words in files, replies and messages.
const KINDS: &[(&str, Kind)] = &[
    ("gp_practice", Kind::GpPractice),
    ("out_of_hours_gp", Kind::OutOfHoursGp),
    ("urgent_treatment_centre", Kind::UrgentTreatmentCentre),
    ("walk_in_centre", Kind::WalkInCentre),
    ("emergency_department", Kind::EmergencyDepartment),
    ("eye_casualty", Kind::EyeCasualty),
    ("pharmacy", Kind::Pharmacy),
    ("dental_practice", Kind::DentalPractice),
    ("urgent_dental", Kind::UrgentDental),
    ("mental_health_crisis", Kind::MentalHealthCrisis),
    ("community_nursing", Kind::CommunityNursing),
    ("sexual_health", Kind::SexualHealth),
    ("sexual_assault_referral", Kind::SexualAssaultReferral),
    ("maternity", Kind::Maternity),
    ("optician", Kind::Optician),
    ("palliative_care", Kind::PalliativeCare),
    ("clinical_assessment", Kind::ClinicalAssessment),
    ("ambulance_service", Kind::AmbulanceService),
];

impl Kind {
    /// The kind that a word of a file means.
    pub fn of_word(word: &str) -> Option<Self> {
        KINDS
            .iter()
            .find(|(known, _)| *known == word)
            .map(|(_, kind)| *kind)
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        KINDS
            .iter()
            .find(|(_, kind)| *kind == self)
            .map_or("", |(word, _)| word)
    }

    /// The words of all kinds, for the message of a fault.
    pub fn words() -> impl Iterator<Item = &'static str> {
        KINDS.iter().map(|(word, _)| *word)
    }

    /// Whether it may be offered to somebody whose disposition is shown as an emergency.
    fn is_for_emergencies(self) -> bool {
        matches!(self, Kind::EmergencyDepartment | Kind::EyeCasualty)
    }
}

/// How a service is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Go there.
    WalkIn,
    /// Ring, then go there.
    PhoneFirst,
    /// By phone only.
    Phone,
}

impl Way {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Way::WalkIn => "walk_in",
            Way::PhoneFirst => "phone_first",
            Way::Phone => "phone",
        }
    }
}

/// How much room a service has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capacity {
    /// Enough (green).
    #[default]
    High,
    /// Little (amber); offered behind others that are as near.
    Low,
    /// None (red); not offered.
    None,
}

/// Female or male, as the pathways ask it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
}

/// An age in completed units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgeLimit {
    /// How many.
    pub count: u16,
    /// Of what.
    pub unit: AgeUnit,
}

impl AgeLimit {
    /// The ages that lie in this unit.
    fn range(self) -> Option<AgeRange> {
        AgeRange::told(i64::from(self.count), self.unit)
    }
}

/// Whether a patient's age lies within limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AgeFit {
    Within,
    Outside,
    /// It may be either.
    NotKnown,
}

impl Listing {
    /// What of it takes a disposition, if anything does.
    pub(super) fn taken_by(&self, disposition: &Disposition) -> Option<&Taken> {
        let is_fit = match self.kind {
            Kind::AmbulanceService => false,
            kind => !disposition.emergency || kind.is_for_emergencies(),
        };
        self.takes
            .iter()
            .find(|taken| is_fit && taken.takes(disposition))
    }

    /// Whether all ages that the patient may have are taken.
    pub(super) fn takes_age(&self, age: AgeRange) -> AgeFit {
        let from = self.age_from.map_or(AgeFit::Within, |limit| {
            limit.range().map_or(AgeFit::Outside, |least| {
                let by = |patient: (i64, i64), least: i64| match patient {
                    (youngest, _) if youngest >= least => AgeFit::Within,
                    (_, oldest) if oldest < least => AgeFit::Outside,
                    _ => AgeFit::NotKnown,
                };
                match limit.unit {
                    AgeUnit::Days | AgeUnit::Weeks => by(age.days, least.days.0),
                    AgeUnit::Months | AgeUnit::Years => by(age.months, least.months.0),
                }
            })
        });
        let to = self.age_to.map_or(AgeFit::Within, |limit| {
            limit.range().map_or(AgeFit::Outside, |most| {
                let by = |patient: (i64, i64), most: i64| match patient {
                    (_, oldest) if oldest <= most => AgeFit::Within,
                    (youngest, _) if youngest > most => AgeFit::Outside,
                    _ => AgeFit::NotKnown,
                };
                match limit.unit {
                    AgeUnit::Days | AgeUnit::Weeks => by(age.days, most.days.1),
                    AgeUnit::Months | AgeUnit::Years => by(age.months, most.months.1),
                }
            })
        });
        match (from, to) {
            (AgeFit::Outside, _) | (_, AgeFit::Outside) => AgeFit::Outside,
            (AgeFit::Within, AgeFit::Within) => AgeFit::Within,
            _ => AgeFit::NotKnown,
        }
    }
}
