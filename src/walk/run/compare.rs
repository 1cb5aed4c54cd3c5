//! Compares where a worked case ended with what it expects.

use crate::pathway::cases::Expect;
use crate::pathway::text::Text;

use super::{Failure, Name, Runner};
use crate::walk::explain::{AdviceShown, Defect, Explanation, NeedReason};
use crate::walk::plan::Reached;

impl Runner<'_> {
    pub(super) fn compare(&mut self, explanation: &Explanation) {
        let expect = &self.case.expect;
        self.compare_asks(expect);
        let position = &explanation.position;
        if let Some(expected) = &expect.reach {
            let reached = position
                .disposition
                .map(|id| self.content.disposition(id).id.as_str());
            if reached != Some(expected) {
                let reached = reached.unwrap_or("nothing").to_owned();
                let expected = expected.clone();
                self.failures
                    .push(Failure::WrongResult { expected, reached });
            }
        }
        for words in &expect.because {
            if !self.says(explanation, words) {
                self.failures.push(Failure::MissingReason(words.clone()));
            }
        }
        for need in &expect.also {
            let holds = |reason: &NeedReason| self.content.need(reason.need).id == *need;
            if !explanation.needs.iter().any(holds) {
                self.failures.push(Failure::MissingNeed(need.clone()));
            }
        }
        for item in &expect.advise {
            let is = |shown: &AdviceShown| self.content.advice_item(shown.item).id == *item;
            if !explanation.advice.iter().any(is) {
                self.failures.push(Failure::MissingAdvice(item.clone()));
            }
        }
        for defect in &explanation.defects {
            let fault = match defect {
                Defect::NothingTrue => "nothing is true at the end".to_owned(),
                Defect::Undetermined(line) => {
                    let place = &self.content.line(*line).place;
                    format!(
                        "the line at {}:{} is undetermined at the end",
                        place.file, place.line
                    )
                }
            };
            self.failures.push(Failure::Defect(fault));
        }
    }

    fn compare_asks(&mut self, expect: &Expect) {
        if let Some(expected) = &expect.ask
            && self.left_open.is_none()
        {
            self.failures.push(Failure::NotAsked(expected.clone()));
        }
        for name in &expect.not_asked {
            let asked = match self.known(name) {
                Some(Name::Fact(fact)) => self.used.asked.contains(&fact),
                Some(Name::Checklist(checklist)) => self.screens.contains(&checklist),
                Some(Name::Guide(_)) | None => false,
            };
            if asked {
                self.failures.push(Failure::Asked(name.clone()));
            }
        }
        if let Some(most) = expect.within
            && self.count > most
        {
            self.failures.push(Failure::TooMany {
                asked: self.count,
                most,
            });
        }
        for (name, _) in &self.case.facts {
            let unused = self
                .find(name)
                .and_then(|name| self.given.get(&name))
                .is_some_and(|(_, used)| !used);
            if unused {
                self.failures.push(Failure::UnusedFact(name.clone()));
            }
        }
    }

    /// Whether a reason of a true line has these words, in any of its voices.
    fn says(&self, explanation: &Explanation, words: &str) -> bool {
        let words = words.to_lowercase();
        let has = |text: &Text| {
            let variants = [
                &text.third,
                &text.handler,
                &text.handler_third,
                &text.professional,
                &text.observer,
            ];
            let others = variants.into_iter().flatten();
            std::iter::once(&text.say)
                .chain(others)
                .any(|variant| variant.to_lowercase().contains(&words))
        };
        let ranked = explanation.decided_by.iter().chain(&explanation.also_true);
        let lines = ranked
            .filter_map(|reason| match reason.reached {
                Reached::Line(line) => Some(line),
                Reached::NoneFit | Reached::EarlyExit | Reached::NothingTrue => None,
            })
            .chain(explanation.needs.iter().map(|reason| reason.line));
        let mut reasons = lines.filter_map(|line| self.content.line(line).because.as_ref());
        reasons.any(has)
    }
}
