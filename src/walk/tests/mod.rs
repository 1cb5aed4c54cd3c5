//! What the walk must do, in YAML and words.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail where it stands"
)]

mod laws;
mod library;
mod meaning;
mod random;
