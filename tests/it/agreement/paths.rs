//! All short paths of a content: every answer to the first question of each screen, for people of telling ages.

use nhs111::pathway::Content;
use nhs111::pathway::content::{FactId, Kind, Number};
use nhs111::walk::{Facts, Next, Plan, Scratch, step};
use serde_json::{Value, json};

use super::moment;
use super::proved::Proved;

/// How many answers a path has, besides age, sex and party.
const ANSWERS: usize = 4;
/// How many steps of one content, at most.
const STEPS: u64 = 4_000;

const AGES: [&str; 9] = [
    "0 days",
    "27 days",
    "5 weeks",
    "2 months",
    "11 months",
    "1 years",
    "4 years",
    "15 years",
    "80 years",
];

/// Walks them in each family, and gives how many steps there were; or where the prover says something else.
pub fn all_short(content: &Content) -> Result<u64, String> {
    let mut steps = 0;
    for (family, _) in content.families() {
        let plan = Plan::new(content, &[family], false).expect("the complaint is there");
        let mut paths = Paths {
            content,
            plan: &plan,
            proved: Proved::of(content, &plan),
            steps: 0,
        };
        paths.from(&Facts::new(content), ANSWERS)?;
        steps += paths.steps;
    }
    Ok(steps)
}

struct Paths<'c, 'p> {
    content: &'c Content,
    plan: &'p Plan,
    proved: Proved<'c>,
    steps: u64,
}

impl Paths<'_, '_> {
    fn from(&mut self, facts: &Facts, left: usize) -> Result<(), String> {
        self.steps += 1;
        if let Some(how) = self.proved.disagreement(self.plan, facts, false) {
            let told: Vec<String> = facts
                .told()
                .map(|(fact, answer)| {
                    let said = serde_json::to_string(answer).expect("an answer has a form");
                    format!("{}: {said}", self.content.fact(fact).id)
                })
                .collect();
            return Err(format!("after {told:?}: {how}"));
        }
        let next = step(self.content, self.plan, facts, &mut Scratch::new()).next;
        let (name, answers, left) = match &next {
            Next::End => return Ok(()),
            Next::Patient { shown, .. } => (
                self.content.fact(shown[0]).id.clone(),
                self.answers(shown[0]),
                left,
            ),
            _ if left == 0 => return Ok(()),
            Next::Guide(guide) => {
                let guide = self.content.guide(*guide);
                let exits = guide.exits.iter().map(|exit| json!({ "exit": exit.id }));
                (guide.id.clone(), exits.collect(), left - 1)
            }
            next => {
                let fact = next.shown()[0];
                (
                    self.content.fact(fact).id.clone(),
                    self.answers(fact),
                    left - 1,
                )
            }
        };
        for said in answers {
            if self.steps >= STEPS {
                return Ok(());
            }
            let mut told = facts.clone();
            let answer = serde_json::from_value(said).expect("an answer has this form");
            let taken = told.tell(self.content, &name, &answer, moment());
            taken.expect("it is offered");
            self.from(&told, left)?;
        }
        Ok(())
    }

    /// Every answer, or of a number those on both sides of every cut there may be.
    fn answers(&self, fact: FactId) -> Vec<Value> {
        let fact = self.content.fact(fact);
        let ignorance = match fact.id.as_str() {
            "age" | "sex" => json!({ "not_told": true }),
            "party" => return vec![json!("third")],
            _ => json!({ "not_sure": true }),
        };
        let mut answers: Vec<Value> = match &fact.kind {
            Kind::OneOf { options, .. } => options.iter().map(|option| json!(option.id)).collect(),
            Kind::Number(number) => numbers(number),
            Kind::Ago { .. } | Kind::Due { .. } => [20, 21, 22, 23]
                .map(|day| json!({ "at": format!("2026-11-{day}T09:30:00Z") }))
                .to_vec(),
            Kind::Pick(table) => {
                let rows = &self.content.table(*table).rows;
                rows.iter().map(|row| json!([row.id])).collect()
            }
            Kind::Age => AGES.map(|age| json!({ "age": age })).to_vec(),
            Kind::Text => vec![json!("words")],
        };
        answers.push(ignorance);
        answers
    }
}

/// Six of them, evenly apart.
fn numbers(number: &Number) -> Vec<Value> {
    let steps = (number.to - number.from) / number.step;
    let mut places: Vec<i64> = (0..6).map(|part| steps * part / 5).collect();
    places.dedup();
    let scale = usize::try_from(number.scale).expect("few places");
    places
        .into_iter()
        .map(|place| {
            let said = (number.from + place * number.step) as f64 / 10_f64.powi(scale as i32);
            serde_json::from_str(&format!("{said:.scale$}")).expect("a number")
        })
        .collect()
}
