//! JSON Schemas (draft 2020-12) of the content files, so that an editor completes keys, shows what they mean and marks what is wrong.
//!
//! One schema for each kind of file, all built from the description in the private `table`. They know keys and shapes; whether a name is
//! defined and whether a rule reads is [`super::read`]'s to say. Where the two differ, the reader is right.

mod table;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value as Json, json};

use table::{FILES, blocks};

/// A key of a map, and what it means.
#[derive(Debug)]
struct Key {
    name: &'static str,
    says: &'static str,
    is: Shape,
    needed: bool,
}

/// What may stand as a value.
#[derive(Debug)]
enum Shape {
    /// A string in one or more sentences, or a block of variants.
    Text,
    /// Any string.
    Words,
    /// `lower-case-with-hyphens`.
    Id,
    /// `lower_case_with_underscores`.
    Fact,
    /// A rule.
    Rule,
    /// `yes` or `no`.
    Flag,
    /// A whole number.
    Whole,
    /// A number, or a word that reads as one.
    Amount,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A string that this expression matches.
    Pattern(&'static str),
    /// A block of the table, by its name.
    Block(&'static str),
    /// A list.
    List(&'static Shape),
    /// One, or a list of them.
    OneOrMore(&'static Shape),
    /// A map from names (facts, or ids with hyphens) to these.
    Map(&'static Shape),
    /// One of these shapes.
    Either(&'static [Shape]),
}

/// A map with known keys.
#[derive(Debug)]
struct Block {
    name: &'static str,
    says: &'static str,
    keys: &'static [Key],
    /// Exactly one of these keys makes the map what it is; each allows some of the other keys and needs some.
    one_of: &'static [Statement],
}

/// A key that makes a map what it is.
#[derive(Debug)]
struct Statement {
    key: &'static str,
    allows: &'static [&'static str],
    needs: &'static [&'static str],
}

/// A kind of file.
#[derive(Debug)]
struct File {
    name: &'static str,
    /// Where it stands, for the settings of an editor.
    place: &'static str,
    block: &'static str,
}

/// The schemas, each with the name of its kind of file.
pub fn schemas() -> Vec<(&'static str, Json)> {
    FILES.iter().map(|file| (file.name, schema(file))).collect()
}

/// Which files each schema is for, as globs relative to the content folder.
pub fn places() -> Vec<(&'static str, &'static str)> {
    FILES.iter().map(|file| (file.name, file.place)).collect()
}

fn schema(file: &File) -> Json {
    let mut used: Vec<&'static str> = vec![file.block];
    let mut next = 0;
    while let Some(name) = used.get(next).copied() {
        next += 1;
        for key in block(name).map_or(&[][..], |block| block.keys) {
            blocks_of(&key.is, &mut used);
        }
    }
    let mut definitions = Map::new();
    for name in &used {
        if let Some(block) = block(name) {
            definitions.insert((*name).to_owned(), block_schema(block));
        }
    }
    definitions.insert("text".into(), json!({
        "description": "A whole sentence, or a block of its variants, of which only `say` is required.",
        "anyOf": [{ "type": "string" }, { "$ref": "#/$defs/wording" }],
    }));
    if let Some(wording) = block("wording") {
        definitions.insert("wording".into(), block_schema(wording));
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("https://nhs111.example/schema/{}.json", file.name),
        "title": block(file.block).map_or("", |block| block.says),
        "$ref": format!("#/$defs/{}", file.block),
        "$defs": definitions,
    })
}

fn block(name: &str) -> Option<&'static Block> {
    blocks().find(|block| block.name == name)
}

fn blocks_of(shape: &Shape, used: &mut Vec<&'static str>) {
    match shape {
        Shape::Block(name) if !used.contains(name) => used.push(name),
        Shape::List(inner) | Shape::OneOrMore(inner) | Shape::Map(inner) => blocks_of(inner, used),
        Shape::Either(shapes) => shapes.iter().for_each(|shape| blocks_of(shape, used)),
        _ => {}
    }
}

fn block_schema(block: &Block) -> Json {
    let mut properties = Map::new();
    for key in block.keys {
        let mut shape = shape_schema(&key.is);
        if let Json::Object(object) = &mut shape {
            object.insert("description".into(), json!(key.says));
        }
        properties.insert(key.name.to_owned(), shape);
    }
    let needed: Vec<&str> = block
        .keys
        .iter()
        .filter(|key| key.needed)
        .map(|key| key.name)
        .collect();
    let mut schema = json!({
        "type": "object",
        "description": block.says,
        "properties": properties,
        "additionalProperties": false,
    });
    let Json::Object(object) = &mut schema else {
        return schema;
    };
    if !needed.is_empty() {
        object.insert("required".into(), json!(needed));
    }
    if !block.one_of.is_empty() {
        let one_of = block
            .one_of
            .iter()
            .map(|statement| json!({ "required": [statement.key] }));
        object.insert("oneOf".into(), one_of.collect());
        let shapes = block.one_of.iter().map(|statement| {
            let allowed: Vec<&str> = [statement.key]
                .into_iter()
                .chain(statement.allows.iter().copied())
                .collect();
            let mut then = json!({ "propertyNames": { "enum": allowed } });
            if let (Json::Object(then), false) = (&mut then, statement.needs.is_empty()) {
                then.insert("required".into(), json!(statement.needs));
            }
            json!({ "if": { "required": [statement.key] }, "then": then })
        });
        object.insert("allOf".into(), shapes.collect());
    }
    schema
}

fn shape_schema(shape: &Shape) -> Json {
    match shape {
        Shape::Text => json!({ "$ref": "#/$defs/text" }),
        Shape::Words => json!({ "type": ["string", "number"] }),
        Shape::Id => json!({ "type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$" }),
        Shape::Fact => {
            json!({ "type": ["string", "boolean"], "pattern": "^[a-z][a-z0-9]*(_[a-z0-9]+)*$" })
        }
        // A bare fact may be called `yes` by an editor that reads YAML 1.1 only as a boolean; the reader says better what is wrong.
        Shape::Rule => json!({ "type": "string", "minLength": 1 }),
        Shape::Flag => json!({ "enum": ["yes", "no", true, false] }),
        Shape::Whole => json!({ "type": "integer" }),
        Shape::Amount => json!({ "type": ["number", "string"] }),
        Shape::OneOf(words) => {
            // `yes` and `no` are words to us; an editor may read them as true and false.
            let flags = [("yes", true), ("no", false)]
                .into_iter()
                .filter(|(word, _)| words.contains(word))
                .map(|(_, flag)| json!(flag));
            json!({ "enum": words.iter().map(|word| json!(word)).chain(flags).collect::<Vec<_>>() })
        }
        Shape::Pattern(pattern) => json!({ "type": "string", "pattern": pattern }),
        Shape::Block(name) => json!({ "$ref": format!("#/$defs/{name}") }),
        Shape::List(inner) => json!({ "type": "array", "items": shape_schema(inner) }),
        Shape::OneOrMore(inner) => {
            let one = shape_schema(inner);
            json!({ "anyOf": [one, { "type": "array", "items": one }] })
        }
        Shape::Map(inner) => json!({
            "type": "object",
            "propertyNames": { "pattern": "^[a-z0-9]+([_-][a-z0-9]+)*$" },
            "additionalProperties": shape_schema(inner),
        }),
        Shape::Either(shapes) => {
            json!({ "anyOf": shapes.iter().map(shape_schema).collect::<Vec<_>>() })
        }
    }
}
