//! `sigap people`: the people of an office as a table, out and in.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use app::password;
use clap::Subcommand;
use sop::case::{EmailAddress, PersonId, UnitCode, roles};
use sop::definition::Role;
use store::{Correcting, NewPerson, Period, Person, ServiceRecord};

use crate::office::{Office, OfficeArgs, Settings};
use crate::table::{self, Columns, FROM, Problems, UNTIL};
use crate::{signer, user};

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
    ///   peran   what they are, divided by spaces: pemohon, agenda, sekretaris, ketua, anggota, admin;
    ///           or auditor, which stands alone; or - for nothing
    ///   sejak   the first day of this position and these roles, such as 2026-07-01; may be left out
    ///   sampai  their last day; may be left out
    ///
    /// Whoever has the NIP of a line, or else its address, gets what the line says; others are added and
    /// cannot sign in until they have a password (`sigap user passwd`). Without a first day, what somebody
    /// holds already goes on, and what is new to them begins today. A position or role that they hold and
    /// that is in none of their lines any longer is over with yesterday, and stays in their history. Who
    /// changes has one line for each time. Nobody is removed. All lines are taken or, if there is
    /// something to mend in one of them, none.
    #[command(verbatim_doc_comment)]
    Import {
        /// The table
        file: PathBuf,
        /// Say what would be done, and do nothing
        #[arg(long)]
        dry_run: bool,
        /// The address with which whoever corrects the data signs in; they are named to whom it is about
        #[arg(long, value_name = "EMAIL")]
        by: Option<String>,
        /// Why data is corrected, such as the request that is granted; told to whom it is about
        #[arg(long, value_name = "TEXT", default_value = "sigap people import")]
        why: String,
        #[command(flatten)]
        office: OfficeArgs,
    },
}

/// Who corrects, and why, as the command line says it.
struct Stated {
    by: Option<String>,
    why: String,
}

const COLUMNS: Columns =
    Columns { needed: &["nip", "nama", "surel", "jabatan", "satker", "peran"], optional: &[FROM, UNTIL] };
/// The longest reason for a correction, in characters.
const WHY_CHARS_MAX: usize = 500;
/// Stands for no role at all, so that a cell that was forgotten is not taken for it.
const NO_ROLE: &str = "-";

pub async fn run(command: PeopleCommand) -> Result<ExitCode> {
    match command {
        PeopleCommand::Export(args) => {
            let office = open(&args).await?;
            let people = office.store.people(office.today()).await?;
            let records = office.store.service_records().await?;
            let lines = people.iter().flat_map(|person| {
                let periods = records.get(&person.id).map(ServiceRecord::periods).unwrap_or_default();
                periods.into_iter().map(|period| written(person, period)).collect::<Vec<_>>()
            });
            std::io::stdout().write_all(&table::written(&COLUMNS, lines)?)?;
            Ok(ExitCode::SUCCESS)
        }
        PeopleCommand::Import { file, dry_run, by, why, office } => {
            import(&open(&office).await?, &file, dry_run, Stated { by, why }).await
        }
    }
}

async fn open(args: &OfficeArgs) -> Result<Office> {
    Office::open(&Settings::read(args.config.as_deref(), args)?).await
}

fn written(person: &Person, period: Period) -> [String; 8] {
    let roles: Vec<&str> = period.roles.iter().map(Role::as_str).collect();
    [
        person.nip.clone().unwrap_or_default(),
        person.name.clone(),
        person.email.clone(),
        period.position,
        period.unit.to_string(),
        if roles.is_empty() { NO_ROLE.to_owned() } else { roles.join(" ") },
        table::day(period.term.from),
        table::day(period.term.until),
    ]
}

async fn import(office: &Office, file: &Path, dry_run: bool, stated: Stated) -> Result<ExitCode> {
    let today = office.today();
    let correcting = stated.correcting(office).await?;
    let people = office.store.people(today).await?;
    let units: Vec<UnitCode> = office.store.units().await?.into_iter().map(|unit| unit.code).collect();
    let mut problems = Problems::default();
    let lines = read(&table::read(file, &COLUMNS)?, &units, &people, &mut problems);
    if let Some(failure) = problems.told(file) {
        return Ok(failure);
    }
    // Of somebody new nobody knows the password, not even we.
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).context("the machine gives no random numbers")?;
    let password_hash = password::hash(hex::encode(secret)).await;
    let records = office.store.service_records().await?;
    let (mut put, mut added, mut same) = (Vec::new(), 0, 0);
    for lines in by_person(&lines) {
        let Some(first) = lines.first() else { continue };
        let periods: Vec<Period> = lines.iter().map(|line| line.period.clone()).collect();
        let known = first.known(&people);
        let is_same = |known: &Person| {
            let goes_on = |record: &ServiceRecord| record.put(&periods, today) == *record;
            first.says(known) && records.get(&known.id).is_some_and(goes_on)
        };
        if known.is_some_and(is_same) {
            same += 1;
            continue;
        }
        added += usize::from(known.is_none());
        let id = known.map_or_else(user::new_id, |known| Ok(known.id.clone()))?;
        put.push(first.person(id, periods, password_hash.clone()));
    }
    let changed = put.len() - added;
    if dry_run {
        println!("{added} would be added, {changed} changed, {same} are as they were.");
        return Ok(ExitCode::SUCCESS);
    }
    office.store.put_people(&put, today, &correcting).await.context("nothing was changed")?;
    println!("{added} added, {changed} changed, {same} are as they were.");
    if added > 0 {
        println!("Those added get a password with `sigap user passwd`.");
    }
    Ok(ExitCode::SUCCESS)
}

impl Stated {
    async fn correcting(self, office: &Office) -> Result<Correcting> {
        let by = match &self.by {
            Some(email) => match office.store.credentials(email, office.today()).await? {
                Some(known) => Some(known.person.id),
                None => bail!("nobody signs in as {email}; `sigap user list` names all"),
            },
            None => None,
        };
        if self.why.trim().is_empty() || self.why.chars().count() > WHY_CHARS_MAX {
            bail!("say with --why in 1 to {WHY_CHARS_MAX} characters why data is corrected");
        }
        Ok(Correcting { by, at: signer::now(), why: self.why })
    }
}

fn read(lines: &[table::Line], units: &[UnitCode], people: &[Person], problems: &mut Problems) -> Vec<Line> {
    let line = |line: &table::Line| {
        check_cells(line, units, problems);
        Line::read(line, problems)
    };
    let lines: Vec<Line> = lines.iter().map(line).collect();
    check_people(&lines, people, problems);
    lines
}

/// The lines of each person, who stand in the order of their first.
fn by_person(lines: &[Line]) -> Vec<Vec<&Line>> {
    let mut people: Vec<Vec<&Line>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for line in lines {
        let at = *places.entry(line.email.to_lowercase()).or_insert(people.len());
        match people.get_mut(at) {
            Some(lines) => lines.push(line),
            None => people.push(vec![line]),
        }
    }
    people
}

/// What a person is for a time, as a line of the table has it.
struct Line {
    no: u64,
    /// Without spaces; empty for none.
    nip: String,
    name: String,
    email: String,
    period: Period,
}

fn check_cells(line: &table::Line, units: &[UnitCode], problems: &mut Problems) {
    for column in ["nama", "surel", "jabatan", "satker"] {
        problems.check_text(line, column);
    }
    let mut wrong = |problem: String| problems.add(line.no, problem);
    let (nip, email, unit) = (without_spaces(line.cell("nip")), line.cell("surel"), line.cell("satker"));
    if !nip.is_empty() && !user::is_nip(&nip) {
        let digits = user::NIP_DIGITS;
        wrong(format!("nip {nip} does not have {digits} digits; mend it or leave it empty"));
    }
    if !email.is_empty() && EmailAddress::parse(email).is_none() {
        wrong(format!("surel {email} is not an e-mail address; write one like nama@kantor.go.id"));
    }
    if !unit.is_empty() && !units.iter().any(|known| known.as_str() == unit) {
        wrong(format!("satker {unit} is unknown; add it with `sigap unit add`"));
    }
    let known = user::known_roles();
    let named = line.cell("peran");
    if named.is_empty() {
        wrong(format!("peran is empty; choose from {}, or {NO_ROLE} for nothing", known.join(", ")));
    }
    for role in named.split_whitespace().filter(|role| *role != NO_ROLE) {
        if !known.iter().any(|known| known == role) {
            wrong(format!("peran {role} is unknown; choose from {}", known.join(", ")));
        }
    }
    let held: Vec<Role> = named.split_whitespace().filter(|role| *role != NO_ROLE).map(Role::new).collect();
    if !roles::go_together(&held) {
        wrong(format!("peran {named} has auditor beside another; an auditor changes nothing, choose one"));
    }
}

/// Whether each line is about one person, and nobody is two things on one day.
fn check_people(lines: &[Line], people: &[Person], problems: &mut Problems) {
    let mut before: HashMap<String, Vec<&Line>> = HashMap::new();
    for line in lines {
        let mut wrong = |problem: String| problems.add(line.no, problem);
        for (column, text) in [("nip", &line.nip), ("surel", &line.email)] {
            if text.is_empty() {
                continue;
            }
            let earlier = before.entry(text.to_lowercase()).or_default();
            for earlier in &*earlier {
                let no = earlier.no;
                if !line.is_about_same(earlier) {
                    wrong(format!(
                        "{column} {text} stands in line {no} already, for somebody of another name, nip or surel; \
                         mend one of them"
                    ));
                } else if column == "surel" && line.period.term.overlaps(&earlier.period.term) {
                    wrong(format!(
                        "surel {text} stands in line {no} already for the same days; leave one out, or part \
                         them with {FROM} and {UNTIL}"
                    ));
                }
            }
            earlier.push(line);
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
}

fn without_spaces(text: &str) -> String {
    text.split_whitespace().collect()
}

impl Line {
    fn read(line: &table::Line, problems: &mut Problems) -> Self {
        let named = line.cell("peran").split_whitespace().filter(|role| *role != NO_ROLE);
        let mut roles: Vec<Role> = named.map(Role::new).collect();
        roles.sort();
        roles.dedup();
        Self {
            no: line.no,
            nip: without_spaces(line.cell("nip")),
            name: line.cell("nama").to_owned(),
            email: line.cell("surel").to_owned(),
            period: Period {
                term: line.term(problems),
                position: line.cell("jabatan").to_owned(),
                unit: UnitCode::new(line.cell("satker")),
                roles,
            },
        }
    }

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

    fn is_about_same(&self, other: &Self) -> bool {
        self.nip == other.nip && self.name == other.name && self.email.eq_ignore_ascii_case(&other.email)
    }

    /// Whether somebody is called and reached already as the line says.
    fn says(&self, known: &Person) -> bool {
        known.nip.as_deref().unwrap_or_default() == self.nip
            && known.name == self.name
            && known.email == self.email.to_lowercase()
    }

    fn person(&self, id: PersonId, periods: Vec<Period>, password_hash: String) -> NewPerson {
        NewPerson {
            id,
            name: self.name.clone(),
            nip: Some(self.nip.clone()),
            email: self.email.to_lowercase(),
            periods,
            password_hash,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;

    use super::*;

    #[test]
    fn a_table_of_people_is_read_or_refused_whatever_stands_in_it() {
        let seeds = [
            "nip,nama,surel,jabatan,satker,peran,sejak,sampai\n\
             198203142008012001,Rina,rina@brmp.example,Anggota,NTT,anggota,,2026-06-30\n\
             198203142008012001,Rina,rina@brmp.example,Ketua,NTT,ketua agenda,2026-07-01,\n\
             ,Budi,budi@brmp.example,Anggota,NTT,-,,\n",
            "\u{feff}nama;nip;surel;jabatan;satker;peran\r\nBudi;;budi@brmp.example;Ketua;NTT;ketua\r\n",
        ];
        let people = [Person {
            id: PersonId::new("rina"),
            name: "Rina".to_owned(),
            nip: Some("198203142008012001".to_owned()),
            email: "rina@brmp.example".to_owned(),
            position: "Anggota".to_owned(),
            unit: UnitCode::new("NTT"),
            roles: Vec::new(),
            language: None,
        }];
        let read = |text: &str| {
            let lines = table::lines(text, &COLUMNS).ok()?;
            let mut problems = Problems::default();
            let lines = read(&lines, &[UnitCode::new("NTT")], &people, &mut problems);
            if !problems.is_empty() {
                return None;
            }
            let today = Date::constant(2026, 1, 5);
            let records = by_person(&lines).into_iter().map(|lines| {
                let periods: Vec<Period> = lines.iter().map(|line| line.period.clone()).collect();
                ServiceRecord::of(&periods).put(&periods, today).periods().len()
            });
            Some(records.collect::<Vec<_>>())
        };
        assert_eq!(read(seeds[0]), Some(vec![2, 1]));
        let seeds = seeds.map(|seed| seed.as_bytes().to_vec());
        hostile::try_all(env!("CARGO_MANIFEST_DIR"), "people", &seeds, |bytes| {
            read(&String::from_utf8_lossy(bytes));
        });
    }
}
