//! Small contents by hand, for the tests of modules that take a checked content.

use std::collections::HashMap;

use super::content::*;
use super::form::{AgeUnit, Forms, Node, Rule};
use super::text::Text;

/// A content under construction with one pathway, `sample`.
pub(crate) struct Sample {
    pub content: Content,
    lines: u32,
}

fn plain(say: &str) -> Text {
    Text::plain(say)
}

fn disposition(id: &str, rank: u32, setting: Setting) -> Disposition {
    Disposition {
        id: id.into(),
        rank,
        setting,
        within_minutes: Some(rank * 60),
        family: "any".into(),
        dx: None,
        dos: None,
        emergency: rank < 3,
        starts_at_once: rank == 1,
        hands_over: true,
        title: plain(id),
        headline: plain(id),
        steps: vec![],
        worsening: vec![],
    }
}

fn fact(id: &str, kind: Kind, source: FactSource) -> Fact {
    Fact {
        id: id.into(),
        kind,
        wording: plain(&format!("{id}?")),
        why: None,
        help: None,
        rephrase: vec![],
        red_flag: false,
        ask_again_after: Freshness::Contact,
        applies: None,
        not_sure: None,
        order: Order::WorstFirst,
        source,
        means: vec![],
        implied_by: vec![],
    }
}

fn choices(ids: &[&str]) -> Vec<Choice> {
    ids.iter()
        .map(|id| Choice {
            id: (*id).into(),
            text: plain(&format!("It is {id}")),
        })
        .collect()
}

impl Sample {
    pub fn new() -> Self {
        let one_of = |ids: &[&str]| Kind::OneOf {
            options: choices(ids),
            yes_no: false,
        };
        let mut facts = vec![
            fact("party", one_of(&["first", "third"]), FactSource::Patient),
            fact("age", Kind::Age, FactSource::Patient),
            fact("sex", one_of(&["female", "male"]), FactSource::Patient),
        ];
        facts
            .iter_mut()
            .for_each(|fact| fact.order = Order::None("no answer is worse".into()));
        let pathway = Pathway {
            id: "sample".into(),
            title: plain("Sample"),
            family: "sample".into(),
            whom: Rule::TRUE,
            found_by: vec![],
            codes: Codes::default(),
            danger: Flow::default(),
            flow: Flow::default(),
            lines: vec![],
            advice: vec![],
            otherwise: DispositionId(5),
        };
        let content = Content {
            dispositions: vec![
                disposition("ambulance-category-1", 1, Setting::Ambulance),
                disposition("ambulance-category-2", 2, Setting::Ambulance),
                disposition("emergency-department-1-hour", 3, Setting::Hospital),
                disposition("primary-care-6-hours", 4, Setting::See),
                disposition("clinician-call-back-1-hour", 5, Setting::Speak),
                disposition("pharmacy-24-hours", 6, Setting::Pharmacy),
                disposition("self-care", 7, Setting::SelfCare),
            ],
            needs: vec![Need {
                id: "crisis-team".into(),
                title: plain("Crisis team"),
                say: plain("…"),
                certain: false,
                family: None,
            }],
            none_fit: DispositionId(4),
            early_exit: DispositionId(4),
            emergency_within_questions: None,
            stand_ins: vec![],
            fact_ids: facts
                .iter()
                .zip(0..)
                .map(|(fact, place)| (fact.id.clone(), FactId(place)))
                .collect(),
            facts,
            checklists: vec![],
            guides: vec![],
            advice: vec![],
            advised_to_all: vec![],
            tables: vec![],
            lines: vec![],
            pathways: vec![pathway],
            system: System {
                party: FactId(0),
                age: FactId(1),
                sex: FactId(2),
            },
            first_flow: Flow::default(),
            risk_history: Flow::default(),
            interrupts: Flow::default(),
            evidence: HashMap::new(),
            cases: vec![],
            promises: vec![],
            forms: Forms::default(),
        };
        Sample { content, lines: 0 }
    }

    pub fn pathway(&mut self) -> &mut Pathway {
        self.content.pathways.first_mut().unwrap()
    }

    fn add(&mut self, fact: Fact) -> FactId {
        let id = FactId(u16::try_from(self.content.facts.len()).unwrap());
        self.content.fact_ids.insert(fact.id.clone(), id);
        self.content.facts.push(fact);
        id
    }

    pub fn yes_no(&mut self, id: &str) -> FactId {
        let options = ["yes", "no"]
            .map(|id| Choice {
                id: id.into(),
                text: plain(id),
            })
            .to_vec();
        self.add(fact(
            id,
            Kind::OneOf {
                options,
                yes_no: true,
            },
            FactSource::Question,
        ))
    }

    pub fn one_of(&mut self, id: &str, options: &[&str]) -> FactId {
        self.add(fact(
            id,
            Kind::OneOf {
                options: choices(options),
                yes_no: false,
            },
            FactSource::Question,
        ))
    }

    pub fn number(&mut self, id: &str, from: i64, to: i64) -> FactId {
        let number = Number {
            unit: "days".into(),
            scale: 0,
            from,
            to,
            step: 1,
        };
        let mut fact = fact(id, Kind::Number(number), FactSource::Question);
        fact.order = Order::Higher;
        self.add(fact)
    }

    pub fn pick(&mut self, id: &str, table: Table) -> FactId {
        self.content.tables.push(table);
        let table = TableId(u16::try_from(self.content.tables.len() - 1).unwrap());
        self.add(fact(id, Kind::Pick(table), FactSource::Question))
    }

    pub fn record(&mut self, id: &str, otherwise: u8, if_unknown: Option<FactId>) -> FactId {
        let options = ["yes", "no"]
            .map(|id| Choice {
                id: id.into(),
                text: plain(id),
            })
            .to_vec();
        let source = FactSource::System {
            otherwise: Given::Option(otherwise),
            if_unknown,
        };
        let fact = self.add(fact(
            id,
            Kind::OneOf {
                options,
                yes_no: true,
            },
            source,
        ));
        if let Some(question) = if_unknown {
            let unknown = self.content.forms.leaf(Node::Unsure(fact));
            self.content.stand_ins.push(StandIn {
                fact,
                question,
                unknown,
            });
        }
        fact
    }

    pub fn only_if(&mut self, fact: FactId, only_if: Rule, otherwise: Given) {
        self.content.facts.get_mut(fact.index()).unwrap().applies =
            Some(Applies { only_if, otherwise });
    }

    pub fn means(&mut self, from: FactId, option: u8, to: FactId, here: u8) {
        self.content
            .facts
            .get_mut(from.index())
            .unwrap()
            .means
            .push((option, to, here));
        self.content
            .facts
            .get_mut(to.index())
            .unwrap()
            .implied_by
            .push((from, option, here));
    }

    pub fn is(&mut self, fact: FactId, options: u64) -> Rule {
        self.content.forms.leaf(Node::OneOf { fact, options })
    }

    pub fn yes(&mut self, fact: FactId) -> Rule {
        self.is(fact, 1)
    }

    pub fn between(&mut self, fact: FactId, from: i64, to: i64) -> Rule {
        self.content.forms.leaf(Node::Number { fact, from, to })
    }

    pub fn aged(&mut self, unit: AgeUnit, from: i64, to: i64) -> Rule {
        let fact = self.content.system.age;
        self.content.forms.leaf(Node::Age {
            fact,
            unit,
            from,
            to,
        })
    }

    fn place(&mut self) -> Place {
        self.lines += 1;
        Place {
            file: "complaints/sample.yaml".into(),
            line: self.lines,
            column: 1,
            length: 0,
        }
    }

    pub fn ask(&mut self, facts: &[FactId], guard: Rule) {
        let asked = facts.iter().map(|fact| Asked::Question(*fact)).collect();
        let entry = Entry {
            what: Step::Ask(asked),
            guard,
            place: self.place(),
        };
        self.pathway().flow.entries.push(entry);
    }

    pub fn ask_danger(&mut self, facts: &[FactId], guard: Rule) {
        let asked = facts.iter().map(|fact| Asked::Question(*fact)).collect();
        let entry = Entry {
            what: Step::Ask(asked),
            guard,
            place: self.place(),
        };
        self.pathway().danger.entries.push(entry);
    }

    pub fn line(&mut self, effect: Effect, guard: Rule) -> LineId {
        let id = self.line_of(effect, guard, Origin::Pathway("sample".into()));
        let place = self.content.line(id).place.clone();
        self.pathway().flow.entries.push(Entry {
            what: Step::Line(id),
            guard,
            place,
        });
        self.pathway().lines.push(id);
        id
    }

    pub fn line_of(&mut self, effect: Effect, guard: Rule, origin: Origin) -> LineId {
        let id = LineId(u16::try_from(self.content.lines.len()).unwrap());
        let place = self.place();
        self.content.lines.push(Line {
            key: format!("line {}", id.0),
            effect,
            guard,
            because: Some(plain("Something may be wrong.")),
            staff: None,
            evidence: vec![],
            codes: Codes::default(),
            origin,
            place,
        });
        id
    }

    pub fn reach(&mut self, rank: u16, guard: Rule) -> LineId {
        self.line(Effect::Reach(DispositionId(rank)), guard)
    }

    /// The base, less where a settle must hold.
    pub fn otherwise(&mut self, rank: u16) -> LineId {
        let settles: Vec<Rule> = self
            .content
            .lines
            .iter()
            .filter(|line| matches!(line.effect, Effect::Settle(_)))
            .map(|line| line.guard)
            .collect();
        let forms = &mut self.content.forms;
        let kept: Vec<Rule> = settles
            .into_iter()
            .map(|settle| {
                let surely = forms.surely(settle);
                forms.not(surely)
            })
            .collect();
        let guard = forms.all(kept);
        self.pathway().otherwise = DispositionId(rank);
        self.line(Effect::Otherwise(DispositionId(rank)), guard)
    }
}
