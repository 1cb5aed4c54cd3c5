//! Random rules of the whole fragment, as text. Each is sound: no comparison is always true or always false.

use proptest::prelude::*;
use proptest::sample::select;

use super::world::{FACTS, Kind, Score, Written, decimal};

/// A condition, and what has to stand in parentheses around it.
#[derive(Debug, Clone)]
struct Condition {
    text: String,
    binds: Binds,
}

/// What holds a condition together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Binds {
    /// A name, a call or parentheses.
    Itself,
    /// A comparison, or `!`.
    Operator,
    /// `&&` or `||`.
    Join(&'static str),
}

impl Condition {
    fn new(text: impl Into<String>, binds: Binds) -> Self {
        Condition {
            text: text.into(),
            binds,
        }
    }

    fn in_parentheses(&self) -> String {
        format!("({})", self.text)
    }

    /// Under `!`.
    fn operand(&self) -> String {
        match self.binds {
            Binds::Itself => self.text.clone(),
            Binds::Operator | Binds::Join(_) => self.in_parentheses(),
        }
    }

    /// Between operators of this kind.
    fn part(&self, of: &'static str) -> String {
        match self.binds {
            Binds::Join(operator) if operator != of => self.in_parentheses(),
            _ => self.text.clone(),
        }
    }
}

/// What rules may name beside the facts.
#[derive(Debug, Clone, Copy)]
struct Names {
    lets: &'static [&'static str],
    scores: &'static [&'static str],
    /// `unsure(q)`, outside of any `!`.
    unsure: bool,
}

/// The rules of a library.
pub fn written() -> impl Strategy<Value = Written> {
    let names = |lets, scores| Names {
        lets,
        scores,
        unsure: false,
    };
    let (lets, scores) = (
        &["first_let", "second_let"],
        &["first_score", "second_score"],
    );
    let rules = Names {
        unsure: true,
        ..names(lets, scores)
    };
    (
        score(names(&[], &[])),
        rule(names(&[], &scores[..1]), 1),
        score(names(&lets[..1], &[])),
        rule(names(&lets[..1], scores), 1),
        // Single comparisons too: a long rule hides what one of its parts says.
        prop::collection::vec(prop_oneof![rule(rules, 0), rule(rules, 3)], 1..16),
    )
        .prop_map(
            |(first_score, first_let, second_score, second_let, rules)| Written {
                first_score,
                first_let,
                second_score,
                second_let,
                rules,
            },
        )
}

fn score(names: Names) -> impl Strategy<Value = Score> {
    let points = (prop_oneof![4 => 1..4_i64, 1 => -2..0_i64], rule(names, 1));
    let three = || prop::option::of([0..4_i64, -1..3_i64, 0..3_i64]);
    (prop::collection::vec(points, 1..4), three(), three()).prop_map(|(points, bands, options)| {
        Score {
            points,
            bands,
            options,
        }
    })
}

fn rule(names: Names, depth: u32) -> BoxedStrategy<String> {
    condition(names, depth).prop_map(|rule| rule.text).boxed()
}

fn condition(names: Names, depth: u32) -> BoxedStrategy<Condition> {
    if depth == 0 {
        return leaf(names).boxed();
    }
    let below = || condition(names, depth - 1);
    let plain = Names {
        unsure: false,
        ..names
    };
    prop_oneof![
        3 => leaf(names),
        4 => join("&&", below()),
        4 => join("||", below()),
        2 => condition(plain, depth - 1).prop_map(|inner| {
            Condition::new(format!("!{}", inner.operand()), Binds::Operator)
        }),
        2 => count(below()),
        1 => below().prop_map(|inner| Condition::new(inner.in_parentheses(), Binds::Itself)),
    ]
    .boxed()
}

fn join(
    operator: &'static str,
    part: BoxedStrategy<Condition>,
) -> impl Strategy<Value = Condition> {
    let space = select(vec!["", " "]);
    (prop::collection::vec(part, 2..4), space).prop_map(move |(parts, space)| {
        let parts: Vec<String> = parts.iter().map(|part| part.part(operator)).collect();
        let text = parts.join(&format!("{space}{operator}{space}"));
        Condition::new(text, Binds::Join(operator))
    })
}

fn count(part: BoxedStrategy<Condition>) -> impl Strategy<Value = Condition> {
    prop::collection::vec(part, 1..5)
        .prop_flat_map(|parts| {
            let most = parts.len();
            (Just(parts), 1..=most)
        })
        .prop_map(|(parts, enough)| {
            let parts: Vec<String> = parts.into_iter().map(|part| part.text).collect();
            let text = format!("count([{}]) >= {enough}", parts.join(", "));
            Condition::new(text, Binds::Operator)
        })
}

fn leaf(names: Names) -> impl Strategy<Value = Condition> {
    let scores = names.scores.is_empty();
    let mut kinds: Vec<(u32, BoxedStrategy<Condition>)> = vec![
        (
            16,
            select(FACTS.to_vec())
                .prop_flat_map(|(name, kind)| fact(name, kind))
                .boxed(),
        ),
        (2, per_kg().boxed()),
    ];
    if !names.lets.is_empty() {
        let lets = select(names.lets.to_vec());
        kinds.push((
            3,
            lets.prop_map(|name| Condition::new(name, Binds::Itself))
                .boxed(),
        ));
    }
    if !scores {
        let left = (select(names.scores.to_vec()), any::<bool>());
        let score = left.prop_flat_map(|(name, highest)| match highest {
            true => sum(format!("highest({name})"), -1, 4, false),
            false => sum(name.to_owned(), -2, 8, true),
        });
        kinds.push((4, score.boxed()));
    }
    if names.unsure {
        let asked = select(FACTS[3..].to_vec());
        let unsure =
            asked.prop_map(|(name, _)| Condition::new(format!("unsure({name})"), Binds::Itself));
        kinds.push((1, unsure.boxed()));
    }
    prop::strategy::Union::new_weighted(kinds)
}

/// One fact compared in any way that its kind allows.
fn fact(name: &'static str, kind: Kind) -> BoxedStrategy<Condition> {
    match kind {
        Kind::YesNo => select(vec![
            Condition::new(name, Binds::Itself),
            Condition::new(format!("!{name}"), Binds::Operator),
            Condition::new(format!("{name} == no"), Binds::Operator),
            Condition::new(format!("{name} != no"), Binds::Operator),
            Condition::new(format!("{name} == yes"), Binds::Operator),
            Condition::new(format!("{name} in [no]"), Binds::Operator),
        ])
        .boxed(),
        Kind::OneOf(options) => one_of(name, options),
        Kind::Number {
            from,
            to,
            step,
            scale,
        } => number(name, (from, to), step, scale),
        Kind::Ago { hours } => time(format!("hours_since({name})"), hours),
        Kind::Due { hours } => time(format!("hours_until({name})"), hours),
        Kind::Picked => picked(name),
        Kind::Age => age().boxed(),
    }
}

fn comparison(text: String) -> Condition {
    Condition::new(text, Binds::Operator)
}

fn one_of(name: &'static str, options: &'static [&'static str]) -> BoxedStrategy<Condition> {
    let one = (select(vec!["==", "!="]), select(options.to_vec()))
        .prop_map(move |(operator, option)| format!("{name} {operator} {option}"));
    let some = prop::sample::subsequence(options.to_vec(), 1..options.len())
        .prop_map(move |options| format!("{name} in [{}]", options.join(", ")));
    prop_oneof![one, some].prop_map(comparison).boxed()
}

/// An operator and a bound such that some values from `least` to `most` meet it and others do not.
fn bound(least: i64, most: i64) -> impl Strategy<Value = (&'static str, i64)> {
    prop_oneof![
        (select(vec!["<", ">="]), least + 1..=most),
        (select(vec!["<=", ">"]), least..=most - 1),
        (select(vec!["==", "!="]), least..=most),
    ]
}

/// Two bounds of a range, and the operator; some values lie within and others do not.
fn range(least: i64, most: i64) -> impl Strategy<Value = (i64, &'static str, i64)> {
    (least..=most, least..=most)
        .prop_filter("the range holds some and not all", move |(from, to)| {
            from <= to && (*from, *to) != (least, most)
        })
        .prop_flat_map(|(from, to)| {
            prop_oneof![Just((from, "..", to + 1)), Just((from, "..=", to))]
        })
}

fn number(
    name: &'static str,
    (from, to): (i64, i64),
    step: i64,
    scale: u32,
) -> BoxedStrategy<Condition> {
    let on_a_step = move |value: i64| from + (value - from) / step * step;
    let one = (bound(from, to), any::<bool>()).prop_map(move |((operator, value), whole)| {
        // Between two steps there is no answer to be equal to.
        let value = match operator {
            "==" | "!=" => on_a_step(value),
            _ => value,
        };
        // Whole numbers may be written with decimals, and decimals that are whole without.
        let factor = 10_i64.pow(scale);
        let value = match (scale, whole && value % factor == 0) {
            (0, false) | (_, true) => (value / factor).to_string(),
            _ => decimal(value, scale),
        };
        format!("{name} {operator} {value}")
    });
    if scale > 0 || step > to - from {
        return one.prop_map(comparison).boxed();
    }
    let some = range(from, to).prop_map(move |(first, dots, end)| {
        let beyond = i64::from(dots == "..");
        let first = on_a_step(first);
        // Some answers lie within, and not all.
        let last = match end - beyond {
            last if first == from && last + step > to => to - step,
            last => last,
        };
        format!("{name} in {first}{dots}{}", last + beyond)
    });
    prop_oneof![3 => one, 1 => some]
        .prop_map(comparison)
        .boxed()
}

fn per_kg() -> impl Strategy<Value = Condition> {
    sum("per_kg(amount, weight)".to_owned(), 0, 24, true)
}

/// What comes to a whole number; it need not come to this one.
fn sum(left: String, least: i64, most: i64, ranges: bool) -> BoxedStrategy<Condition> {
    let name = left.clone();
    let one =
        bound(least, most).prop_map(move |(operator, value)| format!("{name} {operator} {value}"));
    let some =
        range(least, most).prop_map(move |(from, dots, to)| format!("{left} in {from}{dots}{to}"));
    prop_oneof![3 => one, u32::from(ranges) => some]
        .prop_map(comparison)
        .boxed()
}

fn time(left: String, hours: i64) -> BoxedStrategy<Condition> {
    let spans = vec![
        ("minutes", 1),
        ("minutes", 59),
        ("minutes", 60),
        ("minutes", 61),
        ("hours", 1),
        ("hours", 2),
        ("hours", 6),
        ("hours", hours - 1),
    ];
    let span = select(spans);
    let name = left.clone();
    let operators = vec!["==", "!=", "<", "<=", ">", ">="];
    // Now is the least: overdue reads as due now.
    let now = select(vec![
        "== minutes(0)",
        "!= hours(0)",
        "<= minutes(0)",
        "> hours(0)",
        "in minutes(0)..hours(1)",
    ]);
    let (overdue, name_now) = (now, left.clone());
    let overdue = overdue.prop_map(move |now| format!("{name_now} {now}"));
    let one = (select(operators), span)
        .prop_map(move |(operator, (unit, count))| format!("{name} {operator} {unit}({count})"));
    let some =
        (1..6_i64, select(vec!["..", "..="]), 1..6_i64).prop_map(move |(from, dots, more)| {
            format!(
                "{left} in minutes({}){dots}hours({})",
                from * 15,
                from + more
            )
        });
    prop_oneof![4 => one, 1 => some, 1 => overdue]
        .prop_map(comparison)
        .boxed()
}

fn picked(name: &'static str) -> BoxedStrategy<Condition> {
    let columns = vec![
        "harm == minutes",
        "harm == hours",
        "harm != minutes",
        "harm != harmless",
        "harm in [minutes, hours]",
        "harm in [harmless]",
        "form == tablet",
        "form != tablet",
    ];
    (select(vec!["any", "all"]), select(columns))
        .prop_map(move |(picked, rows)| {
            Condition::new(format!("{picked}({name}, {rows})"), Binds::Itself)
        })
        .boxed()
}

fn age() -> impl Strategy<Value = Condition> {
    let months = vec![
        "months(1)",
        "months(3)",
        "years(1)",
        "months(20)",
        "years(5)",
        "years(16)",
    ];
    let days = vec!["days(1)", "days(28)", "days(29)", "days(92)", "days(365)"];
    let ordered = select(vec!["<", ">="]);
    let one = (ordered, select([months, days.clone()].concat()))
        .prop_map(|(operator, span)| format!("age {operator} {span}"));
    let exact = (select(vec!["<=", ">"]), select(days))
        .prop_map(|(operator, span)| format!("age {operator} {span}"));
    let some = select(vec![
        "age in years(1)..years(5)",
        "age in months(3)..years(65)",
        "age in days(28)..years(1)",
        "age in months(1)..days(365)",
        "age in days(0)..=days(28)",
        "age in days(28)..months(3)",
        "age in years(16)..years(65)",
        "age in days(1)..=days(92)",
    ])
    .prop_map(str::to_owned);
    prop_oneof![one, exact, some].prop_map(comparison)
}
