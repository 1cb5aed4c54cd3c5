//! Ages and spans of time.

use rhai::Expr;

use super::Lower;
use super::bounds::Bounds;
use super::compare::bounds_of;
use super::extent::Extent;
use crate::pathway::age::AgeRange;
use crate::pathway::content::FactId;
use crate::pathway::form::{AgeUnit, Node, Rule};

/// An age as written: `years(5)`.
struct AgeConstant {
    unit: AgeUnit,
    /// In months or days.
    value: i64,
    /// `years`, `months` or `days`, and how many.
    word: &'static str,
    count: i64,
}

impl AgeConstant {
    /// One more of the unit that was written.
    fn next(&self) -> String {
        format!("{}({})", self.word, self.count.saturating_add(1))
    }

    fn shown(&self) -> String {
        format!("{}({})", self.word, self.count)
    }
}

impl Lower<'_, '_, '_> {
    pub(super) fn compare_age(
        &mut self,
        fact: FactId,
        operator: &str,
        right: &Expr,
        whole: Extent,
    ) -> Option<Rule> {
        let age = self.age_constant(right)?;
        let (unclear, instead) = match operator {
            "==" => (true, format!("age in {}..{}", age.shown(), age.next())),
            "!=" => (true, format!("!(age in {}..{})", age.shown(), age.next())),
            "<=" => (age.unit == AgeUnit::Months, format!("age < {}", age.next())),
            ">" => (
                age.unit == AgeUnit::Months,
                format!("age >= {}", age.next()),
            ),
            _ => (false, String::new()),
        };
        if unclear {
            let message = format!(
                "`{operator}` is unclear for an age: somebody is {} for a while",
                age.shown()
            );
            return self
                .fault_over(whole, "P417", message)
                .help(format!("write `{instead}`"))
                .fix(instead)
                .report();
        }
        self.age(fact, age.unit, bounds_of(operator, age.value), whole)
    }

    /// `age in from..to`.
    pub(super) fn age_range(
        &mut self,
        fact: FactId,
        (from, to): (&Expr, &Expr),
        inclusive: bool,
        whole: Extent,
    ) -> Option<Rule> {
        let (from, to) = (self.age_constant(from)?, self.age_constant(to)?);
        if inclusive && to.unit == AgeUnit::Months {
            let instead = format!("age in {}..{}", from.shown(), to.next());
            return self
                .fault_over(
                    whole,
                    "P417",
                    "`..=` is unclear for an age: somebody is five for a whole year",
                )
                .help(format!("write `{instead}`"))
                .fix(instead)
                .report();
        }
        let most = if inclusive {
            to.value
        } else {
            to.value.saturating_sub(1)
        };
        if from.unit == to.unit {
            if from.value > most {
                return self.empty_range(whole);
            }
            return self.age(fact, from.unit, (from.value, most), whole);
        }
        let least = self.age(fact, from.unit, (from.value, i64::MAX), whole)?;
        let most = self.age(fact, to.unit, (i64::MIN, most), whole)?;
        Some(self.on.forms.all([least, most]))
    }

    fn age(
        &mut self,
        fact: FactId,
        unit: AgeUnit,
        (from, to): Bounds,
        whole: Extent,
    ) -> Option<Rule> {
        let limits = match unit {
            AgeUnit::Months => AgeRange::ANY.months,
            AgeUnit::Days => AgeRange::ANY.days,
        };
        self.some_and_not_all(limits, (from, to), "birth to 130 years", whole)?;
        Some(self.on.forms.leaf(Node::Age {
            fact,
            unit,
            from,
            to,
        }))
    }

    /// `years(5)`, `months(3)`, `days(28)`.
    fn age_constant(&mut self, expression: &Expr) -> Option<AgeConstant> {
        if let Expr::FnCall(call, _) = expression
            && let [Expr::IntegerConstant(count, _)] = call.args.as_slice()
        {
            let count = *count;
            let (unit, value, word) = match call.name.as_str() {
                "years" => (AgeUnit::Months, count.saturating_mul(12), "years"),
                "months" => (AgeUnit::Months, count, "months"),
                "days" => (AgeUnit::Days, count, "days"),
                _ => return self.no_age(expression),
            };
            return Some(AgeConstant {
                unit,
                value,
                word,
                count,
            });
        }
        self.no_age(expression)
    }

    fn no_age<T>(&mut self, expression: &Expr) -> Option<T> {
        let report = self
            .fault_on(expression, "P418", "an age is compared with an age")
            .help("write `years(5)`, `months(3)` or `days(28)`");
        match expression {
            Expr::IntegerConstant(count, _) => report.fix(format!("years({count})")).report(),
            _ => report.report(),
        }
    }

    /// `hours(6)`, `minutes(30)`, `days(2)` in minutes.
    pub(super) fn span_of_time(&mut self, expression: &Expr) -> Option<i64> {
        if let Expr::FnCall(call, _) = expression
            && let [Expr::IntegerConstant(count, _)] = call.args.as_slice()
        {
            match call.name.as_str() {
                "hours" => return Some(count.saturating_mul(60)),
                "minutes" => return Some(*count),
                "days" => return Some(count.saturating_mul(1440)),
                _ => {}
            }
        }
        let report = self
            .fault_on(expression, "P418", "a time is compared with a span of time")
            .help("write `hours(6)` or `minutes(30)`");
        match expression {
            Expr::IntegerConstant(count, _) => report.fix(format!("hours({count})")).report(),
            _ => report.report(),
        }
    }
}
