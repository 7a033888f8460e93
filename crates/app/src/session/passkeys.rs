//! Passkeys (WebAuthn): what an authenticator is asked, and whether its answer is right. Answers hold for the
//! address under which people reach Sigap and for no other, so that a page that only looks like this one gets
//! nothing from them.

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use jiff::SignedDuration;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::{NewPasskey, Person};
use webauthn_rs::prelude::{
    Passkey, PasskeyAuthentication, PasskeyRegistration, Url, Uuid, Webauthn, WebauthnBuilder,
};

use crate::problem::Problem;

/// How long an answer is waited for.
pub const ANSWER_WITHIN: SignedDuration = SignedDuration::from_mins(5);

/// The passkeys of those who reach Sigap under one address.
#[derive(Clone, Debug)]
pub struct Passkeys(Arc<Webauthn>);

/// What an authenticator is asked.
#[derive(Debug)]
pub struct Question {
    /// For the browser, as JSON.
    pub asked: String,
    /// For us, to compare the answer with.
    pub state: String,
}

/// A right answer: which passkey gave it, what was known of it, and what is from now on.
#[derive(Debug)]
pub struct Answered {
    pub passkey: u32,
    pub before: String,
    pub after: String,
}

#[derive(Serialize, Deserialize)]
struct Making {
    name: String,
    state: PasskeyRegistration,
}

#[derive(Serialize, Deserialize)]
struct Asking {
    /// What was known of each passkey when it was asked, by its number.
    passkeys: Vec<(u32, String)>,
    state: PasskeyAuthentication,
}

impl Passkeys {
    /// Passkeys for an address; none where browsers have none: they belong to a name, and to what comes over
    /// TLS or from the same machine.
    pub fn at(address: &str) -> Option<Self> {
        let address = Url::parse(address).ok()?;
        let name = address.domain()?;
        if address.scheme() != "https" && name != "localhost" {
            return None;
        }
        let relying_party = WebauthnBuilder::new(name, &address).ok()?.rp_name("Sigap").build().ok()?;
        Some(Self(Arc::new(relying_party)))
    }

    /// Asks for a new passkey of a person, not on an authenticator that holds one of theirs already.
    pub fn ask_to_make(
        &self,
        person: &Person,
        name: &str,
        has: &[store::Passkey],
    ) -> Result<Question, Problem> {
        // The same for all passkeys of a person; it says nothing of them.
        let mut handle = [0; 16];
        handle.copy_from_slice(&Sha256::digest(person.id.as_str().as_bytes())[..16]);
        let known = has.iter().map(|key| read(&key.credential)).collect::<Result<Vec<Passkey>, Problem>>()?;
        let known = known.iter().map(|key| key.cred_id().clone()).collect();
        let begun = self.0.start_passkey_registration(
            Uuid::from_bytes(handle),
            &person.email,
            &person.name,
            Some(known),
        );
        let (asked, state) = begun.map_err(|error| Problem::internal(&error))?;
        let state = Making { name: name.to_owned(), state };
        Ok(Question { asked: written(&asked)?, state: written(&state)? })
    }

    /// The passkey that was made; none if the answer is not right.
    pub fn made(&self, state: &str, answer: &str) -> Result<Option<NewPasskey>, Problem> {
        let Making { name, state } = read(state)?;
        let Ok(answer) = serde_json::from_str(answer) else { return Ok(None) };
        match self.0.finish_passkey_registration(&answer, &state) {
            Ok(made) => Ok(Some(NewPasskey {
                name,
                credential_id: BASE64URL_NOPAD.encode(made.cred_id().as_ref()),
                credential: written(&made)?,
            })),
            Err(error) => {
                tracing::warn!(%error, "a passkey that was made is not accepted");
                Ok(None)
            }
        }
    }

    /// Asks for any of these passkeys.
    pub fn ask(&self, passkeys: &[store::Passkey]) -> Result<Question, Problem> {
        let known =
            passkeys.iter().map(|key| read(&key.credential)).collect::<Result<Vec<Passkey>, Problem>>()?;
        let begun = self.0.start_passkey_authentication(&known);
        let (asked, state) = begun.map_err(|error| Problem::internal(&error))?;
        let passkeys = passkeys.iter().map(|key| (key.id, key.credential.clone())).collect();
        Ok(Question { asked: written(&asked)?, state: written(&Asking { passkeys, state })? })
    }

    /// Which passkey answered; none if the answer is not right, or its authenticator counts less than it
    /// already had, as a copy of it would.
    pub fn answered(&self, state: &str, answer: &str) -> Result<Option<Answered>, Problem> {
        let Asking { passkeys, state } = read(state)?;
        let Ok(answer) = serde_json::from_str(answer) else { return Ok(None) };
        let result = match self.0.finish_passkey_authentication(&answer, &state) {
            Ok(result) => result,
            Err(error) => {
                tracing::warn!(%error, "the answer of a passkey is not accepted");
                return Ok(None);
            }
        };
        for (id, before) in passkeys {
            let mut key: Passkey = read(&before)?;
            match key.update_credential(&result) {
                None => {}
                Some(false) => return Ok(Some(Answered { passkey: id, after: before.clone(), before })),
                Some(true) => return Ok(Some(Answered { passkey: id, after: written(&key)?, before })),
            }
        }
        Ok(None)
    }
}

fn written(value: &impl Serialize) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(|error| Problem::internal(&error))
}

fn read<T: DeserializeOwned>(written: &str) -> Result<T, Problem> {
    serde_json::from_str(written).map_err(|error| Problem::internal(&error))
}
