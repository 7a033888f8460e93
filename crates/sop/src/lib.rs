//! What an SOP says, when things fall due, and what may happen next.
//!
//! The crate is pure: it reads no file, asks no clock and draws no random number. Time, numbers
//! and the text of files come in as arguments.
//!
//! - [`definition`]: the official document as data, read, checked and walked
//! - [`calendar`]: working time: when a norm ends, and how much of it has passed
//! - [`case`]: one request on its way through the SOP: commands, events, refusals
//! - [`workload`]: how much of an officer's week the helpdesk takes
//! - [`assignment`]: what a case needs, and whom to consider first
//! - [`mandate`]: in whose place somebody acts, from day to day
//! - [`letter`]: what is printed on the documents that a case brings forth
//! - [`retention`]: for how long a case is kept

pub mod definition;

pub mod calendar;

pub mod case;

pub mod workload;

pub mod assignment;
pub mod mandate;

pub mod letter;

pub mod retention;

mod identifier;
mod written_date;

pub use definition::{Sop, find, shipped};
