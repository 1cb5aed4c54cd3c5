//! How long a content takes to prove, and how much memory: by the number of questions and lines, by whether rules read questions nearby, and
//! against trying every answer where that can be done; and how long the difference of an edit takes. `--test` proves small ones once, and asserts
//! that both agree; a name (`trying`, `growth`, `edits`, `changed`) does that part alone.
//!
//! Wall time, of one thread but for the whole library; memory is the peak of the process so far.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints its figures, and may stop on a mistake of its own"
)]

mod changed;
mod made;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nhs111::cli::read_folder;
use nhs111::pathway::content::{DispositionId, FactId, FactSource, PathwayId, Promised};
use nhs111::pathway::encode::Limit;
use nhs111::pathway::form::Rule;
use nhs111::pathway::{self, Content};
use nhs111::proof::order::of_pathway;
use nhs111::proof::promises::of_pathway as promised_in;
use nhs111::proof::report::PathwayProof;
use nhs111::proof::{Verdict, pathway::prove};
use nhs111::prover::{Prover, SECONDS};
use nhs111::walk::{Answer, Facts, Moment, Plan, Reached, Scratch, outcome, true_lines};

use made::{Shape, files};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let brief = arguments.iter().any(|argument| argument == "--test");
    // One part alone, by its name.
    let parts = ["trying", "growth", "edits", "changed"];
    let named: Vec<&str> = parts
        .into_iter()
        .filter(|part| arguments.iter().any(|argument| argument == part))
        .collect();
    let is_asked = |part: &str| named.is_empty() || named.contains(&part);
    if is_asked("trying") {
        against_trying_all(if brief { &[4, 6] } else { &[4, 6, 8, 10, 12] });
    }
    if is_asked("growth") {
        growth(if brief {
            &[10]
        } else {
            &[10, 20, 40, 60, 100, 200]
        });
    }
    if is_asked("edits") {
        if brief {
            edits("tests/it/content", "primary-care-24-hours", None);
        } else {
            let shared = Some("shared/sepsis-screen.yaml");
            edits("pathways", "primary-care-6-hours", shared);
        }
    }
    if is_asked("changed") {
        changed::changed(brief);
    }
}

fn content(shape: Shape, seed: u64) -> Content {
    let checked = pathway::read(&files(shape, seed));
    let shown = |findings: Vec<pathway::Diagnostic>| {
        let shown = findings
            .iter()
            .take(5)
            .map(|finding| format!("{finding}\n"));
        shown.collect::<String>()
    };
    checked
        .unwrap_or_else(|findings| panic!("{}", shown(findings)))
        .content
}

fn limit() -> Limit {
    let began = Instant::now();
    Limit {
        now: Arc::new(move || began.elapsed()),
        each: Duration::from_secs(SECONDS),
    }
}

/// Every guarantee of one pathway, by questions and lines.
fn growth(questions: &[usize]) {
    println!("questions  lines  rules   all guarantees  ratio to 2 s  most memory  unproven");
    for questions in questions {
        for local in [true, false] {
            let shape = Shape {
                questions: *questions,
                lines: questions * 10 / 3,
                local,
                plain: false,
            };
            let content = content(shape, 7);
            let mut took = Duration::MAX;
            let mut proven = None;
            // The best of three: the machine does other things too.
            for _ in 0..if *questions > 60 { 1 } else { 3 } {
                let began = Instant::now();
                proven = Some(prove(&content, PathwayId(0), &limit()).unwrap());
                took = took.min(began.elapsed());
            }
            let held = peak();
            println!(
                "{questions:>9}  {:>5}  {:<6} {:>13.3} s  {:>12.3}  {:>8.1} MB  {:>8}",
                shape.lines,
                if local { "nearby" } else { "any" },
                took.as_secs_f64(),
                took.as_secs_f64() / 2.0,
                held as f64 / 1e3,
                proven.map_or(0, |proof| unproven(&proof)),
            );
        }
    }
}

/// The most memory that the process ever had, in kilobytes, as Linux counts it.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let count = line.and_then(|line| line.split_whitespace().next());
    count.unwrap().parse().unwrap()
}

fn unproven(proof: &PathwayProof) -> u64 {
    proof.found.iter().map(|found| found.over.unproven).sum()
}

/// Promises and the order of answers, by the solver and by trying all answers; both find the same.
fn against_trying_all(questions: &[usize]) {
    println!("questions  solver  trying all  ratio  promises broken  questions that lower");
    for questions in questions {
        let shape = Shape {
            questions: *questions,
            lines: questions * 10 / 3,
            local: false,
            plain: true,
        };
        let content = content(shape, 3);
        let began = Instant::now();
        let by_solver = by_solver(&content);
        let solver = began.elapsed();
        let began = Instant::now();
        let by_trying = by_trying(&content, *questions);
        let trying = began.elapsed();
        assert_eq!(by_solver, by_trying, "{questions} questions");
        println!(
            "{questions:>9} {:>4.0} ms {:>8.0} ms  {:>5.1}  {:>15}  {:>20}",
            solver.as_secs_f64() * 1e3,
            trying.as_secs_f64() * 1e3,
            trying.as_secs_f64() / solver.as_secs_f64(),
            by_solver.0.len(),
            by_solver.1.len(),
        );
    }
}

/// The broken promises, by their place in the file, and the questions of which a worse answer lowers.
type Found = (BTreeSet<u32>, BTreeSet<FactId>);

fn by_solver(content: &Content) -> Found {
    let pathway = PathwayId(0);
    let broken = promised_in(content, pathway, Some(&limit())).unwrap();
    let broken = broken
        .into_iter()
        .filter(|claim| matches!(claim.verdict, Verdict::Broken(_)));
    let lowered = of_pathway(content, pathway, Some(&limit()))
        .unwrap()
        .lowered;
    (
        broken.map(|claim| claim.promise.place.line).collect(),
        lowered.into_iter().map(|lowered| lowered.fact).collect(),
    )
}

fn by_trying(content: &Content, count: usize) -> Found {
    let at = Moment {
        contact_began: "2026-01-15T12:00:00Z".parse().unwrap(),
        today: "2026-01-15".parse().unwrap(),
    };
    let word = |word: &str| Answer::Word(word.to_owned());
    let mut patient = Facts::new(content);
    for (name, answer) in [
        ("party", word("first")),
        ("age", Answer::Age("40 years".to_owned())),
        ("sex", word("female")),
    ] {
        patient.tell(content, name, &answer, at).unwrap();
    }
    let plan = Plan::new(content, &["p"], false).unwrap();
    let mut scratch = Scratch::new();
    let mut ends: Vec<DispositionId> = Vec::new();
    let (mut broken, mut lowered) = (BTreeSet::new(), BTreeSet::new());
    let guards: Vec<Rule> = content.lines.iter().map(|line| line.guard).collect();
    assert!(
        content
            .promises
            .iter()
            .all(|promise| guards.contains(&promise.when)),
        "a promise that no line speaks of cannot be judged here"
    );
    let questions: Vec<FactId> = (0..count)
        .map(|question| content.fact_named(&format!("q{question}")).unwrap())
        .collect();
    assert!(
        questions
            .iter()
            .all(|fact| content.fact(*fact).source == FactSource::Question)
    );
    for answers in 0_u32..1 << count {
        let mut facts = patient.clone();
        for (place, fact) in questions.iter().enumerate() {
            let said = if answers >> place & 1 == 1 {
                "yes"
            } else {
                "no"
            };
            facts.tell_fact(content, *fact, &word(said), at).unwrap();
        }
        let end = outcome(content, &plan, &facts, &mut scratch).disposition;
        // A promise of these speaks of what a line says, in the same words.
        let holds: Vec<Rule> = true_lines(content, &plan, &facts, &mut scratch)
            .into_iter()
            .filter_map(|reached| match reached {
                Reached::Line(line) => Some(content.line(line).guard),
                _ => None,
            })
            .collect();
        for promise in &content.promises {
            let Promised::NeverBelow(bound) = promise.what else {
                continue;
            };
            if end > bound && holds.contains(&promise.when) {
                broken.insert(promise.place.line);
            }
        }
        // "Yes" is the worse answer: it is not to lower.
        for (place, fact) in questions.iter().enumerate() {
            let milder = (answers & !(1 << place)) as usize;
            let was_no = ends.get(milder);
            if answers >> place & 1 == 1 && was_no.is_some_and(|was| end > *was) {
                lowered.insert(*fact);
            }
        }
        ends.push(end);
    }
    (broken, lowered)
}

/// A whole library, and what of it is proven again after an edit: of a headache, which is to end no lower than `base`, or of what is shared.
fn edits(folder: &str, base: &str, shared: Option<&str>) {
    let own = "complaints/headache.yaml";
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = read_folder(&folder).unwrap();
    let prover = Prover::new(Duration::from_secs(SECONDS));
    let told = |what: &str, files: &[(String, String)]| {
        let content = pathway::read(files).unwrap().content;
        let began = Instant::now();
        let report = prover.prove(&content).unwrap();
        let took = began.elapsed().as_secs_f64();
        println!(
            "{what:<34} {:>3} of {:>3} pathways proven, {took:>7.2} s, ratio to 60 s {:>6.3}",
            report.proven_now,
            report.pathways,
            took / 60.0
        );
        report.proven_now
    };
    told("a library, all of it", &files);
    assert_eq!(told("nothing changed", &files), 0);
    let edited = |name: &str, old: &str, new: &str| {
        let mut files = files.clone();
        let (_, text) = files.iter_mut().find(|(file, _)| file == name).unwrap();
        assert!(text.contains(old), "{name} does not say {old}");
        *text = text.replacen(old, new, 1);
        files
    };
    assert_eq!(
        told(
            "a wording of one pathway",
            &edited(own, "say: ", "say: So, ")
        ),
        0
    );
    let raised = edited(own, "- otherwise: ", &format!("- otherwise: {base} # "));
    assert_eq!(told("the last line of one pathway", &raised), 1);
    if let Some(shared) = shared {
        let more = edited(
            shared,
            "  - reach: ambulance-category-2",
            "  - reach: ambulance-category-1",
        );
        told("a line that many pathways share", &more);
    }
}
