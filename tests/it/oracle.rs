//! The walk agrees with an interpreter that reads the raw YAML (`tests/oracle/`), written from the language's description alone, at every step of
//! random walks over random small libraries.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use jiff::Timestamp;
use nhs111::pathway::content::{Asked, Kind};
use nhs111::pathway::{self, Content};
use nhs111::walk::{Answer, Facts, Moment, Next, Plan, Scratch, outcome, step};
use serde_json::{Map, Value, json};

use crate::random::{Dice, library};

/// How many libraries; `NHS111_ORACLE_LIBRARIES` asks for more (`scripts/soak`).
const LIBRARIES: u64 = 250;
const NOW: &str = "2026-11-22T12:00:00Z";

/// The other interpreter, in a process of its own.
struct Oracle {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Oracle {
    fn start() -> Self {
        let python = std::env::var("NHS111_ORACLE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/oracle.py");
        let mut child = Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("Python with PyYAML is there: scripts/setup test");
        let input = child.stdin.take().expect("its input is piped");
        let output = BufReader::new(child.stdout.take().expect("its output is piped"));
        Oracle { child, input, output }
    }

    fn ask(&mut self, request: &Value) -> Value {
        writeln!(self.input, "{request}").expect("the oracle listens");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("the oracle answers");
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("the oracle broke off at {request}"))
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_walk_agrees_with_the_oracle_on_random_libraries() {
    let wanted = std::env::var("NHS111_ORACLE_LIBRARIES").ok().and_then(|count| count.parse().ok()).unwrap_or(LIBRARIES);
    let first = std::env::var("NHS111_ORACLE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut oracle = Oracle::start();
    let (mut compared, mut used, mut steps, mut seed) = (0, 0, 0, first);
    while used < wanted {
        let files = library(seed);
        seed += 1;
        // Now and then a random rule is always true or false, which the reader refuses.
        let Ok(checked) = pathway::read(&files) else { continue };
        used += 1;
        let texts: Map<String, Value> = files.iter().map(|(name, text)| (name.clone(), json!(text))).collect();
        let loaded = oracle.ask(&json!({ "op": "load", "files": texts }));
        assert_eq!(loaded, json!({ "ok": true }), "seed {}", seed - 1);
        for walk in 0..3 {
            steps += compare(&mut oracle, &checked.content, seed - 1, walk);
            compared += 1;
        }
    }
    assert!(seed - first < 4 * wanted, "most random libraries are sound: {used} of {}", seed - first);
    assert!(steps > 3 * compared, "walks have steps");
}

/// A walk in progress, told to both.
struct Both<'c> {
    content: &'c Content,
    facts: Facts,
    told: Map<String, Value>,
    patient: Map<String, Value>,
    at: Moment,
}

impl Both<'_> {
    fn tell(&mut self, name: &str, said: Value) {
        let answer: Answer = serde_json::from_value(said.clone()).expect("an answer has this form");
        if self.facts.tell(self.content, name, &answer, self.at).is_err() {
            panic!("`{name}` does not take {said}");
        }
        match name {
            "age" | "sex" | "party" => {
                match said {
                    Value::Object(map) if map.contains_key("birth_date") => self.patient.insert("birth_date".to_owned(), map["birth_date"].clone()),
                    Value::Object(map) if map.contains_key("age") => self.patient.insert("age".to_owned(), map["age"].clone()),
                    Value::Object(_) => self.patient.insert(name.to_owned(), json!("not_told")),
                    said => self.patient.insert(name.to_owned(), said),
                };
            }
            _ => {
                self.told.insert(name.to_owned(), said);
            }
        }
    }
}

fn compare(oracle: &mut Oracle, content: &Content, seed: u64, walk: u64) -> usize {
    let mut dice = Dice::new(seed * 31 + walk);
    let families: Vec<String> = content.families().iter().map(|(family, _)| (*family).to_owned()).collect();
    let mut chosen: Vec<String> = families.iter().filter(|_| !dice.one_in(3)).cloned().collect();
    if chosen.is_empty() {
        chosen.push(dice.pick(&families).clone());
    }
    let early = dice.one_in(10);
    let names: Vec<&str> = chosen.iter().map(String::as_str).collect();
    let plan = Plan::new(content, &names, early).expect("the complaints are there");
    let contact_began: Timestamp = NOW.parse().expect("a time");
    let at = Moment { contact_began, today: "2026-11-22".parse().expect("a date") };
    let mut both = Both { content, facts: Facts::new(content), told: Map::new(), patient: Map::new(), at };
    if !dice.one_in(4) {
        for (name, said) in patient(&mut dice) {
            both.tell(name, said);
        }
    }
    for fact in &content.facts {
        let system = matches!(fact.source, pathway::content::FactSource::System { .. });
        if (system && dice.one_in(3)) || (!system && !matches!(fact.source, pathway::content::FactSource::Patient) && dice.one_in(8)) {
            let said = if system && dice.one_in(2) { json!({ "unknown": true }) } else { answer(&mut dice, content, &fact.kind, system) };
            both.tell(&fact.id, said);
        }
    }
    let mut scratch = Scratch::new();
    for steps in 1..200 {
        let position = step(content, &plan, &both.facts, &mut scratch);
        let ours = shown(content, &position.next, position.disposition);
        let request = json!({ "op": "walk", "complaints": chosen, "now": NOW, "patient": both.patient, "facts": both.told, "ended_early": early });
        let theirs = oracle.ask(&request);
        let at_end = position.next == Next::End;
        let context = || format!("seed {seed}, walk {walk}, step {steps}: {request}\n{theirs}");
        assert_eq!(ours, theirs["next"], "next; {}", context());
        if at_end {
            let also: Vec<&str> = outcome(content, &plan, &both.facts, &mut scratch).also.iter().map(|need| content.need(*need).id.as_str()).collect();
            let mut also: Vec<String> = also.into_iter().map(str::to_owned).collect();
            also.sort();
            assert_eq!(json!(also), theirs["also"], "needs; {}", context());
            let ours = outcome(content, &plan, &both.facts, &mut scratch);
            let theirs = oracle.ask(&json!({ "op": "outcome", "complaints": chosen, "now": NOW, "patient": both.patient, "facts": both.told, "ended_early": early }));
            assert_eq!(json!(content.disposition(ours.disposition).id), theirs["outcome"], "outcome; {}", context());
            return steps;
        }
        // While it keeps, the result is certain, and we say it; the oracle says it at the end.
        if !matches!(position.next, Next::Keep { .. }) {
            let reached = position.disposition.map(|id| content.disposition(id).id.clone());
            assert_eq!(json!(reached), theirs["reached"], "reached; {}", context());
        }
        reply(&mut dice, &mut both, &position.next);
    }
    panic!("seed {seed}, walk {walk}: the walk does not end");
}

fn shown(content: &Content, next: &Next, end: Option<pathway::content::DispositionId>) -> Value {
    let names = |shown: &[pathway::content::FactId]| shown.iter().map(|fact| content.fact(*fact).id.clone()).collect::<Vec<_>>();
    match next {
        // We show the three on one screen; the oracle asks one after the other.
        Next::Patient { shown, .. } => json!({ "ask": names(&shown[..1]) }),
        Next::Ask { asked: Asked::Checklist(list), shown } => json!({ "checklist": content.checklist(*list).id, "ask": names(shown) }),
        Next::Ask { shown, .. } => json!({ "ask": names(shown) }),
        Next::Keep { shown, .. } => json!({ "keep": names(shown) }),
        Next::Guide(guide) => json!({ "guide": content.guide(*guide).id }),
        Next::End => json!({ "end": end.map(|id| content.disposition(id).id.clone()) }),
    }
}

fn patient(dice: &mut Dice) -> [(&'static str, Value); 3] {
    let age = match dice.below(5) {
        0 => json!({ "not_told": true }),
        1 => json!({ "age": format!("{} years", 1 + dice.below(80)) }),
        2 => json!({ "age": format!("{} months", 1 + dice.below(30)) }),
        3 => json!({ "age": format!("{} days", dice.below(60)) }),
        _ => json!({ "birth_date": format!("{}-{:02}-{:02}", 1940 + dice.below(86), 1 + dice.below(12), 1 + dice.below(28)) }),
    };
    let sex = dice.pick(&[json!("female"), json!("male"), json!({ "not_told": true })]).clone();
    [("party", dice.pick(&[json!("first"), json!("third")]).clone()), ("age", age), ("sex", sex)]
}

fn reply(dice: &mut Dice, both: &mut Both<'_>, next: &Next) {
    if let Next::Guide(guide) = next {
        let guide = both.content.guide(*guide);
        let (id, exit) = (guide.id.clone(), guide.exits[0].id.clone());
        return both.tell(&id, json!({ "exit": exit }));
    }
    if let Next::Patient { shown, .. } = next {
        for (name, said) in patient(dice) {
            if shown.iter().any(|fact| both.content.fact(*fact).id == name) {
                both.tell(name, said);
            }
        }
        return;
    }
    // One answer is one step: a screen may be left half answered.
    let shown = next.shown().to_vec();
    let fact = both.content.fact(*dice.pick(&shown)).clone();
    let said = answer(dice, both.content, &fact.kind, false);
    both.tell(&fact.id, said);
}

fn answer(dice: &mut Dice, content: &Content, kind: &Kind, system: bool) -> Value {
    if !system && dice.one_in(6) {
        return match (dice.below(4), kind) {
            (0, Kind::OneOf { yes_no: false, .. }) => json!({ "none_fit": "words" }),
            (1, _) => json!({ "refused": true }),
            _ => json!({ "not_sure": true }),
        };
    }
    match kind {
        Kind::OneOf { options, .. } => json!(dice.pick(options).id),
        Kind::Number(number) => json!(number.from + dice.below((number.to - number.from + 3) as usize) as i64),
        Kind::Ago { .. } => json!({ "at": format!("2026-11-{:02}T{:02}:30:00Z", 20 + dice.below(3), dice.below(24)) }),
        Kind::Due { .. } => json!({ "at": format!("2026-11-{:02}T{:02}:00:00Z", 21 + dice.below(3), dice.below(24)) }),
        Kind::Pick(table) => {
            let rows = &content.table(*table).rows;
            let mut picked = vec![dice.pick(rows).id.clone()];
            let other = dice.pick(rows).id.clone();
            if !picked.contains(&other) && dice.one_in(2) {
                picked.push(other);
            }
            json!(picked)
        }
        Kind::Age | Kind::Text => json!({ "not_sure": true }),
    }
}
