//! A step takes no memory: on the real content, for every complaint, with every question answered mildly and with none known.

use std::path::Path;

use nhs111::cli::read_folder;
use nhs111::pathway::content::{FactId, Kind};
use nhs111::pathway::{self, Content};
use nhs111::walk::{Answer, Facts, Moment, Next, Plan, Scratch, step};

/// Screens of more facts than [`nhs111::walk::Shown`] has room for, which are few.
const LARGEST_WITHOUT: usize = 8;

#[test]
fn a_step_allocates_nothing() {
    let pathways = Path::new(env!("CARGO_MANIFEST_DIR")).join("pathways");
    let checked = pathway::read(&read_folder(&pathways).unwrap()).unwrap();
    let content = checked.content;
    let mut steps = 0;
    for (family, _) in content.families() {
        for answer in [mildest, not_sure] {
            steps += walked(&content, family, answer);
        }
    }
    assert!(steps > 100, "only {steps} steps were walked");
}

/// The steps of one walk, none of which allocated.
fn walked(content: &Content, family: &str, answer: fn(&Content, FactId) -> Answer) -> usize {
    let at = Moment {
        contact_began: "2026-11-22T12:00:00Z".parse().unwrap(),
        today: "2026-11-22".parse().unwrap(),
    };
    let plan = Plan::new(content, &[family], false).unwrap();
    let mut facts = Facts::new(content);
    // Room is made once; then steps use it again.
    let mut scratch = Scratch::new();
    step(content, &plan, &facts, &mut scratch);
    for count in 1.. {
        let mut position = None;
        let used = allocation_counter::measure(|| {
            position = Some(step(content, &plan, &facts, &mut scratch));
        });
        let next = position.unwrap().next;
        let large = next.shown().len() > LARGEST_WITHOUT;
        assert!(
            large || used.count_total == 0,
            "{family}: {next:?}: {used:?}"
        );
        match next {
            Next::End => return count,
            Next::Guide(guide) => {
                let guide = content.guide(guide);
                let exit = Answer::Exit(guide.exits.last().unwrap().id.clone());
                facts.tell(content, &guide.id, &exit, at).unwrap();
            }
            Next::Patient { shown, .. } | Next::Ask { shown, .. } | Next::Keep { shown, .. } => {
                let fact = *shown.first().unwrap();
                facts
                    .tell_fact(content, fact, &answer(content, fact), at)
                    .unwrap();
            }
        }
    }
    unreachable!("a walk ends")
}

fn not_sure(content: &Content, fact: FactId) -> Answer {
    if content.fact(fact).id == "age" {
        return Answer::Age("40 years".to_owned());
    }
    match content.fact(fact).kind {
        Kind::Text => Answer::Word("words".to_owned()),
        _ => Answer::NotSure,
    }
}

/// The last option: `no`, and the mildest of those that stand worst first.
fn mildest(content: &Content, fact: FactId) -> Answer {
    match &content.fact(fact).kind {
        Kind::OneOf { options, .. } => Answer::Word(options.last().unwrap().id.clone()),
        _ => not_sure(content, fact),
    }
}
