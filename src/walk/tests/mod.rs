//! What the walk must do, in YAML and words.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail where it stands"
)]

mod answers;
mod explaining;
mod laws;
mod library;
mod meaning;
mod random;
