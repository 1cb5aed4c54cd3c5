//! Libraries of which every patient can be tried.

use super::Dice;
use super::library::{FLAG_LINES, FLAGS, Library};
use super::rules::Read;

/// The files of a library so small that every patient can be tried: a pathway of few questions, and at most one thing around it.
pub fn tiny(seed: u64) -> Vec<(String, String)> {
    let mut dice = Dice::new(seed);
    let exceptions = dice.one_in(4);
    let around = *dice.pick(&Around::ALL);
    let mut library = Library::new(&mut dice, exceptions);
    library.tiny = Some(match (around, exceptions) {
        (Around::Nothing, false) => 2 + library.dice.below(2),
        (Around::Nothing, true) => 2,
        _ => 1,
    });
    library.catalogue();
    let reads = std::mem::take(&mut library.shared.reads);
    let one_of = |names: &[&str]| {
        let named = |read: &Read| names.iter().any(|name| read.named(name));
        reads.iter().filter(|read| named(read)).cloned().collect()
    };
    library.shared.reads = match around {
        Around::Record => one_of(&["thin", "level"]),
        Around::Person => one_of(&["sex", "party"]),
        _ if library.dice.one_in(3) => vec![Read::Age],
        _ => Vec::new(),
    };
    library.add("questions/shared.yaml", FLAGS.to_owned());
    library.shared.reads.push(Read::YesNo("flag".to_owned()));
    library.shared.asks.push("flag".to_owned());
    library.about = library.shared.clone();
    // Nobody else reads the red flags, and one that nobody reads is an error.
    library.add(
        "interrupts.yaml",
        format!("evidence: e\ninterrupts:\n{FLAG_LINES}"),
    );
    match around {
        Around::Flow => library.flow("early", &[], false),
        Around::Risk => library.risk_history(),
        _ => {}
    }
    library.pathway("p0", "p0", "", &[]);
    if around == Around::Elsewhere {
        library.pathway("p1", "p1", "", &["p0".to_owned()]);
    }
    library.files
}

/// What stands around the pathway of a tiny library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Around {
    Nothing,
    /// Facts of the record, which a look-up may leave unknown.
    Record,
    Person,
    /// A flow that it includes.
    Flow,
    /// Another, whose business it is too.
    Elsewhere,
    Risk,
}

impl Around {
    const ALL: [Around; 8] = [
        Around::Nothing,
        Around::Nothing,
        Around::Nothing,
        Around::Record,
        Around::Person,
        Around::Flow,
        Around::Elsewhere,
        Around::Risk,
    ];
}
