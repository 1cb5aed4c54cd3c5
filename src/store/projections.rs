//! The SQL for a table of a projection, from its description. `sign` is what stands for a value: `?` or `$`, then its number.

use crate::service::ports::projections::Table;

/// The rows of the case `1`, in order of their columns.
pub(super) fn select(table: &Table, sign: &str) -> String {
    let columns = names(table).join(", ");
    format!(
        "SELECT {columns} FROM {} WHERE case_id = {sign}1 ORDER BY {columns}",
        table.name
    )
}

/// Removes the rows of the case `1`.
pub(super) fn delete(table: &Table, sign: &str) -> String {
    format!("DELETE FROM {} WHERE case_id = {sign}1", table.name)
}

/// A new row: the columns in order, then the provider, then the case.
pub(super) fn insert(table: &Table, sign: &str) -> String {
    let count = table.columns.len();
    let values: Vec<String> = (1..=count + 2)
        .map(|number| format!("{sign}{number}"))
        .collect();
    format!(
        "INSERT INTO {} ({}, provider, case_id) VALUES ({})",
        table.name,
        names(table).join(", "),
        values.join(", ")
    )
}

/// The one row changed in place: the columns in order, then the case.
pub(super) fn update(table: &Table, sign: &str) -> String {
    let columns: Vec<String> = names(table)
        .iter()
        .zip(1..)
        .map(|(name, number)| format!("{name} = {sign}{number}"))
        .collect();
    format!(
        "UPDATE {} SET {} WHERE case_id = {sign}{}",
        table.name,
        columns.join(", "),
        table.columns.len() + 1
    )
}

fn names(table: &Table) -> Vec<&'static str> {
    table.columns.iter().map(|column| column.name).collect()
}
