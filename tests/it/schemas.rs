//! The schemas for editors fit the library: what the reader takes, they take. And they mark what no file may hold.

use std::path::Path;

use nhs111::pathway::{canonical, schema};
use serde_json::{Value as Json, json};

/// A validator of the keywords the schemas use; the first fault, with the path to it.
fn fault(root: &Json, schema: &Json, value: &Json, at: &str) -> Option<String> {
    let object = schema.as_object()?;
    let text = value.as_str();
    for (keyword, given) in object {
        let found = match keyword.as_str() {
            "$ref" => fault(
                root,
                root.pointer(given.as_str()?.trim_start_matches('#'))?,
                value,
                at,
            ),
            "type" => {
                let types: Vec<&str> = given.as_array().map_or_else(
                    || given.as_str().into_iter().collect(),
                    |all| all.iter().filter_map(Json::as_str).collect(),
                );
                let is = |kind: &&str| match *kind {
                    "string" => value.is_string(),
                    "number" => text.is_some_and(|text| text.parse::<f64>().is_ok()),
                    "integer" => text.is_some_and(|text| text.parse::<i64>().is_ok()),
                    "boolean" => text.is_some_and(|text| ["yes", "no"].contains(&text)),
                    "array" => value.is_array(),
                    "object" => value.is_object(),
                    _ => false,
                };
                (!types.iter().any(is)).then(|| format!("{at}: {value} is no {given}"))
            }
            "enum" => (!given.as_array()?.contains(value))
                .then(|| format!("{at}: {value} is none of {given}")),
            "required" => {
                let missing = given
                    .as_array()?
                    .iter()
                    .filter_map(Json::as_str)
                    .find(|key| value.get(key).is_none());
                missing.map(|key| format!("{at}: `{key}` is missing"))
            }
            "properties" => {
                let known = value
                    .as_object()
                    .into_iter()
                    .flatten()
                    .filter_map(|(key, value)| Some((key, given.get(key)?, value)));
                known.into_iter().find_map(|(key, schema, value)| {
                    fault(root, schema, value, &format!("{at}/{key}"))
                })
            }
            "additionalProperties" => {
                value
                    .as_object()
                    .into_iter()
                    .flatten()
                    .find_map(|(key, value)| {
                        let known = object
                            .get("properties")
                            .is_some_and(|known| known.get(key).is_some());
                        match given {
                            _ if known => None,
                            Json::Bool(false) => Some(format!("{at}: unknown key `{key}`")),
                            schema => fault(root, schema, value, &format!("{at}/{key}")),
                        }
                    })
            }
            "propertyNames" => value
                .as_object()
                .into_iter()
                .flatten()
                .find_map(|(key, _)| fault(root, given, &json!(key), &format!("{at}/{key}"))),
            "items" => value
                .as_array()
                .into_iter()
                .flatten()
                .enumerate()
                .find_map(|(place, item)| fault(root, given, item, &format!("{at}/{place}"))),
            "allOf" => given
                .as_array()?
                .iter()
                .find_map(|schema| fault(root, schema, value, at)),
            "anyOf" | "oneOf" => {
                let fits = given
                    .as_array()?
                    .iter()
                    .filter(|schema| fault(root, schema, value, at).is_none())
                    .count();
                let enough = if keyword == "oneOf" {
                    fits == 1
                } else {
                    fits > 0
                };
                (!enough).then(|| {
                    format!(
                        "{at}: {value} fits {fits} of {}",
                        given.as_array().map_or(0, Vec::len)
                    )
                })
            }
            "if" => fault(root, given, value, at)
                .is_none()
                .then(|| fault(root, object.get("then")?, value, at))
                .flatten(),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn schema_of(file: &str) -> Option<Json> {
    let fits = |place: &str| match place.split_once('*') {
        Some((folder, ending)) => file.starts_with(folder) && file.ends_with(ending),
        None => file == place,
    };
    let (kind, _) = schema::places()
        .into_iter()
        .find(|(_, place)| fits(place))?;
    schema::schemas()
        .into_iter()
        .find(|(name, _)| *name == kind)
        .map(|(_, schema)| schema)
}

fn json_of(files: &[(String, String)]) -> Json {
    serde_json::from_str(&canonical::canonical(files).text).unwrap()
}

#[test]
fn every_file_of_the_library_fits_its_schema() {
    let files =
        nhs111::cli::read_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("pathways")).unwrap();
    let document = json_of(&files);
    let faults = document["files"]
        .as_object()
        .unwrap()
        .iter()
        .filter_map(|(name, tree)| {
            let schema = schema_of(name).unwrap_or_else(|| panic!("{name} has no schema"));
            fault(&schema, &schema, tree, name)
        });
    assert_eq!(faults.collect::<Vec<_>>(), Vec::<String>::new());
}

#[track_caller]
fn marks(file: &str, text: &str, expected: &str) {
    let document = json_of(&[(file.to_owned(), text.to_owned())]);
    let schema = schema_of(file).unwrap();
    let found = fault(&schema, &schema, &document["files"][file], "").unwrap_or_default();
    assert!(found.contains(expected), "{found}");
}

const PATHWAY: &str = "pathway: sore\ntitle: Sore\nfamily: sore\nflow:\n";

#[test]
fn an_unknown_key_is_marked() {
    marks(
        "complaints/sore.yaml",
        &format!("{PATHWAY}  - otherwise: self-care\nflows: []\n"),
        "unknown key `flows`",
    );
}

#[test]
fn a_reach_without_a_reason_is_marked() {
    marks(
        "complaints/sore.yaml",
        &format!("{PATHWAY}  - reach: self-care\n    if: a\n"),
        "`because` is missing",
    );
}

#[test]
fn a_key_of_another_statement_is_marked() {
    marks(
        "complaints/sore.yaml",
        &format!("{PATHWAY}  - ask: a\n    because: Why.\n"),
        "because",
    );
}

#[test]
fn an_age_that_is_no_age_is_marked() {
    marks(
        "cases/sore.yaml",
        "cases:\n  - case: A\n    patient:\n      party: second\n    expect:\n      within: 3\n",
        "none of",
    );
}
