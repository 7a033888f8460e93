//! Who works here, and what they are on a day.

use std::collections::HashMap;
use std::fmt;

use jiff::civil::Date;
use sop::case::{PersonId, UnitCode};
use sop::definition::Role;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use crate::corrections::{self, Correcting, Kept};
use crate::error::{Cause, Context};
use crate::service::{Holding, Period, Posting, ServiceRecord, Term};
use crate::sql::{Columns as _, Statement};
use crate::{PersonError, PutPeopleError, Store, StoreError};

/// Somebody as they are on the day for which they were read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub name: String,
    /// Without spaces.
    pub nip: Option<String>,
    pub email: String,
    /// Their position on that day. Whoever has none then has the last that they held, or else the first
    /// that they will hold; so too their unit.
    pub position: String,
    pub unit: UnitCode,
    /// The roles that are in force on that day by their own right, in alphabetical order.
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
    /// What they were, are and will be: at least one, and no two on one day.
    pub periods: Vec<Period>,
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
    /// Adds a person. A period of theirs without a first day has an open beginning.
    pub async fn add_person(&self, person: &NewPerson) -> Result<(), PersonError> {
        let mut tx = self.write("beginning to add a person").await?;
        check_person(&mut tx, person).await?;
        insert_person(&mut tx, person).await?;
        write_record(&mut tx, &person.id, &ServiceRecord::of(&person.periods)).await?;
        Ok(tx.commit().await.doing(|| format!("adding person {}", person.id))?)
    }

    /// Adds people, and gives those whose id is there already what is written of them here, but no other
    /// password; their periods are put into their record as [`ServiceRecord::put`] says. What that writes
    /// over is kept as a [`Correction`](crate::Correction). All of them or none.
    pub async fn put_people(
        &self,
        people: &[NewPerson],
        today: Date,
        correcting: &Correcting,
    ) -> Result<(), PutPeopleError> {
        let mut tx = self.write("beginning to put people in").await?;
        for person in people {
            let put = put_person(&mut tx, person, today, correcting).await;
            put.map_err(|source| PutPeopleError::Person { name: person.name.clone(), source })?;
        }
        Ok(tx.commit().await.doing(|| "putting people in".to_owned())?)
    }

    pub async fn person(&self, id: &PersonId, on: Date) -> Result<Option<Person>, StoreError> {
        let mut statement = people_where(on);
        statement.push("p.id = ").text(id.as_str());
        let people = self.read_people(statement, || format!("reading person {id}")).await?;
        Ok(people.into_iter().next().map(|credentials| credentials.person))
    }

    /// Everybody by name, as they are on a day.
    pub async fn people(&self, on: Date) -> Result<Vec<Person>, StoreError> {
        let mut statement = people_where(on);
        statement.push("1 = 1 ORDER BY p.name, p.id");
        let people = self.read_people(statement, || "reading the people".to_owned()).await?;
        Ok(people.into_iter().map(|credentials| credentials.person).collect())
    }

    /// Everybody who holds a role on a day, by name.
    pub async fn people_with_role(&self, role: &Role, on: Date) -> Result<Vec<Person>, StoreError> {
        let day = on.to_string();
        let mut statement = people_where(on);
        statement.push("p.id IN (SELECT person FROM held_roles WHERE role = ").text(role.as_str());
        statement.push(" AND from_day <= ").text(&day).push(" AND until_day >= ").text(&day);
        statement.push(") ORDER BY p.name, p.id");
        let people = self.read_people(statement, || format!("reading the people with role {role}")).await?;
        Ok(people.into_iter().map(|credentials| credentials.person).collect())
    }

    /// What everybody was, is and will be.
    pub async fn service_records(&self) -> Result<HashMap<PersonId, ServiceRecord>, StoreError> {
        let doing = || "reading who held what, and when".to_owned();
        let postings = query(
            "SELECT person, from_day, until_day, position, unit \
             FROM postings",
        )
        .fetch_all(&self.readers)
        .await
        .doing(doing)?;
        let holdings = query(
            "SELECT person, role, from_day, until_day \
             FROM held_roles",
        )
        .fetch_all(&self.readers)
        .await
        .doing(doing)?;
        read_records(&postings, &holdings)
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
    /// spaces; as they are on a day.
    pub async fn credentials(&self, login: &str, on: Date) -> Result<Option<Credentials>, StoreError> {
        let mut statement = people_where(on);
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

async fn put_person(
    tx: &mut AnyConnection,
    person: &NewPerson,
    today: Date,
    correcting: &Correcting,
) -> Result<(), PersonError> {
    check_person(tx, person).await?;
    let before = kept(tx, &person.id).await?;
    if before.is_some() {
        update_person(tx, person).await?;
    } else {
        insert_person(tx, person).await?;
    }
    let record = record_of(tx, &person.id).await?.put(&person.periods, today);
    write_record(tx, &person.id, &record).await?;
    if let (Some(before), Some(after)) = (before, kept(tx, &person.id).await?) {
        corrections::write(tx, &person.id, &before, &after, correcting).await?;
    }
    Ok(())
}

/// What is kept about a person; none if there is nobody of this id.
async fn kept(tx: &mut AnyConnection, id: &PersonId) -> Result<Option<Kept>, StoreError> {
    let row = query("SELECT name, nip, email FROM people WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(&mut *tx)
        .await
        .doing(|| format!("reading person {id}"))?;
    let Some(row) = row else { return Ok(None) };
    let record = record_of(tx, id).await?;
    let read = || -> Result<Kept, Cause> {
        let nip = row.text_or_none("nip")?.unwrap_or_default();
        Ok(Kept { name: row.text("name")?, nip, email: row.text("email")?, record })
    };
    read().map(Some).damaged(|| format!("person {id}"))
}

/// Whether nobody else has the address or the NIP, there are the units, and one period follows another.
/// Nobody else can write between these questions and the answer.
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
    if person.periods.is_empty() {
        return Err(PersonError::PeriodMissing);
    }
    for (at, period) in person.periods.iter().enumerate() {
        if person.periods[..at].iter().any(|before| before.term.overlaps(&period.term)) {
            return Err(PersonError::PeriodsOverlap);
        }
        let unit = query("SELECT 1 FROM units WHERE code = $1")
            .bind(period.unit.as_str())
            .fetch_optional(&mut *tx)
            .await
            .doing(doing)?;
        if unit.is_none() {
            return Err(PersonError::UnitUnknown);
        }
    }
    Ok(())
}

async fn insert_person(tx: &mut AnyConnection, person: &NewPerson) -> Result<(), StoreError> {
    query(
        "INSERT INTO people (id, name, nip, email, email_key, password_hash) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(person.id.as_str())
    .bind(person.name.as_str())
    .bind(person.kept_nip())
    .bind(person.email.trim())
    .bind(email_key(&person.email))
    .bind(person.password_hash.as_str())
    .execute(&mut *tx)
    .await
    .doing(|| format!("adding person {}", person.id))?;
    Ok(())
}

async fn update_person(tx: &mut AnyConnection, person: &NewPerson) -> Result<(), StoreError> {
    query("UPDATE people SET name = $2, nip = $3, email = $4, email_key = $5 WHERE id = $1")
        .bind(person.id.as_str())
        .bind(person.name.as_str())
        .bind(person.kept_nip())
        .bind(person.email.trim())
        .bind(email_key(&person.email))
        .execute(&mut *tx)
        .await
        .doing(|| format!("changing person {}", person.id))
        .map(drop)
}

pub(crate) async fn record_of(tx: &mut AnyConnection, id: &PersonId) -> Result<ServiceRecord, StoreError> {
    let doing = || format!("reading what person {id} held, and when");
    let postings = query(
        "SELECT person, from_day, until_day, position, unit \
         FROM postings WHERE person = $1",
    )
    .bind(id.as_str())
    .fetch_all(&mut *tx)
    .await
    .doing(doing)?;
    let holdings = query("SELECT person, role, from_day, until_day FROM held_roles WHERE person = $1")
        .bind(id.as_str())
        .fetch_all(&mut *tx)
        .await
        .doing(doing)?;
    Ok(read_records(&postings, &holdings)?.remove(id).unwrap_or_default())
}

fn read_records(
    postings: &[AnyRow],
    holdings: &[AnyRow],
) -> Result<HashMap<PersonId, ServiceRecord>, StoreError> {
    let read = || -> Result<_, Cause> {
        let mut records: HashMap<PersonId, ServiceRecord> = HashMap::new();
        for row in postings {
            records.entry(PersonId::new(row.text("person")?)).or_default().postings.push(Posting {
                term: Term::read(row)?,
                position: row.text("position")?,
                unit: UnitCode::new(row.text("unit")?),
            });
        }
        for row in holdings {
            let record = records.entry(PersonId::new(row.text("person")?)).or_default();
            record.holdings.push(Holding { term: Term::read(row)?, role: Role::new(row.text("role")?) });
        }
        Ok(records.into_iter().map(|(person, record)| (person, record.in_order())).collect())
    };
    read().damaged(|| "what somebody held".to_owned())
}

/// Writes down what is not written yet. No row ever goes: a record only grows, and its terms get ends.
pub(crate) async fn write_record(
    tx: &mut AnyConnection,
    id: &PersonId,
    record: &ServiceRecord,
) -> Result<(), StoreError> {
    let doing = || format!("writing down what person {id} holds");
    for posting in &record.postings {
        query(
            "INSERT INTO postings (person, from_day, until_day, position, unit) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (person, from_day) DO UPDATE SET \
               until_day = excluded.until_day, position = excluded.position, unit = excluded.unit",
        )
        .bind(id.as_str())
        .bind(posting.term.begin_column())
        .bind(posting.term.end_column())
        .bind(posting.position.as_str())
        .bind(posting.unit.as_str())
        .execute(&mut *tx)
        .await
        .doing(doing)?;
    }
    for holding in &record.holdings {
        query(
            "INSERT INTO held_roles (person, role, from_day, until_day) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (person, role, from_day) DO UPDATE SET until_day = excluded.until_day",
        )
        .bind(id.as_str())
        .bind(holding.role.as_str())
        .bind(holding.term.begin_column())
        .bind(holding.term.end_column())
        .execute(&mut *tx)
        .await
        .doing(doing)?;
    }
    Ok(())
}

/// People as they are on a day, of whom the condition is still to be written. Of postings that hold on any
/// day at all, the last that has begun counts, or else the first to begin.
fn people_where(on: Date) -> Statement {
    let day = on.to_string();
    let mut statement = Statement::new(
        "SELECT p.id, p.name, p.nip, p.email, o.position, o.unit, p.language, p.password_hash, \
         (SELECT string_agg(r.role, ',') FROM held_roles r WHERE r.person = p.id AND r.from_day <= ",
    );
    statement.text(&day).push(" AND r.until_day >= ").text(&day);
    statement.push(
        ") AS roles FROM people p JOIN postings o ON o.person = p.id AND o.from_day = COALESCE(\
         (SELECT MAX(b.from_day) FROM postings b WHERE b.person = p.id AND b.until_day >= b.from_day \
          AND b.from_day <= ",
    );
    statement.text(&day).push(
        "), (SELECT MIN(f.from_day) FROM postings f WHERE f.person = p.id AND f.until_day >= f.from_day)) \
         WHERE ",
    );
    statement
}

fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

fn without_spaces(nip: &str) -> String {
    nip.split_whitespace().collect()
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
