//! One file at a time: a tree of YAML to what its author wrote, names not yet resolved.
//!
//! Every reader reports all that is wrong with its keys and goes on with what is left.

mod catalogue;
pub mod fields;
mod flows;
mod question;
mod statement;
mod table;
mod values;
mod worked;
mod written;

use std::sync::Arc;

use super::diagnostic::{Diagnostic, Findings};
use super::lint;
use super::yaml::{self, Node, Value};

pub use fields::{Fields, seconds};
pub use written::*;

/// Everything that the files say.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// `dispositions.yaml`.
    pub dispositions: Vec<DispositionSource>,
    /// Its needs.
    pub needs: Vec<(Name, super::content::Need)>,
    /// Its `none_fit`.
    pub none_fit: Option<Name>,
    /// Its `early_exit`.
    pub early_exit: Option<Name>,
    /// Its `emergency_within_questions`.
    pub emergency_within_questions: Option<u32>,
    /// `dispositions.yaml` was there.
    pub has_catalogue: bool,
    /// `questions/system.yaml` was there.
    pub has_system: bool,
    /// `questions/system.yaml`.
    pub system: Vec<Question>,
    /// `questions/*.yaml`.
    pub questions: Vec<Question>,
    /// `first-flow.yaml`.
    pub first_flow: Option<FlowFile>,
    /// `risk-history.yaml`.
    pub risk_history: Option<FlowFile>,
    /// Its items.
    pub risk_items: Vec<RiskItem>,
    /// `interrupts.yaml`.
    pub interrupts: Option<FlowFile>,
    /// `exceptions.yaml`.
    pub exceptions: Vec<ExceptionSource>,
    /// `promises.yaml`.
    pub promises: Vec<PromiseSource>,
    /// `shared/*.yaml`.
    pub shared: Vec<FlowFile>,
    /// `complaints/*.yaml`.
    pub pathways: Vec<PathwayFile>,
    /// `tables/*.yaml`.
    pub tables: Vec<TableSource>,
    /// `guides/*.yaml`.
    pub guides: Vec<GuideSource>,
    /// `advice/*.yaml`.
    pub advice: Vec<AdviceSource>,
    /// `evidence/*.yaml`.
    pub evidence: Vec<(Name, super::content::Evidence)>,
    /// `cases/*.yaml`.
    pub cases: Vec<super::cases::CaseFile>,
    /// What the cases say, with where it stands.
    pub case_words: Vec<CaseWord>,
    /// What was there and could not be read: ids, and the text of whole files. What names something of it is right for all we know.
    pub unread: Vec<String>,
}

/// Reads every file into one [`Sources`].
pub fn read(files: &[(String, String)], findings: &mut Findings) -> Sources {
    let mut sources = Sources::default();
    let mut ordered: Vec<&(String, String)> = files.iter().collect();
    // By id: the members of a family are asked in this order, and a file's ending has no part in it.
    ordered.sort_by_key(|(name, _)| name.trim_end_matches(".yaml"));
    for (name, text) in ordered {
        let file: Arc<str> = Arc::from(name.as_str());
        match yaml::parse(&file, text, findings) {
            Some(tree) => {
                if !matches!(tree.value, Value::Map(_)) {
                    sources.unread.push(text.clone());
                }
                read_file(&mut sources, &file, &tree, findings);
                lint::file(name, &tree, findings);
            }
            None => {
                sources.has_catalogue |= name == "dispositions.yaml";
                sources.has_system |= name == "questions/system.yaml";
                sources.unread.push(format!("{} {text}", stem(name)));
            }
        }
    }
    sources
}

fn read_file(sources: &mut Sources, file: &Arc<str>, tree: &Node, findings: &mut Findings) {
    let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
    let stem = stem(name);
    match (folder, name) {
        ("", "dispositions.yaml") => {
            sources.has_catalogue = true;
            catalogue::dispositions(sources, tree, findings);
        }
        ("", "first-flow.yaml") => {
            sources.first_flow = flows::list_file(file, tree, "flow", findings);
        }
        ("", "interrupts.yaml") => {
            sources.interrupts = flows::list_file(file, tree, "interrupts", findings);
        }
        ("", "risk-history.yaml") => flows::risk_history(sources, file, tree, findings),
        ("", "exceptions.yaml") => catalogue::exceptions(sources, tree, findings),
        ("", "promises.yaml") => sources.promises = worked::promises_file(tree, findings),
        ("questions", "system.yaml") => {
            sources.has_system = true;
            sources.system = question::file(tree, "system", findings);
        }
        ("questions", _) => {
            let found = question::file(tree, "questions", findings);
            sources.questions.extend(found);
        }
        ("shared", _) => {
            let found = flows::shared(file, stem, tree, findings);
            keep(found, &mut sources.shared, stem, &mut sources.unread);
        }
        ("complaints", _) => {
            let found = flows::pathway(file, stem, tree, findings);
            keep(found, &mut sources.pathways, stem, &mut sources.unread);
        }
        ("tables", _) => {
            let found = table::table(stem, tree, findings);
            keep(found, &mut sources.tables, stem, &mut sources.unread);
        }
        ("guides", _) => {
            let found = catalogue::guide(stem, tree, findings);
            keep(found, &mut sources.guides, stem, &mut sources.unread);
        }
        ("advice", _) => {
            let found = catalogue::advice(file, stem, tree, findings);
            keep(found, &mut sources.advice, stem, &mut sources.unread);
        }
        ("evidence", _) => {
            let found = catalogue::evidence(stem, tree, findings);
            keep(found, &mut sources.evidence, stem, &mut sources.unread);
        }
        ("cases", _) => {
            let found = worked::cases(stem, tree, &mut sources.case_words, findings);
            sources.cases.extend(found);
        }
        _ => {
            let message = format!("`{file}` is in no place that is read");
            findings.push(Diagnostic::error(tree.span.clone(), "P116", message).help(
                "pathways stand in `complaints/`; the other places are listed in docs/authors/format.md",
            ));
        }
    }
}

fn keep<T>(found: Option<T>, kept: &mut Vec<T>, stem: &str, unread: &mut Vec<String>) {
    match found {
        Some(found) => kept.push(found),
        None => unread.push(stem.to_owned()),
    }
}

/// The file's name without its folder and ending.
fn stem(name: &str) -> &str {
    let name = name.rsplit('/').next().unwrap_or(name);
    name.strip_suffix(".yaml").unwrap_or(name)
}

/// The id of a file that is named for it: what is written under `key`, which must be the file's name.
fn own_id(fields: &mut Fields<'_>, key: &'static str, stem: &str, findings: &mut Findings) -> Name {
    let written = fields.required_name(key, findings);
    if let Some(id) = written.as_ref().filter(|id| id.text != stem) {
        let message = format!("the file is called `{stem}` and its id is `{}`", id.text);
        findings.push(
            Diagnostic::error(id.span.clone(), "P204", message)
                .help("let the two be the same")
                .fix(stem),
        );
    }
    let id = Name {
        text: stem.to_owned(),
        span: written.map_or_else(|| fields.span().clone(), |id| id.span),
    };
    if !is_good_id(stem) {
        let message = format!("the file name `{stem}` cannot be an id");
        findings.push(
            Diagnostic::error(id.span.clone(), "P227", message)
                .help("name the file with small letters, digits and `-`, a letter first"),
        );
    }
    id
}

/// Reports an id that is not `lower-case-with-hyphens`.
fn check_id(id: &Name, findings: &mut Findings) {
    if is_good_id(&id.text) {
        return;
    }
    let mended: String = id
        .text
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let message = format!("`{}` cannot be an id", id.text);
    let found = Diagnostic::error(id.span.clone(), "P227", message)
        .help("use small letters, digits and `-`, a letter first");
    findings.push(if is_good_id(&mended) {
        found.fix(mended)
    } else {
        found
    });
}

fn is_good_id(id: &str) -> bool {
    id.starts_with(|c: char| c.is_ascii_lowercase())
        && id
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}
