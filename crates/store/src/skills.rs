//! What people can do, so that work goes to whom it suits.

use std::collections::{BTreeSet, HashMap};

use sop::case::PersonId;
use sop::definition::QualificationId;
use sqlx::query;

use crate::error::{Cause, Context};
use crate::sql::{Columns as _, Statement};
use crate::{Store, StoreError};

/// What one person can do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skills {
    /// Those of the SOP's qualifications that they have.
    pub qualifications: BTreeSet<QualificationId>,
    /// What else they are good at, in the office's own words.
    pub tags: BTreeSet<String>,
}

const QUALIFICATION: &str = "qualification";
const TAG: &str = "tag";

impl Store {
    /// What these people can do; whoever has nothing noted is left out.
    pub async fn skills(&self, people: &[PersonId]) -> Result<HashMap<PersonId, Skills>, StoreError> {
        let mut skills: HashMap<PersonId, Skills> = HashMap::new();
        if people.is_empty() {
            return Ok(skills);
        }
        let mut statement = Statement::new("SELECT person, kind, skill FROM person_skills WHERE person IN ");
        statement.texts(people.iter().map(PersonId::as_str));
        for row in statement.fetch_all(&self.readers, || "reading what people can do".to_owned()).await? {
            let mut read = || -> Result<(), Cause> {
                let of_person = skills.entry(PersonId::new(row.text("person")?)).or_default();
                let skill = row.text("skill")?;
                match row.text("kind")?.as_str() {
                    QUALIFICATION => of_person.qualifications.insert(QualificationId::new(skill)),
                    TAG => of_person.tags.insert(skill),
                    other => return Err(format!("{other:?} is no kind of skill").into()),
                };
                Ok(())
            };
            read().damaged(|| "what a person can do".to_owned())?;
        }
        Ok(skills)
    }

    /// Notes what a person can do, in the place of what was noted before.
    pub async fn set_skills(&self, person: &PersonId, skills: &Skills) -> Result<(), StoreError> {
        let doing = || format!("noting what person {person} can do");
        let mut tx = self.write("beginning to note what a person can do").await?;
        query("DELETE FROM person_skills WHERE person = $1")
            .bind(person.as_str())
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        let qualifications = skills.qualifications.iter().map(|id| (QUALIFICATION, id.as_str()));
        for (kind, skill) in qualifications.chain(skills.tags.iter().map(|tag| (TAG, tag.as_str()))) {
            query("INSERT INTO person_skills (person, kind, skill) VALUES ($1, $2, $3)")
                .bind(person.as_str())
                .bind(kind)
                .bind(skill)
                .execute(&mut *tx)
                .await
                .doing(doing)?;
        }
        tx.commit().await.doing(doing)
    }
}
