//! What a pathway decides, as one short name: to know whether what was proven of it still stands.

use serde_json::{Value as Json, json};

use super::content::{
    Content, Entry, FactId, Kind, LineId, PathwayId, Place, Promise, Promised, Step,
};
use super::definedness::scope;
use super::encode::{Encoder, Vocabulary};
use super::form::Rule;
use super::lowered::{Lowered, VERSION, table};

/// Everything that a digest is made of: names, and what was read so far.
struct Reader<'c> {
    low: Lowered<'c>,
    roots: Vec<Rule>,
    asked: Vec<FactId>,
}

/// SHA-256, in hexadecimal, of all that what is proven of one pathway rests on: while it is the same, so is the proof.
///
/// That is the lines and the order of its family and of every case (an example is walked as a call of that complaint), what they read, the
/// promises about it, the dispositions, and where all of it stands, for a proof names places. Nothing in it depends on what stands elsewhere.
pub fn digest(content: &Content, pathway: PathwayId) -> String {
    let own = content.pathway(pathway);
    let mut reader = Reader {
        low: Lowered::apart(content),
        roots: Vec::new(),
        asked: vec![content.system.party, content.system.age, content.system.sex],
    };
    let family = (0u16..).map(PathwayId).zip(&content.pathways);
    let members: Vec<Json> = family
        .filter(|(_, member)| member.family == own.family)
        .map(|(member, _)| reader.member(member))
        .collect();
    let shared = [
        &content.first_flow,
        &content.risk_history,
        &content.interrupts,
    ];
    let shared: Vec<Json> = shared
        .into_iter()
        .flat_map(|flow| &flow.entries)
        .filter_map(|entry| reader.entry(entry))
        .collect();
    let advised = own.advice.iter().chain(&content.advised_to_all);
    let advice: Vec<Json> = advised
        .map(|advised| {
            let item = content.advice_item(advised.item);
            let lines: Vec<Json> = item
                .lines
                .iter()
                .map(|line| reader.rule(line.guard))
                .collect();
            json!([item.id, lines, reader.rule(advised.guard)])
        })
        .collect();
    let made = content.promises.iter();
    let promises: Vec<Json> = made
        .filter(|promise| promise.pathway.is_none_or(|made| made == pathway))
        .map(|promise| reader.promise(promise))
        .collect();
    let facts = reader.facts();
    let dispositions = content.dispositions.iter();
    let dispositions = dispositions.map(|disposition| (&disposition.id, disposition.emergency));
    let document = json!({
        "format": VERSION,
        "pathway": own.id,
        "members": members,
        "none_fit": reader.low.disposition(content.none_fit),
        "budget": content.emergency_within_questions,
        "dispositions": dispositions.collect::<Vec<_>>(),
        "needs": content.needs.iter().map(|need| (&need.id, need.certain)).collect::<Vec<_>>(),
        "shared": shared,
        "advice": advice,
        "promises": promises,
        "facts": facts,
    });
    super::canonical::hash(&document.to_string())
}

impl Reader<'_> {
    fn rule(&mut self, rule: Rule) -> Json {
        self.roots.push(rule);
        self.low.rule(rule)
    }

    /// The lines of a pathway and of every case, and its own order.
    fn member(&mut self, pathway: PathwayId) -> Json {
        let content = self.low.content;
        let own = content.pathway(pathway);
        let lines: Vec<Json> = scope::lines(content, pathway)
            .into_iter()
            .map(|line| self.line(line))
            .collect();
        let order: Vec<Json> = [&own.danger, &own.flow]
            .into_iter()
            .flat_map(|flow| &flow.entries)
            .filter_map(|entry| self.entry(entry))
            .collect();
        json!([own.id, self.rule(own.whom), lines, order])
    }

    fn line(&mut self, line: LineId) -> Json {
        let line = self.low.content.line(line);
        let guard = self.rule(line.guard);
        let origin = json!(line.origin);
        json!([
            line.key,
            origin,
            self.low.effect(line),
            guard,
            place(&line.place)
        ])
    }

    /// An ask, a keep or a guide; the order of lines has no meaning.
    fn entry(&mut self, entry: &Entry) -> Option<Json> {
        let content = self.low.content;
        let asked = match &entry.what {
            Step::Line(_) => return None,
            Step::Ask(asked) | Step::Keep(asked) => scope::questions(content, asked),
            Step::Guide(_) => Vec::new(),
        };
        self.roots.push(entry.guard);
        let names: Vec<&str> = asked.iter().map(|fact| self.low.fact_id(*fact)).collect();
        let entry = json!([names, self.low.entry(entry), place(&entry.place)]);
        self.asked.extend(asked);
        Some(entry)
    }

    fn promise(&mut self, promise: &Promise) -> Json {
        let what = match &promise.what {
            Promised::NeverBelow(id) => json!({ "never_below": self.low.disposition(*id) }),
            Promised::NeverAbove(id) => json!({ "never_above": self.low.disposition(*id) }),
            Promised::AlwaysAsked { below, questions } => {
                let questions = questions.iter().map(|fact| self.low.fact_id(*fact));
                json!({ "below": self.low.disposition(*below), "asked": questions.collect::<Vec<_>>() })
            }
        };
        let unless: Vec<Json> = promise
            .unless
            .iter()
            .map(|(name, rule)| json!([name, self.rule(*rule)]))
            .collect();
        json!([
            what,
            self.rule(promise.whom),
            self.rule(promise.when),
            unless,
            place(&promise.place)
        ])
    }

    /// Every fact that was read, with all that what is read of it depends on.
    fn facts(&mut self) -> Vec<Json> {
        let content = self.low.content;
        let roots = std::mem::take(&mut self.roots);
        let asked = std::mem::take(&mut self.asked);
        let read = Encoder::new(content, Vocabulary::of(content, roots, asked)).read_facts();
        let doubted = scope::doubted(content);
        let fact = |id: &FactId| {
            let fact = content.fact(*id);
            let rows = match &fact.kind {
                Kind::Pick(of) => table(content.table(*of)),
                _ => Json::Null,
            };
            let implied = fact.implied_by.iter();
            let implied =
                implied.map(|(from, option, here)| (self.low.fact_id(*from), *option, *here));
            let implied: Vec<_> = implied.collect();
            // An example speaks in the words of the options and units.
            let words = format!("{:?}", fact.kind);
            json!([
                self.low.fact(fact),
                rows,
                doubted.contains(id),
                implied,
                words
            ])
        };
        read.iter().map(fact).collect()
    }
}

fn place(place: &Place) -> Json {
    json!([&*place.file, place.line, place.column])
}
