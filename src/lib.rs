//! An open NHS 111 triage service.
//!
//! A clinical **pathway** is a YAML file of questions and guarded lines. Every line that is true counts, the most urgent one wins, and
//! questions that can no longer matter are not asked. The modules, in reading order:
//!
//! - [`pathway`]: the language; YAML text in, checked [`pathway::Content`] or diagnostics out. Pure.
//! - [`walk`]: content, patient and facts in; the next question or the disposition, with its reasons, out. Pure.
//! - [`proof`]: the guarantees of a content, proven, each with an example where one is broken. Pure.
//! - [`case`]: the events of a case, what may follow what, replay. Pure.
//! - [`directory`]: services near a place that take this disposition now. Pure.
//! - [`service`]: the use cases and the ports they need.
//! - [`store`]: the record behind those ports, on SQLite or PostgreSQL.
//! - [`http`]: the JSON API and the public pages.
//! - [`cli`]: one file per subcommand.
//! - [`prover`]: the same on all cores, within a time.
//! - [`generate`]: plausible people and cases from a seed, for tests and measurements.
//! - [`config`], [`telemetry`], [`clock`]: what the process is given; [`cores`]: work that falls into pieces.

pub mod case;
pub mod cli;
pub mod clock;
pub mod config;
pub mod cores;
pub mod directory;
pub mod generate;
pub mod http;
pub mod pathway;
pub mod proof;
pub mod prover;
pub mod service;
pub mod store;
pub mod telemetry;
pub mod walk;

// Unit tests and the black-box tests share the random libraries of `tests/it/random`, which name the crate.
#[cfg(test)]
extern crate self as nhs111;
