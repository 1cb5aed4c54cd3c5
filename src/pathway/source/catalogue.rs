//! Catalogues as written: dispositions, exceptions, tables, guides, advice, evidence.

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::fields::{self, Fields};
use super::{
    AdviceSource, DispositionSource, ExceptionSource, GuideSource, Name, Sources, check_id, own_id,
};
use crate::pathway::content::{Disposition, Evidence, Need, Setting};
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::text::Text;
use crate::pathway::yaml::{Node, Value};

/// Ranks of urgency; 1 is the most urgent.
const RANKS: RangeInclusive<i64> = 1..=10_000;

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
    sources.emergency_within_questions = fields
        .name("emergency_within_questions", findings)
        .and_then(|count| fields::integer(&count, RANKS, findings))
        .and_then(|count| u32::try_from(count).ok());
    if let Some(node) = fields.require("dispositions", findings) {
        for (key, value) in fields::entries(node, findings) {
            let Some(id) = fields::name(key, findings) else {
                continue;
            };
            check_id(&id, findings);
            match disposition(id.clone(), value, findings) {
                Some(disposition) => sources.dispositions.push(disposition),
                None => sources.unread.push(id.text),
            }
        }
    }
    if let Some(node) = fields.get("needs") {
        for (key, value) in fields::entries(node, findings) {
            let Some(id) = fields::name(key, findings) else {
                continue;
            };
            check_id(&id, findings);
            match need(id.clone(), value, findings) {
                Some(need) => sources.needs.push(need),
                None => sources.unread.push(id.text),
            }
        }
    }
    fields.finish(findings);
}

fn disposition(id: Name, node: &Node, findings: &mut Findings) -> Option<DispositionSource> {
    let mut fields = Fields::of(node, findings)?;
    let rank = fields
        .required_name("rank", findings)
        .and_then(|rank| fields::integer(&rank, RANKS, findings));
    let setting = fields
        .required_name("setting", findings)
        .and_then(|written| setting(&written, findings));
    let disposition = Disposition {
        id: id.text.clone(),
        rank: rank.and_then(|rank| u32::try_from(rank).ok()).unwrap_or(1),
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
            .map(|node| fields::texts(node, findings))
            .unwrap_or_default(),
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
            let Some(id) = fields::name(key, findings) else {
                continue;
            };
            check_id(&id, findings);
            match exception(id.clone(), value, findings) {
                Some(exception) => sources.exceptions.push(exception),
                None => sources.unread.push(id.text),
            }
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

/// `guides/NAME.yaml`.
pub fn guide(stem: &str, tree: &Node, findings: &mut Findings) -> Option<GuideSource> {
    let mut fields = Fields::of(tree, findings)?;
    let id = own_id(&mut fields, "guide", stem, findings);
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
        .map(|node| fields::texts(node, findings))
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
    let id = own_id(&mut fields, "advice", stem, findings);
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
    let id = Name {
        text: stem.to_owned(),
        span: fields.span().clone(),
    };
    check_id(&id, findings);
    if let (Some(reviewed), Some(by), Some(node)) = (reviewed, review_by, fields.get("review_by"))
        && by <= reviewed
    {
        findings.push(
            Diagnostic::error(
                node.span.clone(),
                "P538",
                "the next review is not after the last one",
            )
            .help("`reviewed` is when it was read, `review_by` when it must be read again"),
        );
    }
    let review_by_at = fields
        .get("review_by")
        .map_or_else(|| fields.span().clone(), |node| node.span.clone());
    fields.finish(findings);
    let evidence = Evidence {
        id: stem.to_owned(),
        title: title?,
        url: url?.text,
        reviewed: reviewed?,
        review_by: review_by?,
        review_by_at,
    };
    Some((id, evidence))
}
