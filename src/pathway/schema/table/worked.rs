//! Promises and worked cases.

use super::{SAID, block, key, needed, statement};
use crate::pathway::schema::Block;
use crate::pathway::schema::Shape::{
    Block as In, Fact, Id, List, Map, OneOf, Pattern, Rule, Whole, Words,
};

pub(super) const WORKED: &[Block] = &[
    block(
        "promises",
        "Promises over the whole library.",
        &[needed(
            "promises",
            List(&In("promise")),
            "Each is proven for every patient.",
        )],
    ),
    Block {
        name: "promise",
        says: "A promise: proven, with an example where it does not hold.",
        keys: &[
            key("for", In("whom"), "For whom."),
            key("when", Rule, "When."),
            key("never_below", Id, "The result is at least this urgent."),
            key(
                "never_above",
                Id,
                "The result is at most this urgent (against over-triage).",
            ),
            key("below", Id, "Below this urgency, `always_asked` holds."),
            key(
                "always_asked",
                List(&Words),
                "Shared flows or questions whose lines at or above `below` are determined.",
            ),
            key("unless", List(&Id), "Signed exceptions, by name."),
        ],
        one_of: &[
            statement("never_below", &["for", "when", "unless"], &[]),
            statement("never_above", &["for", "when", "unless"], &[]),
            statement(
                "always_asked",
                &["for", "when", "unless", "below"],
                &["below"],
            ),
        ],
    },
    block(
        "cases",
        "Worked cases of a pathway, a shared flow or a list of the library.",
        &[
            key(
                "unless_said",
                Map(&SAID),
                "A well baseline: said wherever a case says nothing else and the question is asked. May go unused.",
            ),
            needed("cases", List(&In("case")), "The cases."),
        ],
    ),
    block(
        "case",
        "A worked case.",
        &[
            needed("case", Words, "A sentence; unique."),
            needed("patient", In("patient"), "Age, sex and party."),
            key(
                "complaints",
                List(&Id),
                "Families chosen; by default the family of the pathway.",
            ),
            key(
                "facts",
                Map(&SAID),
                "What is answered when asked; an unused one fails the case.",
            ),
            key(
                "volunteered",
                Map(&SAID),
                "What is said before anything is asked.",
            ),
            key(
                "source",
                Words,
                "Where the expectation comes from: `ng84#1.1.4`.",
            ),
            key(
                "suggested",
                OneOf(&["yes"]),
                "Written by `nhs111 cases --suggest` and not confirmed yet: it runs and counts for nothing. Confirmed by writing `source` in its place.",
            ),
            needed(
                "expect",
                In("expect"),
                "What is expected; what is absent is not looked at.",
            ),
        ],
    ),
    block(
        "patient",
        "The patient of a case.",
        &[
            key(
                "age",
                Pattern("^([0-9]+ (day|week|month|year)s?|not told)$"),
                "`20 months`, `3 years`, or `not told`.",
            ),
            key("sex", OneOf(&["female", "male", "not told"]), "Their sex."),
            key("party", OneOf(&["first", "third"]), "Who answers."),
        ],
    ),
    block(
        "expect",
        "What a case expects.",
        &[
            key(
                "ask",
                Fact,
                "The first question that the case does not answer.",
            ),
            key("reach", Id, "The disposition at the end of the walk."),
            key("because", List(&Words), "Words of a shown reason."),
            key("also", List(&Id), "Needs that hold."),
            key("advise", List(&Id), "Items of advice shown."),
            key("not_asked", List(&Fact), "Questions that are not asked."),
            key("within", Whole, "The most questions asked."),
        ],
    ),
];
