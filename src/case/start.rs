//! Services that start at once, each at most once.

use serde::{Deserialize, Serialize};

/// What is started: the same key twice is the same start.
///
/// Yes, no, yes gives the same key three times, so it sends one ambulance. Only a confirmed cancellation makes a new one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StartKey {
    /// The kind of service (the family of the disposition).
    pub service: String,
    /// How many starts of it a person has confirmed to be cancelled.
    pub cancellations: u32,
}

impl StartKey {
    /// The name under which the receiver knows a repeated delivery.
    pub fn name(&self, case: super::ids::CaseId) -> String {
        format!("{case}/{}/{}", self.service, self.cancellations)
    }
}
