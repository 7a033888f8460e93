//! Signing in by what another server says: the settings for it, and the rules by which it gives roles.

mod ldap;
mod oidc;

use std::net::IpAddr;
use std::sync::Arc;

use anyhow::{Result, bail};
use app::{Directory, Provider};
use openidconnect::url::{Host, Url};
use serde::Deserialize;
use serde_json::{Map, Value};
use sop::case::roles;
use sop::definition::Role;
use store::RuledRoles;

use crate::office::{Secret, Settings};
use crate::user::{is_nip, known_roles};

/// The provider of single sign-on, `[oidc]` in the settings file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcSettings {
    /// Its address, exactly as it names itself.
    pub issuer: String,
    pub client_id: String,
    /// From the settings file or SIGAP_OIDC_CLIENT_SECRET; empty for a client without one.
    #[serde(default)]
    pub client_secret: Secret,
    /// What people call it: "Masuk dengan …".
    #[serde(default = "default_label")]
    pub label: String,
    /// What is asked for beside `openid`.
    #[serde(default = "default_scopes")]
    pub scopes: Vec<String>,
    #[serde(default)]
    pub person: KnownBy,
    /// The claim that holds the NIP, where people are known by it.
    #[serde(default = "default_nip")]
    pub nip_claim: String,
    /// Which values of `acr` or `amr` say that a second factor was shown.
    #[serde(default)]
    pub second_factor: Vec<String>,
    #[serde(default)]
    pub roles: Vec<RoleRule>,
}

/// The directory that keeps passwords, `[ldap]` in the settings file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LdapSettings {
    /// `ldaps://HOST`, or `ldap://HOST` with `starttls`.
    pub url: String,
    #[serde(default)]
    pub starttls: bool,
    /// Passwords may go unencrypted to another machine.
    #[serde(default)]
    pub allow_plain: bool,
    /// As whom people are searched for; empty for nobody.
    #[serde(default)]
    pub bind_dn: String,
    /// From the settings file or SIGAP_LDAP_BIND_PASSWORD.
    #[serde(default)]
    pub bind_password: Secret,
    /// Below which entry people are.
    pub base: String,
    /// How somebody is found; `{login}` stands for what they typed, and for their e-mail address or NIP
    /// when they give their password once more.
    #[serde(default = "default_filter")]
    pub filter: String,
    #[serde(default)]
    pub person: KnownBy,
    /// The attribute that holds the e-mail address, or the NIP where people are known by it.
    #[serde(default = "default_attribute")]
    pub attribute: String,
    /// Below which entry groups are: those with somebody as `member` are in their attribute `groups`.
    #[serde(default)]
    pub group_base: String,
    #[serde(default)]
    pub roles: Vec<RoleRule>,
}

/// By what the office knows whom another server vouches for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KnownBy {
    #[default]
    Email,
    Nip,
}

/// Who has a value in a claim of the provider, or in an attribute of the directory, has a role here.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleRule {
    /// Within another by dots: `realm_access.roles`.
    pub claim: String,
    pub value: String,
    pub role: String,
}

fn default_label() -> String {
    "SSO".to_owned()
}

fn default_scopes() -> Vec<String> {
    ["email", "profile"].map(ToOwned::to_owned).to_vec()
}

fn default_nip() -> String {
    "nip".to_owned()
}

fn default_filter() -> String {
    "(|(mail={login})(uid={login}))".to_owned()
}

fn default_attribute() -> String {
    "mail".to_owned()
}

/// The provider of the settings, if there is one. `address` is where people reach Sigap.
///
/// # Errors
/// The settings cannot work, or would send secrets that anybody can read on their way.
pub fn provider(settings: &Settings, address: &str) -> Result<Option<Arc<dyn Provider>>> {
    let Some(oidc) = &settings.oidc else { return Ok(None) };
    check_rules(&oidc.roles)?;
    Ok(Some(Arc::new(oidc::OidcProvider::new(oidc.clone(), address)?)))
}

/// The directory of the settings, if there is one.
///
/// # Errors
/// As [`provider`].
pub fn directory(settings: &Settings) -> Result<Option<Arc<dyn Directory>>> {
    let Some(ldap) = &settings.ldap else { return Ok(None) };
    check_rules(&ldap.roles)?;
    Ok(Some(Arc::new(ldap::LdapDirectory::new(ldap.clone())?)))
}

fn check_rules(rules: &[RoleRule]) -> Result<()> {
    let known = known_roles();
    for RoleRule { claim, value, role } in rules {
        if role == roles::AUDITOR {
            bail!(
                "a rule gives the role {role} to whoever has {value:?} in {claim}; an auditor holds no other role, so give it by hand"
            );
        }
        if !known.contains(role) {
            bail!("a rule gives the role {role:?}, which is unknown; choose from {}", known.join(", "));
        }
    }
    Ok(())
}

/// The roles that follow from claims.
fn ruled(rules: &[RoleRule], claims: &Map<String, Value>) -> RuledRoles {
    let named = |rules: &mut dyn Iterator<Item = &RoleRule>| {
        let mut roles: Vec<Role> = rules.map(|rule| Role::new(&rule.role)).collect();
        roles.sort();
        roles.dedup();
        roles
    };
    RuledRoles {
        ruled: named(&mut rules.iter()),
        held: named(
            &mut rules
                .iter()
                .filter(|rule| claim(claims, &rule.claim).is_some_and(|found| holds(found, &rule.value))),
        ),
    }
}

/// A claim by its name; one within another by its path.
fn claim<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    // A name may itself have dots, as those that begin with an address do.
    claims.get(name).or_else(|| {
        let (outer, inner) = name.split_once('.')?;
        claim(claims.get(outer)?.as_object()?, inner)
    })
}

fn holds(found: &Value, wanted: &str) -> bool {
    match found {
        Value::String(text) => text == wanted,
        Value::Array(all) => all.iter().any(|one| one.as_str() == Some(wanted)),
        Value::Bool(_) | Value::Number(_) => wanted.parse().is_ok_and(|wanted: Value| wanted == *found),
        Value::Null | Value::Object(_) => false,
    }
}

impl KnownBy {
    /// A login as the office keeps it, if what another server says is one: what is told as a NIP is never
    /// taken for an address.
    fn login(self, told: &str) -> Option<String> {
        match self {
            Self::Email => told.contains('@').then(|| told.trim().to_lowercase()),
            Self::Nip => {
                let nip: String = told.split_whitespace().collect();
                is_nip(&nip).then_some(nip)
            }
        }
    }

    /// What it is called in an error.
    fn told(self) -> &'static str {
        match self {
            Self::Email => "a verified e-mail address",
            Self::Nip => "a NIP",
        }
    }
}

/// Whether an address is on this machine, where nobody else reads what goes by.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        // An address in numbers is read as such only where the scheme is one of the web.
        Some(Host::Domain(name)) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(claim: &str, value: &str, role: &str) -> RoleRule {
        RoleRule { claim: claim.to_owned(), value: value.to_owned(), role: role.to_owned() }
    }

    fn roles_of(rules: &[RoleRule], claims: Value) -> Vec<String> {
        let claims = claims.as_object().expect("an object");
        ruled(rules, claims).held.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn roles_follow_from_claims_wherever_they_stand() {
        let rules = [
            rule("groups", "helpdesk-ketua", "ketua"),
            rule("realm_access.roles", "agenda", "agenda"),
            rule("https://kantor.example/peran", "petugas", "anggota"),
            rule("pegawai", "true", "pemohon"),
        ];
        assert_eq!(roles_of(&rules, json!({"groups": ["lain", "helpdesk-ketua"]})), ["ketua"]);
        assert_eq!(roles_of(&rules, json!({"groups": "helpdesk-ketua"})), ["ketua"]);
        assert_eq!(roles_of(&rules, json!({"realm_access": {"roles": ["agenda"]}})), ["agenda"]);
        assert_eq!(roles_of(&rules, json!({"https://kantor.example/peran": "petugas"})), ["anggota"]);
        assert_eq!(roles_of(&rules, json!({"pegawai": true})), ["pemohon"]);
    }

    #[test]
    fn nearly_the_value_of_a_rule_gives_nothing_and_its_role_stays_ruled() {
        let rules = [rule("groups", "helpdesk-ketua", "ketua"), rule("groups", "ketua-umum", "ketua")];
        for claims in [
            json!({}),
            json!({"groups": "helpdesk-ketua-lama"}),
            json!({"groups": "helpdesk-ketua,lain"}),
            json!({"groups": ["Helpdesk-Ketua"]}),
            json!({"groups": {"helpdesk-ketua": true}}),
            json!({"group": "helpdesk-ketua"}),
        ] {
            assert_eq!(roles_of(&rules, claims.clone()), [""; 0], "{claims}");
        }
        assert_eq!(ruled(&rules, &Map::new()).ruled, ["ketua"]);
    }

    #[test]
    fn rules_give_roles_that_there_are_and_never_the_auditors() {
        assert!(check_rules(&[rule("groups", "a", "ketua")]).is_ok());
        for (role, said) in [("bos", "unknown"), ("auditor", "by hand")] {
            let error = check_rules(&[rule("groups", "a", role)]).expect_err("a refusal").to_string();
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn what_is_told_as_a_nip_is_never_taken_for_an_address() {
        assert_eq!(KnownBy::Email.login(" Rina@BRMP.example "), Some("rina@brmp.example".to_owned()));
        assert_eq!(KnownBy::Email.login("198203142008012001"), None);
        assert_eq!(KnownBy::Nip.login("19820314 200801 2 001"), Some("198203142008012001".to_owned()));
        assert_eq!(KnownBy::Nip.login("rina@brmp.example"), None);
    }
}
