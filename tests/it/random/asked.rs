//! Libraries in which everything that is read is asked, so that no line is ever left undetermined.

use super::library::{FLAG_LINES, library};

/// What such a library has.
#[derive(Debug, Clone, Copy)]
pub struct With {
    /// Interrupts; without them their first lines stand in the first flow.
    pub interrupts: bool,
    /// Options that imply red flags.
    pub means: bool,
    /// Guides, keeps and checklists.
    pub beside: bool,
}

/// The library of a seed, in which every file asks all its questions, besides where it asks them anyway.
pub fn asked(seed: u64, with: With) -> Vec<(String, String)> {
    asking(library(seed), with)
}

/// The same of any library made here.
pub fn asking(mut files: Vec<(String, String)>, with: With) -> Vec<(String, String)> {
    if !with.means {
        files
            .iter_mut()
            .for_each(|(_, text)| *text = without_means(text));
    }
    let shared = questions(text_of(&files, "questions/shared.yaml"));
    let lists: Vec<(String, String)> = files
        .iter()
        .flat_map(|(_, text)| checklists(text))
        .collect();
    if !with.interrupts {
        files.retain(|(name, _)| name != "interrupts.yaml");
    }
    for (name, text) in &mut files {
        let mut asked = match name.split('/').next() {
            Some("first-flow.yaml") => ids(&shared, false),
            Some("complaints") => [
                ids(&questions(text), true),
                ids(&questions(text), false),
                ids(&shared, true),
            ]
            .concat(),
            Some("shared") => [ids(&questions(text), true), ids(&questions(text), false)].concat(),
            _ => Vec::new(),
        };
        asked.retain(|asked| lists.iter().all(|(list, _)| list != asked));
        if !asked.is_empty() {
            let flags = if *name == "first-flow.yaml" && !with.interrupts {
                FLAG_LINES
            } else {
                ""
            };
            let all = format!("\nflow:\n  - ask: [{}]\n{flags}", asked.join(", "));
            *text = text.replacen("\nflow:\n", &all, 1);
        }
        if !with.beside {
            *text = plain(text, &lists, name == "interrupts.yaml");
        }
    }
    files
}

fn text_of<'f>(files: &'f [(String, String)], name: &str) -> &'f str {
    let found = files.iter().find(|(file, _)| file == name);
    found.map_or("", |(_, text)| text)
}

/// The questions that a file defines, each with whether it is about the complaint.
fn questions(text: &str) -> Vec<(String, bool)> {
    let mut found: Vec<(String, bool)> = Vec::new();
    let mut lines = text
        .lines()
        .skip_while(|line| *line != "questions:")
        .skip(1);
    for line in lines.by_ref().take_while(|line| line.starts_with("  ")) {
        match (line.strip_prefix("  "), found.last_mut()) {
            (Some("  about: complaint"), Some(last)) => last.1 = true,
            (Some(name), _) if !name.starts_with(' ') => {
                found.push((name.trim_end_matches(':').to_owned(), false));
            }
            _ => {}
        }
    }
    found
}

fn ids(questions: &[(String, bool)], about: bool) -> Vec<String> {
    let wanted = questions.iter().filter(|(_, other)| *other == about);
    wanted.map(|(name, _)| name.clone()).collect()
}

/// Each checklist with its members, as they are written.
fn checklists(text: &str) -> Vec<(String, String)> {
    let mut name = "";
    let mut found = Vec::new();
    for line in text.lines() {
        if line.starts_with("  ") && !line.starts_with("   ") {
            name = line.trim().trim_end_matches(':');
        }
        let members = line.trim().strip_prefix("checklist: [");
        found.extend(
            members.map(|members| (name.to_owned(), members.trim_end_matches(']').to_owned())),
        );
    }
    found
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn without_means(text: &str) -> String {
    let mut inside = false;
    let mut kept = String::new();
    for line in text.lines() {
        inside = line.trim_start().starts_with("means:") || (inside && indent(line) > 8);
        if !inside {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// Without guides and keeps, and with the members of a checklist in its place.
fn plain(text: &str, lists: &[(String, String)], no_asks: bool) -> String {
    let mut dropped = None;
    let mut is_over = no_asks;
    let mut kept = String::new();
    for line in text.lines() {
        let words = line.trim_start();
        if dropped.is_some_and(|pad| indent(line) > pad) {
            continue;
        }
        dropped = None;
        is_over |= words.starts_with("- otherwise: ");
        if words.starts_with("- guide: ") || words.starts_with("- keep: ") {
            dropped = Some(indent(line));
            if !is_over {
                kept.push_str(&format!("{}- ask: s0\n", " ".repeat(indent(line))));
            }
            continue;
        }
        kept.push_str(&match words.strip_prefix("- ask: ") {
            Some(asked) => {
                let asked: Vec<&str> = asked.trim_matches(['[', ']']).split(", ").collect();
                let members = |name: &&str| {
                    let list = lists.iter().find(|(list, _)| list == name);
                    list.map_or((*name).to_owned(), |(_, members)| members.clone())
                };
                let members: Vec<String> = asked.iter().map(members).collect();
                let members = members.join(", ");
                let mut once: Vec<&str> = Vec::new();
                for member in members.split(", ") {
                    if !once.contains(&member) {
                        once.push(member);
                    }
                }
                format!("{}- ask: [{}]\n", " ".repeat(indent(line)), once.join(", "))
            }
            None => format!("{line}\n"),
        });
    }
    kept
}
