//! Where help was looked for: the place that was told, the services that were offered, and the one that was chosen.

use serde::{Deserialize, Serialize};

/// Where the patient is now, as it was told. It is personal, and sealed wherever it is kept.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A postcode or the district of one.
    Postcode(String),
    /// A point on the map (WGS 84, degrees).
    Point {
        /// North of the equator.
        latitude: f64,
        /// East of Greenwich.
        longitude: f64,
    },
}

impl Place {
    /// In the clear, for whoever may read it.
    pub fn shown(&self) -> String {
        match self {
            Place::Postcode(postcode) => postcode.clone(),
            Place::Point {
                latitude,
                longitude,
            } => format!("{latitude}, {longitude}"),
        }
    }
}

/// It says that there is one, and not which.
impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Place(…)")
    }
}

/// What is known of where help was looked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Routing {
    /// The latest place.
    pub place: Option<KeptPlace>,
    /// The latest services that were offered.
    pub offered: Option<Offered>,
    /// The latest choice.
    pub chosen: Option<Chosen>,
}

/// A place that was told.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptPlace {
    /// The contact in which it was told; somebody may be elsewhere in the next.
    pub contact: u32,
    /// Which; `None` once the key of the case was destroyed.
    pub place: Option<Place>,
}

/// Services that were offered together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// The event.
    pub seq: u64,
    /// The contact.
    pub contact: u32,
    /// What they were offered for.
    pub disposition: String,
    /// The edition of the directory they are from.
    pub directory: String,
    /// Their ids, the nearest first. Empty where only the national ways to help were shown.
    pub services: Vec<String>,
}

/// A service that was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// The event.
    pub seq: u64,
    /// The contact.
    pub contact: u32,
    /// Which.
    pub service: String,
}

/// A service that cannot be chosen: it was not among those offered last in this contact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("service `{0}` was not offered")]
pub struct NotOffered(pub String);
