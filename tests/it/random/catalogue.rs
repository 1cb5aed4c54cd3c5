//! What stands around the pathways: dispositions, needs, exceptions, a table, guides, system facts.

use std::fmt::Write;

use super::Dice;
use super::statements::DISPOSITIONS;

/// The dispositions, now and then one that gives way or hands over where others do not.
pub fn dispositions(dice: &mut Dice, exceptions: bool) -> String {
    let mut text = format!(
        "none_fit: {}\nearly_exit: {}\ndispositions:\n",
        dice.pick(&["two-speak", "two-speak", "one", "five"]),
        dice.pick(&["four", "four", "two", "six"])
    );
    // Of one rank, the setting says which is more urgent, and of one setting the order.
    let (third, fourth, rank) = *dice.pick(&[
        ("hospital", "see", 4),
        ("see", "hospital", 4),
        ("see", "hospital", 3),
        ("see", "see", 3),
    ]);
    let places = [
        (1, "ambulance"),
        (2, "speak"),
        (2, "ambulance"),
        (3, third),
        (rank, fourth),
        (5, "pharmacy"),
        (6, "self"),
    ];
    for (id, (rank, setting)) in DISPOSITIONS.iter().zip(places) {
        let emergency = if rank == 1 {
            "    emergency: yes\n    starts_at_once: yes\n"
        } else {
            ""
        };
        let hands_over = if rank < 5 || dice.one_in(3) {
            "yes"
        } else {
            "no"
        };
        let _ = write!(
            text,
            "  {id}:\n    rank: {rank}\n    setting: {setting}\n    family: f\n    title: t\n    say: s\n    worsening: [\"w\"]\n{emergency}    hands_over: {hands_over}\n"
        );
        if exceptions && dice.one_in(12) {
            let exceptions = dice.pick(&["at-home", "declined, at-home", "late"]);
            let _ = writeln!(text, "    gives_way: [{exceptions}]");
        }
    }
    text + NEEDS
}

/// The system facts; two of them may have a question in their place, the same one.
pub fn system(dice: &mut Dice) -> String {
    let mut text = SYSTEM.to_owned();
    for name in ["thin", "frail"] {
        let _ = write!(text, "  {name}:\n    say: s\n    otherwise: no\n");
        if dice.one_in(2) {
            text.push_str("    if_unknown: ask s0\n");
        }
    }
    text
}

const NEEDS: &str = "needs:
  crisis:
    title: t
    say: s
  police:
    title: t
    say: s
    certain: yes
";

pub const EXCEPTIONS: &str = "exceptions:
  at-home:
    if: plan == home
    instead: three
  declined:
    if: refuses && plan != full
    instead: six
  late:
    any:
      - plan == silent
      - earlier_seen >= 2
    unless: refuses
    instead: two-speak
";

const SYSTEM: &str = "system:
  party:
    say: s
    answers:
      first: f
      third: t
  age:
    say: s
    answers: age
  sex:
    say: s
    answers:
      female: f
      male: m
  plan:
    say: s
    not_ordered: w
    answers:
      home: h
      full: f
      silent: s
    otherwise: silent
  refuses:
    say: s
    otherwise: no
  earlier_seen:
    say: s
    answers: { number: contacts, from: 0, to: 5 }
    worse: higher
    otherwise: 0
  earlier:
    say: s
    answers: { number: contacts, from: 0, to: 5 }
    worse: higher
    otherwise: 0
    if_unknown: ask earlier_told
  level:
    say: s
    worse: last
    answers:
      low: l
      high: h
    otherwise: low
    if_unknown: ask level_told
";

pub const FIXED: [(&str, &str); 4] = [
    (
        "evidence/e.yaml",
        "title: t\nurl: u\nreviewed: 2026-01-01\nreview_by: 2028-01-01\n",
    ),
    ("tables/substances.yaml", SUBSTANCES),
    (
        "guides/help.yaml",
        "guide: help\ntitle: t\nsteps:\n  - s\nexits:\n  crew_here: c\n",
    ),
    (
        "guides/press.yaml",
        "guide: press\ntitle: t\nsteps:\n  - s\nexits:\n  crew_here: c\n  worse:\n    say: w\n    asks_again: s0\n  blue:\n    say: b\n    asks_again: sign\n",
    ),
];

const SUBSTANCES: &str = "table: substances
title: t
columns:
  harm: [high, middle, low]
  kind: [gas, solid, fluid]
rows:
  acid:
    say: a
    harm: high
    kind: fluid
  metal:
    say: m
    harm: middle
    kind: solid
  nothing:
    say: n
    harm: low
    kind: fluid
else:
  say: e
  harm: high
  kind: gas
";
