//! Every key of every kind of file, with the words of `docs/authors/format.md`: what an editor shows.

mod catalogue;
mod flows;
mod questions;
mod worked;

use super::Shape::{Either, Flag, List, OneOf, OneOrMore, Pattern, Words};
use super::{Block, File, Key, Shape, Statement};

/// Kinds of file.
pub(super) const FILES: &[File] = &[
    File {
        name: "pathway",
        place: "complaints/*.yaml",
        block: "pathway",
    },
    File {
        name: "shared",
        place: "shared/*.yaml",
        block: "shared",
    },
    File {
        name: "questions",
        place: "questions/*.yaml",
        block: "questions",
    },
    File {
        name: "dispositions",
        place: "dispositions.yaml",
        block: "dispositions",
    },
    File {
        name: "first-flow",
        place: "first-flow.yaml",
        block: "first-flow",
    },
    File {
        name: "risk-history",
        place: "risk-history.yaml",
        block: "risk-history",
    },
    File {
        name: "interrupts",
        place: "interrupts.yaml",
        block: "interrupts",
    },
    File {
        name: "exceptions",
        place: "exceptions.yaml",
        block: "exceptions",
    },
    File {
        name: "table",
        place: "tables/*.yaml",
        block: "table",
    },
    File {
        name: "guide",
        place: "guides/*.yaml",
        block: "guide",
    },
    File {
        name: "advice",
        place: "advice/*.yaml",
        block: "advice",
    },
    File {
        name: "evidence",
        place: "evidence/*.yaml",
        block: "evidence",
    },
    File {
        name: "promises",
        place: "promises.yaml",
        block: "promises",
    },
    File {
        name: "cases",
        place: "cases/*.yaml",
        block: "cases",
    },
];

/// Every map with known keys.
pub(super) fn blocks() -> impl Iterator<Item = &'static Block> {
    [
        flows::FLOWS,
        questions::QUESTIONS,
        catalogue::CATALOGUE,
        worked::WORKED,
    ]
    .into_iter()
    .flatten()
}

const fn key(name: &'static str, is: Shape, says: &'static str) -> Key {
    Key {
        name,
        says,
        is,
        needed: false,
    }
}

const fn needed(name: &'static str, is: Shape, says: &'static str) -> Key {
    Key {
        name,
        says,
        is,
        needed: true,
    }
}

const fn block(name: &'static str, says: &'static str, keys: &'static [Key]) -> Block {
    Block {
        name,
        says,
        keys,
        one_of: &[],
    }
}

const fn statement(
    key: &'static str,
    allows: &'static [&'static str],
    needs: &'static [&'static str],
) -> Statement {
    Statement { key, allows, needs }
}

/// `0min`, `20min`, `1h`, `24h`, `3d`.
const TIME: Shape = Pattern("^[0-9]+ ?(s|min|h|d)$");
const UNIT: Shape = OneOf(&["minutes", "hours", "days"]);
const EVIDENCE: Shape = OneOrMore(&Pattern("^[a-z0-9-]+(#.+)?$"));
const DATE: Shape = Pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$");

/// An option, `yes`, `no`, a number, `6 hours`, a list of table rows, or `not_sure`, `none_fit`, `refused`.
const SAID: Shape = Either(&[Words, Flag, List(&Words)]);

const SAY: &str = "To the person, in the public voice; the default of all the other variants.";
const THIRD: &str = "About {patient}: \u{201c}your baby\u{201d} under 1, \u{201c}your child\u{201d} for a parent, else the first name or \u{201c}them\u{201d}. It never takes a verb.";
const HANDLER: &str =
    "What the call handler reads out to the patient, where it differs from `say`.";
const HANDLER_THIRD: &str =
    "What the call handler reads out to somebody else, where it differs from `third`.";
const PROFESSIONAL: &str = "To a health professional who rings about a patient.";
const OBSERVER: &str = "To somebody who is with the patient and looks.";
const IF: &str = "A rule that must hold. With `unless` and `any`, all that are present must hold.";
const UNLESS: &str = "A rule that must not hold.";
const ANY: &str = "A block list of rules, one of which must hold.";
const SOURCES: &str = "Sources: `ng84`, or a point in one, `ng84#1.1.4`; files of `evidence/`.";
const INHERITED: &str =
    "Sources of every line below that names none of its own: `ng84`, `ng84#1.1.4`, or a list.";
const BECAUSE: &str = "One sentence that the caller may hear: why.";
const STAFF: &str = "For staff: never shown to the public, never in a message.";
const GIVES_WAY: &str = "Named exceptions of `exceptions.yaml`; where one must hold, its `instead` takes the place of this line. Promises must name it.";
const DO_ADVICE: &str = "Texts, in order.";

const GUARD: &[&str] = &["if", "unless", "any"];
const GUARDED_LINE: &[&str] = &[
    "if",
    "unless",
    "any",
    "because",
    "staff",
    "evidence",
    "codes",
    "gives_way",
];
