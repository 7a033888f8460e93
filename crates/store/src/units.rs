//! The work units of the office, which of them belongs to which, and since when.

use std::collections::HashMap;

use sop::calendar::Zone;
use sop::case::UnitCode;
use sqlx::any::AnyRow;
use sqlx::query;

use crate::error::{Cause, Context};
use crate::service::Term;
use crate::sql::Columns as _;
use crate::{Store, StoreError, UnitError};

/// A work unit (satker) that asks for help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    pub code: UnitCode,
    pub name: String,
    /// Where it keeps its clocks.
    pub zone: Zone,
    /// To which it belongs.
    pub parent: Option<UnitCode>,
    /// When it exists. One that has ended keeps its name in old cases and is chosen in no new one.
    pub term: Term,
}

impl Unit {
    /// A unit that belongs to no other and always exists.
    pub fn new(code: UnitCode, name: &str, zone: Zone) -> Self {
        Self { code, name: name.to_owned(), zone, parent: None, term: Term::ALWAYS }
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
        let rows = query("SELECT * FROM units ORDER BY name, code").fetch_all(&self.readers).await;
        rows.doing(|| "reading the units".to_owned())?.iter().map(Unit::read).collect()
    }

    pub async fn unit(&self, code: &UnitCode) -> Result<Option<Unit>, StoreError> {
        let row = query("SELECT * FROM units WHERE code = $1")
            .bind(code.as_str())
            .fetch_optional(&self.readers)
            .await
            .doing(|| format!("reading unit {code}"))?;
        row.as_ref().map(Unit::read).transpose()
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
        }
        let doing = || "looking which unit belongs to which".to_owned();
        let rows = query("SELECT * FROM units").fetch_all(&mut *tx).await.doing(doing)?;
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

impl Unit {
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
                zone,
                parent: row.text_or_none("parent")?.map(UnitCode::new),
                term: Term::read(row)?,
            })
        };
        read().damaged(|| format!("unit {code}"))
    }
}
