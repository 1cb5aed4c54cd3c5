//! The schemas are schemas of the draft, and describe every key there is.

use super::*;

/// Every schema inside a schema.
fn each(schema: &Json, visit: &mut impl FnMut(&Map<String, Json>)) {
    let Some(object) = schema.as_object() else {
        return;
    };
    visit(object);
    for (key, value) in object {
        match (key.as_str(), value) {
            ("properties" | "$defs", Json::Object(map)) => {
                map.values().for_each(|inner| each(inner, visit))
            }
            ("anyOf" | "oneOf" | "allOf", Json::Array(list)) => {
                list.iter().for_each(|inner| each(inner, visit))
            }
            ("items" | "additionalProperties" | "propertyNames" | "if" | "then", inner) => {
                each(inner, visit)
            }
            _ => {}
        }
    }
}

#[test]
fn every_keyword_is_one_of_the_draft_and_every_reference_resolves() {
    const KEYWORDS: &[&str] = &[
        "$schema",
        "$id",
        "$ref",
        "$defs",
        "title",
        "description",
        "type",
        "properties",
        "required",
        "additionalProperties",
        "propertyNames",
        "items",
        "enum",
        "pattern",
        "minLength",
        "anyOf",
        "oneOf",
        "allOf",
        "if",
        "then",
    ];
    for (name, schema) in schemas() {
        each(&schema, &mut |object| {
            for (keyword, value) in object {
                assert!(KEYWORDS.contains(&keyword.as_str()), "{keyword} in {name}");
                if keyword == "$ref" {
                    let path = value.as_str().unwrap().strip_prefix('#').unwrap();
                    assert!(schema.pointer(path).is_some(), "{path} in {name}");
                }
            }
        });
    }
}

#[test]
fn every_key_has_a_description_and_every_block_a_use() {
    for (name, schema) in schemas() {
        each(&schema, &mut |object| {
            for (key, property) in object
                .get("properties")
                .and_then(Json::as_object)
                .into_iter()
                .flatten()
            {
                assert!(
                    property["description"]
                        .as_str()
                        .is_some_and(|says| !says.is_empty()),
                    "{key} in {name}"
                );
            }
        });
    }
    let used = |block: &Block| {
        schemas()
            .iter()
            .any(|(_, schema)| schema["$defs"].get(block.name).is_some())
    };
    assert_eq!(
        blocks()
            .filter(|block| !used(block))
            .map(|block| block.name)
            .collect::<Vec<_>>(),
        Vec::<&str>::new()
    );
}

#[test]
fn what_a_statement_allows_and_needs_are_keys() {
    for block in blocks() {
        let known: Vec<&str> = block.keys.iter().map(|key| key.name).collect();
        for statement in block.one_of {
            let named = [statement.key]
                .into_iter()
                .chain(statement.allows.iter().copied())
                .chain(statement.needs.iter().copied());
            assert!(
                named.into_iter().all(|key| known.contains(&key)),
                "{} of {}",
                statement.key,
                block.name
            );
            assert!(
                statement
                    .needs
                    .iter()
                    .all(|key| statement.allows.contains(key)),
                "{} of {}",
                statement.key,
                block.name
            );
        }
    }
}
