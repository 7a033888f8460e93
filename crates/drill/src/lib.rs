//! Drives the real server as people do, and looks afterwards whether anything was lost.
//!
//! A [`Program`] makes an office and starts its servers. A [`Load`] files requests and works on them, writes
//! into a [`Ledger`] what it tried and what it was answered, and goes on whatever happens to the server.
//! [`Afterwards`] compares the ledger with what the store has kept.

mod afterwards;
mod browser;
mod chance;
mod desk;
mod door;
mod ledger;
mod load;
mod mail;
mod office;
mod postgres;
mod server;
mod time_authority;

pub mod people;

pub use afterwards::Afterwards;
pub use browser::{Answer, Browser, fields};
pub use chance::Chance;
pub use desk::{Desk, filled, request, subject};
pub use ledger::{Act, Counts, Fate, Ledger, What};
pub use load::{Letters, Load, Running};
pub use mail::MailServer;
pub use postgres::Postgres;
pub use server::{Program, Server, database_bytes, free_address};
pub use time_authority::TimeServer;

/// The moment it is: those who act here do so now, as the server does.
#[expect(clippy::disallowed_methods, reason = "people who act have no other time than now")]
pub fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}
