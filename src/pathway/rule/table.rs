//! Rows of a table: `any(picked, column == value)` and `all(…)`.

use rhai::Expr;

use super::{Lower, Meaning, name_of};
use crate::pathway::content::{Kind, Row, Table};
use crate::pathway::diagnostic::Diagnostic;
use crate::pathway::form::Rule;

/// `column == value`, `column != value` or `column in [values]`.
struct Chosen<'e> {
    column: &'e Expr,
    values: Vec<&'e Expr>,
    /// The rows that have one of the values, or the others.
    among: bool,
}

impl Lower<'_, '_, '_> {
    /// A finite set of rows, one of which (or nothing but which) was picked.
    pub(super) fn picked(&mut self, picked: &Expr, condition: &Expr, all: bool) -> Option<Rule> {
        let (name, at) = name_of(picked)?;
        let found = match self.meaning(&name, at)? {
            Meaning::Fact(id) => match self.fact(id).kind {
                Kind::Pick(table) => Some((id, table)),
                _ => None,
            },
            Meaning::Let(_) | Meaning::Score(_) => None,
        };
        let Some((id, table)) = found else {
            let message = format!("`{name}` is not picked from a table");
            return self
                .fault(at, name.len(), "P404", message)
                .help("`any(…)` and `all(…)` read a question with `answers: { table: … }`")
                .report();
        };
        let table = self.on.tables.get(table.index())?;
        let rows = self.rows(table, condition)?;
        let count = table.rows.len();
        if rows.is_empty() || rows.len() == count {
            return self
                .fault_on(
                    condition,
                    "P414",
                    "no row, or every row, is meant, so the rule always has one result",
                )
                .help("choose values that some rows have and others have not")
                .report();
        }
        Some(if all {
            // Every picked row is among these: no picked row is among the others.
            let others = (0..count as u16)
                .filter(|row| !rows.contains(row))
                .collect();
            let some_other = self.on.forms.picked(id, others);
            self.on.forms.not(some_other)
        } else {
            self.on.forms.picked(id, rows)
        })
    }

    fn rows(&mut self, table: &Table, condition: &Expr) -> Option<Vec<u16>> {
        let Some(chosen) = chosen(condition) else {
            return self
                .fault_on(condition, "P402", "rows are chosen by one column")
                .help(
                    "write `any(taken, harm == minutes)` or `any(taken, harm in [minutes, hours])`",
                )
                .report();
        };
        let (name, at) = name_of(chosen.column)?;
        let columns = table.columns.iter();
        let column = columns.clone().position(|(column, _)| *column == name);
        let Some((place, (_, allowed))) = column.zip(columns.clone().nth(column.unwrap_or(0)))
        else {
            let diagnostic = Diagnostic::error(
                self.span(at, name.len()),
                "P304",
                format!("the table `{}` has no column `{name}`", table.id),
            )
            .help(format!(
                "its columns are {}",
                joined(columns.map(|(column, _)| column))
            ))
            .did_you_mean(
                &name,
                table.columns.iter().map(|(column, _)| column.as_str()),
            );
            self.on.findings.push(diagnostic);
            return None;
        };
        let wanted: Vec<Option<u16>> = chosen
            .values
            .iter()
            .map(|value| self.column_value(&name, allowed, value))
            .collect();
        let wanted: Vec<u16> = wanted.into_iter().collect::<Option<_>>()?;
        let matches = |row: &Row| {
            let value = row.values.get(place);
            value.is_some_and(|value| wanted.contains(value)) == chosen.among
        };
        let rows = table.rows.iter().zip(0_u16..);
        Some(
            rows.filter(|(row, _)| matches(row))
                .map(|(_, place)| place)
                .collect(),
        )
    }

    fn column_value(&mut self, column: &str, allowed: &[String], value: &Expr) -> Option<u16> {
        let Some((word, at)) = name_of(value) else {
            return self
                .fault_on(value, "P402", format!("this is no value of `{column}`"))
                .help(format!("its values are {}", joined(allowed.iter())))
                .report();
        };
        let place = allowed.iter().position(|allowed| *allowed == word);
        if place.is_none() {
            let diagnostic = Diagnostic::error(
                self.span(at, word.len()),
                "P304",
                format!("the column `{column}` has no value `{word}`"),
            )
            .help(format!("its values are {}", joined(allowed.iter())))
            .did_you_mean(&word, allowed.iter().map(String::as_str));
            self.on.findings.push(diagnostic);
        }
        place.and_then(|place| u16::try_from(place).ok())
    }
}

fn chosen(condition: &Expr) -> Option<Chosen<'_>> {
    let Expr::FnCall(call, _) = condition else {
        return None;
    };
    let (column, values, among) = match (call.name.as_str(), call.args.as_slice()) {
        ("==", [column, value]) => (column, vec![value], true),
        ("!=", [column, value]) => (column, vec![value], false),
        ("contains", [Expr::Array(values, _), column]) => (column, values.iter().collect(), true),
        _ => return None,
    };
    name_of(column)?;
    Some(Chosen {
        column,
        values,
        among,
    })
}

fn joined<'s>(words: impl Iterator<Item = &'s String>) -> String {
    let words: Vec<&str> = words.map(String::as_str).collect();
    words.join(", ")
}
