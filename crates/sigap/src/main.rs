//! The one binary: it serves the desk and answers questions about SOPs, calendars and cases.

mod ask;
mod backup;
mod calendar;
mod case;
mod connections;
mod copy;
mod demo;
mod doctor;
mod letter;
mod letters;
mod log;
mod mail;
mod office;
mod people;
#[cfg(test)]
mod raw_server;
mod retention;
mod scanner;
mod serve;
mod sign_in;
mod signer;
mod signing;
mod sop_file;
mod table;
mod traces;
mod unit;
mod user;
mod webhook;
mod webhooks;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// An IT helpdesk that runs by its official procedure.
///
/// One data file holds the SOP word for word and runs the cases, draws the flow table and computes
/// lawful deadlines. Try it with `sigap demo`; put it to work with `sigap migrate`, `sigap unit add`,
/// `sigap user add` and `sigap serve`.
///
/// Settings come from flags, then SIGAP_* variables (SIGAP_DATA, SIGAP_ADDR, …), then a TOML file
/// (--config, or sigap.toml in the current folder). Some have no flag: letters are mailed through
/// SIGAP_SMTP_URL (smtps://USER:PASSWORD@HOST) from SIGAP_MAIL_FROM, a server seals the history every
/// SIGAP_SEAL_MINUTES, and believes the proxies in SIGAP_TRUSTED_PROXIES ([10.0.0.7, 10.1.0.0/16]) about
/// whom they speak for, as they say it in SIGAP_PROXY_HEADER (x-forwarded-for or forwarded).
/// Attachments and letters lie in the folder of the office, or in a bucket, SIGAP_FILES
/// (s3://BUCKET/PREFIX), reached by SIGAP_S3_ENDPOINT, SIGAP_S3_REGION, SIGAP_S3_ACCESS_KEY_ID and
/// SIGAP_S3_SECRET_ACCESS_KEY. A server makes a backup each day into SIGAP_BACKUP_DIR at SIGAP_BACKUP_HOUR,
/// and keeps the last of so many days, weeks and months: SIGAP_BACKUP_DAILY, _WEEKLY and _MONTHLY.
/// Prometheus finds its metrics at SIGAP_METRICS_ADDR (HOST:PORT), and nowhere if that is not set.
/// SIGAP_OTLP_URL is a collector of OpenTelemetry (http://HOST:4318) that traces go to.
/// SIGAP_HELPDESK_HOURS_PER_WEEK is how much of an officer's week the helpdesk should take at most. Who signs
/// in elsewhere is said in the tables [oidc] and [ldap] of the file.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
struct Sigap {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve a trial office: invented people, some forty cases in every state
    Demo(demo::Demo),
    /// Serve the office in --data
    Serve(serve::Serve),
    /// Create the office's database or bring it to this version's schema
    Migrate(office::Migrate),
    /// Work units (satker)
    #[command(subcommand)]
    Unit(unit::UnitCommand),
    /// Accounts
    #[command(subcommand)]
    User(user::UserCommand),
    /// People as a table: export it, import it
    #[command(subcommand)]
    People(people::PeopleCommand),
    /// Programs elsewhere that are told what happens to cases
    #[command(subcommand)]
    Webhook(webhook::WebhookCommand),
    /// Read an SOP file: check it, show it
    #[command(subcommand)]
    Sop(sop_file::SopCommand),
    /// Working time: when a norm falls due, how much has passed
    #[command(subcommand)]
    Calendar(calendar::CalendarCommand),
    /// Look at a case
    #[command(subcommand)]
    Case(case::CaseCommand),
    /// Signed letters: list them, take one out, verify one
    #[command(subcommand)]
    Letter(letter::LetterCommand),
    /// The keys with which officials sign letters
    #[command(subcommand)]
    Signer(signer::SignerCommand),
    /// Cases whose years are over: which are due, and the lists by which they are destroyed
    #[command(subcommand)]
    Retention(retention::RetentionCommand),
    /// The event log: seal it, verify it
    #[command(subcommand)]
    Log(log::LogCommand),
    Doctor(doctor::Doctor),
    Copy(copy::Copy),
    Backup(backup::Backup),
    Restore(backup::Restore),
}

fn main() -> ExitCode {
    let command = Sigap::parse().command;
    let done = match command {
        Command::Demo(demo) => office::run(demo::run(demo)),
        Command::Serve(serve) => office::run(serve::run(serve)),
        Command::Migrate(migrate) => office::run(office::migrate(migrate)),
        Command::Unit(command) => office::run(unit::run(command)),
        Command::User(command) => office::run(user::user(command)),
        Command::People(command) => office::run(people::run(command)),
        Command::Webhook(command) => office::run(webhook::run(command)),
        Command::Sop(command) => sop_file::run(&command),
        Command::Calendar(command) => calendar::run(&command),
        Command::Case(command) => office::run(case::run(command)),
        Command::Letter(command) => office::run(letter::run(command)),
        Command::Signer(command) => office::run(signer::run(command)),
        Command::Retention(command) => office::run(retention::run(command)),
        Command::Log(command) => office::run(log::run(command)),
        Command::Doctor(doctor) => office::run(doctor::run(doctor)),
        Command::Copy(copy) => office::run(copy::run(copy)),
        Command::Backup(backup) => office::run(backup::backup(backup)),
        Command::Restore(restore) => office::run(backup::restore(restore)),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("sigap: {error:#}");
            ExitCode::FAILURE
        }
    }
}
