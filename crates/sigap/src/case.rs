//! `sigap case`: a case and its events, for whoever keeps the machine.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use sop::Sop;
use sop::case::{Case, CaseNo, Status, TaskState};
use store::{CaseFile, Scope};

use crate::letters;
use crate::office::{Office, OfficeArgs, Settings, write_whole};
use crate::signing::OfficeSigner;
use crate::sop_file::Format;

#[derive(Debug, Subcommand)]
pub enum CaseCommand {
    /// Show where a case is
    Show {
        /// The number of the case, such as 2026-0142
        no: String,
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
        #[command(flatten)]
        office: OfficeArgs,
    },
    /// Print every event of a case, oldest first
    Events {
        no: String,
        #[arg(long, value_enum, default_value_t = EventsFormat::Jsonl)]
        format: EventsFormat,
        #[command(flatten)]
        office: OfficeArgs,
    },
    /// Write the dossier of a case, for the archive: one PDF with its story and every document within
    ///
    /// It is PDF/A-3. Within are the letters as they were signed, the other documents as they are
    /// printed, the events (peristiwa.jsonl), and the SHA-256 of each (manifes.sha256). As long as
    /// nothing more happens to the case, the dossier is the same to the byte.
    Dossier(Dossier),
}

#[derive(Debug, Args)]
pub struct Dossier {
    no: String,
    /// Where to write it; a file that is there is replaced
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    office: OfficeArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum EventsFormat {
    /// One JSON object a line
    Jsonl,
}

pub async fn run(command: CaseCommand) -> Result<ExitCode> {
    match command {
        CaseCommand::Show { no, format, office } => {
            let file = open(&no, &office).await?;
            let case = &file.case;
            let sop = sop::find(&case.sop, &case.revision).unwrap_or_else(sop::shipped);
            match format {
                Format::Text => print!("{}", text(sop, case)),
                Format::Json => println!("{}", serde_json::to_string_pretty(&as_json(sop, case))?),
            }
        }
        CaseCommand::Dossier(Dossier { no, output, office: args }) => {
            let settings = Settings::read(args.config.as_deref(), &args)?;
            let office = Office::open(&settings).await?;
            let file = find(&office, &settings, &no).await?;
            // What is printed anew has no address on it.
            let desk = office.reading_desk(letters::office("", OfficeSigner::default()))?;
            let pdf = app::dossier_of(&desk, &file).await;
            write_whole(&output, &pdf.with_context(|| format!("the dossier of {no} cannot be made"))?)?;
        }
        CaseCommand::Events { no, format: EventsFormat::Jsonl, office } => {
            for recorded in &open(&no, &office).await?.history {
                println!("{}", serde_json::to_string(recorded)?);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn open(no: &str, args: &OfficeArgs) -> Result<CaseFile> {
    let settings = Settings::read(args.config.as_deref(), args)?;
    find(&Office::open(&settings).await?, &settings, no).await
}

async fn find(office: &Office, settings: &Settings, no: &str) -> Result<CaseFile> {
    // Whoever can read the database file reads everything; the policy is the desk's.
    let file = office.store.case_file(&Scope::All, &CaseNo::new(no)).await?;
    file.ok_or_else(|| anyhow!("there is no case {no} in {}", settings.data.display()))
}

fn status(case: &Case) -> &str {
    match &case.status {
        Status::Running => "running",
        Status::Suspended { .. } => "suspended",
        Status::Ended { end, .. } => end.as_str(),
    }
}

fn text(sop: &Sop, case: &Case) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    let _ = writeln!(out, "{}  {}  [{}]", case.number, case.request.subject, status(case));
    let _ = writeln!(
        out,
        "unit {}, agenda {}, received {}",
        case.request.unit, case.agenda, case.request.received_at
    );
    for run in &case.steps {
        let label = sop.step(&run.step).map_or("", |step| step.label.as_str());
        let state = match run.closed_at {
            Some(at) if run.done => format!("done {at}"),
            Some(at) => format!("left {at}"),
            None => "open".to_owned(),
        };
        let due = run.due_at.map_or_else(String::new, |due| format!(", due {due}"));
        let _ = writeln!(
            out,
            "  {:>3} round {}  {label}: opened {}{due}, {state}",
            run.step, run.round, run.opened_at
        );
    }
    for task in case.open_tasks() {
        let who = task.assignee.as_ref().map_or("anybody in the role", |person| person.as_str());
        let _ = writeln!(out, "  waiting: task {} {} for {who}", task.id, task.stage);
    }
    out
}

fn as_json(sop: &Sop, case: &Case) -> Value {
    let steps: Vec<Value> = case
        .steps
        .iter()
        .map(|run| {
            json!({
                "step": run.step, "round": run.round, "opened_at": run.opened_at, "due_at": run.due_at,
                "closed_at": run.closed_at, "done": run.done, "overdue": run.overdue,
            })
        })
        .collect();
    let tasks: Vec<Value> = case
        .tasks
        .iter()
        .map(|task| {
            let (state, outcome, by, at) = match &task.state {
                TaskState::Open => ("open", None, None, None),
                TaskState::Dropped => ("dropped", None, None, None),
                TaskState::Done(done) => ("done", Some(&done.outcome), Some(&done.by), Some(done.at)),
            };
            json!({
                "task": task.id, "stage": task.stage, "round": task.round, "assignee": task.assignee,
                "performer": sop.stage(&task.stage).map(|stage| &stage.performer),
                "opened_at": task.opened_at, "state": state, "outcome": outcome, "by": by, "at": at,
                "log": task.log.len(),
            })
        })
        .collect();
    let request = &case.request;
    json!({
        "case": case.number, "version": case.version, "agenda": case.agenda, "sop": case.sop,
        "revision": case.revision, "status": status(case), "subject": request.subject, "unit": request.unit,
        "requester": request.requester, "requester_name": request.requester_name,
        "received_at": request.received_at, "entered_at": request.entered_at,
        "letter_no": request.letter_no, "letter_date": request.letter_date,
        "steps": steps, "tasks": tasks, "attachments": case.attachments.len(),
    })
}
