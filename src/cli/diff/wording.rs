//! What changed in the text of the files, as a unified diff.

use similar::TextDiff;

/// The changed files, one after another, three lines around each change; empty if the texts are the same.
pub(super) fn changed(before: &[(String, String)], after: &[(String, String)]) -> String {
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
    use super::changed;

    fn files(files: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        files.iter().map(owned).collect()
    }

    #[test]
    fn only_what_changed_is_shown() {
        let before = files(&[("a", "one\ntwo\n"), ("b", "same\n")]);
        let after = files(&[("a", "one\nthree\n"), ("b", "same\n"), ("c", "new\n")]);
        let changed = changed(&before, &after);
        assert!(changed.contains("-two\n+three\n"), "{changed}");
        assert!(changed.contains("+new\n"), "{changed}");
        assert!(!changed.contains("same"), "{changed}");
        assert_eq!(super::changed(&before, &before), "");
    }
}
