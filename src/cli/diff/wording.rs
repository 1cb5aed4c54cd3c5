//! What changed in the text of the files, as a unified diff.

use similar::TextDiff;

use crate::pathway::canonical::{self, canonical};

/// The changed files, one after another, three lines around each change; empty if the texts are the same.
///
/// A release is kept without comments and layout: unless both are `as_written`, both are compared as releases.
pub(super) fn changed(
    before: &[(String, String)],
    after: &[(String, String)],
    as_written: bool,
) -> String {
    if as_written {
        return unified(before, after);
    }
    unified(&as_released(before), &as_released(after))
}

fn as_released(files: &[(String, String)]) -> Vec<(String, String)> {
    let form = canonical(files);
    // INVARIANT: it was made just now, of this version of the language.
    canonical::files(&form.text, &form.hash).unwrap_or_default()
}

fn unified(before: &[(String, String)], after: &[(String, String)]) -> String {
    let text = |files: &[(String, String)], name: &str| {
        let found = files.iter().find(|(own, _)| own == name);
        found.map(|(_, text)| text.clone()).unwrap_or_default()
    };
    let mut names: Vec<&String> = before.iter().chain(after).map(|(name, _)| name).collect();
    names.sort_unstable();
    names.dedup();
    let mut changed = String::new();
    for name in names {
        let (was, is) = (text(before, name), text(after, name));
        if was != is {
            let diff = TextDiff::from_lines(&was, &is);
            let unified = diff
                .unified_diff()
                .header(&format!("before/{name}"), &format!("after/{name}"))
                .to_string();
            changed.push_str(&unified);
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::{changed, unified};

    fn files(files: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        files.iter().map(owned).collect()
    }

    #[test]
    fn only_what_changed_is_shown() {
        let before = files(&[("a", "one\ntwo\n"), ("b", "same\n")]);
        let after = files(&[("a", "one\nthree\n"), ("b", "same\n"), ("c", "new\n")]);
        let changed = unified(&before, &after);
        assert!(changed.contains("-two\n+three\n"), "{changed}");
        assert!(changed.contains("+new\n"), "{changed}");
        assert!(!changed.contains("same"), "{changed}");
        assert_eq!(unified(&before, &before), "");
    }

    #[test]
    fn of_a_release_the_layout_is_not_compared() {
        let before = files(&[("a.yaml", "say: one # a comment\nwhy: two\n")]);
        let after = files(&[("a.yaml", "say: 'one'\n\nwhy: two\n")]);
        assert_eq!(changed(&before, &after, false), "");
        assert_ne!(changed(&before, &after, true), "");
        let after = files(&[("a.yaml", "say: three\nwhy: two\n")]);
        assert!(changed(&before, &after, false).contains("three"));
    }
}
