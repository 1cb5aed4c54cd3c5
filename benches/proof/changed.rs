//! How long the difference of an edit takes, reading both contents included, as `nhs111 diff` does it.

use std::path::Path;
use std::time::{Duration, Instant};

use nhs111::cli::read_folder;
use nhs111::cores::on_all_cores;
use nhs111::pathway::{self, Content};
use nhs111::proof::difference;

use super::made::{Shape, files};

type Files = Vec<(String, String)>;

/// Prints the time of one edited rule, in made-up pathways and in today's content.
pub fn changed(brief: bool) {
    println!("one edited rule                                   changes      time  ratio to 1 s");
    for questions in if brief { vec![10] } else { vec![20, 40, 60] } {
        for local in [true, false] {
            let shape = Shape {
                questions,
                lines: questions * 10 / 3,
                local,
                plain: false,
            };
            let before = files(shape, 7);
            let rules = if local { "nearby" } else { "any" };
            let what = format!("{questions} questions, {} lines, {rules}", shape.lines);
            told(
                &what,
                &before,
                "complaints/p.yaml",
                ("reach: d2", "reach: d3"),
            );
        }
    }
    let folder = if brief {
        "tests/fixtures/asthma/before"
    } else {
        "pathways"
    };
    let before = read_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
    let edits: &[(&str, (&str, &str))] = if brief {
        &[(
            "complaints/breathlessness.yaml",
            ("asthma && drowsy", "asthma && fighting_for_breath"),
        )]
    } else {
        &[
            (
                "complaints/sore-throat-young-child.yaml",
                (
                    "reach: primary-care-2-hours",
                    "reach: primary-care-24-hours",
                ),
            ),
            (
                "complaints/vomiting.yaml",
                (
                    "vomit_many && age >= years(65)",
                    "vomit_many && age >= years(66)",
                ),
            ),
            (
                "shared/rash-dangers.yaml",
                (
                    "reach: emergency-department-1-hour",
                    "reach: emergency-department-4-hours",
                ),
            ),
        ]
    };
    for (name, texts) in edits {
        told(name, &before, name, *texts);
    }
}

fn told(what: &str, before: &Files, name: &str, (old, new): (&str, &str)) {
    let mut after = before.clone();
    let (_, text) = after.iter_mut().find(|(file, _)| file == name).unwrap();
    assert!(text.contains(old), "{name} does not say {old}");
    *text = text.replacen(old, new, 1);
    let mut took = Duration::MAX;
    let mut changes = 0;
    // The best of two: the machine does other things too.
    for _ in 0..2 {
        let began = Instant::now();
        let read = on_all_cores(None, &[before, &after], |files: &&Files| {
            pathway::read(files).map(|checked| checked.content)
        });
        let contents: Vec<Content> = read.unwrap();
        let [one, other] = contents.as_slice() else {
            unreachable!()
        };
        changes = difference(one, other).unwrap().changes().count();
        took = took.min(began.elapsed());
    }
    assert!(changes > 0, "{what}: nothing changes");
    let seconds = took.as_secs_f64();
    println!("{what:<48} {changes:>8} {seconds:>7.2} s {seconds:>13.3}");
}
