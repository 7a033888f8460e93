//! `sigap user`: accounts from the command line.

use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use app::password::{self, Owner};
use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use sop::case::{PersonId, UnitCode, roles};
use sop::definition::Role;
use store::{NewPerson, Period, Person, Term, TokenScope};

use crate::ask;
use crate::office::{Office, OfficeArgs, Settings};
use crate::signer;

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add an account; the password is asked for, or read from standard input
    Add(Box<NewUser>),
    /// List all accounts
    List(OfficeArgs),
    /// Replace a password; all sessions of the account end
    Passwd {
        /// E-mail address or NIP
        login: String,
        /// Revoke the tokens of their programs as well, as after somebody else has known the password
        #[arg(long)]
        revoke_tokens: bool,
        #[command(flatten)]
        office: OfficeArgs,
    },
    /// Say who keeps the password of an account: Sigap itself, or the directory of [ldap]
    PasswordBy {
        /// E-mail address or NIP
        login: String,
        #[arg(value_enum)]
        keeper: KeeperArg,
        #[command(flatten)]
        office: OfficeArgs,
    },
    /// Take the second factors of somebody away who has lost them and the recovery codes
    RemoveSecondFactor {
        /// E-mail address or NIP
        login: String,
        #[command(flatten)]
        office: OfficeArgs,
    },
    /// The tokens with which programs act for somebody
    #[command(subcommand)]
    Token(TokenCommand),
}

#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token; it is printed once and kept nowhere
    Add {
        /// E-mail address or NIP
        login: String,
        /// By which its owner knows it again
        #[arg(long)]
        name: String,
        /// What the program may, of what its owner may
        #[arg(long, value_enum)]
        scope: ScopeArg,
        /// The last day on which it is valid, such as 2027-01-31; at most a year from now
        #[arg(long, value_name = "DATE")]
        until: Date,
        #[command(flatten)]
        office: OfficeArgs,
    },
    /// List the tokens of somebody that are valid, each by its number
    List {
        /// E-mail address or NIP
        login: String,
        #[command(flatten)]
        office: OfficeArgs,
    },
    /// Revoke a token: the program that has it can do nothing any more
    Revoke {
        /// E-mail address or NIP
        login: String,
        /// Its number, as the list says
        id: u32,
        #[command(flatten)]
        office: OfficeArgs,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KeeperArg {
    Sigap,
    Directory,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ScopeArg {
    /// Read, and change nothing
    Read,
    /// Read and act
    Act,
}

impl From<ScopeArg> for TokenScope {
    fn from(scope: ScopeArg) -> Self {
        match scope {
            ScopeArg::Read => Self::Read,
            ScopeArg::Act => Self::Act,
        }
    }
}

#[derive(Debug, Args)]
pub struct NewUser {
    #[arg(long)]
    name: String,
    /// The office e-mail address, used to sign in
    #[arg(long)]
    email: String,
    /// 18 digits; may be used to sign in as well
    #[arg(long)]
    nip: Option<String>,
    /// The position, as it stands under a signature
    #[arg(long)]
    position: String,
    /// The code of their unit
    #[arg(long)]
    unit: String,
    /// What they are: pemohon, agenda, sekretaris, ketua, anggota, admin; may be repeated. Or auditor,
    /// who reads everything, changes nothing and holds no other role
    #[arg(long = "role", required = true)]
    roles: Vec<String>,
    #[command(flatten)]
    office: OfficeArgs,
}

pub async fn user(command: UserCommand) -> Result<ExitCode> {
    match command {
        UserCommand::Add(user) => {
            let known = known_roles();
            if let Some(unknown) = user.roles.iter().find(|role| !known.contains(role)) {
                bail!("the role {unknown:?} is unknown; choose from {}", known.join(", "));
            }
            let held: Vec<Role> = user.roles.iter().map(Role::new).collect();
            if !roles::go_together(&held) {
                bail!("an auditor changes nothing and holds no other role; choose one or the other");
            }
            if !user.email.contains('@') {
                bail!("{:?} is not an e-mail address", user.email);
            }
            if user.nip.as_ref().is_some_and(|nip| !is_nip(nip)) {
                bail!("a NIP has {NIP_DIGITS} digits");
            }
            let office = open(&user.office).await?;
            let owner = Owner { name: &user.name, email: &user.email, nip: user.nip.as_deref() };
            let password_hash = password::hash(ask_password(&owner)?).await;
            let person = NewPerson {
                id: new_id()?,
                name: user.name.clone(),
                nip: user.nip.clone(),
                email: user.email.to_lowercase(),
                periods: vec![Period {
                    term: Term::since(office.today()),
                    position: user.position.clone(),
                    unit: UnitCode::new(&user.unit),
                    roles: user.roles.iter().map(Role::new).collect(),
                }],
                password_hash,
            };
            office.store.add_person(&person).await.with_context(|| format!("{} was not added", user.name))?;
            println!("Added {}, who signs in as {}.", user.name, person.email);
        }
        UserCommand::List(office) => {
            let office = open(&office).await?;
            for person in office.store.people(office.today()).await? {
                let roles: Vec<&str> = person.roles.iter().map(Role::as_str).collect();
                println!("{:36}  {:28}  {:24}  {}", person.email, person.name, roles.join(","), person.unit);
            }
        }
        UserCommand::PasswordBy { login, keeper, office } => {
            let settings = Settings::read(office.config.as_deref(), &office)?;
            let is_of_directory = keeper == KeeperArg::Directory;
            if is_of_directory && settings.ldap.is_none() {
                bail!(
                    "there is no directory to keep a password; write a table [ldap] into the settings file"
                );
            }
            let office = Office::open(&settings).await?;
            let person = who_signs_in(&office, &login).await?;
            office.store.set_of_directory(&person.id, is_of_directory).await?;
            let keeper = if is_of_directory { "of the directory" } else { "that Sigap keeps" };
            println!("{} signs in with the password {keeper}.", person.name);
        }
        UserCommand::RemoveSecondFactor { login, office } => {
            let office = open(&office).await?;
            let person = who_signs_in(&office, &login).await?;
            if !office.store.remove_second_factors(&person.id).await? {
                bail!("{} has no second factor", person.name);
            }
            println!("{} signs in with the password alone until they set up another.", person.name);
        }
        UserCommand::Passwd { login, revoke_tokens, office } => {
            let office = open(&office).await?;
            let person = who_signs_in(&office, &login).await?;
            let owner = Owner { name: &person.name, email: &person.email, nip: person.nip.as_deref() };
            let hash = password::hash(ask_password(&owner)?).await;
            if revoke_tokens {
                let revoked = office.store.revoke_tokens(&person.id).await?;
                println!("Tokens revoked: {revoked}.");
            }
            office.store.set_password(&person.id, &hash, None).await?;
            println!("The password of {} is replaced and all sessions have ended.", person.name);
        }
        UserCommand::Token(command) => token(command).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn token(command: TokenCommand) -> Result<()> {
    let now = signer::now();
    match command {
        TokenCommand::Add { login, name, scope, until, office } => {
            let office = open(&office).await?;
            let person = who_signs_in(&office, &login).await?;
            let made =
                app::make_token(&office.store, &office.calendar, now, &person.id, &name, scope.into(), until);
            println!("{}", made.await.context("no token was made")?);
        }
        TokenCommand::List { login, office } => {
            let office = open(&office).await?;
            let person = who_signs_in(&office, &login).await?;
            for token in office.store.tokens(&person.id, now).await? {
                let scope = match token.scope {
                    TokenScope::Read => "read",
                    TokenScope::Act => "act",
                };
                let date = |at| office.calendar.local(at).date();
                let used = token.used_at.map_or("never".to_owned(), |at| date(at).to_string());
                println!(
                    "{:6}  {scope:4}  made {}, last used {used}, expires {}  {}",
                    token.id,
                    date(token.created_at),
                    date(token.expires_at),
                    token.name
                );
            }
        }
        TokenCommand::Revoke { login, id, office } => {
            let office = open(&office).await?;
            let person = who_signs_in(&office, &login).await?;
            if !office.store.revoke_token(&person.id, id).await? {
                bail!(
                    "{} has no token {id}; `sigap user token list {login}` names those there are",
                    person.name
                );
            }
            println!("The token {id} of {} is revoked.", person.name);
        }
    }
    Ok(())
}

pub async fn who_signs_in(office: &Office, login: &str) -> Result<Person> {
    let found = office.store.credentials(&login.to_lowercase(), office.today()).await?;
    Ok(found.ok_or_else(|| anyhow!("nobody signs in as {login}"))?.person)
}

pub const NIP_DIGITS: usize = 18;

pub fn is_nip(typed: &str) -> bool {
    typed.len() == NIP_DIGITS && typed.bytes().all(|byte| byte.is_ascii_digit())
}

/// An id for somebody new.
pub fn new_id() -> Result<PersonId> {
    let mut id = [0; 8];
    getrandom::fill(&mut id).context("the machine gives no random numbers")?;
    Ok(PersonId::new(hex::encode(id)))
}

/// The performers of the SOP and the roles around it.
pub fn known_roles() -> Vec<String> {
    let performers = sop::shipped().performers.iter().map(|performer| performer.id.to_string());
    performers
        .chain([roles::REQUESTER, roles::AGENDA, roles::ADMIN, roles::AUDITOR].map(ToOwned::to_owned))
        .collect()
}

async fn open(args: &OfficeArgs) -> Result<Office> {
    Office::open(&Settings::read(args.config.as_deref(), args)?).await
}

fn ask_password(owner: &Owner<'_>) -> Result<String> {
    let password = ask::new_secret("Password: ")?;
    password::check(&password, owner).context("nothing was changed")?;
    Ok(password)
}
