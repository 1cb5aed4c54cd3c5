//! All that was found of a content: its pathways put together, and what is about the whole of it.

use std::collections::BTreeMap;

use crate::pathway::content::{Content, Pathway};
use crate::pathway::encode::{Encoder, Gates, Limit, Mode, Stopped, Value, Vocabulary};

use super::guarantee::Guarantee;
use super::pathway::millis;
use super::report::{Effect, Found, PathwayProof, Report, Shown, Weight, Worth};

/// Puts the proofs of all pathways of a content together. `proven_now` of them were made for it, the others were known.
pub fn report(
    content: &Content,
    proofs: &[PathwayProof],
    proven_now: usize,
    limit: &Limit,
) -> Report {
    let mut found: BTreeMap<Guarantee, Found> = Guarantee::ALL
        .into_iter()
        .map(|guarantee| (guarantee, Found::new(guarantee)))
        .collect();
    for own in proofs.iter().flat_map(|proof| &proof.found) {
        if let Some(all) = found.get_mut(&own.guarantee) {
            all.over = all.over.and(own.over);
            all.shown.extend(own.shown.iter().cloned());
            all.took_ms += own.took_ms;
        }
    }
    let began = (limit.now)();
    let mut families = families(content, limit);
    families.took_ms = millis((limit.now)().saturating_sub(began));
    for whole in [
        references(content),
        effects(proofs),
        families,
        channels(content),
    ] {
        found.insert(whole.guarantee, whole);
    }
    Report {
        pathways: proofs.len() as u64,
        proven_now: proven_now as u64,
        found: found.into_values().collect(),
    }
}

/// G1: a content exists only where every reference resolves.
fn references(content: &Content) -> Found {
    let mut found = Found::new(Guarantee::G1);
    found.over.proven = (content.lines.len() + content.facts.len() + content.forms.len()) as u64;
    found.shown.push(told(
        format!(
            "{} lines, {} questions and facts, {} rules and parts of rules",
            content.lines.len(),
            content.facts.len(),
            content.forms.len()
        ),
        None,
    ));
    found
}

/// G13: a rule is made of facts, and the channel is none.
fn channels(content: &Content) -> Found {
    let mut found = Found::new(Guarantee::G13);
    found.over.proven = content.pathways.len() as u64;
    found
}

/// G2: what has no effect in any pathway has none.
fn effects(proofs: &[PathwayProof]) -> Found {
    let what = |effect: &Effect| (effect.place.clone(), effect.question.clone());
    let mut best: BTreeMap<_, &Effect> = BTreeMap::new();
    for effect in proofs.iter().flat_map(|proof| &proof.effects) {
        let known = best.entry(what(effect)).or_insert(effect);
        if effect.worth > known.worth {
            *known = effect;
        }
    }
    let mut found = Found::new(Guarantee::G2);
    found.took_ms = proofs.iter().map(|proof| proof.effects_ms).sum();
    for effect in best.into_values() {
        let weight = match effect.worth {
            Worth::Matters => {
                found.over.proven += 1;
                continue;
            }
            Worth::Dead => Weight::Broken,
            Worth::Idle => Weight::Warning,
            Worth::Unknown => Weight::Unproven,
        };
        let (file, line, _) = &effect.place;
        found.show(Shown {
            weight,
            pathway: None,
            place: Some((file.clone(), *line)),
            says: match effect.worth {
                Worth::Unknown => format!("not known whether {}", effect.words),
                _ => effect.words.clone(),
            },
            number: None,
            people: Vec::new(),
        });
    }
    found
}

/// G10: for nobody of whom age, sex and party are known is no member of a family. Proven of the lowered `for:` rules, apart from the check.
fn families(content: &Content, limit: &Limit) -> Found {
    let mut found = Found::new(Guarantee::G10);
    let mut families: BTreeMap<&str, Vec<&Pathway>> = BTreeMap::new();
    for pathway in &content.pathways {
        families.entry(&pathway.family).or_default().push(pathway);
    }
    let mut boundaries = 0;
    for (family, members) in families {
        match left_out(content, &members, limit) {
            Ok((None, cuts)) => {
                found.over.proven += 1;
                boundaries += cuts;
            }
            Ok((Some(who), _)) => found.show(Shown {
                weight: Weight::Broken,
                pathway: None,
                place: None,
                says: format!("the family `{family}` leaves out {who}"),
                number: None,
                people: Vec::new(),
            }),
            Err(Stopped) => found.show(Shown {
                weight: Weight::Unproven,
                pathway: None,
                place: None,
                says: format!(
                    "the family `{family}`: not known after {} seconds",
                    limit.each.as_secs()
                ),
                number: None,
                people: Vec::new(),
            }),
        }
    }
    found.shown.push(told(
        format!(
            "{} bands of {} families, {boundaries} boundary ages",
            content.pathways.len(),
            found.over.proven + found.over.broken + found.over.unproven
        ),
        Some(boundaries as u64),
    ));
    found
}

/// Somebody for whom no member is, in words, and how many ages divide the members.
fn left_out(
    content: &Content,
    members: &[&Pathway],
    limit: &Limit,
) -> Result<(Option<String>, usize), Stopped> {
    let patient = [content.system.sex, content.system.age, content.system.party];
    let mut gates = Gates::within(Some(limit));
    let mut encoder = Encoder::new(
        content,
        Vocabulary::of(content, members.iter().map(|member| member.whom), patient),
    );
    let (mut held, mut cuts) = (Vec::new(), 0);
    for fact in patient {
        let state = encoder.fact(&mut gates, fact);
        held.extend([state.said.known, !state.said.unsure]);
        if let Value::Age(ages) = &state.said.value {
            held.push(ages.exact(&mut gates));
            cuts += ages.months.0.above.len() + ages.days.0.above.len();
        }
    }
    for member in members {
        held.push(!encoder.rule(&mut gates, member.whom, Mode::Could).yes);
    }
    if !gates.ask(&held)? {
        return Ok((None, cuts));
    }
    gates.example(&held);
    let who = crate::pathway::definedness::example::who(content, &mut gates, &mut encoder);
    Ok((Some(who), cuts))
}

fn told(says: String, number: Option<u64>) -> Shown {
    Shown {
        weight: Weight::Told,
        pathway: None,
        place: None,
        says,
        number,
        people: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::pathway::form::AgeUnit;
    use crate::pathway::sample::Sample;

    #[test]
    fn somebody_for_whom_no_member_is_is_shown() {
        let limit = Limit {
            now: Arc::new(|| Duration::ZERO),
            each: Duration::from_secs(1),
        };
        let mut sample = Sample::new();
        sample.otherwise(5);
        let whole = families(&sample.content, &limit);
        assert_eq!((whole.over.proven, whole.over.broken), (1, 0));
        let whom = sample.aged(AgeUnit::Months, 60, i64::MAX);
        sample.pathway().whom = whom;
        let gap = families(&sample.content, &limit);
        assert_eq!((gap.over.proven, gap.over.broken), (0, 1));
        let says = &gap.shown.first().expect("it is shown").says;
        assert!(
            says.contains("leaves out sex") && says.contains("age 3 years"),
            "{says}"
        );
    }
}
