//! Wording: what an author should look at again. Warnings only, seen in each file by itself.
//!
//! - P701 reading age: Flesch–Kincaid grade of a public text, plus five. The aim is eleven years; one sentence is too little to measure
//!   well, so a text is shown only two years above it. Texts shorter than [`FEWEST_WORDS`] words are not measured, and words of the field
//!   that everybody knows weigh no more than two syllables.
//! - P703 double question, P704 negation in a yes/no question, P705 "you" without a third person, P706 a verb at `{patient}`.
//!
//! It does not look at titles, at what only staff reads, nor at worked cases and evidence.

use super::diagnostic::{Diagnostic, Findings, Span};
use super::yaml::{Node, Value};

/// In years: the aim of eleven and two of slack.
const OLDEST_READING_AGE: f64 = 13.0;
/// The measure means little for fewer words.
const FEWEST_WORDS: usize = 12;
/// Words of the field that everybody knows, by their beginning.
const KNOWN: [&str; 14] = [
    "ambulance",
    "antibiotic",
    "emergency",
    "immediate",
    "infection",
    "medicine",
    "operation",
    "paracetamol",
    "ibuprofen",
    "pharmac",
    "pregnan",
    "temperature",
    "difficult",
    "understand",
];

/// Looks at the wording of one file.
pub fn file(name: &str, tree: &Node, findings: &mut Findings) {
    let folder = name.split('/').next().unwrap_or_default();
    if matches!(folder, "cases" | "evidence" | "promises.yaml") {
        return;
    }
    let Value::Map(entries) = &tree.value else {
        return;
    };
    for (key, value) in entries {
        if matches!(key.text(), Some("questions" | "system")) {
            for (_, question) in entries_of(value) {
                lint_question(question, findings);
            }
        } else {
            walk(key.text().unwrap_or_default(), value, findings);
        }
    }
}

fn entries_of(node: &Node) -> &[(Node, Node)] {
    match &node.value {
        Value::Map(entries) => entries,
        _ => &[],
    }
}

fn value_of<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    let mut entries = entries_of(node).iter();
    entries
        .find(|(name, _)| name.text() == Some(key))
        .map(|(_, value)| value)
}

/// Whom a text is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum To {
    /// The person who needs help, or somebody who asks for them: "you" is not the same to both.
    Patient,
    /// Whoever holds the phone, does first aid or reads a list: "you" is always that person.
    Reader,
}

/// Texts that are no questions, wherever they stand in the file.
fn walk(key: &str, node: &Node, findings: &mut Findings) {
    let to = match key {
        "because" | "lines" | "needs" | "dispositions" => To::Patient,
        _ => To::Reader,
    };
    match &node.value {
        _ if matches!(
            key,
            "title" | "staff" | "found_by" | "evidence" | "codes" | "for"
        ) => {}
        Value::Scalar { .. } => {
            let texts = ["because", "lines", "do", "worsening", "steps", "exits"];
            if texts.contains(&key) {
                speech(node, None, to, findings);
            }
        }
        Value::List(items) => {
            for item in items {
                walk(key, item, findings);
            }
        }
        Value::Map(entries) => {
            if let Some(say) = value_of(node, "say") {
                speech(say, Some(node), to, findings);
            }
            for (name, value) in entries {
                // Exits, needs and dispositions stand under names of their own.
                let named = matches!(key, "exits" | "needs" | "dispositions" | "rows");
                let own = value_of(value, "say").is_some() || key == "exits";
                let name = name.text().unwrap_or_default();
                walk(if named && own { key } else { name }, value, findings);
            }
        }
        Value::Null => {}
    }
}

/// A text; `variants` is the block it stands in, if it stands in one.
fn speech(say: &Node, variants: Option<&Node>, to: To, findings: &mut Findings) {
    let Some(text) = say.text() else { return };
    let variant = |key| variants.and_then(|node| value_of(node, key));
    reading_age(say, findings);
    if to == To::Patient && says_you(text) && variant("third").is_none() {
        findings.push(
            warning(
                say,
                "P705",
                "this speaks to \"you\" and has no third person",
            )
            .help("add `third:`, about `{patient}`: somebody may ask for a child or a neighbour"),
        );
    }
    let others = [
        "third",
        "handler",
        "handler_third",
        "professional",
        "observer",
    ];
    for text in others.into_iter().filter_map(variant).chain([say]) {
        placeholder_verb(text, findings);
    }
}

fn lint_question(question: &Node, findings: &mut Findings) {
    let Some(say) = value_of(question, "say") else {
        return;
    };
    // A question for one party only needs no other person.
    let one_party = value_of(question, "only_if").and_then(Node::text);
    if one_party.is_some_and(|rule| rule.contains("party ==")) {
        reading_age(say, findings);
    } else {
        speech(say, Some(question), To::Patient, findings);
    }
    let yes_no =
        value_of(question, "answers").is_none() && value_of(question, "checklist").is_none();
    for node in [Some(say), value_of(question, "third")]
        .into_iter()
        .flatten()
    {
        double_question(node, findings);
        if yes_no {
            negation(node, findings);
        }
    }
    for key in ["why", "help"] {
        if let Some(text) = value_of(question, key) {
            reading_age(value_of(text, "say").unwrap_or(text), findings);
        }
    }
    for (_, option) in value_of(question, "answers")
        .map(entries_of)
        .unwrap_or_default()
    {
        match value_of(option, "say") {
            Some(say) => speech(say, Some(option), To::Patient, findings),
            None => speech(option, None, To::Patient, findings),
        }
    }
}

fn warning(node: &Node, code: &'static str, message: impl Into<String>) -> Diagnostic {
    let span = Span {
        ..node.span.clone()
    };
    Diagnostic::warning(span, code, message)
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’')
        .filter(|word| word.chars().any(char::is_alphabetic))
        .map(|word| word.to_lowercase().replace('’', "'"))
}

fn says_you(text: &str) -> bool {
    words(text).any(|word| {
        matches!(
            word.as_str(),
            "you" | "your" | "yours" | "yourself" | "you're" | "you've" | "you'll"
        )
    })
}

fn reading_age(node: &Node, findings: &mut Findings) {
    let Some(age) = node.text().and_then(reading_age_of) else {
        return;
    };
    if age > OLDEST_READING_AGE {
        let message = format!("the reading age is about {age:.0} years");
        findings.push(
            warning(node, "P701", message)
                .help("use shorter sentences and shorter words; the aim is 11 years"),
        );
    }
}

/// Flesch–Kincaid grade plus five; `None` for a text too short to measure.
fn reading_age_of(text: &str) -> Option<f64> {
    let words: Vec<String> = words(text).collect();
    if words.len() < FEWEST_WORDS {
        return None;
    }
    let ends = text.split(['.', '?', '!', ':', ';']);
    let sentences = ends
        .filter(|part| part.chars().any(char::is_alphabetic))
        .count()
        .max(1);
    let syllables: usize = words.iter().map(|word| syllables(word)).sum();
    let (words, sentences, syllables) = (words.len() as f64, sentences as f64, syllables as f64);
    Some(0.39 * words / sentences + 11.8 * syllables / words - 15.59 + 5.0)
}

/// Groups of vowels, a silent `e` at the end left out.
fn syllables(word: &str) -> usize {
    if KNOWN.iter().any(|known| word.starts_with(known)) {
        return 2;
    }
    let mut count = 0;
    let mut before = false;
    for c in word.chars() {
        let vowel = matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
        count += usize::from(vowel && !before);
        before = vowel;
    }
    let silent = word.ends_with('e') && !word.ends_with("le")
        || word.ends_with("ed") && !word.ends_with("ted") && !word.ends_with("ded");
    (count - usize::from(silent && count > 1)).max(1)
}

fn double_question(node: &Node, findings: &mut Findings) {
    let Some(text) = node.text() else { return };
    if text.matches('?').count() > 1 || text.contains(" and/or ") {
        findings.push(
            warning(node, "P703", "this asks two questions at once")
                .help("ask one thing; two questions can stand on one screen: `ask: [a, b]`"),
        );
    }
}

fn negation(node: &Node, findings: &mut Findings) {
    let Some(text) = node.text() else { return };
    let negative =
        |word: &String| matches!(word.as_str(), "not" | "without") || word.ends_with("n't");
    if let Some(word) = words(text).find(negative) {
        let message = format!("\"{word}\" in a yes/no question: what does \"no\" mean then");
        findings
            .push(warning(node, "P704", message).help("ask the other way round, with `worse: no`"));
    }
}

/// Verbs that change with who the patient is: "your child is", "they are".
const VERBS: [&str; 12] = [
    "is", "are", "has", "have", "was", "were", "does", "do", "can", "feels", "needs", "takes",
];

/// Before a name that belongs to an earlier word, as in "the body of {patient} is weak", which takes the verb.
const BELONGING: [&str; 11] = [
    "of", "for", "with", "to", "at", "on", "in", "by", "near", "from", "about",
];

fn placeholder_verb(node: &Node, findings: &mut Findings) {
    let Some(text) = node.text() else { return };
    let mut parts = text.split("{patient}").peekable();
    while let (Some(before), Some(after)) = (parts.next(), parts.peek()) {
        let last = before.trim_end().rsplit(' ').next().unwrap_or_default();
        let last = last.to_lowercase();
        let next = after.strip_prefix(' ').unwrap_or_default();
        let next = next.split([' ', ',', '.', '?']).next().unwrap_or_default();
        let follows = VERBS.contains(&next) && !BELONGING.contains(&last.as_str());
        // "Can" is the same before everybody, and so are the verbs that only ever follow.
        let leads = VERBS.iter().take(8).any(|verb| *verb == last);
        if follows || leads {
            findings.push(
                warning(
                    node,
                    "P706",
                    "a verb stands at `{patient}`, who may be \"your child\" or \"they\"",
                )
                .help("say it without a verb at the name: `{patient}: is there pain?`"),
            );
            return;
        }
    }
}
