//! `sigap people`: the people of an office as a table, out and in.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use app::password;
use clap::Subcommand;
use sop::case::{EmailAddress, PersonId, UnitCode};
use sop::definition::Role;
use store::{NewPerson, Period, Person, Term};

use crate::office::{Office, OfficeArgs, Settings};
use crate::user;

#[derive(Debug, Subcommand)]
pub enum PeopleCommand {
    /// Write everybody as CSV, in the form that `import` reads
    Export(OfficeArgs),
    /// Add people from a CSV file, and change those who are there
    ///
    /// The first line names the columns, in any order, divided by commas or semicolons:
    ///
    ///   nip     18 digits, or empty
    ///   nama    the name
    ///   surel   the office e-mail address, used to sign in
    ///   jabatan the position, as it stands under a signature
    ///   satker  the code of their unit, see `sigap unit list`
    ///   peran   what they are, divided by spaces: pemohon, agenda, sekretaris, ketua, anggota, admin
    ///
    /// Whoever has the NIP of a line, or else its address, gets what the line says; others are added and
    /// cannot sign in until they have a password (`sigap user passwd`). Nobody is removed. All lines are
    /// taken or, if there is something to mend in one of them, none.
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

const COLUMNS: [&str; 6] = ["nip", "nama", "surel", "jabatan", "satker", "peran"];
/// The most people that one table may have.
const LINES_MAX: usize = 10_000;
/// The longest cell, in characters.
const CELL_CHARS_MAX: usize = 200;

pub async fn run(command: PeopleCommand) -> Result<ExitCode> {
    match command {
        PeopleCommand::Export(args) => {
            let office = open(&args).await?;
            let people = office.store.people(office.today()).await?;
            std::io::stdout().write_all(&table(&people)?)?;
            Ok(ExitCode::SUCCESS)
        }
        PeopleCommand::Import { file, dry_run, office } => {
            import(&open(&office).await?, &file, dry_run).await
        }
    }
}

async fn open(args: &OfficeArgs) -> Result<Office> {
    Office::open(&Settings::read(args.config.as_deref(), args)?).await
}

fn table(people: &[Person]) -> Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(COLUMNS)?;
    for person in people {
        let roles: Vec<&str> = person.roles.iter().map(Role::as_str).collect();
        table.write_record([
            person.nip.as_deref().unwrap_or_default(),
            &person.name,
            &person.email,
            &person.position,
            person.unit.as_str(),
            &roles.join(" "),
        ])?;
    }
    Ok(table.into_inner()?)
}

async fn import(office: &Office, file: &Path, dry_run: bool) -> Result<ExitCode> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let lines = read(&text).with_context(|| format!("{} is not such a table", file.display()))?;
    let people = office.store.people(office.today()).await?;
    let units: Vec<UnitCode> = office.store.units().await?.into_iter().map(|unit| unit.code).collect();
    let problems = check(&lines, &people, &units);
    if !problems.is_empty() {
        for (line, problem) in &problems {
            println!("{}:{line}: {problem}", file.display());
        }
        println!("{} to mend. Nothing was changed.", problems.len());
        return Ok(ExitCode::FAILURE);
    }
    // Of somebody new nobody knows the password, not even we.
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).context("the machine gives no random numbers")?;
    let password_hash = password::hash(hex::encode(secret)).await;
    let (mut put, mut added, mut same) = (Vec::new(), 0, 0);
    for line in &lines {
        let known = line.known(&people);
        if known.is_some_and(|known| line.says(known)) {
            same += 1;
            continue;
        }
        added += usize::from(known.is_none());
        let id = known.map_or_else(user::new_id, |known| Ok(known.id.clone()))?;
        put.push(line.person(id, password_hash.clone()));
    }
    let changed = put.len() - added;
    if dry_run {
        println!("{added} would be added, {changed} changed, {same} are as they were.");
        return Ok(ExitCode::SUCCESS);
    }
    office.store.put_people(&put, office.today()).await.context("nothing was changed")?;
    println!("{added} added, {changed} changed, {same} are as they were.");
    if added > 0 {
        println!("Those added get a password with `sigap user passwd`.");
    }
    Ok(ExitCode::SUCCESS)
}

/// A person as a line of the table has them.
struct Line {
    no: u64,
    /// Without spaces; empty for none.
    nip: String,
    name: String,
    email: String,
    position: String,
    unit: String,
    roles: Vec<String>,
}

fn read(text: &str) -> Result<Vec<Line>> {
    // Spreadsheets write a mark of their own first, and in Indonesia divide by semicolons. After a
    // carriage return the reader would count lines one too low.
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let is_divided_by_semicolons = text.lines().next().is_some_and(|head| head.contains(';'));
    let mut table = csv::ReaderBuilder::new()
        .delimiter(if is_divided_by_semicolons { b';' } else { b',' })
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let head = table.headers()?.clone();
    let place = |column: &str| head.iter().position(|named| named.eq_ignore_ascii_case(column));
    let missing: Vec<&str> = COLUMNS.into_iter().filter(|column| place(column).is_none()).collect();
    if !missing.is_empty() {
        bail!("the columns {} are missing from its first line", missing.join(", "));
    }
    let mut lines = Vec::new();
    for record in table.records() {
        let record = record?;
        let cell = |column: &str| place(column).and_then(|at| record.get(at)).unwrap_or_default().to_owned();
        lines.push(Line {
            no: record.position().map_or(0, csv::Position::line),
            nip: cell("nip").split_whitespace().collect(),
            name: cell("nama"),
            email: cell("surel"),
            position: cell("jabatan"),
            unit: cell("satker"),
            roles: cell("peran").split_whitespace().map(ToOwned::to_owned).collect(),
        });
        if lines.len() > LINES_MAX {
            bail!("it has more than {LINES_MAX} people; divide it");
        }
    }
    Ok(lines)
}

/// What has to be mended, each with its line.
fn check(lines: &[Line], people: &[Person], units: &[UnitCode]) -> Vec<(u64, String)> {
    let roles = user::known_roles();
    let mut problems = Vec::new();
    // Where a NIP and an address were first.
    let mut first: HashMap<String, u64> = HashMap::new();
    for line in lines {
        let mut wrong = |problem: String| problems.push((line.no, problem));
        let cells = [
            ("nama", &line.name),
            ("surel", &line.email),
            ("jabatan", &line.position),
            ("satker", &line.unit),
        ];
        for (column, text) in cells {
            if text.is_empty() {
                wrong(format!("{column} is empty; write it"));
            } else if text.chars().count() > CELL_CHARS_MAX {
                wrong(format!("{column} is longer than {CELL_CHARS_MAX} characters; shorten it"));
            } else if text.starts_with(['=', '+', '-', '@']) {
                wrong(format!("{column} {text} begins like a formula; write it otherwise"));
            }
        }
        if !line.nip.is_empty() && !user::is_nip(&line.nip) {
            let digits = user::NIP_DIGITS;
            wrong(format!("nip {} does not have {digits} digits; mend it or leave it empty", line.nip));
        }
        if !line.email.is_empty() && EmailAddress::parse(&line.email).is_none() {
            wrong(format!("surel {} is not an e-mail address; write one like nama@kantor.go.id", line.email));
        }
        for (column, text) in [("nip", &line.nip), ("surel", &line.email)] {
            if text.is_empty() {
                continue;
            }
            match first.get(&text.to_lowercase()) {
                Some(before) => {
                    wrong(format!("{column} {text} stands in line {before} already; leave one out"))
                }
                None => drop(first.insert(text.to_lowercase(), line.no)),
            }
        }
        if !line.unit.is_empty() && !units.iter().any(|unit| unit.as_str() == line.unit) {
            wrong(format!("satker {} is unknown; add it with `sigap unit add`", line.unit));
        }
        if line.roles.is_empty() {
            wrong(format!("peran is empty; choose from {}", roles.join(", ")));
        }
        for role in line.roles.iter().filter(|role| !roles.contains(role)) {
            wrong(format!("peran {role} is unknown; choose from {}", roles.join(", ")));
        }
        if let (Some(by_nip), Some(by_email)) = (line.by_nip(people), line.by_email(people))
            && by_nip.id != by_email.id
        {
            wrong(format!(
                "nip {} is that of {}, surel {} that of {}; mend one of them",
                line.nip, by_nip.name, line.email, by_email.name
            ));
        }
    }
    problems
}

impl Line {
    /// Who is meant, if they are there already.
    fn known<'a>(&self, people: &'a [Person]) -> Option<&'a Person> {
        self.by_nip(people).or_else(|| self.by_email(people))
    }

    fn by_nip<'a>(&self, people: &'a [Person]) -> Option<&'a Person> {
        people.iter().find(|person| person.nip.as_ref() == Some(&self.nip))
    }

    fn by_email<'a>(&self, people: &'a [Person]) -> Option<&'a Person> {
        people.iter().find(|person| person.email.eq_ignore_ascii_case(&self.email))
    }

    /// Whether somebody is already as the line says.
    fn says(&self, known: &Person) -> bool {
        known.nip.as_deref().unwrap_or_default() == self.nip
            && known.name == self.name
            && known.email == self.email.to_lowercase()
            && known.position == self.position
            && known.unit.as_str() == self.unit
            && known.roles == self.roles()
    }

    /// In alphabetical order.
    fn roles(&self) -> Vec<Role> {
        let mut roles: Vec<Role> = self.roles.iter().map(Role::new).collect();
        roles.sort();
        roles.dedup();
        roles
    }

    fn person(&self, id: PersonId, password_hash: String) -> NewPerson {
        NewPerson {
            id,
            name: self.name.clone(),
            nip: Some(self.nip.clone()),
            email: self.email.to_lowercase(),
            periods: vec![Period {
                term: Term::ALWAYS,
                position: self.position.clone(),
                unit: UnitCode::new(&self.unit),
                roles: self.roles(),
            }],
            password_hash,
        }
    }
}
