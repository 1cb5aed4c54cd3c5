//! What a clinician has to have seen before a disposition of their own can stand.

use crate::pathway::Content;

use super::ground::{GroundId, Holds, Standing, Urgency};
use super::state::Case;

impl Case {
    /// The grounds that count and hold something more urgent than a disposition of this catalogue, in order. None for a disposition that
    /// the catalogue does not have.
    pub fn held_above(&self, content: &Content, disposition: &str) -> Vec<GroundId> {
        let Some(own) = content.disposition_named(disposition) else {
            return Vec::new();
        };
        let own = Urgency::of(content, own);
        let is_above = |holds: &Holds| match holds {
            Holds::Disposition { id, urgency } => {
                let now = content.disposition_named(id);
                now.map_or(*urgency, |now| Urgency::of(content, now)) < own
            }
            Holds::Need { .. } => false,
        };
        self.grounds
            .iter()
            .filter(|kept| kept.standing == Standing::Holds && is_above(&kept.ground.holds))
            .map(|kept| kept.ground.id)
            .collect()
    }
}
