//! `sigap unit`: the work units of an office, one by one and as a table.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use sop::calendar::Zone;
use sop::case::UnitCode;
use store::{Term, Unit};

use crate::office::{Office, OfficeArgs, Settings};
use crate::table::{self, Columns, FROM, Line, Problems, UNTIL};

#[derive(Debug, Subcommand)]
pub enum UnitCommand {
    /// Add a work unit, or write the one with this code anew
    Add(NewUnit),
    /// List all units
    List(OfficeArgs),
    /// Write all units as CSV, in the form that `import` reads
    Export(OfficeArgs),
    /// Add units from a CSV file, and change those that are there
    ///
    /// The first line names the columns, in any order, divided by commas or semicolons:
    ///
    ///   kode    the code, such as BRMP-NTT
    ///   nama    the name
    ///   zona    where it keeps its clocks: WIB, WITA or WIT
    ///   induk   the code of the unit to which it belongs, or empty; may be left out
    ///   sejak   the first day on which it exists, such as 2026-01-01, or empty; may be left out
    ///   sampai  the last day on which it exists, or empty; may be left out
    ///
    /// A unit may belong to one further down. What a column that is left out would say stays as it is. No
    /// unit is removed: one that is over is chosen in no new request, and keeps its name in old cases. All
    /// lines are taken or, if there is something to mend in one of them, none.
    #[command(verbatim_doc_comment)]
    Import {
        /// The table
        file: PathBuf,
        /// Say what would be done, and do nothing
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        office: OfficeArgs,
    },
}

#[derive(Debug, Args)]
pub struct NewUnit {
    /// Its code, such as BRMP-NTT
    code: String,
    /// Its name
    name: String,
    /// Where it keeps its clocks
    #[arg(long, value_enum, default_value_t = ZoneArg::Wib)]
    zone: ZoneArg,
    /// The code of the unit to which it belongs
    #[arg(long)]
    parent: Option<String>,
    /// The first day on which it exists, such as 2026-01-01
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// The last day on which it exists
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    #[command(flatten)]
    office: OfficeArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ZoneArg {
    Wib,
    Wita,
    Wit,
}

impl From<ZoneArg> for Zone {
    fn from(zone: ZoneArg) -> Self {
        match zone {
            ZoneArg::Wib => Self::Wib,
            ZoneArg::Wita => Self::Wita,
            ZoneArg::Wit => Self::Wit,
        }
    }
}

const COLUMNS: Columns = Columns { needed: &["kode", "nama", "zona"], optional: &["induk", FROM, UNTIL] };

pub async fn run(command: UnitCommand) -> Result<ExitCode> {
    match command {
        UnitCommand::Add(unit) => {
            let office = open(&unit.office).await?;
            let added = Unit {
                parent: unit.parent.map(UnitCode::new),
                term: Term { from: unit.from, until: unit.until },
                ..Unit::new(UnitCode::new(unit.code), &unit.name, unit.zone.into())
            };
            office.store.add_unit(added).await.context("nothing was changed")?;
            println!("Added {}.", unit.name);
        }
        UnitCommand::List(args) => {
            for unit in open(&args).await?.store.units().await? {
                println!("{:24}  {:4}  {}", unit.code, unit.zone.abbreviation(), unit.name);
            }
        }
        UnitCommand::Export(args) => {
            let units = open(&args).await?.store.units().await?;
            let lines = units.into_iter().map(|unit| {
                [
                    unit.code.to_string(),
                    unit.name,
                    unit.zone.abbreviation().to_owned(),
                    unit.parent.map(|parent| parent.to_string()).unwrap_or_default(),
                    table::day(unit.term.from),
                    table::day(unit.term.until),
                ]
            });
            std::io::stdout().write_all(&table::written(&COLUMNS, lines)?)?;
        }
        UnitCommand::Import { file, dry_run, office } => {
            return import(&open(&office).await?, &file, dry_run).await;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn open(args: &OfficeArgs) -> Result<Office> {
    Office::open(&Settings::read(args.config.as_deref(), args)?).await
}

async fn import(office: &Office, file: &Path, dry_run: bool) -> Result<ExitCode> {
    let lines = table::read(file, &COLUMNS)?;
    let there = office.store.units().await?;
    let mut problems = Problems::default();
    let units: Vec<Unit> = lines.iter().map(|line| unit(line, &there, &mut problems)).collect();
    check_belonging(&lines, &units, &there, &mut problems);
    if let Some(failure) = problems.told(file) {
        return Ok(failure);
    }
    let is_there = |unit: &&Unit| there.iter().any(|other| other.code == unit.code);
    let put: Vec<Unit> = units.iter().filter(|unit| !there.contains(unit)).cloned().collect();
    let changed = put.iter().filter(is_there).count();
    let (added, same) = (put.len() - changed, units.len() - put.len());
    if dry_run {
        println!("{added} would be added, {changed} changed, {same} are as they were.");
        return Ok(ExitCode::SUCCESS);
    }
    office.store.put_units(&put).await.context("nothing was changed")?;
    println!("{added} added, {changed} changed, {same} are as they were.");
    Ok(ExitCode::SUCCESS)
}

/// The unit of a line; where there is something to mend, something in its place.
fn unit(line: &Line, there: &[Unit], problems: &mut Problems) -> Unit {
    for column in ["kode", "nama", "zona"] {
        problems.check_text(line, column);
    }
    let typed = line.cell("zona");
    let zone = [Zone::Wib, Zone::Wita, Zone::Wit]
        .into_iter()
        .find(|zone| zone.abbreviation().eq_ignore_ascii_case(typed));
    if zone.is_none() && !typed.is_empty() {
        problems.add(line.no, format!("zona {typed} is unknown; choose from WIB, WITA, WIT"));
    }
    let code = UnitCode::new(line.cell("kode"));
    let known = there.iter().find(|unit| unit.code == code);
    let stated = line.term(problems);
    let stays = known.map_or(Term::ALWAYS, |known| known.term);
    Unit {
        parent: match line.cell_if_there("induk") {
            None => known.and_then(|known| known.parent.clone()),
            Some("") => None,
            Some(parent) => Some(UnitCode::new(parent)),
        },
        term: Term {
            from: line.cell_if_there(FROM).map_or(stays.from, |_| stated.from),
            until: line.cell_if_there(UNTIL).map_or(stays.until, |_| stated.until),
        },
        ..Unit::new(code, line.cell("nama"), zone.unwrap_or(Zone::Wib))
    }
}

/// Whether each code stands in one line, and each unit belongs to one that there is and not to itself.
fn check_belonging(lines: &[Line], units: &[Unit], there: &[Unit], problems: &mut Problems) {
    let mut first: HashMap<&UnitCode, u64> = HashMap::new();
    for (line, unit) in lines.iter().zip(units) {
        match first.get(&unit.code) {
            Some(before) => {
                let code = &unit.code;
                problems.add(line.no, format!("kode {code} stands in line {before} already; leave one out"));
            }
            None => drop(first.insert(&unit.code, line.no)),
        }
    }
    let rest = there.iter().filter(|unit| !first.contains_key(&unit.code));
    let after: Vec<Unit> = units.iter().chain(rest).cloned().collect();
    let in_circle: Vec<&UnitCode> = Unit::in_circle(&after).into_iter().map(|unit| &unit.code).collect();
    for (line, unit) in lines.iter().zip(units) {
        let Some(parent) = &unit.parent else { continue };
        if after.iter().all(|other| other.code != *parent) {
            problems.add(line.no, format!("induk {parent} is unknown; add a line for it or leave it empty"));
        } else if in_circle.contains(&&unit.code) {
            let code = &unit.code;
            problems.add(line.no, format!("induk {parent} belongs to {code} itself; choose another"));
        }
    }
}
