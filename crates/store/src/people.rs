//! Who works here, and for which units.

use std::collections::HashMap;
use std::fmt;

use sop::calendar::Zone;
use sop::case::{PersonId, UnitCode};
use sop::definition::Role;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use crate::error::{Cause, Context};
use crate::sql::{Columns as _, Statement};
use crate::{PersonError, PutPeopleError, Store, StoreError};

/// A work unit (satker) that asks for help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    pub code: UnitCode,
    pub name: String,
    /// Where it keeps its clocks.
    pub zone: Zone,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub name: String,
    /// Without spaces.
    pub nip: Option<String>,
    pub email: String,
    pub position: String,
    pub unit: UnitCode,
    /// In alphabetical order.
    pub roles: Vec<Role>,
    /// The language they chose; none until they do.
    pub language: Option<String>,
}

#[derive(Clone, PartialEq, Eq)]
pub struct NewPerson {
    pub id: PersonId,
    pub name: String,
    pub nip: Option<String>,
    pub email: String,
    pub position: String,
    pub unit: UnitCode,
    pub roles: Vec<Role>,
    pub password_hash: String,
}

/// What a sign-in is checked against.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    pub person: Person,
    pub password_hash: String,
}

impl NewPerson {
    /// The NIP as it is kept: without spaces, and none if there are no digits.
    fn kept_nip(&self) -> Option<String> {
        self.nip.as_deref().map(without_spaces).filter(|nip| !nip.is_empty())
    }
}

// Written out, so that no password hash gets into a log.
impl fmt::Debug for NewPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewPerson").field("id", &self.id).finish_non_exhaustive()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("person", &self.person.id).finish_non_exhaustive()
    }
}

impl Store {
    /// All units by name.
    pub async fn units(&self) -> Result<Vec<Unit>, StoreError> {
        let rows =
            query("SELECT code, name, zone FROM units ORDER BY name, code").fetch_all(&self.readers).await;
        rows.doing(|| "reading the units".to_owned())?.iter().map(Unit::read).collect()
    }

    pub async fn unit(&self, code: &UnitCode) -> Result<Option<Unit>, StoreError> {
        let row = query("SELECT code, name, zone FROM units WHERE code = $1")
            .bind(code.as_str())
            .fetch_optional(&self.readers)
            .await
            .doing(|| format!("reading unit {code}"))?;
        row.as_ref().map(Unit::read).transpose()
    }

    /// Adds a unit, or gives the one of this code its new name and zone.
    pub async fn add_unit(&self, unit: Unit) -> Result<(), StoreError> {
        let doing = || format!("adding unit {}", unit.code);
        let mut tx = self.write("beginning to add a unit").await?;
        query(
            "INSERT INTO units (code, name, zone) VALUES ($1, $2, $3) \
             ON CONFLICT (code) DO UPDATE SET name = excluded.name, zone = excluded.zone",
        )
        .bind(unit.code.as_str())
        .bind(unit.name.as_str())
        .bind(unit.zone.abbreviation())
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        tx.commit().await.doing(doing)
    }

    pub async fn add_person(&self, person: &NewPerson) -> Result<(), PersonError> {
        let mut tx = self.write("beginning to add a person").await?;
        check_person(&mut tx, person).await?;
        insert_person(&mut tx, person).await?;
        set_roles(&mut tx, person).await?;
        Ok(tx.commit().await.doing(|| format!("adding person {}", person.id))?)
    }

    /// Adds people, and gives those whose id is there already what is written of them here, but no other
    /// password. All of them or none.
    pub async fn put_people(&self, people: &[NewPerson]) -> Result<(), PutPeopleError> {
        let mut tx = self.write("beginning to put people in").await?;
        for person in people {
            let put = put_person(&mut tx, person).await;
            put.map_err(|source| PutPeopleError::Person { name: person.name.clone(), source })?;
        }
        Ok(tx.commit().await.doing(|| "putting people in".to_owned())?)
    }

    pub async fn person(&self, id: &PersonId) -> Result<Option<Person>, StoreError> {
        let mut statement = people_where();
        statement.push("p.id = ").text(id.as_str());
        let people = self.read_people(statement, || format!("reading person {id}")).await?;
        Ok(people.into_iter().next().map(|credentials| credentials.person))
    }

    /// Everybody by name.
    pub async fn people(&self) -> Result<Vec<Person>, StoreError> {
        let mut statement = people_where();
        statement.push("1 = 1 ORDER BY p.name, p.id");
        let people = self.read_people(statement, || "reading the people".to_owned()).await?;
        Ok(people.into_iter().map(|credentials| credentials.person).collect())
    }

    /// Everybody who holds a role, by name.
    pub async fn people_with_role(&self, role: &Role) -> Result<Vec<Person>, StoreError> {
        let mut statement = people_where();
        statement.push("p.id IN (SELECT person FROM person_roles WHERE role = ").text(role.as_str());
        statement.push(") ORDER BY p.name, p.id");
        let people = self.read_people(statement, || format!("reading the people with role {role}")).await?;
        Ok(people.into_iter().map(|credentials| credentials.person).collect())
    }

    /// The names of people; whoever is unknown is left out.
    pub async fn names(&self, ids: &[PersonId]) -> Result<HashMap<PersonId, String>, StoreError> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let mut statement = Statement::new("SELECT id, name FROM people WHERE id IN ");
        statement.texts(ids.iter().map(PersonId::as_str));
        let rows = statement.fetch_all(&self.readers, || "reading names of people".to_owned()).await?;
        rows.iter()
            .map(|row| {
                let read = || -> Result<_, Cause> { Ok((PersonId::new(row.text("id")?), row.text("name")?)) };
                read().damaged(|| "the name of a person".to_owned())
            })
            .collect()
    }

    /// Whoever signs in with this e-mail address, in whatever case, or with this NIP, with or without
    /// spaces.
    pub async fn credentials(&self, login: &str) -> Result<Option<Credentials>, StoreError> {
        let mut statement = people_where();
        if login.contains('@') {
            statement.push("p.email_key = ").text(&email_key(login));
        } else {
            statement.push("p.nip = ").text(&without_spaces(login));
        }
        let people = self.read_people(statement, || "reading who signs in".to_owned()).await?;
        Ok(people.into_iter().next())
    }

    /// Gives a person a new password and ends their sessions, all but the one in which they changed it
    /// themselves. False if there is no such person.
    pub async fn set_password(
        &self,
        id: &PersonId,
        password_hash: &str,
        kept: Option<&[u8; 32]>,
    ) -> Result<bool, StoreError> {
        let doing = || format!("setting the password of person {id}");
        let mut tx = self.write("beginning to set a password").await?;
        let changed = query("UPDATE people SET password_hash = $1 WHERE id = $2")
            .bind(password_hash)
            .bind(id.as_str())
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        query("DELETE FROM sessions WHERE person = $1 AND token_hash <> $2")
            .bind(id.as_str())
            .bind(kept.map_or_else(String::new, hex::encode))
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        query("DELETE FROM awaited_codes WHERE person = $1")
            .bind(id.as_str())
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(changed.rows_affected() == 1)
    }

    /// Remembers the language a person chose. False if there is no such person.
    pub async fn set_language(&self, id: &PersonId, language: &str) -> Result<bool, StoreError> {
        let doing = || format!("setting the language of person {id}");
        let mut tx = self.write("beginning to set a language").await?;
        let changed = query("UPDATE people SET language = $1 WHERE id = $2")
            .bind(language)
            .bind(id.as_str())
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(changed.rows_affected() == 1)
    }

    async fn read_people(
        &self,
        statement: Statement,
        doing: impl FnOnce() -> String,
    ) -> Result<Vec<Credentials>, StoreError> {
        let rows = statement.fetch_all(&self.readers, doing).await?;
        let person = |row: &AnyRow| {
            let id = row.text("id").unwrap_or_else(|_| "without an id".to_owned());
            Credentials::read(row).damaged(|| format!("person {id}"))
        };
        rows.iter().map(person).collect()
    }
}

async fn put_person(tx: &mut AnyConnection, person: &NewPerson) -> Result<(), PersonError> {
    check_person(tx, person).await?;
    if !update_person(tx, person).await? {
        insert_person(tx, person).await?;
    }
    Ok(set_roles(tx, person).await?)
}

/// Whether nobody else has the address or the NIP, and there is the unit. Nobody else can write between
/// these questions and the answer.
async fn check_person(tx: &mut AnyConnection, person: &NewPerson) -> Result<(), PersonError> {
    let doing = || format!("looking whether person {} can be added", person.id);
    let taken = query("SELECT 1 FROM people WHERE email_key = $1 AND id <> $2")
        .bind(email_key(&person.email))
        .bind(person.id.as_str())
        .fetch_optional(&mut *tx)
        .await
        .doing(doing)?;
    if taken.is_some() {
        return Err(PersonError::EmailTaken);
    }
    let taken = query("SELECT 1 FROM people WHERE nip = $1 AND id <> $2")
        .bind(person.kept_nip())
        .bind(person.id.as_str())
        .fetch_optional(&mut *tx)
        .await
        .doing(doing)?;
    if taken.is_some() {
        return Err(PersonError::NipTaken);
    }
    let unit = query("SELECT 1 FROM units WHERE code = $1")
        .bind(person.unit.as_str())
        .fetch_optional(&mut *tx)
        .await
        .doing(doing)?;
    if unit.is_none() { Err(PersonError::UnitUnknown) } else { Ok(()) }
}

async fn insert_person(tx: &mut AnyConnection, person: &NewPerson) -> Result<(), StoreError> {
    query(
        "INSERT INTO people (id, name, nip, email, email_key, position, unit, password_hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(person.id.as_str())
    .bind(person.name.as_str())
    .bind(person.kept_nip())
    .bind(person.email.trim())
    .bind(email_key(&person.email))
    .bind(person.position.as_str())
    .bind(person.unit.as_str())
    .bind(person.password_hash.as_str())
    .execute(&mut *tx)
    .await
    .doing(|| format!("adding person {}", person.id))?;
    Ok(())
}

/// False if there is nobody of this id.
async fn update_person(tx: &mut AnyConnection, person: &NewPerson) -> Result<bool, StoreError> {
    let updated = query(
        "UPDATE people SET name = $2, nip = $3, email = $4, email_key = $5, position = $6, unit = $7 \
         WHERE id = $1",
    )
    .bind(person.id.as_str())
    .bind(person.name.as_str())
    .bind(person.kept_nip())
    .bind(person.email.trim())
    .bind(email_key(&person.email))
    .bind(person.position.as_str())
    .bind(person.unit.as_str())
    .execute(&mut *tx)
    .await
    .doing(|| format!("changing person {}", person.id))?;
    Ok(updated.rows_affected() == 1)
}

async fn set_roles(tx: &mut AnyConnection, person: &NewPerson) -> Result<(), StoreError> {
    let doing = || format!("giving person {} their roles", person.id);
    query("DELETE FROM person_roles WHERE person = $1")
        .bind(person.id.as_str())
        .execute(&mut *tx)
        .await
        .doing(doing)?;
    for role in &person.roles {
        query("INSERT INTO person_roles (person, role) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(person.id.as_str())
            .bind(role.as_str())
            .execute(&mut *tx)
            .await
            .doing(doing)?;
    }
    Ok(())
}

/// People with their roles, of whom the condition is still to be written.
fn people_where() -> Statement {
    Statement::new(
        "SELECT p.id, p.name, p.nip, p.email, p.position, p.unit, p.language, p.password_hash, \
         (SELECT string_agg(r.role, ',') FROM person_roles r WHERE r.person = p.id) AS roles \
         FROM people p WHERE ",
    )
}

fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

fn without_spaces(nip: &str) -> String {
    nip.split_whitespace().collect()
}

impl Unit {
    fn read(row: &AnyRow) -> Result<Self, StoreError> {
        let code = row.text("code").damaged(|| "the code of a unit".to_owned())?;
        let read = || -> Result<Self, Cause> {
            let zone = row.text("zone")?;
            let zone = [Zone::Wib, Zone::Wita, Zone::Wit]
                .into_iter()
                .find(|known| known.abbreviation() == zone)
                .ok_or_else(|| format!("{zone:?} is no zone"))?;
            Ok(Self { code: UnitCode::new(code.clone()), name: row.text("name")?, zone })
        };
        read().damaged(|| format!("unit {code}"))
    }
}

impl Credentials {
    fn read(row: &AnyRow) -> Result<Self, Cause> {
        let roles = row.text_or_none("roles")?.unwrap_or_default();
        let mut roles: Vec<Role> = roles.split(',').filter(|role| !role.is_empty()).map(Role::from).collect();
        roles.sort();
        let person = Person {
            id: PersonId::new(row.text("id")?),
            name: row.text("name")?,
            nip: row.text_or_none("nip")?,
            email: row.text("email")?,
            position: row.text("position")?,
            unit: UnitCode::new(row.text("unit")?),
            roles,
            language: row.text_or_none("language")?,
        };
        Ok(Self { person, password_hash: row.text("password_hash")? })
    }
}
