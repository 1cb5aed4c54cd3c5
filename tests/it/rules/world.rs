//! A small library with a question of every kind, the values that are tried of each, and a patient as a map of them.

use std::fmt::Write;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use nhs111::pathway::Content;
use nhs111::walk::{Answer, Facts, Moment};

/// A table's row: its id, `harm` and `form`.
pub const ROWS: [(&str, &str, &str); 5] = [
    ("acid", "minutes", "liquid"),
    ("iron", "hours", "tablet"),
    ("soap", "harmless", "liquid"),
    ("nothing", "harmless", "tablet"),
    ("else", "minutes", "liquid"),
];

/// What a fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Yes or no.
    YesNo,
    /// One of these.
    OneOf(&'static [&'static str]),
    /// From, to and step in units of `10^-scale`.
    Number {
        from: i64,
        to: i64,
        step: i64,
        scale: u32,
    },
    /// Up to so many hours ago.
    Ago { hours: i64 },
    /// From so many hours overdue to so many hours to come.
    Due { hours: i64 },
    /// Rows of [`ROWS`].
    Picked,
    /// An age.
    Age,
}

/// A fact by its name.
pub type Fact = (&'static str, Kind);

const fn number(from: i64, to: i64, step: i64, scale: u32) -> Kind {
    Kind::Number {
        from,
        to,
        step,
        scale,
    }
}

/// Every fact of the library. Options of two questions may have one name; no option has the name of a fact.
pub const FACTS: [Fact; 16] = [
    ("age", Kind::Age),
    ("sex", Kind::OneOf(&["female", "male"])),
    ("party", Kind::OneOf(&["first", "third"])),
    ("cough", Kind::YesNo),
    ("rash", Kind::YesNo),
    ("drooling", Kind::YesNo),
    ("swallowing", Kind::OneOf(&["unable", "sore", "normal"])),
    (
        "skin",
        Kind::OneOf(&["blue", "mottled", "pale", "flushed", "normal"]),
    ),
    ("fever_days", number(0, 6, 1, 0)),
    ("change", number(-3, 3, 1, 0)),
    ("temperature", number(360, 380, 5, 1)),
    ("amount", number(0, 12, 4, 0)),
    ("weight", number(5, 40, 5, 1)),
    ("began", Kind::Ago { hours: 24 }),
    ("dose", Kind::Due { hours: 12 }),
    ("taken", Kind::Picked),
];

/// What is said of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Yes or no.
    YesNo(bool),
    /// An option.
    Option(&'static str),
    /// In units of `10^-scale`.
    Number(i64),
    /// Seconds from the beginning of the contact; before it is negative.
    At(i64),
    /// Some of [`ROWS`].
    Rows(Vec<usize>),
    /// A date of birth.
    Born(Date),
}

/// What was said of each of [`FACTS`]; `None` where nothing was.
pub type Said = Vec<Option<Value>>;

/// When the contact began.
pub fn moment() -> Moment {
    Moment {
        contact_began: "2026-11-22T12:00:00Z".parse::<Timestamp>().unwrap(),
        today: today(),
    }
}

/// The date of the contact.
pub fn today() -> Date {
    "2026-11-22".parse().unwrap()
}

/// The values that are tried: all of them, or those around the constants that rules use.
pub fn values(kind: Kind) -> Vec<Value> {
    match kind {
        Kind::YesNo => vec![Value::YesNo(true), Value::YesNo(false)],
        Kind::OneOf(options) => options.iter().map(|option| Value::Option(option)).collect(),
        Kind::Number { from, to, step, .. } => (0..=(to - from) / step)
            .map(|steps| Value::Number(from + steps * step))
            .collect(),
        Kind::Ago { hours } => around_hours(hours)
            .map(|seconds| Value::At(-seconds))
            .collect(),
        Kind::Due { hours } => around_hours(hours)
            .flat_map(|seconds| [Value::At(seconds), Value::At(-seconds)])
            .collect(),
        Kind::Picked => (1..1_usize << ROWS.len())
            .filter(|set| set.count_ones() <= 2)
            .map(|set| Value::Rows((0..ROWS.len()).filter(|row| set >> row & 1 == 1).collect()))
            .collect(),
        Kind::Age => births().into_iter().map(Value::Born).collect(),
    }
}

/// Now, whole hours and a second or a minute beside them, and beyond the bound.
fn around_hours(most: i64) -> impl Iterator<Item = i64> {
    [0, 1, 2, 6, most]
        .into_iter()
        .flat_map(|hours| [-60, -1, 0, 1, 60].map(|beside| hours * 3600 + beside))
        .chain([90 * 60, (most + 30) * 3600])
        .filter(|seconds| *seconds >= 0)
}

/// Birthdays yesterday, today and tomorrow, and those of days that few months have.
fn births() -> Vec<Date> {
    let years = [0, 1, 5, 16, 65].map(|years| today() - years.years());
    let months = [1, 3, 20].map(|months| today() - months.months());
    let days = [27, 28, 29].map(|days| today() - days.days());
    let beside = years
        .into_iter()
        .chain(months)
        .flat_map(|birth| [birth - 1.day(), birth, birth + 1.day()]);
    let odd = ["2024-02-29", "2026-10-31", "2021-08-31", "1910-01-01"];
    beside
        .chain(days)
        .filter(|birth| *birth <= today())
        .chain(odd.map(|birth| birth.parse().unwrap()))
        .collect()
}

/// A score as it is written.
#[derive(Debug, Clone)]
pub struct Score {
    /// Points, and the rule under which they are added.
    pub points: Vec<(i64, String)>,
    /// Points for each number of `fever_days` up to 1, up to 4, above.
    pub bands: Option<[i64; 3]>,
    /// Points for each option of `swallowing`.
    pub options: Option<[i64; 3]>,
}

/// The rules of a library, in the order in which one may name another.
#[derive(Debug, Clone)]
pub struct Written {
    /// `first_score`: reads facts.
    pub first_score: Score,
    /// `first_let`: reads facts and `first_score`.
    pub first_let: String,
    /// `second_score`: reads facts and `first_let`.
    pub second_score: Score,
    /// `second_let`: reads all of these.
    pub second_let: String,
    /// Rules that read all of these. Each is the guard of a line of its own.
    pub rules: Vec<String>,
}

/// The id of the need that the rule at this place calls for.
pub fn need(place: usize) -> String {
    format!("need-{place}")
}

/// The files of a library with these rules.
pub fn files(written: &Written) -> Vec<(String, String)> {
    let mut dispositions = "none_fit: soon\nearly_exit: soon\ndispositions:\n  soon:\n    rank: 1\n    setting: see\n    family: f\n    title: t\n    say: s\n    worsening:\n      - w\nneeds:\n".to_owned();
    for place in 0..written.rules.len() {
        let _ = write!(
            dispositions,
            "  {}:\n    title: t\n    say: s\n",
            need(place)
        );
    }
    let mut table =
        "table: substances\ntitle: t\ncolumns:\n  harm: [minutes, hours, harmless]\n  form: [liquid, tablet]\nrows:\n"
            .to_owned();
    for (row, harm, form) in ROWS {
        let _ = match row {
            "else" => write!(table, "else:\n  say: s\n  harm: {harm}\n  form: {form}\n"),
            _ => write!(
                table,
                "  {row}:\n    say: s\n    harm: {harm}\n    form: {form}\n"
            ),
        };
    }
    let evidence = "title: t\nurl: u\nreviewed: 2026-01-01\nreview_by: 2028-01-01\n".to_owned();
    [
        ("dispositions.yaml", dispositions),
        ("questions/system.yaml", system()),
        ("tables/substances.yaml", table),
        ("evidence/e.yaml", evidence),
        ("complaints/sample.yaml", pathway(written)),
    ]
    .map(|(name, text)| (name.to_owned(), text))
    .to_vec()
}

fn system() -> String {
    let mut text = "system:\n".to_owned();
    for (name, kind) in &FACTS[..3] {
        text.push_str(&question(name, *kind));
    }
    text.replace("    not_ordered: w\n", "")
}

fn pathway(written: &Written) -> String {
    let mut text =
        "pathway: sample\ntitle: t\nfamily: sample\nevidence: e\nrisks:\n  rest: usual\nquestions:\n"
            .to_owned();
    for (name, kind) in &FACTS[3..] {
        text.push_str(&question(name, *kind));
    }
    text.push_str("flow:\n");
    for (name, _) in &FACTS[3..] {
        let _ = writeln!(text, "  - ask: {name}");
    }
    text.push_str(&score("first_score", &written.first_score));
    let _ = write!(
        text,
        "  - let: first_let\n    if: \"{}\"\n",
        written.first_let
    );
    text.push_str(&score("second_score", &written.second_score));
    let _ = write!(
        text,
        "  - let: second_let\n    if: \"{}\"\n",
        written.second_let
    );
    for (rule, place) in written.rules.iter().zip(0..) {
        let _ = write!(text, "  - also: {}\n    if: \"{rule}\"\n", need(place));
    }
    text.push_str("  - otherwise: soon\n");
    text
}

fn score(name: &str, score: &Score) -> String {
    let mut text = format!("  - score: {name}\n    points:\n");
    for (points, rule) in &score.points {
        let _ = write!(text, "      - add: {points}\n        if: \"{rule}\"\n");
    }
    if score.bands.is_some() || score.options.is_some() {
        text.push_str("    bands:\n");
    }
    if let Some([few, some, many]) = score.bands {
        let _ = write!(
            text,
            "      fever_days:\n        ..=1: {few}\n        2..5: {some}\n        5..: {many}\n"
        );
    }
    if let Some([unable, sore, normal]) = score.options {
        let _ = write!(
            text,
            "      swallowing:\n        unable: {unable}\n        sore: {sore}\n        normal: {normal}\n"
        );
    }
    text
}

fn question(name: &str, kind: Kind) -> String {
    let mut text = format!("  {name}:\n    say: s\n");
    if !matches!(kind, Kind::YesNo | Kind::Ago { .. } | Kind::Age) {
        text.push_str("    not_ordered: w\n");
    }
    match kind {
        Kind::YesNo => {}
        Kind::OneOf(options) => {
            text.push_str("    answers:\n");
            for option in options {
                let _ = writeln!(text, "      {option}: o");
            }
        }
        Kind::Number {
            from,
            to,
            step,
            scale,
        } => {
            let shown = |number| decimal(number, scale);
            let (from, to, step) = (shown(from), shown(to), shown(step));
            let _ = writeln!(
                text,
                "    answers: {{ number: u, from: {from}, to: {to}, step: {step} }}"
            );
        }
        Kind::Ago { hours } => {
            let _ = writeln!(text, "    answers: {{ ago: hours, to: {hours} }}");
        }
        Kind::Due { hours } => {
            let _ = writeln!(
                text,
                "    answers: {{ due: hours, from: -{hours}, to: {hours} }}"
            );
        }
        Kind::Picked => text.push_str("    answers: { table: substances }\n"),
        Kind::Age => text.push_str("    answers: age\n"),
    }
    text
}

/// A number in units of `10^-scale` as it is written.
pub fn decimal(number: i64, scale: u32) -> String {
    match scale {
        0 => number.to_string(),
        _ => format!(
            "{:.*}",
            scale as usize,
            number as f64 / 10_f64.powi(scale as i32)
        ),
    }
}

/// The facts as the walk is told them.
pub fn tell(content: &Content, said: &Said) -> Facts {
    let mut facts = Facts::new(content);
    for ((name, kind), value) in FACTS.iter().zip(said) {
        let Some(value) = value else { continue };
        let id = content
            .fact_ids
            .keys()
            .find(|id| id.rsplit('/').next() == Some(*name))
            .unwrap();
        facts
            .tell(content, id, &answer(*kind, value), moment())
            .unwrap();
    }
    facts
}

fn answer(kind: Kind, value: &Value) -> Answer {
    match value {
        Value::YesNo(yes) => if *yes { "yes" } else { "no" }.into(),
        Value::Option(option) => (*option).into(),
        Value::Number(number) => {
            let Kind::Number { scale, .. } = kind else {
                unreachable!("only numbers are answered by one")
            };
            Answer::Number(decimal(*number, scale).parse().unwrap())
        }
        Value::At(seconds) => {
            Answer::At(moment().contact_began + SignedDuration::from_secs(*seconds))
        }
        Value::Rows(rows) => Answer::Rows(rows.iter().map(|row| ROWS[*row].0.to_owned()).collect()),
        Value::Born(born) => Answer::BirthDate(*born),
    }
}
