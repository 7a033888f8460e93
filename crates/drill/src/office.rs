//! An office to begin with, made by the commands that people use.

use anyhow::Result;
use store::Store;

use crate::Program;
use crate::people::{self, LEAD, MEMBER, PASSWORD, REQUESTER, SECRETARY};

impl Program {
    /// Makes the office: its database, units and people, of whom one of each kind can sign in, and test keys
    /// with which the secretary and the lead sign.
    pub async fn furnish(&self) -> Result<()> {
        self.run(&["migrate"], "")?;
        let store = Store::open(&self.database()).await?;
        for unit in people::units() {
            store.add_unit(unit).await?;
        }
        for person in people::people() {
            store.add_person(&person).await?;
        }
        store.close().await;
        for person in [SECRETARY, LEAD, MEMBER, REQUESTER] {
            self.run(&["user", "passwd", &people::email(person)], &format!("{PASSWORD}\n"))?;
        }
        for signer in [SECRETARY, LEAD] {
            let signer = ["signer", "demo-ca", "--for", &people::email(signer)];
            self.run(&signer, &format!("{PASSWORD}\n"))?;
        }
        Ok(())
    }
}
