//! The work units of the office, which of them belongs to which, since when, and how they were called.

use std::collections::HashMap;

use jiff::civil::Date;
use sop::calendar::Zone;
use sop::case::UnitCode;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use crate::error::{Cause, Context};
use crate::service::Term;
use crate::sql::Columns as _;
use crate::{Store, StoreError, UnitError};

/// A work unit (satker) that asks for help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    pub code: UnitCode,
    /// How it is called from the last change of its name on; [`Unit::name_on`] says how on a day.
    pub name: String,
    /// How it was called before, the oldest name first.
    pub former_names: Vec<FormerName>,
    /// Where it keeps its clocks.
    pub zone: Zone,
    /// To which it belongs.
    pub parent: Option<UnitCode>,
    /// When it exists. One that has ended keeps its name in old cases and is chosen in no new one.
    pub term: Term,
}

/// A name that a unit gave up for another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FormerName {
    /// The last day on which it was called so.
    pub until: Date,
    pub name: String,
}

impl Unit {
    /// A unit that belongs to no other and always exists.
    pub fn new(code: UnitCode, name: &str, zone: Zone) -> Self {
        let name = name.to_owned();
        Self { code, name, former_names: Vec::new(), zone, parent: None, term: Term::ALWAYS }
    }

    /// How it is called on a day: what was written then still says so, and what is written then does.
    pub fn name_on(&self, day: Date) -> &str {
        self.former_names.iter().find(|former| day <= former.until).map_or(&self.name, |former| &former.name)
    }

    /// All its names with their days, the oldest first.
    pub fn names(&self) -> Vec<(Term, &str)> {
        let mut from = self.term.from;
        let mut names = Vec::new();
        for former in &self.former_names {
            names.push((Term { from, until: Some(former.until) }, former.name.as_str()));
            from = former.until.tomorrow().ok();
        }
        names.push((Term { from, until: self.term.until }, self.name.as_str()));
        names
    }

    /// The same unit, called otherwise from a day on. That day comes after those on which it got the names
    /// before, or what was written since would change its meaning.
    pub fn renamed(self, name: &str, from: Date) -> Result<Self, UnitError> {
        let begins = self.former_names.last().map_or(self.term.from, |former| former.until.tomorrow().ok());
        let last = from.yesterday().ok().filter(|_| begins.is_none_or(|begins| begins < from));
        let Some(until) = last.filter(|_| self.term.until.is_none_or(|until| from <= until)) else {
            return Err(UnitError::NotRenamed { unit: self.code, from });
        };
        let mut former_names = self.former_names;
        former_names.push(FormerName { until, name: self.name });
        Ok(Self { name: name.to_owned(), former_names, ..self })
    }

    /// Those of a whole office's units that would belong to themselves, by however many steps.
    pub fn in_circle(units: &[Self]) -> Vec<&Self> {
        let parents: HashMap<&UnitCode, &UnitCode> =
            units.iter().filter_map(|unit| Some((&unit.code, unit.parent.as_ref()?))).collect();
        let belongs_to_itself = |unit: &&Self| {
            let above = std::iter::successors(parents.get(&unit.code), |parent| parents.get(*parent));
            // A way that is longer than there are units goes round in a circle further up.
            above.take(units.len()).any(|above| **above == unit.code)
        };
        units.iter().filter(belongs_to_itself).collect()
    }
}

impl Store {
    /// All units by name, also those that are over or yet to come.
    pub async fn units(&self) -> Result<Vec<Unit>, StoreError> {
        let rows = query(
            "SELECT code, name, zone, parent, from_day, until_day \
             FROM units ORDER BY name, code",
        )
        .fetch_all(&self.readers)
        .await;
        let rows = rows.doing(|| "reading the units".to_owned())?;
        let mut units = rows.iter().map(Unit::read).collect::<Result<Vec<_>, _>>()?;
        let rows = query(
            "SELECT unit, until_day, name \
             FROM unit_names ORDER BY unit, until_day",
        )
        .fetch_all(&self.readers)
        .await;
        let mut former: HashMap<UnitCode, Vec<FormerName>> = HashMap::new();
        for row in &rows.doing(|| "reading the names that units had".to_owned())? {
            let (unit, name) = FormerName::read(row)?;
            former.entry(unit).or_default().push(name);
        }
        for unit in &mut units {
            unit.former_names = former.remove(&unit.code).unwrap_or_default();
        }
        Ok(units)
    }

    pub async fn unit(&self, code: &UnitCode) -> Result<Option<Unit>, StoreError> {
        let row = query("SELECT code, name, zone, parent, from_day, until_day FROM units WHERE code = $1")
            .bind(code.as_str())
            .fetch_optional(&self.readers)
            .await
            .doing(|| format!("reading unit {code}"))?;
        let Some(row) = row else { return Ok(None) };
        let mut unit = Unit::read(&row)?;
        let rows = query(
            "SELECT unit, until_day, name \
             FROM unit_names WHERE unit = $1 ORDER BY until_day",
        )
        .bind(code.as_str())
        .fetch_all(&self.readers)
        .await
        .doing(|| format!("reading the names that unit {code} had"))?;
        let former = rows.iter().map(|row| Ok(FormerName::read(row)?.1));
        unit.former_names = former.collect::<Result<_, StoreError>>()?;
        Ok(Some(unit))
    }

    /// Adds units, and makes those whose code is there already as they are written here. One may belong
    /// to another that comes after it. All of them or none.
    pub async fn put_units(&self, units: &[Unit]) -> Result<(), UnitError> {
        let mut tx = self.write("beginning to put units in").await?;
        for unit in units {
            query(
                "INSERT INTO units (code, name, zone, from_day, until_day) VALUES ($1, $2, $3, $4, $5) \
                 ON CONFLICT (code) DO UPDATE SET name = excluded.name, zone = excluded.zone, \
                   from_day = excluded.from_day, until_day = excluded.until_day",
            )
            .bind(unit.code.as_str())
            .bind(unit.name.as_str())
            .bind(unit.zone.abbreviation())
            .bind(unit.term.begin_column())
            .bind(unit.term.end_column())
            .execute(&mut *tx)
            .await
            .doing(|| format!("putting unit {} in", unit.code))?;
            put_names(&mut tx, unit).await?;
        }
        let doing = || "looking which unit belongs to which".to_owned();
        let rows = query(
            "SELECT code, name, zone, parent, from_day, until_day \
             FROM units",
        )
        .fetch_all(&mut *tx)
        .await
        .doing(doing)?;
        let mut all = rows.iter().map(Unit::read).collect::<Result<Vec<_>, _>>()?;
        for unit in units {
            if let Some(parent) = unit.parent.as_ref().filter(|code| all.iter().all(|it| it.code != **code)) {
                return Err(UnitError::ParentUnknown { unit: unit.code.clone(), parent: parent.clone() });
            }
            if let Some(there) = all.iter_mut().find(|there| there.code == unit.code) {
                there.parent.clone_from(&unit.parent);
            }
            query("UPDATE units SET parent = $2 WHERE code = $1")
                .bind(unit.code.as_str())
                .bind(unit.parent.as_ref().map(UnitCode::as_str))
                .execute(&mut *tx)
                .await
                .doing(|| format!("saying to which unit {} belongs", unit.code))?;
        }
        if let Some(unit) = Unit::in_circle(&all).first() {
            return Err(UnitError::Circle { unit: unit.code.clone() });
        }
        Ok(tx.commit().await.doing(|| "putting units in".to_owned())?)
    }

    /// The same for one unit.
    pub async fn add_unit(&self, unit: Unit) -> Result<(), UnitError> {
        self.put_units(&[unit]).await
    }
}

/// Writes how a unit was called, in place of what stood there.
async fn put_names(tx: &mut AnyConnection, unit: &Unit) -> Result<(), StoreError> {
    let doing = || format!("writing how unit {} was called", unit.code);
    query("DELETE FROM unit_names WHERE unit = $1")
        .bind(unit.code.as_str())
        .execute(&mut *tx)
        .await
        .doing(doing)?;
    for former in &unit.former_names {
        query("INSERT INTO unit_names (unit, until_day, name) VALUES ($1, $2, $3)")
            .bind(unit.code.as_str())
            .bind(former.until.to_string())
            .bind(former.name.as_str())
            .execute(&mut *tx)
            .await
            .doing(doing)?;
    }
    Ok(())
}

impl FormerName {
    fn read(row: &AnyRow) -> Result<(UnitCode, Self), StoreError> {
        let read = || -> Result<_, Cause> {
            let former = Self { until: row.text("until_day")?.parse()?, name: row.text("name")? };
            Ok((UnitCode::new(row.text("unit")?), former))
        };
        read().damaged(|| "a name that a unit had".to_owned())
    }
}

impl Unit {
    /// Without the names that it had.
    fn read(row: &AnyRow) -> Result<Self, StoreError> {
        let code = row.text("code").damaged(|| "the code of a unit".to_owned())?;
        let read = || -> Result<Self, Cause> {
            let zone = row.text("zone")?;
            let zone = [Zone::Wib, Zone::Wita, Zone::Wit]
                .into_iter()
                .find(|known| known.abbreviation() == zone)
                .ok_or_else(|| format!("{zone:?} is no zone"))?;
            Ok(Self {
                code: UnitCode::new(code.clone()),
                name: row.text("name")?,
                former_names: Vec::new(),
                zone,
                parent: row.text_or_none("parent")?.map(UnitCode::new),
                term: Term::read(row)?,
            })
        };
        read().damaged(|| format!("unit {code}"))
    }
}
