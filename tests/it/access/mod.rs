//! Who may: tokens of machine clients, providers apart from each other, codes to carry a case on, and limits that keep nobody from help.

mod codes;
mod commands;
mod limits;
mod providers;
mod tokens;
