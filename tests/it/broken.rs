//! Broken files and what the reader says of them: `tests/broken/*.yaml`, each of which breaks one file of the sound library in
//! `tests/broken/base`.
//!
//! The first lines of a broken file are for this test. They are YAML comments, so the lines of what is found are the lines on disk:
//!
//! ```text
//! #! file: complaints/sore-throat.yaml        the file of the base that it takes the place of, or a new one
//! #! without: dispositions.yaml               a file of the base that is not there
//! #! bytes: bom | crlf | mixed-line-ends      what a text editor would not show
//! #! expect: P301 14:9 14                     code, line:column, length; another file goes before the line: `guides/cpr.yaml:1:8`
//! ```
//!
//! `«10000×[»` stands for ten thousand `[`. What is expected is exactly what is found;
//! the test prints the lines to write where it is not.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use nhs111::pathway::diagnostic::{Fix, Span};
use nhs111::pathway::{self, Diagnostic};

type Files = Vec<(String, String)>;

/// Codes that come of something else than one broken file, and where they are tested.
const ELSEWHERE: [(&str, &str); 16] = [
    ("P539", "tests/it/bad_input.rs"),
    ("P540", "tests/it/bad_input.rs"),
    ("P601", "src/pathway/definedness/tests.rs"),
    ("P602", "src/pathway/effects/tests.rs"),
    ("P603", "src/pathway/effects/tests.rs"),
    ("P604", "src/pathway/effects/tests.rs"),
    ("P605", "src/pathway/effects/tests.rs"),
    ("P606", "src/pathway/effects/tests.rs"),
    ("P702", "tests/it/command_line.rs"),
    ("P901", "tests/it/approval.rs"),
    ("P902", "tests/it/approval.rs"),
    ("P903", "tests/it/approval.rs"),
    ("P904", "tests/it/approval.rs"),
    ("P905", "tests/it/approval.rs"),
    ("P906", "tests/it/approval.rs"),
    ("P907", "tests/it/approval.rs"),
];

struct Broken {
    name: String,
    expected: Vec<String>,
    files: Files,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken")
}

/// The sound library that broken files break.
pub fn base() -> Files {
    nhs111::cli::read_folder(&root().join("base")).expect("the base is there")
}

fn all() -> Vec<Broken> {
    let entries = std::fs::read_dir(root()).expect("the folder is there");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "yaml")
    });
    paths.sort();
    paths.iter().map(|path| broken(path)).collect()
}

fn broken(path: &Path) -> Broken {
    let name = path.file_stem().expect("a name").to_string_lossy();
    let mut text = spelled_out(&std::fs::read_to_string(path).expect("a file"));
    let mut files = base();
    let (mut place, mut expected) = (None, Vec::new());
    let directives: Vec<String> = text
        .lines()
        .map_while(|line| line.strip_prefix("#! "))
        .map(str::to_owned)
        .collect();
    for directive in directives {
        let (key, value) = directive.split_once(": ").expect("`#! key: value`");
        match (key, value) {
            ("file", file) => place = Some(file.to_owned()),
            ("without", file) => files.retain(|(name, _)| name != file),
            ("bytes", "bom") => text.insert(0, '\u{feff}'),
            ("bytes", "crlf") => text = text.replace('\n', "\r\n"),
            ("bytes", "mixed-line-ends") => text = text.replacen('\n', "\r\n", 1),
            ("expect", what) => expected.push(what.to_owned()),
            _ => panic!("{name}: `{directive}` is no directive"),
        }
    }
    if let Some(place) = place {
        files.retain(|(name, _)| *name != place);
        expected = expected
            .into_iter()
            .map(|what| in_full(&what, &place))
            .collect();
        files.push((place, text));
    }
    Broken {
        name: name.into_owned(),
        expected,
        files,
    }
}

/// With the file, where it is the broken one.
fn in_full(expected: &str, file: &str) -> String {
    let (code, rest) = expected.split_once(' ').expect("a code and a place");
    if rest.matches(':').count() == 1 {
        format!("{code} {file}:{rest}")
    } else {
        expected.to_owned()
    }
}

/// `«3×[»` spelled out as `[[[`.
fn spelled_out(text: &str) -> String {
    let mut parts = text.split('«');
    let mut spelled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (repeat, rest) = part.split_once('»').expect("a `»`");
        let (count, what) = repeat.split_once('×').expect("a `×`");
        spelled.push_str(&what.repeat(count.parse().expect("a count")));
        spelled.push_str(rest);
    }
    spelled
}

fn found(files: &Files) -> Vec<Diagnostic> {
    match pathway::read(files) {
        Ok(checked) => checked.warnings,
        Err(findings) => findings,
    }
}

fn short(finding: &Diagnostic) -> String {
    let Span {
        file,
        line,
        column,
        length,
    } = &finding.span;
    format!("{} {file}:{line}:{column} {length}", finding.code)
}

#[test]
fn the_base_is_sound() {
    let checked = pathway::read(&base()).expect("the base is sound");
    assert_eq!(checked.warnings, Vec::new());
    assert_eq!(pathway::analyse(&checked.content), Vec::new());
}

#[test]
fn every_broken_file_is_told_exactly_what_is_wrong_and_where() {
    let mut wrong = String::new();
    for broken in all() {
        let found: Vec<String> = found(&broken.files).iter().map(short).collect();
        let (mut expected, mut seen) = (broken.expected.clone(), found.clone());
        expected.sort();
        seen.sort();
        if expected != seen {
            let _ = writeln!(wrong, "{}:", broken.name);
            for line in &found {
                let _ = writeln!(wrong, "    #! expect: {line}");
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "found, and not what is expected:\n{wrong}"
    );
}

#[test]
fn there_is_a_broken_file_for_every_code() {
    let mut codes = codes_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pathway"));
    for broken in all() {
        for expected in &broken.expected {
            codes.remove(expected.split(' ').next().unwrap_or_default());
        }
    }
    for (code, file) in ELSEWHERE {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let text = std::fs::read_to_string(path).expect("the file is there");
        assert!(text.contains(code), "{file} does not test {code}");
        codes.remove(code);
    }
    assert!(codes.is_empty(), "no broken file has {codes:?}");
}

/// Every `"P123"` in the sources below a folder, tests left out.
pub fn codes_in(folder: &Path) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && name != "tests" {
            codes.append(&mut codes_in(&path));
        } else if name.ends_with(".rs") && name != "tests.rs" {
            let text = std::fs::read_to_string(&path).expect("a file");
            let quoted = text.split('"').filter(|word| {
                word.len() == 4
                    && word.starts_with('P')
                    && word.chars().skip(1).all(|c| c.is_ascii_digit())
            });
            codes.extend(quoted.map(str::to_owned));
        }
    }
    codes
}

#[test]
fn a_message_is_one_lower_case_line_that_says_how_to_mend_it() {
    for broken in all() {
        for finding in found(&broken.files) {
            let shown = format!("{}: {finding}", broken.name);
            let Diagnostic {
                span,
                message,
                help,
                ..
            } = &finding;
            assert!(
                !message.ends_with('.') && !message.contains('\n'),
                "{shown}"
            );
            assert!(!message.starts_with(char::is_uppercase), "{shown}");
            assert!(
                span.line > 0 && span.column > 0 && !span.file.is_empty(),
                "{shown}"
            );
            let help = help.as_deref().unwrap_or_default();
            assert!(!help.is_empty() && !help.ends_with('.'), "{shown}");
        }
    }
}

#[test]
fn a_fix_makes_its_finding_go_away() {
    let mut fixed = BTreeSet::new();
    for broken in all() {
        for finding in found(&broken.files) {
            let Some(fix) = &finding.fix else { continue };
            fixed.insert(finding.code);
            let same = |other: &Diagnostic| {
                let (at, was) = (&other.span, &finding.span);
                (other.code, &other.message, &at.file, at.line)
                    == (finding.code, &finding.message, &was.file, was.line)
            };
            let count = |files: &Files| found(files).iter().filter(|other| same(other)).count();
            let (before, after) = (count(&broken.files), count(&apply(&broken.files, fix)));
            assert!(after < before, "{}: {finding}: {fix:?}", broken.name);
        }
    }
    // Most of the others cannot be mended without knowing what was meant.
    assert!(fixed.len() >= 45, "{} codes have a fix", fixed.len());
}

fn apply(files: &Files, fix: &Fix) -> Files {
    let Span {
        file,
        line,
        column,
        length,
    } = &fix.span;
    let mut files = files.clone();
    let (_, text) = files
        .iter_mut()
        .find(|(name, _)| **name == **file)
        .expect("the file of a fix is there");
    let mended: Vec<String> = text
        .split('\n')
        .zip(1..)
        .map(|(whole, number)| {
            if number != *line {
                return whole.to_owned();
            }
            let letters: Vec<char> = whole.chars().collect();
            let (start, end) = (*column as usize - 1, (column - 1 + length) as usize);
            assert!(
                end <= letters.len(),
                "{fix:?} reaches over the line `{whole}`"
            );
            let before: String = letters[..start].iter().collect();
            let after: String = letters[end..].iter().collect();
            format!("{before}{}{after}", fix.replacement)
        })
        .collect();
    *text = mended.join("\n");
    files
}

#[test]
fn the_messages_read_so() {
    let mut shown = String::new();
    for broken in all() {
        let _ = writeln!(shown, "{}", broken.name);
        for finding in found(&broken.files) {
            let _ = writeln!(shown, "    {finding}");
            if let Some(fix) = &finding.fix {
                let _ = writeln!(shown, "        -> {:?}", fix.replacement);
            }
        }
    }
    insta::assert_snapshot!("messages", shown);
}

#[test]
fn the_order_of_the_files_changes_nothing() {
    for broken in all() {
        let mut turned = broken.files.clone();
        turned.reverse();
        assert_eq!(found(&broken.files), found(&turned), "{}", broken.name);
    }
}

#[test]
fn a_file_that_is_not_utf8_is_named() {
    let folder = std::env::temp_dir().join(format!("nhs111-broken-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("complaints")).expect("a folder");
    std::fs::write(folder.join("complaints/x.yaml"), b"title: caf\xe9\n").expect("a file");
    let said = nhs111::cli::read_folder(&folder).expect_err("it is not UTF-8");
    std::fs::remove_dir_all(&folder).expect("a folder");
    let said = format!("{said:#}");
    assert!(
        said.contains("x.yaml") && said.contains("not UTF-8"),
        "{said}"
    );
}
