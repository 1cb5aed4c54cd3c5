//! What stands around the pathways: dispositions, needs, exceptions, a table, guides, system facts.

use std::fmt::Write;

use super::Dice;
use super::statements::DISPOSITIONS;

/// The dispositions, now and then one that gives way or hands over where others do not.
pub fn dispositions(dice: &mut Dice, exceptions: bool) -> String {
    let mut text = "none_fit: two-speak\nearly_exit: four\ndispositions:\n".to_owned();
    let settings = [
        "ambulance",
        "ambulance",
        "speak",
        "hospital",
        "see",
        "pharmacy",
        "self",
    ];
    for ((id, rank), setting) in DISPOSITIONS.iter().zip([1, 2, 2, 3, 4, 5, 6]).zip(settings) {
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
            text.push_str("    gives_way: [at-home]\n");
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
  earlier:
    say: s
    answers: { number: contacts, from: 0, to: 5 }
    worse: higher
    otherwise: 0
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
        "guide: press\ntitle: t\nsteps:\n  - s\nexits:\n  crew_here: c\n  worse:\n    say: w\n    asks_again: s0\n",
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
