//! The public pages: plain words, any device, no script.
//!
//! A page is a view of [`view`], rendered by [`super::render`]. No health data is in any address: a question is named by how many
//! events the case had when it was asked.

pub mod information;
pub mod view;

#[cfg(test)]
mod samples;
