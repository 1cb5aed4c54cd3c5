//! Files that hold statements, and the statements.

use super::{
    ANY, BECAUSE, EVIDENCE, GIVES_WAY, GUARD, GUARDED_LINE, IF, INHERITED, SOURCES, STAFF, UNLESS,
    block, key, needed, statement,
};
use crate::pathway::schema::Block;
use crate::pathway::schema::Shape::{
    Block as In, Either, Fact, Id, List, Map, OneOf, OneOrMore, Pattern, Rule, Text, Whole, Words,
};

pub(super) const FLOWS: &[Block] = &[
    block(
        "pathway",
        "A pathway: one presenting complaint.",
        &[
            needed("pathway", Id, "Its id: the name of the file."),
            needed("title", Text, "Its heading."),
            needed(
                "family",
                Id,
                "The complaint that is chosen. Several pathways may share one; together they cover every age, sex and party.",
            ),
            key("for", In("whom"), "Whom it is for; absent means everybody."),
            key("found_by", List(&Words), "Words that people use."),
            key(
                "codes",
                In("codes"),
                "Symptom group and discriminator, inherited by every line below.",
            ),
            key("evidence", EVIDENCE, INHERITED),
            key(
                "risks",
                Map(&Either(&[Id, In("no-risk")])),
                "For each item of the risk history: what it reaches here. `rest: usual` leaves the rest as it is; without it, an item left out is an error. Anything below the usual is shown to approvers.",
            ),
            key(
                "questions",
                Map(&In("question")),
                "Its own questions. They may be read only here; to share one, move it to `questions/`.",
            ),
            key(
                "danger",
                List(&In("statement")),
                "Asked before every flow, for every complaint of the case.",
            ),
            needed(
                "flow",
                List(&In("statement")),
                "Statements; holds exactly one `otherwise`, the base.",
            ),
            key(
                "promises",
                List(&In("promise")),
                "What is proven of this pathway.",
            ),
        ],
    ),
    block(
        "shared",
        "A shared flow, for `include`. It holds no `otherwise`, `settle`, `elsewhere`, `risks` or `for`.",
        &[
            needed("shared", Id, "Its id: the name of the file."),
            key("title", Text, "Its heading."),
            key("codes", In("codes"), "Inherited by every line below."),
            key("evidence", EVIDENCE, INHERITED),
            key("questions", Map(&In("question")), "Its own questions."),
            key(
                "danger",
                List(&In("statement")),
                "Joins the `danger` of whoever includes it.",
            ),
            key(
                "flow",
                List(&In("statement")),
                "Stands where it is included.",
            ),
        ],
    ),
    block(
        "first-flow",
        "The statements asked before everything, in every case.",
        &[
            key("evidence", EVIDENCE, INHERITED),
            key("codes", In("codes"), "Inherited by every line below."),
            key(
                "questions",
                Map(&In("question")),
                "Questions that every file may read.",
            ),
            needed(
                "flow",
                List(&In("statement")),
                "ask, reach, also, guide, keep, when, let, score, include, advise.",
            ),
        ],
    ),
    block(
        "interrupts",
        "Lines that count in every case, whenever their facts are known.",
        &[
            key("evidence", EVIDENCE, INHERITED),
            key("codes", In("codes"), "Inherited by every line below."),
            needed(
                "interrupts",
                List(&In("statement")),
                "`reach`, `also` and `guide` with guards over shared facts only; no asks.",
            ),
        ],
    ),
    block(
        "risk-history",
        "The risk questions and items.",
        &[
            key("evidence", EVIDENCE, INHERITED),
            key("codes", In("codes"), "Inherited by every line below."),
            key(
                "questions",
                Map(&In("question")),
                "Questions that every file may read.",
            ),
            needed("flow", List(&In("statement")), "Asks, and lets, only."),
            needed(
                "items",
                Map(&In("risk")),
                "Risk items; the name is what `risks:` uses.",
            ),
        ],
    ),
    block(
        "risk",
        "A risk item.",
        &[
            key(
                "if",
                Rule,
                "A rule; without a guard, the yes/no question of the same name.",
            ),
            key("unless", Rule, UNLESS),
            key("any", List(&Rule), ANY),
            needed("reach", Id, "The usual effect: a disposition."),
            needed("because", Text, BECAUSE),
            key("staff", Words, STAFF),
            key("evidence", EVIDENCE, SOURCES),
        ],
    ),
    block(
        "no-risk",
        "An item that has no line here.",
        &[needed("none", Words, "Why it has none.")],
    ),
    block(
        "whom",
        "Whom something is for.",
        &[
            key(
                "age",
                Pattern("\\.\\."),
                "`\"years(5)..\"`: a..b leaves b out, a..=b keeps it; either end may be missing.",
            ),
            key("sex", OneOf(&["female", "male"]), "Their sex."),
            key(
                "party",
                OneOf(&["first", "third"]),
                "Whether the patient answers (first) or somebody else (third).",
            ),
        ],
    ),
    block(
        "codes",
        "Codes of the field.",
        &[
            key("sg", Words, "Symptom group."),
            key("sd", Words, "Symptom discriminator."),
        ],
    ),
    Block {
        name: "statement",
        says: "One statement of a list.",
        keys: &[
            key(
                "ask",
                OneOrMore(&Fact),
                "Where in the order a question may be asked. A list is a group: one screen at the desk.",
            ),
            key(
                "reach",
                Id,
                "At least this urgent, while the guard is true. Needs `because`.",
            ),
            key(
                "settle",
                Id,
                "The all-clear: takes the place of this pathway's `otherwise` and ranks below it. Needs a guard and `because`.",
            ),
            key(
                "otherwise",
                Id,
                "The base of this pathway: unguarded, the last line with a rank.",
            ),
            key(
                "also",
                Id,
                "A parallel need that travels with whatever is reached.",
            ),
            key(
                "keep",
                OneOrMore(&Fact),
                "Asked for the hand-over when the result is certain, if the result hands over.",
            ),
            key(
                "guide",
                Id,
                "What to do and say meanwhile: a file of `guides/`.",
            ),
            key("advise", Id, "Care advice: a file of `advice/`."),
            key("let", Fact, "A named condition."),
            key("score", Fact, "A sum of `points`, or of `bands`."),
            key("when", Rule, "A nested list under a condition."),
            key("include", Id, "A shared flow in this place."),
            key(
                "elsewhere",
                Id,
                "This is also that pathway's business: the whole of it joins under the guard.",
            ),
            key("if", Rule, IF),
            key("unless", Rule, UNLESS),
            key("any", List(&Rule), ANY),
            key("because", Text, BECAUSE),
            key("staff", Words, STAFF),
            key("evidence", EVIDENCE, SOURCES),
            key("codes", In("codes"), "Codes of this line."),
            key("gives_way", List(&Id), GIVES_WAY),
            key("points", List(&In("points")), "What adds to the score."),
            key(
                "bands",
                Map(&Map(&Whole)),
                "Points by a question: a map of `range: points` (`..=8: 3`), or `option: points`. Ranges cover the bounds without overlap.",
            ),
            key("do", List(&In("statement")), "While the condition holds."),
            key("else", List(&In("statement")), "While it does not."),
        ],
        one_of: &[
            statement("ask", GUARD, &[]),
            statement("reach", GUARDED_LINE, &["because"]),
            statement(
                "settle",
                &[
                    "if", "unless", "any", "because", "staff", "evidence", "codes",
                ],
                &["because"],
            ),
            statement("otherwise", &["because", "staff", "evidence", "codes"], &[]),
            statement("also", GUARDED_LINE, &[]),
            statement("keep", GUARD, &[]),
            statement("guide", GUARD, &[]),
            statement("advise", GUARD, &[]),
            statement("let", GUARD, &[]),
            statement("score", &["points", "bands"], &[]),
            statement("when", &["do", "else"], &["do"]),
            statement("include", GUARD, &[]),
            statement("elsewhere", GUARD, &[]),
        ],
    },
    block(
        "points",
        "Points, and when they are added.",
        &[
            needed("add", Whole, "How many."),
            key("if", Rule, IF),
            key("unless", Rule, UNLESS),
            key("any", List(&Rule), ANY),
        ],
    ),
];
