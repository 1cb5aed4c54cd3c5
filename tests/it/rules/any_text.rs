//! Whatever is written as a rule is read as one, or blamed where it stands: never a panic, never a fault without a place.

use nhs111::pathway::content::Effect;
use nhs111::pathway::{self, Diagnostic};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::config;
use super::world::{Score, Written, files};
use super::write::written;

/// How many texts of each kind.
const CASES: u32 = 150;

/// How a rule may be written in YAML.
#[derive(Debug, Clone, Copy)]
enum Style {
    /// In double quotes, on one line.
    Quoted,
    /// After `|-`, line by line.
    Block,
}

/// A rule in its place: the files, and where in the pathway it stands.
struct Placed {
    files: Vec<(String, String)>,
    /// Its lines in the file, from 1, both inclusive.
    lines: (usize, usize),
    /// Where its text begins in each line, in characters from 1.
    column: usize,
}

const PATHWAY: &str = "complaints/sample.yaml";

/// A sound library but for this rule.
fn placed(rule: &str, style: Style) -> Placed {
    let score = Score {
        points: vec![(1, "cough".to_owned())],
        bands: None,
        options: None,
    };
    let mut files = files(&Written {
        first_score: score.clone(),
        first_let: "cough".to_owned(),
        second_score: score,
        second_let: "rash".to_owned(),
        rules: vec!["THE RULE".to_owned()],
    });
    let (_, pathway) = files.iter_mut().find(|(name, _)| name == PATHWAY).unwrap();
    let before = pathway.split("    if: \"THE RULE\"").next().unwrap();
    let line = before.lines().count() + 1;
    let (written, lines, column) = match style {
        Style::Quoted => (format!("\"{}\"", escaped(rule)), (line, line), 10),
        Style::Block => {
            let lines: Vec<String> = rule
                .split('\n')
                .map(|line| format!("      {line}"))
                .collect();
            let written = format!("|-\n{}", lines.join("\n"));
            (written, (line, line + lines.len()), 7)
        }
    };
    *pathway = pathway.replacen("\"THE RULE\"", &written, 1);
    Placed {
        files,
        lines,
        column,
    }
}

/// As it may stand in double quotes.
fn escaped(text: &str) -> String {
    let escape = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        ' '..='~' => c.to_string(),
        c if c.is_alphanumeric() => c.to_string(),
        c => format!("\\U{:08x}", u32::from(c)),
    };
    text.chars().map(escape).collect()
}

impl Placed {
    /// What is found; of a rule that was read, that it is there.
    fn found(&self) -> Result<Vec<Diagnostic>, TestCaseError> {
        match pathway::read(&self.files) {
            Ok(checked) => {
                let also = |effect: &Effect| matches!(effect, Effect::Also(_));
                prop_assert!(checked.content.lines.iter().any(|line| also(&line.effect)));
                Ok(checked.warnings)
            }
            Err(findings) => {
                prop_assert!(!findings.is_empty());
                Ok(findings)
            }
        }
    }

    /// Everything that is found stands in the rule, or is the key of one that is empty.
    fn is_blamed_where_it_stands(&self) -> Result<(), TestCaseError> {
        let (_, text) = self.files.iter().find(|(name, _)| name == PATHWAY).unwrap();
        for finding in self.found()? {
            let span = &finding.span;
            let (line, column) = (span.line as usize, span.column as usize);
            prop_assert_eq!(&*span.file, PATHWAY, "{}", &finding);
            prop_assert!(line >= self.lines.0 && line <= self.lines.1, "{}", &finding);
            let whole = text.split('\n').nth(line - 1).unwrap().chars().count();
            let first = if line == self.lines.0 { 5 } else { self.column };
            let end = column - 1 + span.length as usize;
            // Where something is missing at the end, the end is blamed.
            prop_assert!(
                column >= first && end <= whole + 1,
                "{}: {:?} of {}",
                &finding,
                span,
                whole
            );
        }
        Ok(())
    }
}

/// Words and signs of the fragment, of rhai and of neither.
fn token() -> impl Strategy<Value = String> {
    let words = "cough rash fever_days temperature swallowing unable sore normal age began dose taken harm minutes first_let \
        first_score weight amount yes no true false count any all highest unsure per_kg hours_since hours_until years months \
        days hours in !in && || ! == != < <= > >= .. ..= ( ) [ ] { } , . ; : :: => = += - + * / % ** ?? ?. | & ^ # @ $ ~ _ \
        0 1 2 3.5 -1 1_000 0x1f 1e9 9999999999999999999 36.65 fn let const if else while loop for do return throw try catch \
        switch import export as this is_def_var eval print curry Fn call private new use module \" ' ` ${ \\ // /* é 語 \u{200b} \u{85} \n";
    let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
    select(words)
}

fn tokens() -> impl Strategy<Value = String> {
    (prop::collection::vec(token(), 0..14), select(vec!["", " "]))
        .prop_map(|(tokens, between)| tokens.join(between))
}

/// A sound rule in which a few characters are others, or are missing.
fn misspelt() -> impl Strategy<Value = String> {
    let slips = prop::collection::vec((any::<Index>(), prop::option::of(token())), 1..3);
    (written(), slips).prop_map(|(written, slips)| {
        let mut text: Vec<char> = written.rules[0].chars().collect();
        for (at, instead) in slips {
            if !text.is_empty() {
                let at = at.index(text.len());
                text.splice(at..=at, instead.iter().flat_map(|token| token.chars()));
            }
        }
        text.into_iter().collect()
    })
}

fn style() -> impl Strategy<Value = Style> {
    select(vec![Style::Quoted, Style::Block])
}

/// A block holds no characters that YAML has no escape for there.
fn fitting(text: &str, style: Style) -> bool {
    let plain = |c: char| c == '\n' || c.is_alphanumeric() || (' '..='~').contains(&c);
    matches!(style, Style::Quoted) || text.chars().all(plain)
}

proptest! {
    #![proptest_config(config(CASES))]

    #[test]
    fn any_text_is_a_rule_or_is_blamed_where_it_stands(text in any::<String>()) {
        placed(&text, Style::Quoted).is_blamed_where_it_stands()?;
    }

    #[test]
    fn any_words_of_the_language_are_a_rule_or_are_blamed_where_they_stand(text in tokens(), style in style()) {
        prop_assume!(fitting(&text, style));
        placed(&text, style).is_blamed_where_it_stands()?;
    }

    #[test]
    fn a_misspelt_rule_is_a_rule_or_is_blamed_where_it_stands(text in misspelt(), style in style()) {
        prop_assume!(fitting(&text, style));
        placed(&text, style).is_blamed_where_it_stands()?;
    }
}

/// Every finding has this code and stands in the rule.
#[track_caller]
fn check(rule: &str, code: &str) {
    let placed = placed(rule, Style::Quoted);
    let found = placed.found().unwrap();
    let shown: String = rule.chars().take(80).collect();
    assert!(!found.is_empty(), "nothing is wrong with `{shown}`");
    for finding in found {
        assert_eq!(finding.code, code, "`{shown}`: {finding}");
    }
    placed.is_blamed_where_it_stands().unwrap();
}

#[test]
fn a_fault_in_an_indented_block_is_blamed_where_it_stands() {
    for (rule, line, column) in [
        ("cough &&\n  couhg", 2, 9),
        ("cough &&\n\n\ncouhg", 4, 7),
        ("cough &&  \n(rash ||\n    couhg)", 3, 11),
        ("cough && (\n    rash ||\n  couhg\n)", 3, 9),
        ("(\n\n  couhg)", 3, 9),
        (">\n=> cough", 2, 7),
        ("|\n\nand", 3, 7),
    ] {
        let placed = placed(rule, Style::Block);
        let found = placed.found().unwrap();
        let spans: Vec<(u32, u32)> = found
            .iter()
            .map(|finding| (finding.span.line, finding.span.column))
            .collect();
        let first = u32::try_from(placed.lines.0).unwrap();
        assert_eq!(
            spans.last(),
            Some(&(first + line, column)),
            "{rule:?}: {}",
            found[0]
        );
    }
}

#[test]
fn a_quote_that_is_not_closed_ends_with_its_line() {
    for rule in ["\"\ncough", "swallowing == 'sore\n|| cough"] {
        let placed = placed(rule, Style::Block);
        placed.is_blamed_where_it_stands().unwrap();
        for finding in placed.found().unwrap() {
            assert!(!finding.to_string().contains('\n'), "{finding}");
        }
    }
}

#[test]
fn a_rule_calls_no_code_of_its_own() {
    for (rule, code) in [
        ("fn f() { cough } f()", "P401"),
        ("|x| x", "P401"),
        ("Fn(cough)", "P407"),
        ("eval(cough)", "P407"),
        ("print(cough)", "P407"),
        ("is_def_var(cough)", "P407"),
        ("import cough as x", "P401"),
        ("throw cough", "P401"),
        ("return cough", "P401"),
        ("this", "P401"),
    ] {
        check(rule, code);
    }
}

#[test]
fn a_rule_changes_nothing() {
    for rule in [
        "cough = yes",
        "fever_days += 1",
        "const x = 1",
        "cough; rash",
    ] {
        check(rule, "P401");
    }
}

#[test]
fn a_rule_is_no_other_expression_of_rhai() {
    for (rule, code) in [
        ("if cough { rash } else { no }", "P402"),
        ("switch cough { yes => rash }", "P401"),
        ("{ cough }", "P401"),
        ("#{ cough: 1 }", "P402"),
        ("[cough, rash]", "P402"),
        ("()", "P402"),
        ("cough ?? rash", "P402"),
        ("cough?.x", "P402"),
        ("cough ^ rash", "P407"),
        ("\"cough\"", "P423"),
        ("`${cough}`", "P423"),
    ] {
        check(rule, code);
    }
}

#[test]
fn a_rule_without_end_is_too_large() {
    let around = |open: &str, count: usize, close: &str| {
        format!("{}cough{}", open.repeat(count), close.repeat(count))
    };
    for rule in [
        around("(", 10_000, ")"),
        around("(", 1_900, ")"),
        around("[", 1_900, "]"),
        around("!(", 1_300, ")"),
        around("count([", 390, "]) >= 1"),
        around("any(taken, ", 330, ")"),
        "cough && ".repeat(100_000),
    ] {
        check(&rule, "P403");
    }
}

#[test]
fn sixty_four_operands_are_as_many_as_a_rule_joins() {
    let joined = |count: usize, operator: &str| {
        let parts: Vec<String> = (0..count)
            .map(|place| format!("fever_days == {}", place % 7))
            .collect();
        parts.join(operator)
    };
    for sound in [
        joined(64, " || "),
        format!("count([{}]) >= 64", joined(64, ", ")),
        format!("({}) && ({})", joined(64, " || "), joined(64, " && ")),
    ] {
        let found = placed(&sound, Style::Quoted).found().unwrap();
        assert!(found.is_empty(), "{}", found[0]);
    }
    check(&joined(65, " || "), "P403");
    check(&format!("cough && ({})", joined(65, " || ")), "P403");
}
