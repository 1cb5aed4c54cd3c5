//! The options of yes/no and one-of questions.

use rhai::Expr;

use super::extent::Extent;
use super::{Lower, name_of};
use crate::pathway::content::{FactId, Kind};
use crate::pathway::diagnostic::{Diagnostic, nearest};
use crate::pathway::form::{Node, Rule};

impl Lower<'_, '_, '_> {
    /// `q == option`, `q != option`.
    pub(super) fn option(
        &mut self,
        id: FactId,
        name: &str,
        operator: &str,
        right: &Expr,
        whole: Extent,
    ) -> Option<Rule> {
        if !matches!(operator, "==" | "!=") {
            return self
                .fault_over(
                    whole,
                    "P422",
                    format!("`{name}` has options, which have no size"),
                )
                .help(format!("write `{name} in [a, b]`"))
                .report();
        }
        let bit = self.option_bit(id, name, right)?;
        let rule = self.one_of(id, name, bit, whole)?;
        Some(if operator == "!=" {
            self.on.forms.not(rule)
        } else {
            rule
        })
    }

    /// One of these options, which are neither none nor all.
    pub(super) fn one_of(
        &mut self,
        fact: FactId,
        name: &str,
        options: u64,
        whole: Extent,
    ) -> Option<Rule> {
        let (count, yes_no) = match &self.fact(fact).kind {
            Kind::OneOf { options, yes_no } => (options.len() as u32, *yes_no),
            _ => (0, false),
        };
        let always = if options == 0 {
            format!("no option of `{name}` is meant, so this is always false")
        } else if options.count_ones() == count {
            format!("these are all the options of `{name}`, so this is always true")
        } else {
            return Some(match (yes_no, options) {
                // `q == no` is `!q`, and has one form only.
                (true, 2) => {
                    let yes = self.yes(fact);
                    self.on.forms.not(yes)
                }
                _ => self.on.forms.leaf(Node::OneOf { fact, options }),
            });
        };
        self.fault_over(whole, "P414", always)
            .help("name some of the options and not all, or remove the guard")
            .report()
    }

    /// An option as a bit.
    pub(super) fn option_bit(&mut self, id: FactId, name: &str, written: &Expr) -> Option<u64> {
        let Kind::OneOf { options, .. } = &self.fact(id).kind else {
            return None;
        };
        let ids: Vec<String> = options.iter().map(|option| option.id.clone()).collect();
        let Some((option, at)) = name_of(written) else {
            return self.no_option(name, &ids, written);
        };
        if let Some(place) = ids.iter().position(|id| *id == option) {
            return Some(1 << place);
        }
        let listed = format!("its options are {}", ids.join(", "));
        let diagnostic = Diagnostic::error(
            self.span(at, option.len()),
            "P303",
            format!("`{option}` is no option of `{name}`"),
        );
        self.on
            .findings
            .push(match nearest(&option, ids.iter().map(String::as_str)) {
                Some(close) => diagnostic
                    .help(format!("did you mean `{close}`? {listed}"))
                    .fix(close),
                None => diagnostic.help(listed),
            });
        None
    }

    fn no_option(&mut self, name: &str, ids: &[String], written: &Expr) -> Option<u64> {
        let word = match written {
            Expr::BoolConstant(true, _) => "yes",
            Expr::BoolConstant(false, _) => "no",
            _ => "",
        };
        let length = if word == "no" { 5 } else { 4 };
        let known = ids.iter().any(|id| id == word);
        if known {
            let position = written.position();
            let message = format!("rules say `{word}` for an answer, not `true` and `false`");
            return self
                .fault(position, length, "P423", message)
                .help(format!("write `{name} == {word}`"))
                .fix(word)
                .report();
        }
        self.fault_on(
            written,
            "P423",
            format!("the right side is no option of `{name}`"),
        )
        .help(format!("its options are {}", ids.join(", ")))
        .report()
    }
}
