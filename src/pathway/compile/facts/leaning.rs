//! What facts lean on: to whom a question applies, what an option implies, what a look-up falls back on.

use super::order::Placed;
use super::{Questions, Seen, flow_files, given, kind};
use crate::pathway::compile::names::{FileScope, Parts};
use crate::pathway::compile::unknown;
use crate::pathway::content::{Applies, Fact, FactId, Given, Kind, Order, Table};
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::form::Forms;
use crate::pathway::rule::{Rules, Standing};
use crate::pathway::source::{Answers, Name, Question, RuleText, Sources};

pub(super) fn applies(
    questions: &Questions,
    ordered: &[Placed<'_>],
    sources: &Sources,
    rules: &Rules,
    tables: &[Table],
    forms: &mut Forms,
    findings: &mut Findings,
) -> Vec<Option<Applies>> {
    let files = flow_files(sources);
    let mut applies = Vec::new();
    for (placed, fact) in ordered.iter().zip(&questions.facts) {
        let written = placed.standing.question;
        if placed.standing.system || questions.is_unread(&written.id.text) {
            applies.push(None);
            continue;
        }
        let Some(only_if) = &written.only_if else {
            findings.extend(written.otherwise.as_ref().map(never_read));
            applies.push(None);
            continue;
        };
        let file = placed.standing.file;
        let lists = files.iter().find(|(flow, _)| flow.file == *file);
        let lists = lists.map(|(_, lists)| lists.clone()).unwrap_or_default();
        let parts = Parts {
            rules,
            questions,
            tables,
        };
        let mut scope = FileScope::new(parts, file.clone(), placed.home.clone(), &lists);
        let rule = scope.rule(only_if, Standing::Plain, forms, findings);
        let otherwise = otherwise(fact, written, only_if, tables, findings);
        applies.push(
            rule.zip(otherwise)
                .map(|(only_if, otherwise)| Applies { only_if, otherwise }),
        );
    }
    applies
}

fn never_read(otherwise: &Name) -> Diagnostic {
    Diagnostic::error(
        otherwise.span.clone(),
        "P512",
        "`otherwise` without `only_if` is never read",
    )
    .help("say to whom the question applies: `only_if:`")
}

fn otherwise(
    fact: &Fact,
    written: &Question,
    only_if: &RuleText,
    tables: &[Table],
    findings: &mut Findings,
) -> Option<Given> {
    let Some(name) = &written.otherwise else {
        let message = format!("`{}` has `only_if` and no `otherwise`", fact.id);
        findings.push(
            Diagnostic::error(only_if.span.clone(), "P513", message)
                .help("say what is read where it does not apply: a least urgent value"),
        );
        return None;
    };
    let given = given::given(&fact.kind, name, tables, findings)?;
    given::least_urgent(fact, given, name, tables, findings);
    Some(given)
}

/// What options imply: kept with both facts.
pub(super) fn means(questions: &mut Questions, ordered: &[Placed<'_>], findings: &mut Findings) {
    let mut all = Vec::new();
    for (placed, source) in ordered.iter().zip((0..).map(FactId)) {
        let Answers::OneOf(choices) = &placed.standing.question.answers else {
            continue;
        };
        for (choice, option) in choices.iter().zip(0_u8..) {
            for (target, value) in &choice.means {
                let found = implied(questions, target, value, findings);
                all.extend(found.map(|(fact, worst)| (source, option, fact, worst)));
            }
        }
    }
    for (source, option, fact, worst) in all {
        if let Some(source) = questions.facts.get_mut(source.index()) {
            source.means.push((option, fact, worst));
        }
        if let Some(fact) = questions.facts.get_mut(fact.index()) {
            fact.implied_by.push((source, option, worst));
        }
    }
    for (placed, fact) in ordered.iter().zip(&questions.facts) {
        if !fact.means.is_empty() && !fact.implied_by.is_empty() {
            let span = placed.standing.question.id.span.clone();
            let message = format!(
                "`{}` is implied by another answer and implies a third",
                fact.id
            );
            findings.push(
                Diagnostic::error(span, "P514", message).help("let the first answer imply both"),
            );
        }
    }
}

/// A shared red flag and its worst option.
fn implied(
    questions: &Questions,
    target: &Name,
    value: &Name,
    findings: &mut Findings,
) -> Option<(FactId, u8)> {
    let Some(defined) = questions.defined.get(&target.text) else {
        let ids = questions.by_name.keys();
        unknown(target, "P301", "question", ids, findings);
        return None;
    };
    let found = match (&defined.seen, defined.local) {
        (Seen::Unread, _) => return None,
        (Seen::Fact(id), false) => questions.facts.get(id.index()).map(|fact| (*id, fact)),
        _ => None,
    };
    let Some((id, fact, worst)) = found.and_then(|(id, fact)| Some((id, fact, worst(fact)?)))
    else {
        let message = format!(
            "`means` sets a shared red flag, and `{}` is none",
            target.text
        );
        findings.push(Diagnostic::error(target.span.clone(), "P515", message).help(
            "it names a yes/no or one-of question with an order, of `questions/`, marked `red_flag: yes`",
        ));
        return None;
    };
    let option = kind::option(&fact.kind, value, findings)?;
    if option == worst {
        return Some((id, worst));
    }
    let Kind::OneOf { options, .. } = &fact.kind else {
        return None;
    };
    let best = options
        .get(usize::from(worst))
        .map(|option| option.id.as_str());
    let best = best.unwrap_or_default();
    let message = format!("`means` sets a red flag to its worst value, which is `{best}`");
    findings.push(
        Diagnostic::error(value.span.clone(), "P515", message)
            .help(format!("write `{}: {best}`", target.text))
            .fix(best),
    );
    None
}

/// The worst option of a red flag.
fn worst(fact: &Fact) -> Option<u8> {
    let Kind::OneOf { options, .. } = &fact.kind else {
        return None;
    };
    match fact.order {
        _ if !fact.red_flag => None,
        Order::WorstFirst => Some(0),
        Order::WorstLast => u8::try_from(options.len().checked_sub(1)?).ok(),
        _ => None,
    }
}
