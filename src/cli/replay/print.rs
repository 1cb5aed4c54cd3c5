//! What became of the cases, in text and in JSON. Small counts of what people told are not shown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Source;
use crate::case::event::Mark;
use crate::case::impact::{Counts, Move, Tally, Why};

/// Fewer cases of the record than this are shown as "fewer", except in the sums over all: a few of one complaint, age or move could be people
/// whom somebody knows.
const FEW: u64 = 5;

/// How counts are shown.
#[derive(Clone, Copy)]
struct Shown {
    /// Counts from 1 to below this are not; 0 shows all.
    few: u64,
}

impl Shown {
    fn of(source: Source) -> Self {
        let few = match source {
            Source::Record {
                mark: Mark::Real, ..
            } => FEW,
            // They are nobody.
            Source::Record { .. } | Source::MadeUp { .. } => 0,
        };
        Shown { few }
    }

    fn is_few(self, count: u64) -> bool {
        (1..self.few).contains(&count)
    }

    fn text(self, count: u64) -> String {
        if self.is_few(count) {
            format!("<{}", self.few)
        } else {
            count.to_string()
        }
    }

    fn json(self, count: u64) -> Value {
        if self.is_few(count) {
            Value::Null
        } else {
            json!(count)
        }
    }

    fn counts(self, counts: &Counts) -> Value {
        json!({
            "same": self.json(counts.same), "up": self.json(counts.up), "down": self.json(counts.down),
            "sideways": self.json(counts.sideways), "unknown": self.json(counts.unknown),
        })
    }
}

/// As JSON; the shape is documented in `docs/authors/replay.md`.
pub(super) fn json(hash: &str, source: Source, tally: &Tally) -> Value {
    let shown = Shown::of(source);
    let moves = |moves: &BTreeMap<Move, u64>| -> Vec<Value> {
        most(moves)
            .into_iter()
            .map(
                |((from, to), count)| json!({ "from": from, "to": to, "cases": shown.json(count) }),
            )
            .collect()
    };
    let complaints: Vec<Value> = tally
        .complaints
        .iter()
        .map(|(family, counts)| {
            let family = Some(family).filter(|family| !family.is_empty());
            json!({ "complaint": family, "outcomes": shown.counts(counts) })
        })
        .collect();
    let ages: Vec<Value> = (tally.ages.iter())
        .map(|(band, counts)| json!({ "age": band.to_string(), "outcomes": shown.counts(counts) }))
        .collect();
    let families: Vec<Value> = (tally.families.iter())
        .map(|(family, counts)| json!({ "family": family, "outcomes": shown.counts(counts) }))
        .collect();
    let why: Vec<Value> = most(&tally.why)
        .into_iter()
        .map(|(why, count)| {
            json!({ "reason": reason(why), "name": why.name(), "cases": shown.json(count) })
        })
        .collect();
    let dropped: Vec<Value> = most(&tally.dropped)
        .into_iter()
        .map(|(question, count)| json!({ "question": question, "cases": shown.json(count) }))
        .collect();
    let left_out: Vec<Value> = (tally.left_out.iter())
        .map(|(why, count)| json!({ "reason": why.words(), "cases": count }))
        .collect();
    let source = match source {
        Source::Record { days, mark } => json!({ "kind": "record", "days": days, "mark": mark }),
        Source::MadeUp { seed, .. } => json!({ "kind": "made_up", "seed": seed }),
    };
    let Counts {
        same,
        up,
        down,
        sideways,
        unknown,
    } = tally.whole;
    json!({
        "draft": hash, "source": source, "cases": tally.whole.cases(), "null_is_fewer_than": shown.few,
        "outcomes": { "same": same, "up": up, "down": down, "sideways": sideways, "unknown": unknown },
        "up": moves(&tally.up), "down": moves(&tally.down), "sideways": moves(&tally.sideways),
        "unknown": why, "unknown_and_more_urgent_already": shown.json(tally.already_up),
        "by_complaint": complaints, "by_age": ages, "by_family": families,
        "no_longer_asked": dropped, "other_than_recorded_on_their_own_release": tally.differ, "left_out": left_out,
    })
}

/// In words and tables.
pub(super) fn text(hash: &str, source: Source, tally: &Tally) -> String {
    let shown = Shown::of(source);
    let mut out = String::new();
    let whose = match source {
        Source::Record { days, mark } => {
            let mark = match mark {
                Mark::Real => "recorded",
                Mark::Practice => "recorded practice",
                Mark::Test => "recorded test",
            };
            format!("{mark} cases of the last {days} days")
        }
        Source::MadeUp { seed, .. } => format!("made-up cases of seed {seed}"),
    };
    line(
        &mut out,
        &format!(
            "{} {whose}, walked again on the draft {hash}",
            tally.whole.cases()
        ),
    );
    let Counts {
        same,
        up,
        down,
        sideways,
        unknown,
    } = tally.whole;
    line(&mut out, "");
    for (name, count, what) in [
        ("same", same, ""),
        ("up", up, "more urgent"),
        ("down", down, "less urgent: each needs a clinician's word"),
        ("sideways", sideways, "another disposition, as urgent"),
        (
            "unknown",
            unknown,
            "it cannot be told from what was recorded",
        ),
    ] {
        line(&mut out, &format!("{name:9}{count:>9}  {what}"));
    }
    if tally.already_up > 0 {
        let already = shown.text(tally.already_up);
        line(
            &mut out,
            &format!(
                "{:18}  of them {already} have reached something more urgent already",
                ""
            ),
        );
    }
    for (title, moves) in [
        ("Down", &tally.down),
        ("Up", &tally.up),
        ("Sideways", &tally.sideways),
    ] {
        let rows = most(moves);
        let rows = rows.into_iter().map(|((from, to), count)| {
            let name = |id: &Option<String>| id.clone().unwrap_or_else(|| "nothing".to_owned());
            (count, format!("{} -> {}", name(from), name(to)))
        });
        listed(&mut out, title, shown, rows);
    }
    let why = most(&tally.why).into_iter();
    let why = why.map(|(why, count)| (count, in_words(why)));
    listed(&mut out, "Unknown, because the draft", shown, why);
    let complaints = tally.complaints.iter().map(|(family, counts)| {
        let family = if family.is_empty() { "none" } else { family };
        (family.to_owned(), counts)
    });
    table(&mut out, "By complaint", shown, complaints);
    let ages = tally.ages.iter();
    let ages = ages.map(|(band, counts)| (band.to_string(), counts));
    table(&mut out, "By age in years", shown, ages);
    let families = tally.families.iter().map(|(family, counts)| {
        let family = family.as_deref().unwrap_or("nothing reached");
        (family.to_owned(), counts)
    });
    table(&mut out, "By family of disposition", shown, families);
    let dropped = most(&tally.dropped).into_iter();
    let dropped = dropped.map(|(question, count)| (count, format!("`{question}`")));
    listed(
        &mut out,
        "Answered, and not asked by the draft in such a case",
        shown,
        dropped,
    );
    if tally.complaints.len() > 1 {
        line(&mut out, "");
        line(
            &mut out,
            "A case with several complaints is counted under each.",
        );
    }
    if shown.few > 0 {
        line(
            &mut out,
            &format!(
                "<{0}: from 1 to {1}, not shown so that nobody is recognised.",
                shown.few,
                shown.few - 1
            ),
        );
    }
    for (why, count) in &tally.left_out {
        line(
            &mut out,
            &format!("Left out: {count} cases, {}", why.words()),
        );
    }
    if tally.differ > 0 {
        line(
            &mut out,
            &format!(
                "{} cases come to something else on their own release than was recorded; compared is what was recorded. `nhs111 rebuild --check` and `verify-log` look into it.",
                tally.differ
            ),
        );
    }
    out.trim_end().to_owned()
}

fn line(out: &mut String, text: &str) {
    // Writing into a string cannot fail.
    let _ = writeln!(out, "{}", text.trim_end());
}

fn listed(
    out: &mut String,
    title: &str,
    shown: Shown,
    rows: impl ExactSizeIterator<Item = (u64, String)>,
) {
    if rows.len() == 0 {
        return;
    }
    line(out, "");
    line(out, title);
    for (count, what) in rows {
        line(out, &format!("{:>9}  {what}", shown.text(count)));
    }
}

fn table<'a>(
    out: &mut String,
    title: &str,
    shown: Shown,
    rows: impl Iterator<Item = (String, &'a Counts)>,
) {
    line(out, "");
    let row = |name: &str, cells: [String; 5]| {
        let cells = cells.map(|cell| format!("{cell:>9}")).concat();
        format!("{name:32}{cells}")
    };
    let heads = ["same", "up", "down", "sideways", "unknown"];
    line(out, &row(title, heads.map(str::to_owned)));
    for (name, counts) in rows {
        let Counts {
            same,
            up,
            down,
            sideways,
            unknown,
        } = *counts;
        let cells = [same, up, down, sideways, unknown].map(|count| shown.text(count));
        line(out, &row(&format!("  {name}"), cells));
    }
}

/// The most frequent first; of as many, in order of name. Those that are not shown keep the order of their names: their order would tell.
fn most<K: Ord>(counts: &BTreeMap<K, u64>) -> Vec<(&K, u64)> {
    let mut all: Vec<(&K, u64)> = counts.iter().map(|(key, count)| (key, *count)).collect();
    all.sort_by_key(|(_, count)| std::cmp::Reverse((*count).max(FEW - 1)));
    all
}

fn reason(why: &Why) -> &'static str {
    match why {
        Why::Complaint(_) => "no_such_complaint",
        Why::Option(_) => "answer_not_taken",
        Why::Question(_) => "never_asked",
        Why::Guide(_) => "never_shown",
        Why::Old(_) => "too_old",
    }
}

fn in_words(why: &Why) -> String {
    match why {
        Why::Complaint(name) => format!("has no complaint `{name}`"),
        Why::Option(name) => format!("does not take what was answered to `{name}`, and needs it"),
        Why::Question(name) => format!("asks `{name}`, which was never asked"),
        Why::Guide(name) => format!("shows `{name}`, which was never shown"),
        Why::Old(name) => format!("asks `{name}` again, the answer being too old for it"),
    }
}
