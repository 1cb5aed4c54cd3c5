//! A content with the plans that were made of it.
//!
//! A plan is a function of the content and of the complaints, and neither ever changes: one that is kept is never out of date.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, RwLock};

use crate::pathway::Content;
use crate::walk::{Plan, UnknownComplaint};

/// So many sets of complaints are kept as used lately, and as many that were used before those. People have few complaints at once: 100,000
/// made-up cases have 451 sets, and a plan takes half a millisecond to make.
const MOST: usize = 256;

/// The complaints in order, and whether the last contact ended before its walk.
type Key = (Vec<String>, bool);

/// A content that is walked again and again. It reads as the [`Content`] itself.
#[derive(Debug)]
pub struct Planned {
    content: Content,
    plans: RwLock<Plans>,
}

/// When the late ones are many, they take the place of the early ones; whatever is asked for again is a late one. So what is asked for
/// often is never made again for the sake of what is rare.
#[derive(Debug, Default)]
struct Plans {
    late: HashMap<Key, Arc<Plan>>,
    early: HashMap<Key, Arc<Plan>>,
}

impl Plans {
    fn keep(&mut self, key: Key, plan: Arc<Plan>) {
        if self.late.len() >= MOST {
            self.early = std::mem::take(&mut self.late);
        }
        self.early.remove(&key);
        self.late.insert(key, plan);
    }
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
        let early = match self.plans.read() {
            Ok(plans) => match plans.late.get(&key) {
                Some(plan) => return Ok(plan.clone()),
                None => plans.early.get(&key).cloned(),
            },
            Err(_) => None,
        };
        let plan = match early {
            Some(plan) => plan,
            None => Arc::new(Plan::new(&self.content, families, early_exit)?),
        };
        if let Ok(mut plans) = self.plans.write() {
            plans.keep(key, plan.clone());
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
    fn what_is_asked_for_often_is_kept_however_many_others_come_and_no_more_than_twice_the_most() {
        let content = Sample::new().content;
        let mut plans = Plans::default();
        let often: Key = (vec!["often".to_owned()], false);
        let plan = Arc::new(Plan::new(&content, &[], false).unwrap());
        plans.keep(often.clone(), plan.clone());
        for number in 0..10 * MOST {
            plans.keep((vec![format!("rare {number}")], false), plan.clone());
            assert!(plans.late.len() <= MOST && plans.early.len() <= MOST);
            if number % (MOST / 2) == 0 {
                let known = plans.late.get(&often).or(plans.early.get(&often)).cloned();
                assert!(Arc::ptr_eq(&known.unwrap(), &plan), "after {number}");
                plans.keep(often.clone(), plan.clone());
            }
        }
        assert!(!plans.late.contains_key(&(vec!["rare 0".to_owned()], false)));
        assert!(
            !plans
                .early
                .contains_key(&(vec!["rare 0".to_owned()], false))
        );
    }

    #[test]
    fn a_complaint_that_there_is_not_is_refused_every_time() {
        let content = Planned::new(Sample::new().content);
        for _ in 0..2 {
            assert!(content.plan(&["no-such"], false).is_err());
        }
    }
}
