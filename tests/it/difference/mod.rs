//! The difference of two contents: against every patient one by one, of fixtures and of today's content edited by hand, and as a command.

mod command;
mod edits;
mod one_by_one;
