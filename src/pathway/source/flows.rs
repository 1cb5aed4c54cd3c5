//! The files that hold statements: pathways, shared flows, the library's lists.

use std::sync::Arc;

use super::fields::{self, Fields};
use super::statement::{codes, statements};
use super::{
    FlowFile, Name, PathwayFile, Question, RiskEffect, RiskItem, Sources, Whom, check_id, own_id,
    question, worked,
};
use crate::pathway::content::Codes;
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::text::Text;
use crate::pathway::yaml::{Node, Value};

/// `first-flow.yaml` and `interrupts.yaml`.
pub fn list_file(
    file: &Arc<str>,
    tree: &Node,
    key: &'static str,
    findings: &mut Findings,
) -> Option<FlowFile> {
    let mut fields = Fields::of(tree, findings)?;
    let flow = library_list(file, &mut fields, key, findings);
    fields.finish(findings);
    Some(flow)
}

fn library_list(
    file: &Arc<str>,
    fields: &mut Fields<'_>,
    key: &'static str,
    findings: &mut Findings,
) -> FlowFile {
    FlowFile {
        file: file.clone(),
        id: Name {
            text: String::new(),
            span: fields.span().clone(),
        },
        title: Text::default(),
        evidence: fields.names("evidence", findings),
        codes: Codes::default(),
        questions: own_questions(fields, findings),
        danger: Vec::new(),
        flow: fields
            .require(key, findings)
            .map(|node| statements(node, findings))
            .unwrap_or_default(),
    }
}

/// `risk-history.yaml`.
pub fn risk_history(sources: &mut Sources, file: &Arc<str>, tree: &Node, findings: &mut Findings) {
    let Some(mut fields) = Fields::of(tree, findings) else {
        return;
    };
    sources.risk_history = Some(library_list(file, &mut fields, "flow", findings));
    if let Some(items) = fields.require("items", findings) {
        for (key, value) in fields::entries(items, findings) {
            let Some(id) = fields::name(key, findings) else {
                continue;
            };
            match risk_item(id.clone(), value, findings) {
                Some(item) => sources.risk_items.push(item),
                None => sources.unread.push(id.text),
            }
        }
    }
    fields.finish(findings);
}

fn risk_item(id: Name, node: &Node, findings: &mut Findings) -> Option<RiskItem> {
    let mut fields = Fields::of(node, findings)?;
    let reach = fields.required_name("reach", findings);
    let because = fields
        .require("because", findings)
        .and_then(|node| fields::text(node, findings));
    let item = RiskItem {
        guard: fields.guard(findings),
        because,
        staff: fields.name("staff", findings).map(|name| name.text),
        evidence: fields.names("evidence", findings),
        reach: Name {
            text: String::new(),
            span: id.span.clone(),
        },
        id,
    };
    fields.finish(findings);
    Some(RiskItem {
        reach: reach?,
        ..item
    })
}

/// `shared/NAME.yaml`.
pub fn shared(
    file: &Arc<str>,
    stem: &str,
    tree: &Node,
    findings: &mut Findings,
) -> Option<FlowFile> {
    let mut fields = Fields::of(tree, findings)?;
    let flow = FlowFile {
        file: file.clone(),
        id: own_id(&mut fields, "shared", stem, findings),
        title: fields.text("title", findings).unwrap_or_default(),
        evidence: fields.names("evidence", findings),
        codes: codes(&mut fields, findings),
        questions: own_questions(&mut fields, findings),
        danger: fields
            .get("danger")
            .map(|node| statements(node, findings))
            .unwrap_or_default(),
        flow: fields
            .get("flow")
            .map(|node| statements(node, findings))
            .unwrap_or_default(),
    };
    fields.finish(findings);
    Some(flow)
}

/// `complaints/NAME.yaml`.
pub fn pathway(
    file: &Arc<str>,
    stem: &str,
    tree: &Node,
    findings: &mut Findings,
) -> Option<PathwayFile> {
    let mut fields = Fields::of(tree, findings)?;
    let id = own_id(&mut fields, "pathway", stem, findings);
    let family = fields.required_name("family", findings);
    if let Some(family) = &family {
        check_id(family, findings);
    }
    let risks_span = fields.key_span("risks").unwrap_or(&id.span).clone();
    let title = fields
        .require("title", findings)
        .and_then(|node| fields::text(node, findings));
    let whom = fields
        .get("for")
        .map(|node| whom(node, findings))
        .unwrap_or_default();
    let (risks, rest_usual) = fields
        .get("risks")
        .map(|node| risks(node, findings))
        .map_or((None, false), |(risks, rest)| (Some(risks), rest));
    let found_by = fields
        .names("found_by", findings)
        .into_iter()
        .map(|name| name.text)
        .collect();
    let flow = FlowFile {
        file: file.clone(),
        id,
        title: title.unwrap_or_default(),
        evidence: fields.names("evidence", findings),
        codes: codes(&mut fields, findings),
        questions: own_questions(&mut fields, findings),
        danger: fields
            .get("danger")
            .map(|node| statements(node, findings))
            .unwrap_or_default(),
        flow: fields
            .require("flow", findings)
            .map(|node| statements(node, findings))
            .unwrap_or_default(),
    };
    let promises = fields
        .get("promises")
        .map(|node| worked::promises(node, findings))
        .unwrap_or_default();
    fields.finish(findings);
    Some(PathwayFile {
        family: family.unwrap_or_else(|| flow.id.clone()),
        flow,
        whom,
        found_by,
        risks,
        risks_span,
        rest_usual,
        promises,
    })
}

fn own_questions(fields: &mut Fields<'_>, findings: &mut Findings) -> Vec<Question> {
    fields
        .get("questions")
        .map(|node| question::questions(node, findings))
        .unwrap_or_default()
}

/// `for:`.
pub fn whom(node: &Node, findings: &mut Findings) -> Whom {
    let Some(mut fields) = Fields::of(node, findings) else {
        return Whom::default();
    };
    let whom = Whom {
        age: fields.rule("age", findings),
        sex: fields.name("sex", findings),
        party: fields.name("party", findings),
    };
    fields.finish(findings);
    whom
}

fn risks(node: &Node, findings: &mut Findings) -> (Vec<(Name, RiskEffect)>, bool) {
    let mut rest = false;
    let mut risks = Vec::new();
    for (key, value) in fields::entries(node, findings) {
        let Some(item) = fields::name(key, findings) else {
            continue;
        };
        if item.text == "rest" {
            match value.text() {
                Some("usual") => rest = true,
                _ => findings.push(
                    Diagnostic::error(
                        value.span.clone(),
                        "P218",
                        "the only value of `rest` is `usual`",
                    )
                    .help("write `rest: usual`")
                    .fix("usual"),
                ),
            }
        } else if let Value::Map(_) = value.value {
            let Some(mut fields) = Fields::of(value, findings) else {
                continue;
            };
            let why = fields.require("none", findings);
            let why = why.and_then(|node| fields::sentence(node, findings));
            fields.finish(findings);
            risks.push((item, RiskEffect::Nothing(why.unwrap_or_default())));
        } else if let Some(disposition) = fields::name(value, findings) {
            risks.push((item, RiskEffect::Reach(disposition)));
        }
    }
    (risks, rest)
}
