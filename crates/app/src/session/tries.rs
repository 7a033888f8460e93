//! How often somebody may try: to sign in, and to prove later that it is still them.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use store::{Credentials, Person, Store, StoreError};

use super::{elsewhere, password};
use crate::ctx::Ctx;
use crate::problem::Problem;

/// Tries that did not succeed are counted over this time.
const TRIES_WITHIN: SignedDuration = SignedDuration::from_mins(15);
const TRIES_PER_ACCOUNT_MAX: u32 = 5;
const TRIES_PER_ADDRESS_MAX: u32 = 50;

/// Under which keys a try is counted.
pub struct Tries {
    pub account: String,
    pub address: Option<String>,
    pub at: Timestamp,
}

impl Tries {
    /// Counts the try, or answers that there were too many.
    pub async fn take(&self, store: &Store) -> Result<(), Problem> {
        let Some(limit) = self.limit_reached(store).await? else { return Ok(()) };
        tracing::warn!(limit, "a sign-in is held back after too many tries");
        Err(Problem::TooManyTries)
    }

    /// Counts the try. If it is one too many it does not count, and the answer says by which limit.
    async fn limit_reached(&self, store: &Store) -> Result<Option<&'static str>, StoreError> {
        let since = self.at - TRIES_WITHIN;
        if let Some(address) = &self.address
            && !store.take_try(address, self.at, since, TRIES_PER_ADDRESS_MAX).await?
        {
            return Ok(Some("address"));
        }
        if !store.take_try(&self.account, self.at, since, TRIES_PER_ACCOUNT_MAX).await? {
            self.give_address_back(store).await?;
            return Ok(Some("account"));
        }
        Ok(None)
    }

    /// Of an address only this try is forgotten: an account of one's own is no way to go on guessing.
    pub async fn succeeded(&self, store: &Store) -> Result<(), StoreError> {
        store.forget_tries(&self.account).await?;
        self.give_address_back(store).await
    }

    /// It was no try: nobody could say whether it was right.
    pub async fn take_back(&self, store: &Store) -> Result<(), StoreError> {
        store.give_try_back(&self.account, self.at).await?;
        self.give_address_back(store).await
    }

    async fn give_address_back(&self, store: &Store) -> Result<(), StoreError> {
        match &self.address {
            Some(address) => store.give_try_back(address, self.at).await,
            None => Ok(()),
        }
    }
}

/// One key for an account however its login is written. What belongs to nobody is counted too, so
/// that it looks the same, but as a hash: sometimes it is a password in the wrong field.
pub fn account_key(login: &str, credentials: Option<&Credentials>) -> String {
    match credentials {
        Some(found) => key_of(&found.person),
        None => {
            let login: String = login.split_whitespace().collect();
            format!("login:{}", hex::encode(Sha256::digest(login.as_bytes())))
        }
    }
}

fn key_of(person: &Person) -> String {
    format!("akun:{}", person.id)
}

/// Whether somebody who is signed in still knows their password, before what a session that was left
/// open must not do. Counted as a try to sign in.
pub async fn knows_password(ctx: &Ctx, typed: &str) -> Result<bool, Problem> {
    let (store, person) = (&ctx.desk.store, &ctx.person);
    let tries = Tries { account: key_of(person), address: None, at: ctx.desk.now() };
    tries.take(store).await?;
    let is_right = if store.is_of_directory(&person.id).await? {
        elsewhere::is_password_of(&ctx.desk, &ctx.settings, person, typed).await?
    } else {
        let Some(credentials) = store.credentials(&person.email, ctx.desk.today()).await? else {
            return Ok(false);
        };
        password::verify(typed.to_owned(), credentials.password_hash).await
    };
    if is_right {
        tries.succeeded(store).await?;
    }
    Ok(is_right)
}
