//! `sigap log`: the events from which everything else follows, and whether they are what was stored.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use store::{PAGE_ROWS_MAX, Seal, SealNote, Verification};

use crate::office::{Office, OfficeArgs, Settings};
use crate::signer::now;
use crate::sop_file::Format;

#[derive(Debug, Subcommand)]
pub enum LogCommand {
    /// Drop everything that follows from the events and build it anew
    Rebuild(OfficeArgs),
    /// Seal what has come since the last seal; a server does so by itself
    Seal(Listing),
    /// List the seals, to be noted on paper or sent to somebody who keeps them
    ///
    /// JSON: a list of { number, sealed_at, cases, events, list_acts, list_head, previous, digest }; the digests
    /// are HMAC-SHA-256, `previous` is that of the seal before, `list_head` the hash of the last act about a
    /// list of destruction.
    Seals(Listing),
    /// Tell whether the history is the one that was stored and sealed
    ///
    /// Everything is hashed anew, from what the database holds and the key in DIR/seal.key. Exit code 0
    /// when all is as it was stored, 1 when something is not, or when it cannot be verified.
    ///
    /// What came after the last seal is proven by the chain of hashes alone: somebody who can write to
    /// the database could cut it off or hash it anew. And the last seals could be taken away with all
    /// that they cover: note a seal on paper now and then, and name it with --since.
    ///
    /// JSON: { sound: true or false, cases, events, seals, unsealed_events, unsealed_list_acts, erased_texts:
    /// numbers, erased_by_lists: { number of a list: texts }, findings: a list of { finding, message, case,
    /// event, seal, … } }. A finding has those of `case`, `event` (counted from 1 within the case), `list` of
    /// destruction, `act` about lists (counted from 1) and `seal` that it is about, and what else its kind
    /// needs: event_changed; event_moved (was); events_missing (event to last); chain_broken;
    /// letter_of_another_history; text_changed, text_added and text_erased (key), the last where no approved
    /// list of destruction says so; list_changed; list_not_proposed; list_missing; list_act_changed;
    /// list_acts_missing (act to last); list_acts_truncated (act: the last, sealed: how many acts);
    /// list_acts_rewritten; case_missing (sealed: how many events); cases_missing (case to last);
    /// case_truncated (event: its last, sealed); case_rewritten; seal_changed; seals_missing (seal to last);
    /// seal_not_as_noted.
    Verify(Verify),
}

#[derive(Debug, Args)]
pub struct Listing {
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    office: OfficeArgs,
}

#[derive(Debug, Args)]
pub struct Verify {
    /// A seal as it was noted, 12 or 12:9f3c0a1b2c3d4e5f (its number, and how its digest begins): the
    /// history up to it has to be the one that was sealed then
    #[arg(long, value_name = "SEAL")]
    since: Option<SealNote>,
    #[command(flatten)]
    listing: Listing,
}

pub async fn run(command: LogCommand) -> Result<ExitCode> {
    match command {
        LogCommand::Rebuild(args) => rebuild(&args).await,
        LogCommand::Seal(args) => seal(&args).await,
        LogCommand::Seals(args) => seals(&args).await,
        LogCommand::Verify(args) => verify(&args).await,
    }
}

async fn open(args: &OfficeArgs) -> Result<Office> {
    Office::open(&Settings::read(args.config.as_deref(), args)?).await
}

async fn rebuild(args: &OfficeArgs) -> Result<ExitCode> {
    let rebuilt = open(args).await?.store.rebuild().await?;
    println!(
        "Rebuilt {} cases from {} events; {} differed from what was there.",
        rebuilt.cases, rebuilt.events, rebuilt.changed_cases
    );
    Ok(ExitCode::SUCCESS)
}

async fn seal(args: &Listing) -> Result<ExitCode> {
    let office = open(&args.office).await?;
    let seal = office.store.seal(&office.seal_key().await?, now()).await?;
    match (args.format, seal) {
        (Format::Json, seal) => println!("{}", serde_json::to_string_pretty(&seal.as_ref().map(as_json))?),
        (Format::Text, Some(seal)) => println!("{}", line(&seal)),
        (Format::Text, None) => println!("Nothing has come since the last seal."),
    }
    Ok(ExitCode::SUCCESS)
}

async fn seals(args: &Listing) -> Result<ExitCode> {
    let store = open(&args.office).await?.store;
    let mut seals: Vec<Seal> = Vec::new();
    loop {
        let page = store.seals_after(seals.last().map_or(0, |seal| seal.number), PAGE_ROWS_MAX).await?;
        if page.is_empty() {
            break;
        }
        seals.extend(page);
    }
    match args.format {
        Format::Json => {
            let seals: Vec<Value> = seals.iter().map(as_json).collect();
            println!("{}", serde_json::to_string_pretty(&seals)?);
        }
        Format::Text => seals.iter().for_each(|seal| println!("{}", line(seal))),
    }
    Ok(ExitCode::SUCCESS)
}

async fn verify(args: &Verify) -> Result<ExitCode> {
    let office = open(&args.listing.office).await?;
    let verification = office.store.verify(&office.seal_key().await?, args.since.as_ref()).await?;
    match args.listing.format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&report(&verification)?)?),
        Format::Text => tell(&verification),
    }
    Ok(if verification.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A seal as it is noted on paper: the digest in groups of eight digits.
fn line(seal: &Seal) -> String {
    let groups: Vec<&str> =
        (0..seal.digest.len()).step_by(8).filter_map(|at| seal.digest.get(at..at + 8)).collect();
    format!(
        "{:>5}  {:.0}  cases {}, events {}  {}",
        seal.number,
        seal.sealed_at,
        seal.cases,
        seal.events,
        groups.join(" ")
    )
}

fn as_json(seal: &Seal) -> Value {
    json!({
        "number": seal.number, "sealed_at": seal.sealed_at, "cases": seal.cases, "events": seal.events,
        "list_acts": seal.list_acts, "list_head": seal.list_head, "previous": seal.previous,
        "digest": seal.digest,
    })
}

fn tell(verification: &Verification) {
    let Verification {
        cases,
        events,
        seals,
        unsealed_events,
        unsealed_list_acts,
        erased_texts,
        erased_by_lists,
        findings,
    } = verification;
    for finding in findings {
        println!("{finding}");
    }
    println!(
        "Cases {cases}, events {events}, seals {seals}: {}",
        match findings.len() {
            0 => "all is as it was stored.".to_owned(),
            found => format!("not all is as it was stored, findings {found}."),
        }
    );
    println!("Events since the last seal of their case: {unsealed_events}. Texts erased: {erased_texts}.");
    if *unsealed_list_acts > 0 {
        println!("Acts about lists of destruction since the last seal: {unsealed_list_acts}.");
    }
    for (list, texts) in erased_by_lists {
        println!("Texts erased under list {list} of destruction: {texts}.");
    }
}

fn report(verification: &Verification) -> Result<Value> {
    let mut report = serde_json::to_value(verification)?;
    report["sound"] = verification.is_sound().into();
    for (n, finding) in verification.findings.iter().enumerate() {
        report["findings"][n]["message"] = finding.to_string().into();
    }
    Ok(report)
}
