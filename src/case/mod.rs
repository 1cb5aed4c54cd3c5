//! The record of one person's episode: its events, what may follow what, and what they add up to. Pure.

pub mod chain;
pub mod event;
pub mod ground;
pub mod ids;
pub mod start;
