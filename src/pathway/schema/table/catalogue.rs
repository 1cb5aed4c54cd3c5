//! What flows name: dispositions, needs, exceptions, guides, advice and sources.

use super::{
    ANY, BECAUSE, DATE, DO_ADVICE, EVIDENCE, GIVES_WAY, HANDLER, HANDLER_THIRD, IF, INHERITED,
    OBSERVER, PROFESSIONAL, SAY, SOURCES, THIRD, TIME, UNLESS, block, key, needed,
};
use crate::pathway::schema::Block;
use crate::pathway::schema::Shape::{
    Block as In, Either, Fact, Flag, Id, List, Map, OneOf, Pattern, Rule, Text, Whole, Words,
};

pub(super) const CATALOGUE: &[Block] = &[
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
            key(
                "emergency_within_questions",
                Whole,
                "After at most so many questions a pathway should be able to reach an emergency of its own (a checklist is one question). A longer way is a warning of `nhs111 prove`.",
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
];
