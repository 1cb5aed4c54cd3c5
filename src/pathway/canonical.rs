//! The canonical form of a content, and the name of a release.
//!
//! Comments, quotes, blank lines and the order of the files mean nothing; the order of keys does (options, questions), so it is kept.
//! Every scalar is text. The form is JSON, and JSON is YAML, so a release is read back from its canonical form by the same
//! reader that reads a folder.

use std::sync::Arc;

use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};

use super::diagnostic::Findings;
use super::yaml::{self, Node, Value};

/// The version of the language that a release was written in; a reader refuses one it does not know.
pub const LANGUAGE: u32 = 1;

/// A content in its canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canonical {
    /// One JSON document: `{"language": 1, "files": {"name": …}}`.
    pub text: String,
    /// SHA-256 of the text, in 64 hexadecimal digits: the name of the release.
    pub hash: String,
}

/// Why a stored release cannot be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CanonicalError {
    /// The text is not what its name says.
    #[error("the release is not what its hash says: it was changed or damaged")]
    Hash,
    /// The text is not a canonical form.
    #[error("the release is not in canonical form")]
    Form,
    /// It was written in another version of the language.
    #[error(
        "the release is written in version {0} of the language, and this program reads version {LANGUAGE}"
    )]
    Language(u64),
}

/// The canonical form of a folder given as `(name, text)` pairs. Files that cannot be read are left out: check the content first.
pub fn canonical(files: &[(String, String)]) -> Canonical {
    let mut ordered: Vec<&(String, String)> = files.iter().collect();
    ordered.sort_by(|a, b| a.0.cmp(&b.0));
    let mut all = Map::new();
    for (name, text) in ordered {
        let file: Arc<str> = Arc::from(name.as_str());
        if let Some(tree) = yaml::parse(&file, text, &mut Findings::new()) {
            all.insert(name.clone(), json(&tree));
        }
    }
    let mut document = Map::new();
    document.insert("language".to_owned(), Json::from(LANGUAGE));
    document.insert("files".to_owned(), Json::Object(all));
    let text = Json::Object(document).to_string();
    let hash = hash(&text);
    Canonical { text, hash }
}

/// The files of a canonical form, for [`super::read`].
///
/// # Errors
/// If the text is not what the hash says, not a canonical form, or in another version of the language.
pub fn files(text: &str, expected_hash: &str) -> Result<Vec<(String, String)>, CanonicalError> {
    if hash(text) != expected_hash {
        return Err(CanonicalError::Hash);
    }
    let document: Json = serde_json::from_str(text).map_err(|_| CanonicalError::Form)?;
    let language = document
        .get("language")
        .and_then(Json::as_u64)
        .ok_or(CanonicalError::Form)?;
    if language != u64::from(LANGUAGE) {
        return Err(CanonicalError::Language(language));
    }
    let files = document
        .get("files")
        .and_then(Json::as_object)
        .ok_or(CanonicalError::Form)?;
    // Over several lines, so that a finding in a stored release has a place.
    files
        .iter()
        .map(|(name, tree)| {
            Ok((
                name.clone(),
                serde_json::to_string_pretty(tree).map_err(|_| CanonicalError::Form)?,
            ))
        })
        .collect()
}

pub(super) fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

fn json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Scalar { text, .. } => Json::String(text.clone()),
        Value::List(items) => Json::Array(items.iter().map(json).collect()),
        Value::Map(entries) => Json::Object(
            entries
                .iter()
                .map(|(key, value)| (key.text().unwrap_or_default().to_owned(), json(value)))
                .collect(),
        ),
    }
}
