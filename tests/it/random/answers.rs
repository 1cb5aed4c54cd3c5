//! Random answers.

use nhs111::pathway::Content;
use nhs111::pathway::content::Kind;
use serde_json::{Value, json};

use super::Dice;

/// When the contact began to which the answers are given.
pub const NOW: &str = "2026-11-22T12:00:00Z";
/// The date of that contact.
pub const TODAY: &str = "2026-11-22";

/// An answer to a question of this kind.
pub fn known_answer(dice: &mut Dice, content: &Content, kind: &Kind) -> Value {
    match kind {
        // Mostly the second option, which is "no": walks are longer where nothing is found.
        Kind::OneOf {
            options,
            yes_no: true,
        } => json!(options[usize::from(!dice.one_in(3))].id),
        Kind::OneOf { options, .. } => json!(dice.pick(options).id),
        Kind::Number(number) => {
            let steps =
                usize::try_from((number.to - number.from) / number.step).expect("few steps") + 3;
            let said = number.from
                + (i64::try_from(dice.below(steps)).expect("few steps") - 1) * number.step;
            let scale = usize::try_from(number.scale).expect("few places");
            // As a decimal of so many places, as a person writes it.
            serde_json::from_str(&format!(
                "{:.scale$}",
                said as f64 / 10_f64.powi(scale as i32)
            ))
            .expect("a number")
        }
        Kind::Ago { .. } => {
            json!({ "at": format!("2026-11-{:02}T{:02}:30:00Z", 19 + dice.below(4), dice.below(24)) })
        }
        Kind::Due { .. } => {
            json!({ "at": format!("2026-11-{:02}T{:02}:00:00Z", 20 + dice.below(5), dice.below(24)) })
        }
        Kind::Pick(table) => {
            let rows = &content.table(*table).rows;
            let mut picked = vec![dice.pick(rows).id.clone()];
            let other = dice.pick(rows).id.clone();
            if !picked.contains(&other) && dice.one_in(2) {
                picked.push(other);
            }
            json!(picked)
        }
        Kind::Age => json!({ "not_sure": true }),
        Kind::Text => json!("words"),
    }
}
