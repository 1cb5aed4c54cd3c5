//! What an answer says by itself, for when its case cannot be read or recorded: an emergency is said all the same.

use crate::pathway::content::Effect;
use crate::walk::{Answer, Facts, Reached, Scratch, true_lines};

use super::Service;
use super::releases::Release;

impl Service {
    /// Whether something said makes a line of an emergency true, whatever else is the case and whatever the complaint.
    ///
    /// It errs on the urgent side: a line of a pathway that was never chosen counts as well.
    pub fn is_emergency_alone(&self, release: &Release, said: &[(String, Answer)]) -> bool {
        let content = &release.content;
        let families: Vec<&str> = content
            .families()
            .into_iter()
            .map(|(family, _)| family)
            .collect();
        let Ok(plan) = content.plan(&families, false) else {
            return false;
        };
        let moment = self.moment(self.now());
        let mut facts = Facts::new(content);
        for (name, answer) in said {
            if let Err(error) = facts.tell(content, name, answer, moment) {
                tracing::warn!(error.message = %error, "an answer could not be read by itself");
            }
        }
        true_lines(content, &plan, &facts, &mut Scratch::new())
            .into_iter()
            .any(|reached| match reached {
                Reached::Line(line) => match content.line(line).effect {
                    Effect::Reach(disposition) => content.disposition(disposition).emergency,
                    Effect::Settle(_) | Effect::Otherwise(_) | Effect::Also(_) => false,
                },
                Reached::NoneFit | Reached::EarlyExit | Reached::NothingTrue => false,
            })
    }
}
