//! LDAP: somebody is searched for by what they typed, and then has to be let in by the directory itself
//! with their password (bind, RFC 4513).

use std::collections::HashSet;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use app::{Directory, OutOfReach, Vouched};
use futures_util::future::BoxFuture;
use ldap3::{
    Ldap, LdapConnAsync, LdapConnSettings, LdapError, LdapResult, ResultEntry, Scope, SearchEntry,
    SearchOptions, ldap_escape,
};
use openidconnect::url::Url;
use serde_json::{Map, Value};
use store::Person;

use super::{KnownBy, LdapSettings, RoleRule, is_loopback, ruled};

/// How long is waited for a connection, and for all there is to ask. Somebody looks at a page meanwhile.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// More than one is ambiguous, however many there are.
const FOUND_MAX: i32 = 2;
/// The most groups of a person that are read.
const GROUPS_MAX: i32 = 1000;
/// The attribute in which we put the groups that have somebody as a member.
const GROUPS: &str = "groups";

/// The codes with which a directory refuses a password (RFC 4511, 4.1.9): it is another, there is none,
/// or it lets the account in no more.
const REFUSES: [u32; 3] = [49, 48, 53];
const NO_SUCH_OBJECT: u32 = 32;
const SIZE_LIMIT_EXCEEDED: u32 = 4;

pub struct LdapDirectory {
    settings: LdapSettings,
}

/// What keeps a directory from answering.
#[derive(Debug, thiserror::Error)]
enum AskError {
    #[error("the directory does not answer as it should")]
    Ldap(#[from] LdapError),
    #[error("the directory did not answer within {} s", ANSWER_WITHIN.as_secs())]
    Late,
    #[error("the directory refuses the account with which people are searched for: {0}")]
    Searcher(String),
    #[error("the directory answers a search with {0}")]
    Search(String),
    #[error("the directory answers a search with an entry that cannot be read")]
    Entry,
    #[error("the directory answers a password with {0}")]
    Bind(String),
}

impl LdapDirectory {
    /// # Errors
    /// The settings cannot work, or would send passwords that anybody can read on their way.
    pub fn new(settings: LdapSettings) -> Result<Self> {
        let url = Url::parse(&settings.url)
            .with_context(|| format!("the url {:?} of [ldap] is no address", settings.url))?;
        match url.scheme() {
            "ldaps" if settings.starttls => {
                bail!("[ldap] has an ldaps url, which is encrypted from the start, and starttls; choose one");
            }
            "ldaps" => {}
            "ldap" if settings.starttls || settings.allow_plain || is_loopback(&url) => {}
            "ldap" => bail!(
                "passwords would go to {url} unencrypted; begin the url of [ldap] with ldaps://, or set starttls"
            ),
            other => bail!("the url of [ldap] begins with {other}; write ldaps://HOST or ldap://HOST"),
        }
        if !settings.filter.contains("{login}") {
            bail!(
                "the filter of [ldap] would find the same whoever signs in; write {{login}} where the name goes"
            );
        }
        if settings.bind_dn.is_empty() != settings.bind_password.is_empty() {
            bail!("[ldap] needs both bind_dn and bind_password, or neither to search without an account");
        }
        let settings = LdapSettings {
            // Names of attributes and values of groups are the same in any case there.
            roles: settings.roles.iter().map(in_lower_case).collect(),
            ..settings
        };
        Ok(Self { settings })
    }

    async fn ask(&self, login: &str, password: &str) -> Result<Option<Vouched>, AskError> {
        let mut ldap = self.connect().await?;
        let checked = self.check_with(&mut ldap, login, password).await;
        // It has answered; whether it hears the farewell changes nothing.
        let _ = ldap.unbind().await;
        checked
    }

    async fn connect(&self) -> Result<Ldap, AskError> {
        let connection =
            LdapConnSettings::new().set_conn_timeout(CONNECT_WITHIN).set_starttls(self.settings.starttls);
        let (driver, mut ldap) = LdapConnAsync::with_settings(connection, &self.settings.url).await?;
        tokio::spawn(driver.drive());
        if !self.settings.bind_dn.is_empty() {
            let searcher = (&self.settings.bind_dn, self.settings.bind_password.reveal());
            let bound = ldap.simple_bind(searcher.0, searcher.1).await?;
            if bound.rc != 0 {
                return Err(AskError::Searcher(bound.to_string()));
            }
        }
        Ok(ldap)
    }

    async fn check_with(
        &self,
        ldap: &mut Ldap,
        login: &str,
        password: &str,
    ) -> Result<Option<Vouched>, AskError> {
        let settings = &self.settings;
        let filter = settings.filter.replace("{login}", &ldap_escape(login));
        let wanted: HashSet<&str> = settings
            .roles
            .iter()
            .map(|rule| rule.claim.as_str())
            .chain([settings.attribute.as_str()])
            .collect();
        let mut found =
            search(ldap, &settings.base, &filter, wanted.into_iter().collect(), FOUND_MAX).await?;
        let Some(entry) = found.pop() else { return Ok(None) };
        if !found.is_empty() {
            tracing::warn!("the directory finds several people by one name, so that nobody signs in by it");
            return Ok(None);
        }
        let mut claims: Map<String, Value> =
            entry.attrs.iter().map(|(name, values)| (name.to_lowercase(), lower_case(values))).collect();
        if !settings.group_base.is_empty() {
            let filter = format!("(member={})", ldap_escape(entry.dn.as_str()));
            let groups = search(ldap, &settings.group_base, &filter, vec!["1.1"], GROUPS_MAX).await?;
            let groups: Vec<String> = groups.into_iter().map(|group| group.dn).collect();
            claims.insert(GROUPS.to_owned(), lower_case(&groups));
        }
        let bound: LdapResult = ldap.simple_bind(&entry.dn, password).await?;
        match bound.rc {
            0 => {}
            refused if REFUSES.contains(&refused) => return Ok(None),
            _ => return Err(AskError::Bind(bound.to_string())),
        }
        let attribute = entry.attrs.iter().find(|(name, _)| name.eq_ignore_ascii_case(&settings.attribute));
        let told = attribute.and_then(|(_, values)| values.first());
        let Some(login) = told.and_then(|told| settings.person.login(told)) else {
            tracing::warn!(
                dn = entry.dn,
                "the directory does not tell {} of somebody",
                settings.person.told()
            );
            return Ok(None);
        };
        Ok(Some(Vouched { login, roles: ruled(&settings.roles, &claims), second_factor: false }))
    }
}

/// What a search finds; entries of other directories, to which this one only points, are left out.
async fn search(
    ldap: &mut Ldap,
    base: &str,
    filter: &str,
    attributes: Vec<&str>,
    found_max: i32,
) -> Result<Vec<SearchEntry>, AskError> {
    let limits = SearchOptions::new()
        .sizelimit(found_max)
        .timelimit(i32::try_from(ANSWER_WITHIN.as_secs()).unwrap_or(i32::MAX));
    let found = ldap.with_search_options(limits).search(base, Scope::Subtree, filter, attributes).await?;
    match found.1.rc {
        0 | SIZE_LIMIT_EXCEEDED | NO_SUCH_OBJECT => {}
        _ => return Err(AskError::Search(found.1.to_string())),
    }
    let entries = found.0.into_iter().filter(|entry| !entry.is_ref() && !entry.is_intermediate());
    entries.map(read).collect()
}

/// The library panics on an entry that it cannot read.
fn read(entry: ResultEntry) -> Result<SearchEntry, AskError> {
    catch_unwind(AssertUnwindSafe(|| SearchEntry::construct(entry))).map_err(|_| AskError::Entry)
}

fn lower_case(values: &[String]) -> Value {
    values.iter().map(|value| value.to_lowercase()).collect()
}

fn in_lower_case(rule: &RoleRule) -> RoleRule {
    RoleRule { claim: rule.claim.to_lowercase(), value: rule.value.to_lowercase(), role: rule.role.clone() }
}

impl Directory for LdapDirectory {
    fn check<'a>(
        &'a self,
        login: &'a str,
        password: &'a str,
    ) -> BoxFuture<'a, Result<Option<Vouched>, OutOfReach>> {
        Box::pin(async move {
            // A directory lets anybody in who names an entry and gives no password (RFC 4513, 5.1.2).
            if login.is_empty() || password.is_empty() {
                return Ok(None);
            }
            let asked = tokio::time::timeout(ANSWER_WITHIN, self.ask(login, password)).await;
            asked.unwrap_or(Err(AskError::Late)).map_err(|error| OutOfReach(error.into()))
        })
    }

    fn login_of<'a>(&self, person: &'a Person) -> &'a str {
        match self.settings.person {
            KnownBy::Email => &person.email,
            KnownBy::Nip => person.nip.as_deref().unwrap_or_default(),
        }
    }
}

// The settings have a password in them, which says so itself.
impl fmt::Debug for LdapDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LdapDirectory").field("url", &self.settings.url).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use figment::providers::{Format as _, Toml};

    use super::*;

    fn settings(text: &str) -> LdapSettings {
        figment::Figment::from(Toml::string(text)).extract().expect("settings")
    }

    #[test]
    fn settings_that_cannot_work_or_show_passwords_are_refused_with_what_to_do() {
        for (text, said) in [
            ("url = \"ldap://dir.example\"", "set starttls"),
            ("url = \"ldap://10.0.0.7\"", "set starttls"),
            ("url = \"ldaps://dir.example\"\nstarttls = true", "choose one"),
            ("url = \"http://dir.example\"", "ldaps://HOST"),
            ("url = \"dir\"", "no address"),
            ("url = \"ldaps://dir.example\"\nfilter = \"(uid=rina)\"", "{login}"),
            ("url = \"ldaps://dir.example\"\nbind_dn = \"cn=sigap\"", "bind_password"),
        ] {
            let text = format!("base = \"dc=example\"\n{text}");
            let error = LdapDirectory::new(settings(&text)).expect_err("a refusal");
            assert!(format!("{error:#}").contains(said), "{error:#}");
        }
        for text in [
            "url = \"ldaps://dir.example\"",
            "url = \"ldap://dir.example\"\nstarttls = true",
            "url = \"ldap://dir.example\"\nallow_plain = true",
            "url = \"ldap://127.0.0.1:3890\"",
            "url = \"ldap://[::1]\"",
        ] {
            let text = format!("base = \"dc=example\"\n{text}");
            assert!(LdapDirectory::new(settings(&text)).is_ok(), "{text}");
        }
    }

    #[tokio::test]
    async fn without_a_password_no_directory_is_asked_and_one_that_is_gone_is_out_of_reach() {
        let gone = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let url = gone.expect("an address");
        let text = format!(
            "url = \"ldap://{url}\"\nbase = \"dc=example\"\nbind_dn = \"cn=sigap\"\nbind_password = \"sandi-pencari\""
        );
        let directory = LdapDirectory::new(settings(&text)).expect("settings that fit");
        assert!(matches!(directory.check("rina", "").await, Ok(None)));
        assert!(matches!(directory.check("", "sandi").await, Ok(None)));
        assert!(directory.check("rina", "sandi").await.is_err());
        assert!(!format!("{directory:?} {:?}", directory.settings).contains("sandi-pencari"));
    }

    /// A directory, or somebody in its place, may answer with anything.
    #[test]
    fn whatever_a_directory_answers_is_understood_or_refused() {
        // Messages in BER (RFC 4511): one entry with an address and the end of the search; a refusal.
        let part = |tag: u8, content: &[u8]| {
            let length = u8::try_from(content.len()).expect("less than 128 bytes");
            [&[tag, length][..], content].concat()
        };
        let text = |text: &str| part(0x04, text.as_bytes());
        let message = |content: &[u8]| part(0x30, &[&[0x02, 0x01, 0x01], content].concat());
        let result = |code: u8| [&[0x0a, 0x01, code][..], &text(""), &text("")].concat();
        let mail = [text("mail"), part(0x31, &text("rina@brmp.example"))].concat();
        let attributes = part(0x30, &part(0x30, &mail));
        let found = message(&part(0x64, &[text("uid=rina,dc=example"), attributes].concat()));
        let seeds = [[found, message(&part(0x65, &result(0)))].concat(), message(&part(0x65, &result(50)))];

        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let server = crate::raw_server::RawServer::open();
        let text = format!("url = \"ldap://{}\"\nbase = \"dc=example\"", server.at);
        let directory = LdapDirectory::new(settings(&text)).expect("settings that fit");
        hostile::try_all(env!("CARGO_MANIFEST_DIR"), "directory", &seeds, |bytes| {
            server.answers_with(bytes);
            // Nobody is let in by a directory that never heard the password.
            let checked = runtime.block_on(directory.check("rina", "sandi"));
            assert!(!matches!(checked, Ok(Some(_))), "{checked:?}");
        });
    }
}
