//! What the walk must do, in YAML and words.

mod answers;
mod explaining;
mod laws;
mod library;
mod meaning;
#[allow(
    dead_code,
    unused_imports,
    reason = "the black-box tests use the rest of it"
)]
#[path = "../../../tests/it/random/mod.rs"]
mod random;
mod readings;
