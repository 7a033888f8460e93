//! `sigap unit`: the work units of an office, one by one and as a table.

use std::collections::{HashMap, HashSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use sop::calendar::Zone;
use sop::case::UnitCode;
use store::{FormerName, Term, Unit};

use crate::office::{Office, OfficeArgs, Settings};
use crate::table::{self, Columns, FROM, Line, Problems, UNTIL};

#[derive(Debug, Subcommand)]
pub enum UnitCommand {
    /// Add a work unit, or write the one with this code anew
    Add(NewUnit),
    /// List all units
    List(OfficeArgs),
    /// Give a unit another name from a day on; what was written before keeps the one before
    Rename {
        /// Its code
        code: String,
        /// Its new name
        name: String,
        /// The first day on which it is called so, such as 2026-07-01
        #[arg(long, value_name = "DATE")]
        from: Date,
        #[command(flatten)]
        office: OfficeArgs,
    },
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
    /// A unit may belong to one further down. A unit that was renamed has a line for each of its names, with
    /// the days on which it had it: the next begins on the day after the one before ends. What a column that
    /// is left out would say stays as it is. No unit is removed: one that is over is chosen in no new
    /// request, and keeps its name in old cases. All lines are taken or, if there is something to mend in one
    /// of them, none.
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

/// What lines of a table say of one unit.
struct Stated<'a> {
    /// The line with the name that it has last.
    line: &'a Line,
    unit: Unit,
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
            let code = UnitCode::new(unit.code);
            let known = office.store.unit(&code).await?;
            let added = Unit {
                former_names: known.map(|known| known.former_names).unwrap_or_default(),
                parent: unit.parent.map(UnitCode::new),
                term: Term { from: unit.from, until: unit.until },
                ..Unit::new(code, &unit.name, unit.zone.into())
            };
            office.store.add_unit(added).await.context("nothing was changed")?;
            println!("Added {}.", unit.name);
        }
        UnitCommand::List(args) => {
            for unit in open(&args).await?.store.units().await? {
                println!("{:24}  {:4}  {}", unit.code, unit.zone.abbreviation(), unit.name);
            }
        }
        UnitCommand::Rename { code, name, from, office } => {
            let office = open(&office).await?;
            let code = UnitCode::new(code);
            let Some(unit) = office.store.unit(&code).await? else {
                bail!("there is no unit {code}; `sigap unit list` names all");
            };
            let renamed = unit.renamed(&name, from)?;
            office.store.add_unit(renamed).await.context("nothing was changed")?;
            println!("{code} is called {name} from {from} on.");
        }
        UnitCommand::Export(args) => {
            let units = open(&args).await?.store.units().await?;
            let lines = units.iter().flat_map(|unit| {
                unit.names().into_iter().map(|(term, name)| {
                    [
                        unit.code.to_string(),
                        name.to_owned(),
                        unit.zone.abbreviation().to_owned(),
                        unit.parent.as_ref().map(ToString::to_string).unwrap_or_default(),
                        table::day(term.from),
                        table::day(term.until),
                    ]
                })
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
    let stated = stated(&lines, &there, &mut problems);
    check_belonging(&stated, &there, &mut problems);
    if let Some(failure) = problems.told(file) {
        return Ok(failure);
    }
    let units: Vec<Unit> = stated.into_iter().map(|stated| stated.unit).collect();
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

/// The units of a table, each in the place of its first line.
fn stated<'a>(lines: &'a [Line], there: &[Unit], problems: &mut Problems) -> Vec<Stated<'a>> {
    let mut by_code: Vec<(UnitCode, Vec<Stated<'a>>)> = Vec::new();
    let mut place: HashMap<UnitCode, usize> = HashMap::new();
    for line in lines {
        let unit = unit(line, there, problems);
        let at = *place.entry(unit.code.clone()).or_insert(by_code.len());
        if at == by_code.len() {
            by_code.push((unit.code.clone(), Vec::new()));
        }
        if let Some((_, said)) = by_code.get_mut(at) {
            said.push(Stated { line, unit });
        }
    }
    let of_one = |(code, said)| {
        let known = there.iter().find(|unit| unit.code == code);
        joined(said, known, problems)
    };
    by_code.into_iter().filter_map(of_one).collect()
}

/// What the lines of one unit say together: each a name, the last one that which it keeps.
fn joined<'a>(
    mut said: Vec<Stated<'a>>,
    known: Option<&Unit>,
    problems: &mut Problems,
) -> Option<Stated<'a>> {
    said.sort_by_key(|stated| stated.unit.term);
    let mut former_names = Vec::new();
    for (before, after) in said.iter().zip(said.iter().skip(1)) {
        let (code, no) = (&after.unit.code, before.line.no);
        let follows = before.unit.term.until.and_then(|day| day.tomorrow().ok());
        match before.unit.term.until {
            Some(until) if follows == after.unit.term.from => {
                former_names.push(FormerName { until, name: before.unit.name.clone() });
            }
            _ => problems.add(
                after.line.no,
                format!(
                    "kode {code} stands in line {no} already; leave one out or, if it was renamed, let \
                     {FROM} be the day after {UNTIL} of line {no}"
                ),
            ),
        }
        if (before.unit.zone, &before.unit.parent) != (after.unit.zone, &after.unit.parent) {
            problems.add(
                after.line.no,
                format!("zona and induk of {code} are others than in line {no}; write the same in both"),
            );
        }
    }
    let from = said.first()?.unit.term.from;
    let Stated { line, unit } = said.pop()?;
    let known = known.map_or(&[][..], |known| &known.former_names);
    if former_names.is_empty() && line.cell_if_there(FROM).is_none() && line.cell_if_there(UNTIL).is_none() {
        former_names = known.to_vec();
    }
    for lost in known.iter().filter(|old| former_names.iter().all(|former| former.name != old.name)) {
        let (name, until) = (&lost.name, lost.until);
        problems.add(line.no, format!("until {until} it was called {name}; add a line for that name"));
    }
    let term = Term { from, ..unit.term };
    Some(Stated { line, unit: Unit { former_names, term, ..unit } })
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

/// Whether each unit belongs to one that there is and not to itself.
fn check_belonging(stated: &[Stated<'_>], there: &[Unit], problems: &mut Problems) {
    let codes: HashSet<&UnitCode> = stated.iter().map(|stated| &stated.unit.code).collect();
    let rest = there.iter().filter(|unit| !codes.contains(&unit.code));
    let after: Vec<Unit> = stated.iter().map(|stated| &stated.unit).chain(rest).cloned().collect();
    let in_circle: Vec<&UnitCode> = Unit::in_circle(&after).into_iter().map(|unit| &unit.code).collect();
    for Stated { line, unit } in stated {
        let Some(parent) = &unit.parent else { continue };
        if after.iter().all(|other| other.code != *parent) {
            problems.add(line.no, format!("induk {parent} is unknown; add a line for it or leave it empty"));
        } else if in_circle.contains(&&unit.code) {
            let code = &unit.code;
            problems.add(line.no, format!("induk {parent} belongs to {code} itself; choose another"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_units_is_read_or_refused_whatever_stands_in_it() {
        let seeds = [
            "kode,nama,zona,induk,sejak,sampai\nNTT,BPSIP NTT,WITA,SEK,,2026-06-30\n\
             NTT,BRMP NTT,WITA,SEK,2026-07-01,\nSEK,Sekretariat,WIB,,,\n",
            "\u{feff}kode;nama;zona\r\nNTT;\"BRMP \"\"NTT\"\"\";WITA\r\n",
        ];
        let there = [Unit::new(UnitCode::new("SEK"), "Sekretariat", Zone::Wib)
            .renamed("Badan", Date::constant(2026, 1, 1))];
        let there = there.map(|unit| unit.expect("a new name"));
        let read = |text: &str, there: &[Unit]| {
            let lines = table::lines(text, &COLUMNS).ok()?;
            let mut problems = Problems::default();
            let stated = stated(&lines, there, &mut problems);
            check_belonging(&stated, there, &mut problems);
            problems.is_empty().then_some(stated.len())
        };
        assert_eq!(read(seeds[0], &[]), Some(2));
        let seeds = seeds.map(|seed| seed.as_bytes().to_vec());
        hostile::try_all(env!("CARGO_MANIFEST_DIR"), "units", &seeds, |bytes| {
            read(&String::from_utf8_lossy(bytes), &there);
        });
    }
}
