//! A directory of services: what a service takes, when it is open, and which are near a place that take this disposition now. Pure.
//!
//! - [`Listing`]: one service as a directory lists it. [`takes`]: which dispositions it takes. [`hours`]: when it is open, by the
//!   clocks of Europe/London. [`place`]: postcodes and distances.
//! - [`read`]: a directory from CSV text, or every fault in it.
//! - [`Index`]: the listings of an area, from which [`Index::select`] picks those that fit, with the reasons for staff.
//! - [`fall_back`]: the national ways to help, which are there whatever becomes of a search.
//!
//! It reads no file and knows no time: the moment is asked for. Where something is not known (an age, the hours), a service is not
//! offered; nothing here changes how urgent anything is.

mod calendar;
pub mod fall_back;
pub mod hours;
mod index;
pub mod listing;
pub mod place;
pub mod read;
pub mod takes;

#[cfg(test)]
mod tests;

pub use index::{Fit, Index, Miss, NearMiss, Offer, Selection, Sex, Wanted};
pub use listing::Listing;
pub use place::{PlaceName, Point};
pub use takes::Disposition;
