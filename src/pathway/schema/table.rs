//! Every key of every kind of file, with the words of `docs/authors/format.md`: what an editor shows.

use super::Shape::{
    Amount, Block as In, Either, Fact, Flag, Id, List, Map, OneOf, OneOrMore, Pattern, Rule, Text,
    Whole, Words,
};
use super::{Block, File, Key, Shape, Statement};

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
const THIRD: &str = "About {patient}: \u{201c}your baby\u{201d} under 1, \u{201c}your child\u{201d} for a parent, else the first name or \u{201c}they\u{201d}. It never takes a verb.";
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
pub(super) const BLOCKS: &[Block] = &[
    block(
        "wording",
        "A text in its variants.",
        &[
            needed("say", Words, SAY),
            key("third", Words, THIRD),
            key("handler", Words, HANDLER),
            key("handler_third", Words, HANDLER_THIRD),
            key("professional", Words, PROFESSIONAL),
            key("observer", Words, OBSERVER),
        ],
    ),
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
        "codes",
        "Codes of the field.",
        &[
            key("sg", Words, "Symptom group."),
            key("sd", Words, "Symptom discriminator."),
        ],
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
        "no-risk",
        "An item that has no line here.",
        &[needed("none", Words, "Why it has none.")],
    ),
    block(
        "questions",
        "Shared questions; in `questions/system.yaml`, the system facts.",
        &[
            key(
                "questions",
                Map(&In("question")),
                "Questions that every file may read.",
            ),
            key(
                "system",
                Map(&In("question")),
                "What the service tells at the start of a contact; `age`, `sex` and `party` must be there.",
            ),
        ],
    ),
    block(
        "question",
        "A question. Without `answers` it is yes/no.",
        &[
            needed("say", Words, SAY),
            key("third", Words, THIRD),
            key("handler", Words, HANDLER),
            key("handler_third", Words, HANDLER_THIRD),
            key("professional", Words, PROFESSIONAL),
            key("observer", Words, OBSERVER),
            key("why", Text, "Why it is asked, for handler and public."),
            key("help", Text, "Supporting text: how to check, examples."),
            key(
                "rephrase",
                List(&Text),
                "Approved other ways of asking; a block list.",
            ),
            key(
                "red_flag",
                Flag,
                "Shown on the strip of red flags; needs `ask_again_after`, and a line that reads it.",
            ),
            key(
                "worse",
                Pattern("^(yes|no|first|last|higher|lower|outside .+)$"),
                "Which answers are worse: `yes` or `no` (yes by default); `first` or `last` option of a one-of; `higher`, `lower` or `outside 36.0..=37.9` for a number.",
            ),
            key(
                "not_ordered",
                Words,
                "Why the answers have no order; in the place of `worse`. Approvers see it.",
            ),
            key(
                "ask_again_after",
                Pattern("^(contact|never|[0-9]+ ?(min|h|d))$"),
                "When an answer is too old to use: `30min`, `6h`, `contact` (the default) or `never`. Required on a red flag.",
            ),
            key(
                "only_if",
                Rule,
                "To whom it applies. It is asked only where this is true; needs `otherwise`.",
            ),
            key(
                "otherwise",
                Words,
                "What is read where `only_if` is false: a least urgent value. Of a system fact: what is read when there is nothing to look up.",
            ),
            key(
                "not_sure",
                Fact,
                "The option that stands in for a spoken \u{201c}not sure\u{201d}. Without it, not sure could be any of them.",
            ),
            key(
                "about",
                OneOf(&["person", "complaint"]),
                "`complaint` keys the answer by pathway; about the person by default.",
            ),
            key(
                "if_unknown",
                Pattern("^ask [a-z0-9_]+$"),
                "Of a system fact: a question to be read in its place when its look-up failed.",
            ),
            key(
                "checklist",
                List(&Fact),
                "A screen over yes/no facts, asked by its name. Ticked is yes; the others become no only by \u{201c}none of these\u{201d}.",
            ),
            key(
                "answers",
                Either(&[
                    OneOf(&["text", "age"]),
                    In("measure"),
                    Map(&Either(&[Words, In("option")])),
                ]),
                "The options in the order of the screen (2 to 62); or `{ number: unit, from, to }`, `{ ago: hours, to: 72 }`, `{ due: hours, from, to }`, `{ table: name }`, `text`.",
            ),
        ],
    ),
    Block {
        name: "measure",
        says: "A number, an instant, or rows of a table.",
        keys: &[
            key("number", Words, "A number; the unit, a word."),
            key("ago", UNIT, "So much time ago; stored as an instant."),
            key(
                "due",
                UNIT,
                "Due in so much time; overdue is negative; stored as an instant.",
            ),
            key("table", Id, "Any number of rows of a table of `tables/`."),
            key(
                "from",
                Amount,
                "Lowest. A lower answer is kept as said and read as this.",
            ),
            key("to", Amount, "Highest."),
            key("step", Amount, "Between two answers; 1 unless stated."),
        ],
        one_of: &[
            statement("number", &["from", "to", "step"], &["from", "to"]),
            statement("ago", &["to"], &["to"]),
            statement("due", &["from", "to"], &["from", "to"]),
            statement("table", &[], &[]),
        ],
    },
    block(
        "option",
        "An option with variants.",
        &[
            needed("say", Words, SAY),
            key("third", Words, THIRD),
            key("handler", Words, HANDLER),
            key("handler_third", Words, HANDLER_THIRD),
            key("professional", Words, PROFESSIONAL),
            key("observer", Words, OBSERVER),
            key(
                "means",
                Map(&Words),
                "Sets a shared red flag to its worst value. Said and implied differently reads as not sure.",
            ),
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
    block(
        "dispositions",
        "Dispositions and parallel needs.",
        &[
            needed(
                "none_fit",
                Id,
                "Joins as a reach when \u{201c}none of these fit\u{201d} is answered; also where nothing is true at the end.",
            ),
            needed(
                "early_exit",
                Id,
                "Holds while the last contact ended before its walk.",
            ),
            needed(
                "dispositions",
                Map(&In("disposition")),
                "Who should help, and how soon. More urgent is: the lower rank, then the setting, then the earlier entry.",
            ),
            key("needs", Map(&In("need")), "Parallel needs, for `also`."),
        ],
    ),
    block(
        "disposition",
        "Who should help, and how soon.",
        &[
            needed("rank", Whole, "1 is the most urgent."),
            needed(
                "setting",
                OneOf(&["self", "pharmacy", "speak", "see", "hospital", "ambulance"]),
                "Where help is given.",
            ),
            key(
                "within",
                TIME,
                "`0min`, `20min`, `1h`, `24h`, `3d`; absent: no time frame.",
            ),
            needed("family", Id, "What kind of service."),
            key("dx", Words, "Disposition code."),
            key("dos", Words, "Directory code."),
            key(
                "emergency",
                Flag,
                "Shown as an emergency; stale answers that would bring it back are asked first.",
            ),
            key(
                "starts_at_once",
                Flag,
                "An ambulance request starts when it is reached.",
            ),
            key(
                "hands_over",
                Flag,
                "Somebody receives the case, so `keep` questions are asked.",
            ),
            key("gives_way", List(&Id), GIVES_WAY),
            needed("title", Text, "For staff."),
            needed("say", Words, "Headline: what to do."),
            key("third", Words, THIRD),
            key("handler", Words, HANDLER),
            key("handler_third", Words, HANDLER_THIRD),
            key("professional", Words, PROFESSIONAL),
            key("observer", Words, OBSERVER),
            key("do", List(&Text), "What to do meanwhile."),
            needed(
                "worsening",
                List(&Text),
                "Worsening advice: when to ask for help again, and how.",
            ),
        ],
    ),
    block(
        "need",
        "A parallel need.",
        &[
            needed("title", Text, "For staff."),
            needed("say", Words, SAY),
            key("third", Words, THIRD),
            key("handler", Words, HANDLER),
            key("handler_third", Words, HANDLER_THIRD),
            key("professional", Words, PROFESSIONAL),
            key("observer", Words, OBSERVER),
            key("certain", Flag, "Counts only when its guard must hold."),
            key("family", Id, "What kind of service."),
        ],
    ),
    block(
        "exceptions",
        "Named exceptions for `gives_way`.",
        &[needed("exceptions", Map(&In("exception")), "By name.")],
    ),
    block(
        "exception",
        "An exception: its facts come only from the record, a clinician or a professional.",
        &[
            key("if", Rule, IF),
            key("unless", Rule, UNLESS),
            key("any", List(&Rule), ANY),
            needed(
                "instead",
                Id,
                "The disposition that takes the place of the line; it never gives way again.",
            ),
            key("because", Text, BECAUSE),
        ],
    ),
    block(
        "table",
        "A table to pick from.",
        &[
            needed("table", Id, "Its id: the name of the file."),
            key("title", Text, "Its heading."),
            needed(
                "columns",
                Map(&List(&Fact)),
                "The values of each column, worst first.",
            ),
            needed(
                "rows",
                Map(&Map(&Words)),
                "Rows: `say` (and its variants), and one value for every column.",
            ),
            needed(
                "else",
                Map(&Words),
                "The row `else`, at least as bad in every column as every row.",
            ),
        ],
    ),
    block(
        "guide",
        "Steps, a timer, and the exits that end them.",
        &[
            needed("guide", Id, "Its id: the name of the file."),
            needed("title", Text, "Its heading."),
            key("say", Words, "What is said."),
            key("third", Words, THIRD),
            key("handler", Words, HANDLER),
            key("handler_third", Words, HANDLER_THIRD),
            key("professional", Words, PROFESSIONAL),
            key("observer", Words, OBSERVER),
            needed("steps", List(&Text), DO_ADVICE),
            key("timer", TIME, "`2min`."),
            needed(
                "exits",
                Map(&Either(&[Words, In("exit")])),
                "The answers under the guide.",
            ),
        ],
    ),
    block(
        "exit",
        "An answer under a guide.",
        &[
            needed("say", Words, SAY),
            key("third", Words, THIRD),
            key("handler", Words, HANDLER),
            key("handler_third", Words, HANDLER_THIRD),
            key("professional", Words, PROFESSIONAL),
            key("observer", Words, OBSERVER),
            key("asks_again", Fact, "This fact is asked again."),
        ],
    ),
    block(
        "advice",
        "An item of care advice.",
        &[
            needed("advice", Id, "Its id: the name of the file."),
            needed("title", Text, "Its heading."),
            key(
                "up_to",
                Id,
                "Shown up to this urgency, in the place of the pathway's `otherwise`.",
            ),
            key("evidence", EVIDENCE, INHERITED),
            needed(
                "lines",
                List(&In("advice-line")),
                "Each shows only when its guard must hold.",
            ),
        ],
    ),
    block(
        "advice-line",
        "A line of care advice.",
        &[
            needed("say", Words, SAY),
            key("third", Words, THIRD),
            key("handler", Words, HANDLER),
            key("handler_third", Words, HANDLER_THIRD),
            key("professional", Words, PROFESSIONAL),
            key("observer", Words, OBSERVER),
            key("if", Rule, IF),
            key("unless", Rule, UNLESS),
            key("any", List(&Rule), ANY),
            key("evidence", EVIDENCE, SOURCES),
        ],
    ),
    block(
        "evidence",
        "A source. Its id is the name of the file.",
        &[
            needed("title", Words, "Its title."),
            needed("url", Pattern("^https?://"), "Where it is."),
            needed(
                "reviewed",
                DATE,
                "When it was last read against the content.",
            ),
            needed(
                "review_by",
                DATE,
                "By when it must be read again; an expired one is an error at release.",
            ),
        ],
    ),
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
