//! Rules evaluated by rhai itself: the functions of the fragment over plain values, made here from the description of the
//! language alone.

use jiff::civil::Date;
use rhai::{AST, Array, Dynamic, Engine, EvalAltResult, OptimizationLevel, Scope};

use super::world::{FACTS, Fact, Kind, ROWS, Said, Score, Value, Written, today};

/// `years(5)`, `hours(6)`.
#[derive(Debug, Clone, Copy)]
enum Span {
    Months(i64),
    Days(i64),
    Minutes(i64),
}

/// From the first to the second; the second belongs to it or not.
#[derive(Debug, Clone, Copy)]
struct Spans(Span, Span, bool);

/// Completed months and days.
#[derive(Debug, Clone, Copy)]
struct Age {
    months: i64,
    days: i64,
}

/// Whole minutes since or until something.
#[derive(Debug, Clone, Copy)]
struct Minutes(i64);

/// A sum and its largest part.
#[derive(Debug, Clone, Copy)]
struct Sum {
    sum: i64,
    highest: i64,
}

/// Seconds from the beginning of the contact, as far as the question goes.
#[derive(Debug, Clone, Copy)]
struct Instant(i64);

/// A column of the table.
#[derive(Debug, Clone, Copy)]
struct Column(fn(usize) -> &'static str);

/// Rows of the table.
#[derive(Debug, Clone)]
struct Rows(Vec<usize>);

/// What can be compared with a span of time: itself in the span's unit, and the span.
trait Measured: Copy + Send + Sync + 'static {
    fn against(self, span: Span) -> (i64, i64);
}

impl Measured for Age {
    fn against(self, span: Span) -> (i64, i64) {
        match span {
            Span::Months(months) => (self.months, months),
            Span::Days(days) => (self.days, days),
            Span::Minutes(_) => unreachable!("no age is compared with minutes"),
        }
    }
}

impl Measured for Minutes {
    fn against(self, span: Span) -> (i64, i64) {
        match span {
            Span::Minutes(minutes) => (self.0, minutes),
            Span::Days(days) => (self.0, days * 24 * 60),
            Span::Months(_) => unreachable!("no time is compared with months"),
        }
    }
}

/// rhai with the functions of the fragment, and the rules of a library as it parses them.
pub struct ByRhai {
    engine: Engine,
    lets: [AST; 2],
    points: [Vec<(i64, AST)>; 2],
    scores: [Score; 2],
    rules: Vec<AST>,
}

impl ByRhai {
    /// Parses all of the rules.
    pub fn new(written: &Written) -> Self {
        let engine = engine();
        let parse = |rule: &String| {
            let parsed = engine.compile_expression(rule);
            parsed.unwrap_or_else(|fault| panic!("rhai cannot read `{rule}`: {fault}"))
        };
        let points = |score: &Score| {
            let points = score.points.iter();
            points
                .map(|(points, rule)| (*points, parse(rule)))
                .collect()
        };
        ByRhai {
            lets: [parse(&written.first_let), parse(&written.second_let)],
            points: [points(&written.first_score), points(&written.second_score)],
            scores: [written.first_score.clone(), written.second_score.clone()],
            rules: written.rules.iter().map(parse).collect(),
            engine,
        }
    }

    /// What is said, as rhai reads it. A let or a score that cannot be evaluated is left out like a fact of which nothing was said.
    pub fn scope(&self, said: &Said) -> Scope<'static> {
        let mut scope = Scope::new();
        words(&mut scope);
        for ((name, kind), value) in FACTS.iter().zip(said) {
            if let Some(value) = value {
                scope.push_dynamic(*name, plain(*kind, value));
            }
        }
        let names = [("first_score", "first_let"), ("second_score", "second_let")];
        for (place, (score, named)) in names.into_iter().enumerate() {
            if let Some(sum) = self.sum(place, said, &mut scope) {
                scope.push(score, sum);
            }
            if let Some(holds) = self.holds(&self.lets[place], &mut scope) {
                scope.push(named, holds);
            }
        }
        scope
    }

    /// What rhai says of the rule at this place; `None` where it reads something of which nothing was said.
    pub fn rule(&self, place: usize, scope: &mut Scope<'static>) -> Option<bool> {
        self.holds(&self.rules[place], scope)
    }

    fn holds(&self, rule: &AST, scope: &mut Scope<'static>) -> Option<bool> {
        match self.engine.eval_ast_with_scope::<bool>(scope, rule) {
            Ok(holds) => Some(holds),
            Err(fault) => match fault.unwrap_inner() {
                EvalAltResult::ErrorVariableNotFound(..) => None,
                other => panic!("rhai cannot evaluate {:?}: {other}", rule.source()),
            },
        }
    }

    fn sum(&self, place: usize, said: &Said, scope: &mut Scope<'static>) -> Option<Sum> {
        let mut parts = Vec::new();
        for (points, rule) in &self.points[place] {
            parts.push(if self.holds(rule, scope)? { *points } else { 0 });
        }
        let of = |fact: &str| {
            let place = FACTS.iter().position(|(name, _)| *name == fact)?;
            said[place].as_ref()
        };
        if let Some([few, some, many]) = self.scores[place].bands {
            parts.push(match of("fever_days")? {
                Value::Number(..=1) => few,
                Value::Number(..=4) => some,
                _ => many,
            });
        }
        if let Some([unable, sore, normal]) = self.scores[place].options {
            parts.push(match of("swallowing")? {
                Value::Option("unable") => unable,
                Value::Option("sore") => sore,
                _ => normal,
            });
        }
        Some(Sum {
            sum: parts.iter().sum(),
            highest: parts.into_iter().max().unwrap_or(0),
        })
    }
}

/// Options and values of columns are constants of their own names.
fn words(scope: &mut Scope<'static>) {
    scope.push_constant("yes", true);
    scope.push_constant("no", false);
    let options = FACTS.iter().flat_map(|(_, kind): &Fact| match kind {
        Kind::OneOf(options) => options.to_vec(),
        _ => Vec::new(),
    });
    for word in options.chain(ROWS.iter().flat_map(|(_, harm, form)| [*harm, *form])) {
        scope.push_constant(word, word.to_owned());
    }
    scope.push_constant("harm", Column(|row| ROWS[row].1));
    scope.push_constant("form", Column(|row| ROWS[row].2));
}

fn plain(kind: Kind, value: &Value) -> Dynamic {
    match (kind, value) {
        (_, Value::YesNo(yes)) => (*yes).into(),
        (_, Value::Option(option)) => (*option).into(),
        (Kind::Number { scale: 0, .. }, Value::Number(number)) => (*number).into(),
        (Kind::Number { scale, .. }, Value::Number(number)) => {
            (*number as f64 / 10_f64.powi(scale as i32)).into()
        }
        // Beyond a bound reads as the bound.
        (Kind::Ago { hours }, Value::At(seconds)) => {
            Dynamic::from(Instant((*seconds).max(-hours * 3600)))
        }
        (Kind::Due { hours }, Value::At(seconds)) => {
            Dynamic::from(Instant((*seconds).min(hours * 3600)))
        }
        (_, Value::Rows(rows)) => Dynamic::from(Rows(rows.clone())),
        (_, Value::Born(born)) => Dynamic::from(age(*born)),
        _ => unreachable!("{kind:?} is not answered by {value:?}"),
    }
}

/// Month by month: completed on the same day of the month, or on the first of the next where it has none such.
fn age(born: Date) -> Age {
    let completed = |months: &i64| {
        let month = i64::from(born.month()) - 1 + months;
        let (year, month) = (i64::from(born.year()) + month / 12, month % 12 + 1);
        let on = |day| Date::new(year as i16, month as i8, day);
        let completed = on(born.day()).unwrap_or_else(|_| {
            on(28)
                .expect("every month has 28 days")
                .last_of_month()
                .tomorrow()
                .expect("a day")
        });
        completed <= today()
    };
    Age {
        months: (1..2000).take_while(completed).count() as i64,
        days: i64::from((today() - born).get_days()),
    }
}

fn engine() -> Engine {
    let mut engine = Engine::new();
    engine.set_optimization_level(OptimizationLevel::None);
    engine.set_max_expr_depths(0, 0);
    engine.set_fast_operators(false);
    engine
        .register_fn("years", |count: i64| Span::Months(count * 12))
        .register_fn("months", Span::Months)
        .register_fn("days", Span::Days)
        .register_fn("hours", |count: i64| Span::Minutes(count * 60))
        .register_fn("minutes", Span::Minutes)
        .register_fn("..", |from: Span, to: Span| Spans(from, to, false))
        .register_fn("..=", |from: Span, to: Span| Spans(from, to, true))
        .register_fn("hours_since", |at: Instant| {
            Minutes((-at.0).div_euclid(60).max(0))
        })
        .register_fn("hours_until", |at: Instant| {
            Minutes(at.0.div_euclid(60).max(0))
        })
        .register_fn("count", |rules: Array| {
            rules
                .iter()
                .filter(|rule| rule.as_bool().expect("a condition"))
                .count() as i64
        })
        .register_fn("unsure", |_: Dynamic| false)
        .register_fn("per_kg", |amount: Dynamic, weight: Dynamic| {
            let tenths = |number: Dynamic| {
                let whole = number.as_int().map(|number| number * 10);
                whole.unwrap_or_else(|_| {
                    (number.as_float().expect("a number") * 10.0).round() as i64
                })
            };
            let (amount, weight) = (tenths(amount), tenths(weight));
            (amount + weight - 1) / weight
        });
    measured::<Age>(&mut engine);
    measured::<Minutes>(&mut engine);
    sums(&mut engine);
    rows(&mut engine);
    engine
}

/// Comparisons of an age or a time.
fn measured<T: Measured>(engine: &mut Engine) {
    let compared = |holds: fn(&i64, &i64) -> bool| {
        move |one: T, span: Span| {
            let (one, other) = one.against(span);
            holds(&one, &other)
        }
    };
    engine
        .register_fn("==", compared(i64::eq))
        .register_fn("!=", compared(i64::ne))
        .register_fn("<", compared(i64::lt))
        .register_fn("<=", compared(i64::le))
        .register_fn(">", compared(i64::gt))
        .register_fn(">=", compared(i64::ge))
        .register_fn("contains", |spans: Spans, one: T| {
            let Spans(from, to, inclusive) = spans;
            let (above, (one, most)) = (one.against(from), one.against(to));
            above.0 >= above.1 && (one < most || inclusive && one == most)
        });
}

/// A score is its sum.
fn sums(engine: &mut Engine) {
    engine
        .register_fn("highest", |score: Sum| score.highest)
        .register_fn("==", |score: Sum, number: i64| score.sum == number)
        .register_fn("!=", |score: Sum, number: i64| score.sum != number)
        .register_fn("<", |score: Sum, number: i64| score.sum < number)
        .register_fn("<=", |score: Sum, number: i64| score.sum <= number)
        .register_fn(">", |score: Sum, number: i64| score.sum > number)
        .register_fn(">=", |score: Sum, number: i64| score.sum >= number)
        .register_fn("contains", |range: std::ops::Range<i64>, score: Sum| {
            range.contains(&score.sum)
        })
        .register_fn(
            "contains",
            |range: std::ops::RangeInclusive<i64>, score: Sum| range.contains(&score.sum),
        );
}

/// A condition over a column is the rows that meet it.
fn rows(engine: &mut Engine) {
    let meeting = |column: Column, wanted: &dyn Fn(&str) -> bool| {
        Rows(
            (0..ROWS.len())
                .filter(|row| wanted((column.0)(*row)))
                .collect(),
        )
    };
    engine
        .register_fn("==", move |column: Column, value: &str| {
            meeting(column, &|word| word == value)
        })
        .register_fn("!=", move |column: Column, value: &str| {
            meeting(column, &|word| word != value)
        })
        .register_fn("contains", move |values: Array, column: Column| {
            meeting(column, &|word| {
                values
                    .iter()
                    .any(|value| value.clone().into_string().as_deref() == Ok(word))
            })
        })
        .register_fn("any", |picked: Rows, meeting: Rows| {
            picked.0.iter().any(|row| meeting.0.contains(row))
        })
        .register_fn("all", |picked: Rows, meeting: Rows| {
            picked.0.iter().all(|row| meeting.0.contains(row))
        });
}
