//! Which facts mean the same in two contents, with all that their reading rests on: those need no tie, for what was said of one is what was said
//! of the other. All that depends on them alone is then one gate, and nothing has to be asked of the solver.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::pathway::content::{Content, FactId, FactSource, PathwayId, Step};
use crate::pathway::definedness::scope::{entries, questions};
use crate::pathway::encode::Vocabulary;
use crate::pathway::form::Rule;
use crate::pathway::lowered;

/// One side: a pathway of a content, and what is told apart in it.
pub(super) type In<'a> = (&'a Content, PathwayId, &'a Vocabulary);

/// Facts that both sides read alike: by the place after, the place before.
pub(super) fn alike(before: In<'_>, after: In<'_>) -> BTreeMap<FactId, FactId> {
    let read = after.2.facts.iter();
    let mut found: BTreeMap<FactId, FactId> = read
        .filter_map(|theirs| {
            let mine = before.0.fact_named(&after.0.fact(*theirs).id)?;
            is_same(before, mine, after, *theirs).then_some((*theirs, mine))
        })
        .collect();
    loop {
        let unlike: Vec<FactId> = found
            .keys()
            .filter(|fact| {
                rests_on(after, **fact)
                    .iter()
                    .any(|on| !found.contains_key(on))
            })
            .copied()
            .collect();
        if unlike.is_empty() {
            return found;
        }
        for fact in unlike {
            found.remove(&fact);
        }
    }
}

/// The same by itself: what can be said of it, when it applies and when it is asked.
fn is_same(before: In<'_>, mine: FactId, after: In<'_>, theirs: FactId) -> bool {
    before.2.facts.contains(&mine) && described(before, mine) == described(after, theirs)
}

fn described((content, pathway, words): In<'_>, id: FactId) -> Json {
    let fact = content.fact(id);
    let implied = fact.implied_by.iter();
    let implied: Vec<_> = implied
        .map(|(from, option, here)| (&content.fact(*from).id, option, here))
        .collect();
    json!([
        lowered::fact(content, id),
        implied,
        [
            words.numbers.get(&id),
            words.months.get(&id),
            words.days.get(&id)
        ],
        words.rows.get(&id),
        opened(content, pathway, id)
            .map(|rule| lowered::rule(content, rule))
            .collect::<Vec<_>>(),
    ])
}

/// For a question in the place of a record: the guards under which it is asked otherwise.
fn opened(content: &Content, pathway: PathwayId, id: FactId) -> impl Iterator<Item = Rule> {
    let stands_in = content
        .stand_ins
        .iter()
        .any(|stand_in| stand_in.question == id);
    entries(content, pathway)
        .filter(move |_| stands_in)
        .filter(move |entry| match &entry.what {
            Step::Ask(asked) => questions(content, asked).contains(&id),
            Step::Keep(_) | Step::Guide(_) | Step::Line(_) => false,
        })
        .map(|entry| entry.guard)
}

/// Every fact that the reading of this one depends on.
fn rests_on((content, pathway, _): In<'_>, id: FactId) -> Vec<FactId> {
    let fact = content.fact(id);
    let applies = fact.applies.iter().map(|applies| applies.only_if);
    let rules = applies.chain(opened(content, pathway, id));
    let mut on: Vec<FactId> = rules.flat_map(|rule| content.forms.facts(rule)).collect();
    on.extend(fact.implied_by.iter().map(|(from, _, _)| *from));
    if let FactSource::System { if_unknown, .. } = fact.source {
        on.extend(if_unknown);
    }
    let records = content.stand_ins.iter();
    let records = records.filter(|stand_in| stand_in.question == id);
    on.extend(records.flat_map(|stand_in| content.forms.facts(stand_in.unknown)));
    on
}
