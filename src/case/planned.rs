//! A content with the plans that were made of it.
//!
//! A plan is a function of the content and of the complaints, and neither ever changes: one that is kept is never out of date.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, RwLock};

use crate::pathway::Content;
use crate::walk::{Plan, UnknownComplaint};

/// So many sets of complaints are kept; people have few at once. When there are more, keeping begins anew.
const MOST: usize = 64;

/// The complaints in order, and whether the last contact ended before its walk.
type Key = (Vec<String>, bool);

/// A content that is walked again and again. It reads as the [`Content`] itself.
#[derive(Debug)]
pub struct Planned {
    content: Content,
    plans: RwLock<HashMap<Key, Arc<Plan>>>,
}

impl Planned {
    /// With no plan made yet.
    pub fn new(content: Content) -> Self {
        Planned {
            content,
            plans: RwLock::default(),
        }
    }

    /// The plan of a case with these complaints; see [`Plan::new`].
    ///
    /// # Errors
    /// [`UnknownComplaint`] if no pathway has such a family.
    pub fn plan(&self, families: &[&str], early_exit: bool) -> Result<Arc<Plan>, UnknownComplaint> {
        let families_owned = families.iter().map(|family| (*family).to_owned());
        let key: Key = (families_owned.collect(), early_exit);
        // A lock that somebody died with guards nothing that could be half done; then a plan is made and not kept.
        let kept = self
            .plans
            .read()
            .ok()
            .and_then(|plans| plans.get(&key).cloned());
        if let Some(plan) = kept {
            return Ok(plan);
        }
        let plan = Arc::new(Plan::new(&self.content, families, early_exit)?);
        if let Ok(mut plans) = self.plans.write() {
            if plans.len() >= MOST {
                plans.clear();
            }
            plans.insert(key, plan.clone());
        }
        Ok(plan)
    }
}

impl Deref for Planned {
    type Target = Content;

    fn deref(&self) -> &Content {
        &self.content
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pathway::sample::Sample;

    #[test]
    fn a_plan_is_made_once_for_its_complaints_and_apart_for_others() {
        let content = Planned::new(Sample::new().content);
        let one = content.plan(&["sample"], false).unwrap();
        assert!(Arc::ptr_eq(
            &one,
            &content.plan(&["sample"], false).unwrap()
        ));
        assert!(!Arc::ptr_eq(
            &one,
            &content.plan(&["sample"], true).unwrap()
        ));
        assert!(content.plan(&[], false).unwrap().pathways().is_empty());
        assert_eq!(one.pathways().len(), 1);
    }

    #[test]
    fn a_complaint_that_there_is_not_is_refused_every_time() {
        let content = Planned::new(Sample::new().content);
        for _ in 0..2 {
            assert!(content.plan(&["no-such"], false).is_err());
        }
    }
}
