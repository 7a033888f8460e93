//! What an office sets for itself, by name.

use sqlx::query;

use crate::error::Context;
use crate::sql::Columns as _;
use crate::{Store, StoreError};

impl Store {
    pub async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        let row = query("SELECT value FROM settings WHERE key = $1")
            .bind(key)
            .fetch_optional(&self.readers)
            .await
            .doing(|| format!("reading setting {key}"))?;
        row.map(|row| row.text("value").damaged(|| format!("setting {key}"))).transpose()
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
        let row = query("SELECT value FROM settings WHERE key = $1").bind(key).fetch_one(&mut *tx).await;
        let settled = row.doing(doing)?.text("value").damaged(|| format!("setting {key}"))?;
        tx.commit().await.doing(doing)?;
        Ok(settled)
    }

    pub async fn set_setting(&self, key: &str, value: &str) -> Result<(), StoreError> {
        let doing = || format!("writing setting {key}");
        let mut tx = self.write("beginning to write a setting").await?;
        query(
            "INSERT INTO settings (key, value) VALUES ($1, $2) \
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )
        .bind(key)
        .bind(value)
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        tx.commit().await.doing(doing)
    }
}
