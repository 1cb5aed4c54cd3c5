//! What the walk must do, in YAML and words.

mod answers;
mod explaining;
mod laws;
mod library;
mod meaning;
mod random;
mod readings;
