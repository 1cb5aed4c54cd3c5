//! The guarantees of a content, each in one plain sentence, and how each is settled.

use serde::{Deserialize, Serialize};

/// A guarantee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Guarantee {
    /// References resolve.
    G1,
    /// Everything has an effect.
    G2,
    /// No dead end.
    G3,
    /// A bound on the questions.
    G4,
    /// No gap.
    G5,
    /// Overlaps.
    G6,
    /// Promises.
    G7,
    /// Worse never lowers.
    G8,
    /// Not sure is safe.
    G9,
    /// Families are whole.
    G10,
    /// The order of questions.
    G11,
    /// Questions before the first emergency.
    G12,
    /// Channels agree.
    G13,
}

/// What settles a guarantee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settled {
    /// The check, without which there is nothing to prove.
    Check,
    /// The meaning of the language, once no line can be left undetermined; that is what the solver shows.
    Meaning,
    /// The solver.
    Solver,
    /// The running walk, on somebody whom the solver found.
    Walk,
}

impl Guarantee {
    /// All of them, in order.
    pub const ALL: [Guarantee; 13] = [
        Guarantee::G1,
        Guarantee::G2,
        Guarantee::G3,
        Guarantee::G4,
        Guarantee::G5,
        Guarantee::G6,
        Guarantee::G7,
        Guarantee::G8,
        Guarantee::G9,
        Guarantee::G10,
        Guarantee::G11,
        Guarantee::G12,
        Guarantee::G13,
    ];

    /// What it says, to a nurse.
    pub fn says(self) -> &'static str {
        match self {
            Guarantee::G1 => "everything that is named is there, and is what it is used as",
            Guarantee::G2 => {
                "every line can be true for somebody and decides for somebody, and every question changes something"
            }
            Guarantee::G3 => "no answer leads to a dead end, \u{201c}not sure\u{201d} included",
            Guarantee::G4 => "every call ends, after at most so many questions",
            Guarantee::G5 => "everybody gets a result",
            Guarantee::G6 => "where two lines are true, the more urgent one counts",
            Guarantee::G7 => "every promise holds, for everybody it is made about",
            Guarantee::G8 => "a worse answer never leads anybody somewhere less urgent",
            Guarantee::G9 => {
                "not being sure is at least as urgent as any answer, and so is an answer that nobody asked for"
            }
            Guarantee::G10 => "every complaint has a pathway for every age, sex and caller",
            Guarantee::G11 => "no mild question keeps an emergency waiting",
            Guarantee::G12 => {
                "an emergency of the complaint's own can be reached within few questions"
            }
            Guarantee::G13 => "phone and online reach the same result for the same answers",
        }
    }

    /// Why it holds, where it is proven.
    pub fn because(self) -> &'static str {
        match self {
            Guarantee::G1 => "the check refuses a content with a name that means nothing",
            Guarantee::G2 => "somebody was found for each",
            Guarantee::G3 => {
                "not sure means it could be any of them, so every answer is read; and no line is left undetermined"
            }
            Guarantee::G4 => {
                "an answer is never taken away by another, so nothing is asked twice; the bound counts each line of a checklist"
            }
            Guarantee::G5 => {
                "every pathway ends in an `otherwise`; and no line is left undetermined"
            }
            Guarantee::G6 => {
                "every line that is true counts and the most urgent one wins; and no line is left undetermined"
            }
            Guarantee::G7 => "nobody was found for whom one does not hold",
            Guarantee::G8 => {
                "no two patients were found who differ in that answer alone and of whom the worse one gets less"
            }
            Guarantee::G9 => {
                "not sure means it could be any of them; for a declared stand-in, and for what is said where it does not apply, no two patients were found of whom that one gets less"
            }
            Guarantee::G10 => "nobody was found for whom no member of the family is",
            Guarantee::G11 => "nobody was found who is asked a mild question first",
            Guarantee::G12 => "somebody was walked there",
            Guarantee::G13 => {
                "no rule can read the channel, so there is one result for the same facts (test `architecture::what_decides_knows_no_voice_and_no_channel`)"
            }
        }
    }

    /// What settles it.
    pub fn settled_by(self) -> Settled {
        match self {
            Guarantee::G1 => Settled::Check,
            Guarantee::G3 | Guarantee::G5 | Guarantee::G6 | Guarantee::G13 => Settled::Meaning,
            Guarantee::G2
            | Guarantee::G4
            | Guarantee::G7
            | Guarantee::G8
            | Guarantee::G9
            | Guarantee::G10 => Settled::Solver,
            Guarantee::G11 | Guarantee::G12 => Settled::Walk,
        }
    }

    /// What is counted of it.
    pub fn counts(self) -> &'static str {
        match self {
            Guarantee::G1 => "lines, questions and rules",
            Guarantee::G2 => "lines and questions",
            Guarantee::G3 | Guarantee::G5 | Guarantee::G6 => {
                "lines, each in each pathway where it counts"
            }
            Guarantee::G4 | Guarantee::G12 | Guarantee::G13 => "pathways",
            Guarantee::G7 => "promises, each in each pathway",
            Guarantee::G8 => "ordered questions, each in each pathway",
            Guarantee::G9 => "questions with a stand-in or a condition, each in each pathway",
            Guarantee::G10 => "complaints",
            Guarantee::G11 => "questions that find an emergency, each in each pathway",
        }
    }

    /// Where it is not proven for want of time, that is a failure: these are the ones that keep people from harm.
    pub fn must_be_proven(self) -> bool {
        matches!(self, Guarantee::G7 | Guarantee::G8 | Guarantee::G9)
    }

    /// Where it is broken, somebody should look, and nothing fails.
    pub fn only_warns(self) -> bool {
        matches!(self, Guarantee::G11 | Guarantee::G12)
    }
}
