//! What an office sets for itself, by name.

use sqlx::{AnyConnection, query};

use crate::error::Context;
use crate::sql::Columns as _;
use crate::{Store, StoreError};

impl Store {
    pub async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        let doing = || format!("reading setting {key}");
        read(&mut *self.readers.acquire().await.doing(doing)?, key).await
    }

    /// Writes a setting unless it is there already, and returns what it is: of many who come at once, all get
    /// what one of them wrote.
    pub async fn settle_setting(&self, key: &str, value: &str) -> Result<String, StoreError> {
        let doing = || format!("settling setting {key}");
        let mut tx = self.write("beginning to settle a setting").await?;
        query("INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING")
            .bind(key)
            .bind(value)
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        let settled = read(&mut tx, key).await?.ok_or("it is not there").doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(settled)
    }

    pub async fn set_setting(&self, key: &str, value: &str) -> Result<(), StoreError> {
        let mut tx = self.write("beginning to write a setting").await?;
        write(&mut tx, key, value).await?;
        tx.commit().await.doing(|| format!("writing setting {key}"))
    }
}

pub(crate) async fn read(connection: &mut AnyConnection, key: &str) -> Result<Option<String>, StoreError> {
    let row = query("SELECT value FROM settings WHERE key = $1").bind(key).fetch_optional(connection).await;
    let row = row.doing(|| format!("reading setting {key}"))?;
    row.map(|row| row.text("value").damaged(|| format!("setting {key}"))).transpose()
}

pub(crate) async fn write(tx: &mut AnyConnection, key: &str, value: &str) -> Result<(), StoreError> {
    query(
        "INSERT INTO settings (key, value) VALUES ($1, $2) \
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )
    .bind(key)
    .bind(value)
    .execute(tx)
    .await
    .doing(|| format!("writing setting {key}"))
    .map(drop)
}
