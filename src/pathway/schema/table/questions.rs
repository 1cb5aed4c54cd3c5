//! Questions, their answers and tables.

use super::{
    HANDLER, HANDLER_THIRD, OBSERVER, PROFESSIONAL, SAY, THIRD, UNIT, block, key, needed, statement,
};
use crate::pathway::schema::Block;
use crate::pathway::schema::Shape::{
    Amount, Block as In, Either, Fact, Flag, Id, List, Map, OneOf, Pattern, Rule, Text, Words,
};

pub(super) const QUESTIONS: &[Block] = &[
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
];
