//! The lowered form of a release as JSON, so that another interpreter can run it. Described in `docs/reference/lowered-form.md`.
//!
//! It holds what decides (facts, rules, lines, the order of asks) and the ids of what is shown; wording stays in the files.

use serde_json::{Map, Value as Json, json};

use super::content::{
    Advised, Applies, Asked, Content, DispositionId, Effect, Entry, Fact, FactId, FactSource, Flow,
    Given, Kind, Line, LineId, Order, PathwayId, Step, Table,
};
use super::definedness::scope;
use super::form::{AgeUnit, Node, Part, Rule, Score};

/// The version of this format. It grows when an interpreter written for an older one would decide differently.
pub const VERSION: u32 = 1;

/// The lowered form of a content.
pub fn lowered(content: &Content) -> Json {
    let low = Lowered {
        content,
        inlines_scores: false,
    };
    let lines = |lines: &[LineId]| {
        lines
            .iter()
            .map(|line| low.line_id(*line))
            .collect::<Vec<_>>()
    };
    let pathways = content.pathways.iter().map(|pathway| {
        json!({
            "id": pathway.id,
            "family": pathway.family,
            "for": low.rule(pathway.whom),
            "otherwise": low.disposition(pathway.otherwise),
            "danger": low.flow(&pathway.danger),
            "flow": low.flow(&pathway.flow),
            "lines": lines(&pathway.lines),
            "advice": low.advised(&pathway.advice),
        })
    });
    json!({
        "format": VERSION,
        "language": super::canonical::LANGUAGE,
        "dispositions": content.dispositions.iter().map(|disposition| json!({
            "id": disposition.id,
            "rank": disposition.rank,
            "within_minutes": disposition.within_minutes,
            "emergency": disposition.emergency,
            "starts_at_once": disposition.starts_at_once,
            "hands_over": disposition.hands_over,
        })).collect::<Vec<_>>(),
        "none_fit": low.disposition(content.none_fit),
        "early_exit": low.disposition(content.early_exit),
        "needs": content.needs.iter().map(|need| json!({ "id": need.id, "certain": need.certain })).collect::<Vec<_>>(),
        "patient": {
            "party": low.fact_id(content.system.party),
            "age": low.fact_id(content.system.age),
            "sex": low.fact_id(content.system.sex),
        },
        "tables": content.tables.iter().map(table).collect::<Vec<_>>(),
        "facts": content.facts.iter().map(|fact| low.fact(fact)).collect::<Vec<_>>(),
        "checklists": content.checklists.iter().map(|checklist| json!({
            "id": checklist.id,
            "members": checklist.members.iter().map(|fact| low.fact_id(*fact)).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "scores": content.forms.scores().iter().enumerate().map(|(place, score)| low.score(place, score)).collect::<Vec<_>>(),
        "guides": content.guides.iter().map(|guide| json!({
            "id": guide.id,
            "exits": guide.exits.iter().map(|exit| json!({
                "id": exit.id,
                "asks_again": exit.asks_again.map(|fact| low.fact_id(fact)),
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "advice": content.advice.iter().map(|item| json!({
            "id": item.id,
            "lines": item.lines.iter().map(|line| low.rule(line.guard)).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "lines": (0u16..).zip(&content.lines).map(|(place, line)| low.line(LineId(place), line)).collect::<Vec<_>>(),
        "first_flow": low.flow(&content.first_flow),
        "first_flow_advice": low.advised(&content.advised_to_all),
        "risk_history": low.flow(&content.risk_history),
        "interrupts": low.flow(&content.interrupts),
        "pathways": pathways.collect::<Vec<_>>(),
    })
}

/// A pathway with all that bears on a case of it, taken alone: two contents in which it is the same decide and ask the same in it. No places and
/// no wording; the order of lines has no meaning and is left out.
pub fn alone(content: &Content, id: PathwayId) -> Json {
    let low = Lowered::apart(content);
    let pathway = content.pathway(id);
    let lines = scope::lines(content, id);
    let mut said: Vec<String> = lines
        .iter()
        .map(|line| content.line(*line))
        .map(|line| json!([low.effect(line), low.rule(line.guard), line.origin]).to_string())
        .collect();
    said.sort_unstable();
    let reached = lines
        .iter()
        .filter_map(|line| content.line(*line).effect.disposition());
    let mut ranks: Vec<DispositionId> = reached.chain([content.none_fit]).collect();
    ranks.sort_unstable();
    ranks.dedup();
    let flows = [
        &content.interrupts,
        &content.first_flow,
        &pathway.danger,
        &content.risk_history,
        &pathway.flow,
    ];
    let mut facts = scope::words_of(content, id, &[]).facts;
    let mut order = Vec::new();
    for flow in flows {
        for entry in &flow.entries {
            let asked = match &entry.what {
                Step::Line(_) => continue,
                Step::Ask(asked) | Step::Keep(asked) => scope::questions(content, asked),
                Step::Guide(_) => Vec::new(),
            };
            let names: Vec<&str> = asked.iter().map(|fact| low.fact_id(*fact)).collect();
            order.push(json!([names, low.entry(entry)]));
            if matches!(entry.what, Step::Keep(_)) {
                facts.extend(asked);
            }
        }
        order.push(Json::Null);
    }
    json!({
        "family": pathway.family,
        "for": low.rule(pathway.whom),
        "lines": said,
        "dispositions": ranks.iter().map(|rank| json!({
            "id": low.disposition(*rank),
            "hands_over": content.disposition(*rank).hands_over,
        })).collect::<Vec<_>>(),
        "facts": facts.iter().map(|fact| low.fact(content.fact(*fact))).collect::<Vec<_>>(),
        "order": order,
    })
}

/// A question or a system fact by itself, with the rows of its table.
pub fn fact(content: &Content, id: FactId) -> Json {
    let fact = content.fact(id);
    let rows = match fact.kind {
        Kind::Pick(of) => table(content.table(of)),
        _ => Json::Null,
    };
    json!([Lowered::apart(content).fact(fact), rows])
}

/// A rule by itself, scores spelled out.
pub fn rule(content: &Content, rule: Rule) -> Json {
    Lowered::apart(content).rule(rule)
}

pub(super) struct Lowered<'c> {
    pub(super) content: &'c Content,
    /// A score stands where it is compared, and not in a list by its place.
    pub(super) inlines_scores: bool,
}

impl<'c> Lowered<'c> {
    /// Nothing is named by its place in the content.
    pub(super) fn apart(content: &'c Content) -> Self {
        Lowered {
            content,
            inlines_scores: true,
        }
    }

    pub(super) fn fact_id(&self, fact: FactId) -> &str {
        &self.content.fact(fact).id
    }

    pub(super) fn disposition(&self, disposition: DispositionId) -> &str {
        &self.content.disposition(disposition).id
    }

    /// Lines have no name of their own; a place in the list is stable within one release, the key across releases.
    fn line_id(&self, line: LineId) -> usize {
        line.index()
    }

    pub(super) fn effect(&self, line: &Line) -> (&'static str, &str) {
        match line.effect {
            Effect::Reach(disposition) => ("reach", self.disposition(disposition)),
            Effect::Settle(disposition) => ("settle", self.disposition(disposition)),
            Effect::Otherwise(disposition) => ("otherwise", self.disposition(disposition)),
            Effect::Also(need) => ("also", self.content.need(need).id.as_str()),
        }
    }

    fn line(&self, id: LineId, line: &Line) -> Json {
        let (effect, what) = self.effect(line);
        json!({
            "line": self.line_id(id),
            "key": line.key,
            effect: what,
            "if": self.rule(line.guard),
            "origin": line.origin,
            "file": line.place.file.as_ref(),
            "at": line.place.line,
        })
    }

    fn advised(&self, advised: &[Advised]) -> Json {
        let advised = advised.iter().map(|advised| {
            json!({
                "advise": self.content.advice_item(advised.item).id,
                "if": self.rule(advised.guard),
                "up_to": self.disposition(advised.up_to),
            })
        });
        advised.collect()
    }

    fn flow(&self, flow: &Flow) -> Json {
        flow.entries.iter().map(|entry| self.entry(entry)).collect()
    }

    pub(super) fn entry(&self, entry: &Entry) -> Json {
        let asked = |asked: &[Asked]| -> Json {
            let name = |asked: &Asked| match asked {
                Asked::Question(fact) => self.fact_id(*fact).to_owned(),
                Asked::Checklist(checklist) => self.content.checklist(*checklist).id.clone(),
            };
            asked.iter().map(name).collect()
        };
        match &entry.what {
            // The guard of a line stands with the line.
            Step::Line(line) => json!({ "line": self.line_id(*line) }),
            Step::Ask(questions) => {
                json!({ "ask": asked(questions), "if": self.rule(entry.guard) })
            }
            Step::Keep(questions) => {
                json!({ "keep": asked(questions), "if": self.rule(entry.guard) })
            }
            Step::Guide(guide) => {
                json!({ "guide": self.content.guide(*guide).id, "if": self.rule(entry.guard) })
            }
        }
    }

    pub(super) fn fact(&self, fact: &Fact) -> Json {
        let mut object = Map::new();
        object.insert("id".into(), json!(fact.id));
        object.insert("kind".into(), self.kind(&fact.kind));
        object.insert("order".into(), self.order(fact));
        match &fact.source {
            FactSource::Question => {}
            FactSource::Patient => drop(object.insert("source".into(), json!("patient"))),
            FactSource::System {
                otherwise,
                if_unknown,
            } => {
                object.insert("source".into(), json!("system"));
                object.insert("otherwise".into(), self.given(fact, *otherwise));
                if let Some(question) = if_unknown {
                    object.insert("if_unknown".into(), json!(self.fact_id(*question)));
                }
            }
        }
        if let Some(Applies { only_if, otherwise }) = &fact.applies {
            object.insert("only_if".into(), self.rule(*only_if));
            object.insert("otherwise".into(), self.given(fact, *otherwise));
        }
        if let Some(option) = fact.not_sure {
            object.insert(
                "not_sure".into(),
                json!(option_name(fact, usize::from(option))),
            );
        }
        if fact.red_flag {
            object.insert("red_flag".into(), json!(true));
        }
        object.insert("ask_again_after".into(), json!(fact.ask_again_after));
        let means = fact.means.iter().map(|(option, to, value)| {
            let to = self.content.fact(*to);
            json!({ "option": option_name(fact, usize::from(*option)), "fact": to.id, "value": option_name(to, usize::from(*value)) })
        });
        if !fact.means.is_empty() {
            object.insert("means".into(), means.collect());
        }
        Json::Object(object)
    }

    fn kind(&self, kind: &Kind) -> Json {
        match kind {
            Kind::OneOf { options, yes_no } => {
                let options: Vec<&str> = options.iter().map(|option| option.id.as_str()).collect();
                json!({ "one_of": options, "yes_no": yes_no })
            }
            Kind::Number(number) => {
                json!({ "number": { "unit": number.unit, "scale": number.scale, "from": number.from, "to": number.to, "step": number.step } })
            }
            Kind::Ago { to, .. } => json!({ "minutes_ago": { "from": 0, "to": to } }),
            Kind::Due { from, to, .. } => json!({ "minutes_until": { "from": from, "to": to } }),
            Kind::Pick(table) => json!({ "rows_of": self.content.table(*table).id }),
            Kind::Age => json!("age"),
            Kind::Text => json!("text"),
        }
    }

    fn order(&self, fact: &Fact) -> Json {
        match &fact.order {
            Order::WorstFirst => json!("worst_first"),
            Order::WorstLast => json!("worst_last"),
            Order::Higher => json!("higher"),
            Order::Lower => json!("lower"),
            Order::Outside(from, to) => json!({ "outside": { "from": from, "to": to } }),
            Order::None(_) => json!("none"),
        }
    }

    fn given(&self, fact: &Fact, given: Given) -> Json {
        match (given, &fact.kind) {
            (Given::Option(option), _) => json!(option_name(fact, usize::from(option))),
            (Given::Number(number), _) => json!(number),
            (Given::Row(row), Kind::Pick(table)) => {
                json!(
                    self.content
                        .table(*table)
                        .rows
                        .get(usize::from(row))
                        .map(|row| row.id.as_str())
                )
            }
            (Given::Row(row), _) => json!(row),
        }
    }

    fn score(&self, place: usize, score: &Score) -> Json {
        let part = |part: &Part| match part {
            Part::Points { points, guard } => json!({ "add": points, "if": self.rule(*guard) }),
            Part::Bands { fact, bands } => json!({
                "bands": self.fact_id(*fact),
                "points": bands.iter().map(|(from, to, points)| bounded(Map::new(), *from, *to, Some(*points))).collect::<Vec<_>>(),
            }),
            Part::Options { fact, points } => {
                let about = self.content.fact(*fact);
                let by_option = points
                    .iter()
                    .enumerate()
                    .map(|(place, points)| (option_name(about, place).to_owned(), json!(points)));
                json!({ "options": about.id, "points": by_option.collect::<Map<String, Json>>() })
            }
        };
        json!({ "score": place, "name": score.name, "parts": score.parts.iter().map(part).collect::<Vec<_>>() })
    }

    pub(super) fn rule(&self, rule: Rule) -> Json {
        let forms = &self.content.forms;
        let all = |rules: &[Rule]| -> Json { rules.iter().map(|rule| self.rule(*rule)).collect() };
        match forms.node(rule) {
            Node::Constant(value) => json!(value),
            Node::All(of) => json!({ "all": all(forms.children(*of)) }),
            Node::Any(of) => json!({ "any": all(forms.children(*of)) }),
            Node::AtLeast { n, of } => {
                json!({ "at_least": { "n": n, "of": all(forms.children(*of)) } })
            }
            Node::Not(inner) => json!({ "not": self.rule(*inner) }),
            Node::Surely(inner) => json!({ "surely": self.rule(*inner) }),
            Node::Unsure(fact) => json!({ "unsure": self.fact_id(*fact) }),
            Node::Score {
                score,
                highest,
                from,
                to,
            } => {
                let which = if *highest { "highest" } else { "score" };
                let compared = if self.inlines_scores {
                    self.score(0, forms.score(*score))
                } else {
                    json!(score.0)
                };
                json!({ which: bounded(named("score", compared), *from, *to, None) })
            }
            Node::OneOf { fact, options } => {
                let about = self.content.fact(*fact);
                let count = match &about.kind {
                    Kind::OneOf { options, .. } => options.len(),
                    _ => 0,
                };
                let among: Vec<&str> = (0..count)
                    .filter(|place| options & (1 << place) != 0)
                    .map(|place| option_name(about, place))
                    .collect();
                json!({ "one_of": { "fact": about.id, "options": among } })
            }
            Node::Number { fact, from, to } => {
                json!({ "number": bounded(named("fact", self.fact_id(*fact)), *from, *to, None) })
            }
            Node::Age {
                fact,
                unit,
                from,
                to,
            } => {
                let mut object = named("fact", self.fact_id(*fact));
                object.insert(
                    "unit".into(),
                    json!(match unit {
                        AgeUnit::Months => "months",
                        AgeUnit::Days => "days",
                    }),
                );
                json!({ "age": bounded(object, *from, *to, None) })
            }
            Node::Picked { fact, rows } => {
                let Kind::Pick(table) = self.content.fact(*fact).kind else {
                    return json!(false);
                };
                let table = self.content.table(table);
                let rows: Vec<&str> = forms
                    .rows(*rows)
                    .iter()
                    .filter_map(|row| table.rows.get(usize::from(*row)))
                    .map(|row| row.id.as_str())
                    .collect();
                json!({ "picked": { "fact": self.fact_id(*fact), "rows": rows } })
            }
            Node::PerKg {
                amount,
                weight,
                from,
                to,
            } => {
                let mut object = named("amount", self.fact_id(*amount));
                object.insert("weight".into(), json!(self.fact_id(*weight)));
                json!({ "per_kg": bounded(object, *from, *to, None) })
            }
        }
    }
}

fn named(key: &str, value: impl Into<Json>) -> Map<String, Json> {
    Map::from_iter([(key.to_owned(), value.into())])
}

/// Adds `from` and `to`, both inclusive, each left out where there is no end.
fn bounded(mut object: Map<String, Json>, from: i64, to: i64, points: Option<i64>) -> Json {
    if from != i64::MIN {
        object.insert("from".into(), json!(from));
    }
    if to != i64::MAX {
        object.insert("to".into(), json!(to));
    }
    if let Some(points) = points {
        object.insert("points".into(), json!(points));
    }
    Json::Object(object)
}

fn option_name(fact: &Fact, place: usize) -> &str {
    match &fact.kind {
        Kind::OneOf { options, .. } => options.get(place).map_or("", |option| option.id.as_str()),
        _ => "",
    }
}

pub(super) fn table(table: &Table) -> Json {
    let rows = table.rows.iter().map(|row| {
        let values = table
            .columns
            .iter()
            .zip(&row.values)
            .map(|((title, values), value)| {
                (title.clone(), json!(values.get(usize::from(*value))))
            });
        json!({ "id": row.id, "values": values.collect::<Map<String, Json>>() })
    });
    json!({ "id": table.id, "rows": rows.collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;

    #[test]
    fn rules_read_as_nested_json() {
        let mut sample = Sample::new();
        let (drooling, fever) = (
            sample.yes_no("drooling"),
            sample.number("fever_days", 0, 30),
        );
        let (yes, days) = (sample.yes(drooling), sample.between(fever, 3, i64::MAX));
        let child = sample.aged(AgeUnit::Months, i64::MIN, 59);
        sample.ask(&[drooling, fever], Rule::TRUE);
        let not_child = sample.content.forms.not(child);
        let both = sample.content.forms.at_least(2, vec![yes, days, not_child]);
        sample.reach(1, both);
        sample.otherwise(5);
        let lowered = lowered(&sample.content);
        let expected = serde_json::json!({ "at_least": { "n": 2, "of": [
            { "one_of": { "fact": "drooling", "options": ["yes"] } },
            { "number": { "fact": "fever_days", "from": 3 } },
            { "not": { "age": { "fact": "age", "unit": "months", "to": 59 } } },
        ] } });
        assert_eq!(lowered["lines"][0]["if"], expected);
        assert_eq!(lowered["lines"][0]["reach"], "ambulance-category-2");
        assert_eq!(
            lowered["pathways"][0]["flow"][0],
            serde_json::json!({ "ask": ["drooling", "fever_days"], "if": true })
        );
        assert_eq!(lowered["facts"][4]["kind"]["number"]["to"], 30);
    }

    #[test]
    fn every_name_it_refers_to_is_defined() {
        let mut sample = Sample::new();
        let (a, b) = (sample.yes_no("a"), sample.yes_no("b"));
        let yes = sample.yes(a);
        sample.only_if(b, yes, Given::Option(1));
        sample.ask(&[a, b], Rule::TRUE);
        sample.otherwise(5);
        let lowered = lowered(&sample.content);
        assert_eq!(
            lowered["facts"][4]["only_if"],
            serde_json::json!({ "one_of": { "fact": "a", "options": ["yes"] } })
        );
        assert_eq!(lowered["facts"][4]["otherwise"], "no");
        let pathway = lowered["pathways"][0].as_object().unwrap();
        assert_eq!(pathway["otherwise"], "pharmacy-24-hours");
    }
}
