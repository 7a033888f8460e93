//! Whose turn it is to make the day's backup, where several nodes would.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;

use crate::error::Context as _;
use crate::{Store, StoreError, settings};

/// The setting in which it is noted.
const BACKUP: &str = "backup";

/// For how long a node that took its turn is waited for. One that was killed meanwhile has its turn taken over
/// on the same day; nobody should take so long to write a backup.
const TURN: SignedDuration = SignedDuration::from_hours(6);

#[derive(Debug, Default, Serialize, Deserialize)]
struct Noted {
    made_at: Option<Timestamp>,
    taken_until: Option<Timestamp>,
}

impl Store {
    /// Takes the turn to make the backup that has been due since `due`. False if it is made, or if another node
    /// is making it.
    pub async fn take_backup_turn(&self, due: Timestamp, now: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.write("beginning to take the turn of a backup").await?;
        let noted = noted(&mut tx).await?;
        let is_made = noted.made_at.is_some_and(|made| made >= due);
        if is_made || noted.taken_until.is_some_and(|until| until > now) {
            return Ok(false);
        }
        note(&mut tx, &Noted { taken_until: Some(now + TURN), ..noted }).await?;
        tx.commit().await.doing(|| "taking the turn of a backup".to_owned())?;
        Ok(true)
    }

    /// Ends a turn. Where no backup was made, the next who asks may try.
    pub async fn end_backup_turn(&self, made_at: Option<Timestamp>) -> Result<(), StoreError> {
        let mut tx = self.write("beginning to end the turn of a backup").await?;
        let before = noted(&mut tx).await?.made_at;
        note(&mut tx, &Noted { made_at: made_at.or(before), taken_until: None }).await?;
        tx.commit().await.doing(|| "ending the turn of a backup".to_owned())
    }

    /// When some node last made a backup in its turn.
    pub async fn last_backup_turn(&self) -> Result<Option<Timestamp>, StoreError> {
        let mut reader = self.readers.acquire().await.doing(|| "beginning to read".to_owned())?;
        Ok(noted(&mut reader).await?.made_at)
    }
}

async fn noted(connection: &mut AnyConnection) -> Result<Noted, StoreError> {
    let Some(noted) = settings::read(connection, BACKUP).await? else { return Ok(Noted::default()) };
    serde_json::from_str(&noted).damaged(|| "whose turn it is to make a backup".to_owned())
}

async fn note(tx: &mut AnyConnection, noted: &Noted) -> Result<(), StoreError> {
    let noted = serde_json::to_string(noted);
    let noted = noted.doing(|| "noting whose turn it is to make a backup".to_owned())?;
    settings::write(tx, BACKUP, &noted).await
}
