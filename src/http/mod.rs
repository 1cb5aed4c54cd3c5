//! The JSON API and the public pages. Holds no decisions: every handler makes one call into [`crate::service`] and shows what it says.

pub mod public;
pub mod render;
