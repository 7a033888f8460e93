//! `sigap retention`: which cases have been kept for long enough, and the lists by which they are destroyed,
//! for whoever keeps the machine. Approving one is not done here: it is somebody else's, under their password.

use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use sop::case::{CaseNo, PersonId, roles};
use store::{CarriedOut, DestructionList, ListActKind, ListedCase, NewDestruction};

use crate::letters;
use crate::office::{Office, OfficeArgs, Settings};
use crate::signer::now;
use crate::signing::OfficeSigner;
use crate::sop_file::Format;
use crate::user;

#[derive(Debug, Subcommand)]
pub enum RetentionCommand {
    /// List the cases whose years are over, by the schedule of retention
    ///
    /// The years of a case count from the end of the year in which it ended. A case that is on a list already
    /// is not among them.
    ///
    /// JSON: a list of { case, class, ended_at, kept_until }.
    Due(Listing),
    /// Propose a list of those cases, to be approved by somebody else on the page /retention
    ///
    /// JSON: { list: its number, cases: how many }.
    Propose(Propose),
    /// List the lists with what was done about them, or one of them with its cases
    ///
    /// JSON: a list of { id, state, basis, digest, request, proposed, then, cases }; `proposed` and each of
    /// `then` is { kind, by, at, reason }, and the kind done last is the state: proposed, withdrawn, refused,
    /// approved or carried_out.
    List(List),
    /// Destroy the cases of an approved list: their texts, files, and who read them
    ///
    /// A case that was taken up again in the meantime stays. Carrying a list out again finishes what was cut
    /// off, and changes nothing else. Exit code 1 when the list is not approved, or not the one that was.
    ///
    /// JSON: { cases: how many are destroyed, left: those that stay, files: how many were removed }.
    CarryOut(CarryOut),
}

#[derive(Debug, Args)]
pub struct Listing {
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    office: OfficeArgs,
}

#[derive(Debug, Args)]
pub struct Propose {
    /// Who proposes it, by e-mail address or NIP: somebody with the role admin
    #[arg(long, value_name = "LOGIN")]
    by: String,
    /// On what the destruction rests
    #[arg(long)]
    basis: String,
    /// A case that is due, such as 2026-0142; may be repeated. Without, all that are due
    #[arg(long = "case", value_name = "NO")]
    cases: Vec<String>,
    #[command(flatten)]
    listing: Listing,
}

#[derive(Debug, Args)]
pub struct List {
    /// The number of one list
    list: Option<u32>,
    #[command(flatten)]
    listing: Listing,
}

#[derive(Debug, Args)]
pub struct CarryOut {
    /// The number of the list
    list: u32,
    /// Who carries it out, by e-mail address or NIP: somebody with the role admin
    #[arg(long, value_name = "LOGIN")]
    by: String,
    #[command(flatten)]
    listing: Listing,
}

pub async fn run(command: RetentionCommand) -> Result<ExitCode> {
    match command {
        RetentionCommand::Due(args) => {
            let due = due(&open(&args.office).await?).await?;
            match args.format {
                Format::Json => {
                    let cases: Vec<Value> = due.iter().map(as_json).collect();
                    println!("{}", serde_json::to_string_pretty(&cases)?);
                }
                Format::Text => due.iter().for_each(|listed| println!("{}", line(listed))),
            }
        }
        RetentionCommand::Propose(args) => propose(&args).await?,
        RetentionCommand::List(args) => list(&args).await?,
        RetentionCommand::CarryOut(args) => {
            let office = open(&args.listing.office).await?;
            let by = keeper(&office, &args.by).await?;
            let done = office.store.carry_out_destruction(args.list, &by, &office.files()?, now()).await?;
            match args.listing.format {
                Format::Json => println!("{}", serde_json::to_string_pretty(&done)?),
                Format::Text => tell(args.list, &done),
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn open(args: &OfficeArgs) -> Result<Office> {
    Office::open(&Settings::read(args.config.as_deref(), args)?).await
}

async fn due(office: &Office) -> Result<Vec<ListedCase>> {
    let desk = office.reading_desk(letters::office("", OfficeSigner::default()))?;
    Ok(app::due_cases(&desk).await?)
}

async fn propose(args: &Propose) -> Result<()> {
    let office = open(&args.listing.office).await?;
    let by = keeper(&office, &args.by).await?;
    let basis = args.basis.trim();
    if basis.is_empty() {
        bail!("a list rests on something; say on what with --basis");
    }
    let mut cases = due(&office).await?;
    if !args.cases.is_empty() {
        let is_due = |no: &&String| cases.iter().any(|listed| listed.case == CaseNo::new(no.as_str()));
        if let Some(no) = args.cases.iter().find(|no| !is_due(no)) {
            bail!("case {no} is not due, or on a list already; `sigap retention due` tells which are");
        }
        cases.retain(|listed| args.cases.iter().any(|no| no == listed.case.as_str()));
    }
    if cases.is_empty() {
        bail!("no case has been kept for long enough; nothing was proposed");
    }
    let new = NewDestruction { basis, cases: &cases, answers: None };
    let list = office.store.propose_destruction(&by, new, now()).await?;
    match args.listing.format {
        Format::Json => println!("{}", json!({ "list": list, "cases": cases.len() })),
        Format::Text => {
            println!("List {list} is proposed, with {} cases. It waits for approval.", cases.len())
        }
    }
    Ok(())
}

async fn list(args: &List) -> Result<()> {
    let store = open(&args.listing.office).await?.store;
    let mut lists = store.destruction_lists().await?;
    lists.reverse();
    if let Some(id) = args.list {
        lists.retain(|list| list.id == id);
        if lists.is_empty() {
            bail!("there is no list {id}; `sigap retention list` tells which there are");
        }
    }
    match args.listing.format {
        Format::Json => {
            let lists: Vec<Value> = lists.iter().map(list_as_json).collect::<Result<_>>()?;
            println!("{}", serde_json::to_string_pretty(&lists)?);
        }
        Format::Text => {
            for list in &lists {
                let (id, proposed, cases) = (list.id, &list.proposed, list.cases.len());
                println!(
                    "{id:>4}  {}  cases {cases}, proposed {:.0} by {}: {}",
                    state(list.state()),
                    proposed.at,
                    proposed.by,
                    list.basis
                );
                if args.list.is_some() {
                    list.cases.iter().for_each(|listed| println!("      {}", line(listed)));
                }
            }
        }
    }
    Ok(())
}

/// Somebody who may propose lists and carry them out.
async fn keeper(office: &Office, login: &str) -> Result<PersonId> {
    let person = user::who_signs_in(office, login).await?;
    if person.roles.iter().any(|role| *role == *roles::ADMIN) {
        Ok(person.id)
    } else {
        Err(anyhow!("{} does not keep the accounts here", person.name))
            .context("lists are proposed and carried out by somebody with the role admin")
    }
}

fn state(kind: ListActKind) -> &'static str {
    match kind {
        ListActKind::Proposed => "waits for approval",
        ListActKind::Withdrawn => "withdrawn",
        ListActKind::Refused => "refused",
        ListActKind::Approved => "approved",
        ListActKind::CarriedOut => "carried out",
    }
}

fn line(listed: &ListedCase) -> String {
    let ListedCase { case, class, ended_at, kept_until, destroyed_at } = listed;
    let destroyed = destroyed_at.map(|at| format!(", destroyed {at:.0}")).unwrap_or_default();
    format!("{case}  {class}  ended {ended_at:.0}, kept to the end of {kept_until}{destroyed}")
}

fn as_json(listed: &ListedCase) -> Value {
    json!({
        "case": listed.case, "class": listed.class, "ended_at": listed.ended_at,
        "kept_until": listed.kept_until,
    })
}

fn list_as_json(list: &DestructionList) -> Result<Value> {
    let mut value = serde_json::to_value(list)?;
    value["state"] = serde_json::to_value(list.state())?;
    Ok(value)
}

fn tell(list: u32, done: &CarriedOut) {
    println!("List {list} is carried out: {} cases destroyed, {} files removed.", done.cases, done.files);
    for case in &done.left {
        println!("Case {case} was taken up again since, and stays.");
    }
}
