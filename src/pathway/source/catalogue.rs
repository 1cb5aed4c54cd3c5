//! Catalogues as written: dispositions, exceptions, tables, guides, advice, evidence.

use std::sync::Arc;

use super::fields::{self, Fields};
use super::{
    AdviceSource, DispositionSource, ExceptionSource, GuideSource, Name, Sources, TableSource,
    named_as_file,
};
use crate::pathway::content::{Disposition, Evidence, Need, Row, Setting, Table};
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::text::Text;
use crate::pathway::yaml::{Node, Value};

const SETTINGS: [(&str, Setting); 6] = [
    ("self", Setting::SelfCare),
    ("pharmacy", Setting::Pharmacy),
    ("speak", Setting::Speak),
    ("see", Setting::See),
    ("hospital", Setting::Hospital),
    ("ambulance", Setting::Ambulance),
];

/// `dispositions.yaml`.
pub fn dispositions(sources: &mut Sources, tree: &Node, findings: &mut Findings) {
    let Some(mut fields) = Fields::of(tree, findings) else {
        return;
    };
    sources.has_catalogue = true;
    sources.none_fit = fields.required_name("none_fit", findings);
    sources.early_exit = fields.required_name("early_exit", findings);
    if let Some(node) = fields.require("dispositions", findings) {
        for (key, value) in fields::entries(node, findings) {
            let disposition =
                fields::name(key, findings).and_then(|id| disposition(id, value, findings));
            sources.dispositions.extend(disposition);
        }
    }
    if let Some(node) = fields.get("needs") {
        for (key, value) in fields::entries(node, findings) {
            let need = fields::name(key, findings).and_then(|id| need(id, value, findings));
            sources.needs.extend(need);
        }
    }
    fields.finish(findings);
}

fn disposition(id: Name, node: &Node, findings: &mut Findings) -> Option<DispositionSource> {
    let mut fields = Fields::of(node, findings)?;
    let rank = fields
        .require("rank", findings)
        .is_some()
        .then(|| fields.integer("rank", findings))
        .flatten()
        .and_then(|rank| u32::try_from(rank).ok());
    let setting = fields
        .required_name("setting", findings)
        .and_then(|written| setting(&written, findings));
    let disposition = Disposition {
        id: id.text.clone(),
        rank: rank.unwrap_or(1),
        setting: setting.unwrap_or(Setting::Ambulance),
        within_minutes: fields
            .seconds("within", findings)
            .map(|seconds| seconds / 60),
        family: fields
            .required_name("family", findings)
            .map(|name| name.text)
            .unwrap_or_default(),
        dx: fields.name("dx", findings).map(|name| name.text),
        dos: fields.name("dos", findings).map(|name| name.text),
        emergency: fields.flag("emergency", findings),
        starts_at_once: fields.flag("starts_at_once", findings),
        hands_over: fields.flag("hands_over", findings),
        title: fields
            .require("title", findings)
            .and_then(|node| fields::text(node, findings))
            .unwrap_or_default(),
        headline: fields.wording(findings),
        steps: fields.texts("do", findings),
        worsening: fields
            .require("worsening", findings)
            .map(|_| ())
            .map_or_else(Vec::new, |()| fields.texts("worsening", findings)),
    };
    let gives_way = fields.names("gives_way", findings);
    fields.finish(findings);
    Some(DispositionSource {
        disposition,
        id,
        gives_way,
    })
}

fn setting(written: &Name, findings: &mut Findings) -> Option<Setting> {
    let found = SETTINGS
        .iter()
        .find(|(word, _)| *word == written.text)
        .map(|(_, setting)| *setting);
    if found.is_none() {
        findings.push(
            Diagnostic::error(
                written.span.clone(),
                "P223",
                format!("`{}` is no setting", written.text),
            )
            .help("settings are self, pharmacy, speak, see, hospital, ambulance")
            .did_you_mean(&written.text, SETTINGS.map(|(word, _)| word)),
        );
    }
    found
}

fn need(id: Name, node: &Node, findings: &mut Findings) -> Option<(Name, Need)> {
    let mut fields = Fields::of(node, findings)?;
    let need = Need {
        id: id.text.clone(),
        title: fields
            .require("title", findings)
            .and_then(|node| fields::text(node, findings))
            .unwrap_or_default(),
        say: fields.wording(findings),
        certain: fields.flag("certain", findings),
        family: fields.name("family", findings).map(|name| name.text),
    };
    fields.finish(findings);
    Some((id, need))
}

/// `exceptions.yaml`.
pub fn exceptions(sources: &mut Sources, tree: &Node, findings: &mut Findings) {
    let Some(mut fields) = Fields::of(tree, findings) else {
        return;
    };
    if let Some(node) = fields.require("exceptions", findings) {
        for (key, value) in fields::entries(node, findings) {
            let exception =
                fields::name(key, findings).and_then(|id| exception(id, value, findings));
            sources.exceptions.extend(exception);
        }
    }
    fields.finish(findings);
}

fn exception(id: Name, node: &Node, findings: &mut Findings) -> Option<ExceptionSource> {
    let mut fields = Fields::of(node, findings)?;
    let guard = fields.guard(findings);
    if guard.is_absent() {
        findings.push(
            Diagnostic::error(
                id.span.clone(),
                "P221",
                "this exception would hold for everybody",
            )
            .help("say when: add `if:`"),
        );
    }
    let instead = fields.required_name("instead", findings);
    let because = fields.text("because", findings);
    fields.finish(findings);
    Some(ExceptionSource {
        id,
        guard,
        instead: instead?,
        because,
    })
}

/// `tables/NAME.yaml`.
pub fn table(stem: &str, tree: &Node, findings: &mut Findings) -> Option<TableSource> {
    let mut fields = Fields::of(tree, findings)?;
    let id = fields.required_name("table", findings);
    let title = fields.text("title", findings).unwrap_or_default();
    let mut columns = Vec::new();
    if let Some(node) = fields.require("columns", findings) {
        for (key, value) in fields::entries(node, findings) {
            let values = fields::names(value, findings)
                .into_iter()
                .map(|name| name.text)
                .collect();
            columns.extend(fields::name(key, findings).map(|name| (name.text, values)));
        }
    }
    let mut rows = Vec::new();
    if let Some(node) = fields.require("rows", findings) {
        for (key, value) in fields::entries(node, findings) {
            rows.extend(
                fields::name(key, findings).and_then(|id| row(id.text, value, &columns, findings)),
            );
        }
    }
    if let Some(node) = fields.require("else", findings) {
        let other = row("else".to_owned(), node, &columns, findings);
        if let Some(other) = &other {
            at_least_as_bad(other, &rows, &columns, node, findings);
        }
        rows.extend(other);
    }
    fields.finish(findings);
    let id = id?;
    named_as_file(&id, stem, findings);
    Some(TableSource {
        table: Table {
            id: id.text.clone(),
            title,
            columns,
            rows,
        },
        id,
    })
}

fn row(
    id: String,
    node: &Node,
    columns: &[(String, Vec<String>)],
    findings: &mut Findings,
) -> Option<Row> {
    let Value::Map(entries) = &node.value else {
        Fields::of(node, findings);
        return None;
    };
    let mut say = None;
    let mut values: Vec<Option<u16>> = vec![None; columns.len()];
    for (key, value) in entries {
        let Some(name) = key.text() else { continue };
        if name == "say" {
            say = fields::text(value, findings);
            continue;
        }
        let Some(place) = columns.iter().position(|(column, _)| column == name) else {
            findings.push(
                Diagnostic::error(
                    key.span.clone(),
                    "P203",
                    format!("the table has no column `{name}`"),
                )
                .did_you_mean(name, columns.iter().map(|(column, _)| column.as_str())),
            );
            continue;
        };
        let Some(written) = fields::name(value, findings) else {
            continue;
        };
        let allowed = columns
            .get(place)
            .map(|(_, values)| values.as_slice())
            .unwrap_or_default();
        match allowed.iter().position(|value| *value == written.text) {
            Some(at) => values
                .iter_mut()
                .skip(place)
                .take(1)
                .for_each(|slot| *slot = u16::try_from(at).ok()),
            None => findings.push(
                Diagnostic::error(
                    written.span,
                    "P224",
                    format!("the column `{name}` has no value `{}`", written.text),
                )
                .did_you_mean(&written.text, allowed.iter().map(String::as_str)),
            ),
        }
    }
    for (value, (column, _)) in values.iter().zip(columns) {
        if value.is_none() {
            findings.push(
                Diagnostic::error(
                    node.span.clone(),
                    "P202",
                    format!("the row `{id}` has no value for `{column}`"),
                )
                .help(format!("add `{column}:`")),
            );
        }
    }
    let values = values.into_iter().map(|value| value.unwrap_or(0)).collect();
    let Some(text) = say else {
        findings.push(
            Diagnostic::error(
                node.span.clone(),
                "P202",
                format!("the row `{id}` has no `say`"),
            )
            .help("add `say:`"),
        );
        return None;
    };
    Some(Row { id, text, values })
}

fn at_least_as_bad(
    other: &Row,
    rows: &[Row],
    columns: &[(String, Vec<String>)],
    node: &Node,
    findings: &mut Findings,
) {
    for (place, (column, names)) in columns.iter().enumerate() {
        let value = |row: &Row| row.values.get(place).copied().unwrap_or(0);
        if let Some(worse) = rows.iter().find(|row| value(row) < value(other)) {
            let worst = rows
                .iter()
                .map(value)
                .min()
                .and_then(|least| names.get(usize::from(least)))
                .cloned()
                .unwrap_or_default();
            findings.push(
                Diagnostic::error(
                    node.span.clone(),
                    "P225",
                    format!(
                        "`else` is less bad than the row `{}` in `{column}`",
                        worse.id
                    ),
                )
                .help(format!("write `{column}: {worst}`")),
            );
        }
    }
}

/// `guides/NAME.yaml`.
pub fn guide(stem: &str, tree: &Node, findings: &mut Findings) -> Option<GuideSource> {
    let mut fields = Fields::of(tree, findings)?;
    let id = fields.required_name("guide", findings);
    let title = fields
        .require("title", findings)
        .and_then(|node| fields::text(node, findings))
        .unwrap_or_default();
    let say = fields
        .get("say")
        .map(|node| fields::sentence(node, findings).unwrap_or_default())
        .map(|say| fields.variants(say, findings));
    let steps = fields
        .require("steps", findings)
        .is_some()
        .then(|| fields.texts("steps", findings))
        .unwrap_or_default();
    let timer_seconds = fields.seconds("timer", findings);
    let mut exits = Vec::new();
    if let Some(node) = fields.require("exits", findings) {
        for (key, value) in fields::entries(node, findings) {
            let Some(id) = fields::name(key, findings) else {
                continue;
            };
            if !matches!(value.value, Value::Map(_)) {
                exits.extend(fields::text(value, findings).map(|text| (id, text, None)));
                continue;
            }
            let Some(mut exit) = Fields::of(value, findings) else {
                continue;
            };
            let again = exit.name("asks_again", findings);
            let text = exit.wording(findings);
            exit.finish(findings);
            exits.push((id, text, again));
        }
    }
    fields.finish(findings);
    let id = id?;
    named_as_file(&id, stem, findings);
    Some(GuideSource {
        id,
        title,
        say,
        steps,
        timer_seconds,
        exits,
    })
}

/// `advice/NAME.yaml`.
pub fn advice(
    file: &Arc<str>,
    stem: &str,
    tree: &Node,
    findings: &mut Findings,
) -> Option<AdviceSource> {
    let mut fields = Fields::of(tree, findings)?;
    let id = fields.required_name("advice", findings);
    let title = fields
        .require("title", findings)
        .and_then(|node| fields::text(node, findings))
        .unwrap_or_default();
    let up_to = fields.name("up_to", findings);
    let evidence = fields.names("evidence", findings);
    let mut lines = Vec::new();
    if let Some(node) = fields.require("lines", findings) {
        for item in fields::list(node, findings) {
            if item.text().is_some() {
                lines.extend(
                    fields::sentence(item, findings)
                        .map(|say| (super::Guard::default(), Text::plain(say), Vec::new())),
                );
                continue;
            }
            let Some(mut line) = Fields::of(item, findings) else {
                continue;
            };
            let text = line.wording(findings);
            lines.push((line.guard(findings), text, line.names("evidence", findings)));
            line.finish(findings);
        }
    }
    fields.finish(findings);
    let id = id?;
    named_as_file(&id, stem, findings);
    Some(AdviceSource {
        file: file.clone(),
        id,
        title,
        up_to,
        lines,
        evidence,
    })
}

/// `evidence/NAME.yaml`.
pub fn evidence(stem: &str, tree: &Node, findings: &mut Findings) -> Option<(Name, Evidence)> {
    let mut fields = Fields::of(tree, findings)?;
    let title = fields
        .require("title", findings)
        .and_then(|node| fields::sentence(node, findings));
    let url = fields.required_name("url", findings);
    let (reviewed, review_by) = (
        fields.date("reviewed", findings),
        fields.date("review_by", findings),
    );
    fields.finish(findings);
    let evidence = Evidence {
        id: stem.to_owned(),
        title: title?,
        url: url?.text,
        reviewed: reviewed?,
        review_by: review_by?,
    };
    Some((
        Name {
            text: stem.to_owned(),
            span: tree.span.clone(),
        },
        evidence,
    ))
}
