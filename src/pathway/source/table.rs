//! Tables to pick from, as written.

use super::fields::{self, Fields};
use super::{TableSource, own_id};
use crate::pathway::content::{Row, Table};
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::yaml::{Node, Value};

/// A column and its values, worst first.
type Column = (String, Vec<String>);

/// `tables/NAME.yaml`.
pub fn table(stem: &str, tree: &Node, findings: &mut Findings) -> Option<TableSource> {
    let mut fields = Fields::of(tree, findings)?;
    let id = own_id(&mut fields, "table", stem, findings);
    let title = fields.text("title", findings).unwrap_or_default();
    let mut names = Vec::new();
    let mut columns: Vec<Column> = Vec::new();
    if let Some(node) = fields.require("columns", findings) {
        for (key, value) in fields::entries(node, findings) {
            let values = fields::names(value, findings);
            if let Some(column) = fields::name(key, findings) {
                let words = values.iter().map(|value| value.text.clone());
                columns.push((column.text.clone(), words.collect()));
                names.push(column);
            }
            names.extend(values);
        }
    }
    let mut rows = Vec::new();
    if let Some(node) = fields.require("rows", findings) {
        for (key, value) in fields::entries(node, findings) {
            let Some(id) = fields::name(key, findings) else {
                continue;
            };
            rows.extend(row(&id.text, value, &columns, findings));
            names.push(id);
        }
    }
    if let Some(node) = fields.require("else", findings) {
        let other = row("else", node, &columns, findings);
        if let Some(other) = &other {
            at_least_as_bad(other, &rows, &columns, node, findings);
        }
        rows.extend(other);
    }
    fields.finish(findings);
    Some(TableSource {
        table: Table {
            id: id.text.clone(),
            title,
            columns,
            rows,
        },
        names,
        id,
    })
}

fn row(id: &str, node: &Node, columns: &[Column], findings: &mut Findings) -> Option<Row> {
    let Value::Map(entries) = &node.value else {
        Fields::of(node, findings);
        return None;
    };
    let mut text = None;
    let mut values: Vec<Option<u16>> = vec![None; columns.len()];
    for (key, value) in entries {
        if key.text() == Some("say") {
            text = fields::text(value, findings);
            continue;
        }
        let place = column_of(key, columns, findings);
        if let Some((slot, column)) = place.and_then(|at| values.get_mut(at).zip(columns.get(at))) {
            // One that is wrong is reported, and not missing.
            *slot = Some(value_of(value, column, findings).unwrap_or(0));
        }
    }
    let absent = values
        .iter()
        .zip(columns)
        .filter(|(value, _)| value.is_none());
    let absent = absent.map(|(_, (column, _))| column.as_str());
    let absent: Vec<&str> = absent.chain(text.is_none().then_some("say")).collect();
    for key in absent {
        let message = format!("the row `{id}` has no `{key}`");
        findings.push(
            Diagnostic::error(node.span.clone(), "P202", message).help(format!("add `{key}:`")),
        );
    }
    Some(Row {
        id: id.to_owned(),
        text: text.unwrap_or_default(),
        values: values.into_iter().map(Option::unwrap_or_default).collect(),
    })
}

fn column_of(key: &Node, columns: &[Column], findings: &mut Findings) -> Option<usize> {
    let name = key.text()?;
    let names = || columns.iter().map(|(column, _)| column.as_str());
    let place = names().position(|column| column == name);
    if place.is_none() {
        let known: Vec<&str> = names().collect();
        let message = format!("the table has no column `{name}`");
        findings.push(
            Diagnostic::error(key.span.clone(), "P203", message)
                .help(format!("its columns are {}", known.join(", ")))
                .did_you_mean(name, known),
        );
    }
    place
}

fn value_of(node: &Node, (column, allowed): &Column, findings: &mut Findings) -> Option<u16> {
    let written = fields::name(node, findings)?;
    let place = allowed.iter().position(|value| *value == written.text);
    if place.is_none() {
        let message = format!("the column `{column}` has no value `{}`", written.text);
        findings.push(
            Diagnostic::error(written.span, "P224", message)
                .help(format!("its values are {}", allowed.join(", ")))
                .did_you_mean(&written.text, allowed.iter().map(String::as_str)),
        );
    }
    place.and_then(|place| u16::try_from(place).ok())
}

fn at_least_as_bad(
    other: &Row,
    rows: &[Row],
    columns: &[Column],
    node: &Node,
    findings: &mut Findings,
) {
    for (place, (column, names)) in columns.iter().enumerate() {
        let value = |row: &Row| row.values.get(place).copied().unwrap_or(0);
        let Some(worst) = rows.iter().min_by_key(|row| value(row)) else {
            continue;
        };
        if value(worst) >= value(other) {
            continue;
        }
        let instead = names.get(usize::from(value(worst))).map(String::as_str);
        let instead = instead.unwrap_or_default();
        let Value::Map(entries) = &node.value else {
            continue;
        };
        let written = entries.iter().find(|(key, _)| key.text() == Some(column));
        let span = written.map_or(&node.span, |(_, value)| &value.span).clone();
        let message = format!(
            "`else` is less bad than the row `{}` in `{column}`",
            worst.id
        );
        findings.push(
            Diagnostic::error(span, "P225", message)
                .help(format!("write `{column}: {instead}`"))
                .fix(instead),
        );
    }
}
