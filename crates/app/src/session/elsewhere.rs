//! Signing in by what another server says: the provider of single sign-on, or the directory that keeps
//! the passwords of an office. The desk knows neither OpenID Connect nor LDAP: whoever serves it brings
//! a [`Provider`] and a [`Directory`].

use std::error::Error;
use std::fmt;

use axum::response::Response;
use futures_util::future::BoxFuture;
use sop::case::roles;
use store::{Credentials, Device, Person, RuledRoles, StoreError};

use super::{Proof, enter, second_factor};
use crate::ctx::App;
use crate::problem::Problem;
use crate::{Desk, Settings};

/// What another server says of somebody who has shown there who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vouched {
    /// By what the office knows them: an e-mail address or a NIP.
    pub login: String,
    /// By the rules of the office.
    pub roles: RuledRoles,
    /// Whether they showed a second factor there.
    pub second_factor: bool,
}

/// Keeps the passwords of an office.
pub trait Directory: fmt::Debug + Send + Sync {
    /// Who it is that signs in; none if it knows nobody of that name, or the password is another.
    ///
    /// # Errors
    /// It cannot be asked, or not understood.
    fn check<'a>(
        &'a self,
        login: &'a str,
        password: &'a str,
    ) -> BoxFuture<'a, Result<Option<Vouched>, OutOfReach>>;

    /// By what it knows a person of the office.
    fn login_of<'a>(&self, person: &'a Person) -> &'a str;
}

/// A server that cannot be asked.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct OutOfReach(#[source] pub Box<dyn Error + Send + Sync>);

/// Signs people in for many programs.
pub trait Provider: fmt::Debug + Send + Sync {
    /// What people call it.
    fn label(&self) -> &str;

    /// The address at which somebody says there who they are.
    fn address<'a>(&'a self, attempt: &'a Attempt) -> BoxFuture<'a, Result<String, ProviderError>>;

    /// Who it is that comes back with a code.
    fn vouched<'a>(
        &'a self,
        code: &'a str,
        nonce: &'a str,
        verifier: &'a str,
    ) -> BoxFuture<'a, Result<Vouched, ProviderError>>;
}

/// What one sign-in is known by; random, each 64 hexadecimal digits.
#[derive(Clone)]
pub struct Attempt {
    pub state: String,
    pub nonce: String,
    /// Of PKCE (RFC 7636).
    pub verifier: String,
}

// Written out, so that what proves a sign-in gets into no log.
impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt").finish_non_exhaustive()
    }
}

/// Why a provider vouches for nobody.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    #[error("the provider cannot be reached")]
    OutOfReach(#[source] Box<dyn Error + Send + Sync>),
    /// What it answers does not hold: whoever brought the code may be somebody else.
    #[error("what the provider says of a sign-in does not hold")]
    DoesNotHold(#[source] Box<dyn Error + Send + Sync>),
    /// It does not tell by what the office knows people.
    #[error("the provider does not tell {0}")]
    Untold(&'static str),
}

/// Whether a password is the one that the directory keeps of a person.
pub async fn is_password_of(
    desk: &Desk,
    settings: &Settings,
    person: &Person,
    password: &str,
) -> Result<bool, Problem> {
    let login = settings.directory.as_deref().map_or("", |directory| directory.login_of(person));
    match ask_directory(desk, settings, login, password, None).await? {
        Proof::Vouched(found, _) => Ok(found.id == person.id),
        Proof::OutOfReach => Err(Problem::Busy),
        Proof::Own(_) | Proof::Wrong | Proof::Stranger => Ok(false),
    }
}

/// Asks the directory whose name and password these are; `found` is whom the office knows by the name.
pub async fn ask_directory(
    desk: &Desk,
    settings: &Settings,
    login: &str,
    password: &str,
    found: Option<&Credentials>,
) -> Result<Proof, Problem> {
    let store = &desk.store;
    let asked = match settings.directory.as_deref() {
        Some(directory) => directory.check(login, password).await,
        None => Err(OutOfReach("accounts are marked as of the directory, but none is set up".into())),
    };
    let vouched = match asked {
        Ok(Some(vouched)) => vouched,
        Ok(None) => return Ok(Proof::Wrong),
        Err(error) => {
            tell(&error);
            return Ok(Proof::OutOfReach);
        }
    };
    let Some(person) = store.credentials(&vouched.login, desk.today()).await?.map(|known| known.person)
    else {
        return Ok(Proof::Stranger);
    };
    // Somebody else's name in the directory opens no account here, nor does any whose password is ours.
    let is_same = found.is_none_or(|found| found.person.id == person.id);
    if is_same && store.is_of_directory(&person.id).await? {
        Ok(Proof::Vouched(person, vouched))
    } else {
        Ok(Proof::Stranger)
    }
}

/// Writes into the log, with its causes, what kept somebody out through no fault of theirs.
pub fn tell(error: &(dyn Error + 'static)) {
    tracing::warn!(error, "somebody cannot sign in by what another server says");
}

/// Lets somebody in for whom another server vouches.
pub async fn welcome(
    app: &App,
    person: &Person,
    vouched: &Vouched,
    device: &Device,
    next: &str,
) -> Result<Response, Problem> {
    let store = &app.desk.store;
    follow_rules(&app.desk, person, &vouched.roles).await?;
    if !vouched.second_factor && second_factor::is_set_up(store, &person.id).await? {
        return second_factor::ask(app, &person.id, next).await;
    }
    let session = super::start(app, person, device).await?;
    if vouched.second_factor {
        store.note_second_factor_elsewhere(&session.hash).await?;
    }
    Ok(enter(session, next))
}

/// The roles of somebody as the rules have them. An auditor holds no other role, whatever the rules say.
async fn follow_rules(desk: &Desk, person: &Person, roles: &RuledRoles) -> Result<(), StoreError> {
    if roles::audit(&person.roles) {
        return Ok(());
    }
    if desk.store.grant_roles_by_rule(&person.id, roles, desk.today()).await? {
        tracing::info!(person = %person.id, "roles have changed by rule");
    }
    Ok(())
}
