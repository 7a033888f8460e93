//! What the document says itself and what was inferred, with the reason, row by row.

use sop::Sop;
use sop::definition::{Need, QualificationId, Source, Stage, Step, Target};

use crate::words::Words;
use crate::workload;

/// A row with everything that makes it run.
#[derive(Clone, Debug)]
pub struct RowOrigins {
    pub title: String,
    pub stages: Vec<StageOrigins>,
}

#[derive(Clone, Debug)]
pub struct StageOrigins {
    pub performer: String,
    pub stage: Origin,
    pub exits: Vec<Origin>,
}

/// A thing, and whether the document says it.
#[derive(Clone, Debug)]
pub struct Origin {
    pub what: String,
    pub source: String,
    /// Why it was inferred, in the words of the SOP's file.
    pub reason: String,
}

pub fn origins(words: Words, sop: &Sop) -> Vec<RowOrigins> {
    let teller = Teller { words, sop };
    sop.steps.iter().map(|step| teller.row(step)).collect()
}

/// What each category of request needs of whoever works on it.
pub fn needs(words: Words, sop: &Sop) -> Vec<Origin> {
    let teller = Teller { words, sop };
    let need = |need: &Need| {
        let option = sop.category_field().and_then(|field| field.option(need.category.as_str()));
        let category = option.map_or(need.category.as_str(), |option| words.label(sop, &option.label));
        let needed: Vec<&QualificationId> = need.qualifications.iter().collect();
        let what = format!("{category}: {}", workload::named(words, sop, &needed));
        teller.origin(what, need.source, &need.reason)
    };
    sop.needs.iter().map(need).collect()
}

struct Teller<'a> {
    words: Words,
    sop: &'a Sop,
}

impl Teller<'_> {
    fn row(&self, step: &Step) -> RowOrigins {
        let mut stages: Vec<StageOrigins> = step.stages.iter().map(|stage| self.stage(step, stage)).collect();
        if let (Some(join), Some(first)) = (&step.join, stages.first_mut()) {
            let rows = join.of.iter().map(ToString::to_string).collect::<Vec<_>>();
            let rows = rows.join(&self.words.t("and").to_string());
            let what = self.words.t("sop-join").with("rows", rows).to_string();
            first.exits.insert(0, self.origin(what, join.source, &join.reason));
        }
        RowOrigins { title: format!("{} {}", step.no, self.words.label(self.sop, &step.label)), stages }
    }

    fn stage(&self, step: &Step, stage: &Stage) -> StageOrigins {
        let label = |label| self.words.label(self.sop, label).to_owned();
        let performer = self.sop.performers.iter().find(|performer| performer.id == stage.performer);
        let exits = stage.outcomes.iter().map(|outcome| {
            let targets = outcome.to.iter().map(|target| self.leads_to(step, target)).collect::<Vec<_>>();
            let targets = targets.join(&self.words.t("and").to_string());
            let what = format!("{}: {targets}", label(&outcome.label));
            self.origin(what, outcome.source, &outcome.reason)
        });
        StageOrigins {
            performer: performer.map_or_else(|| stage.performer.to_string(), |known| known.column.clone()),
            stage: self.origin(label(&stage.label), stage.source, &stage.reason),
            exits: exits.collect(),
        }
    }

    fn leads_to(&self, here: &Step, target: &Target) -> String {
        let words = self.words;
        match target {
            Target::Step(no) => words.t("sop-leads-to-row").with("row", no.as_str()).to_string(),
            Target::Stage(at) => {
                let stage =
                    self.sop.stage(at).map_or(at.stage.as_str(), |stage| words.label(self.sop, &stage.label));
                let key = if at.step == here.no { "sop-leads-to-stage" } else { "sop-leads-to-stage-of" };
                words.t(key).with("stage", stage).with("row", at.step.as_str()).to_string()
            }
            Target::End(id) => {
                let end = self.sop.end(id).map_or(id.as_str(), |end| words.label(self.sop, &end.label));
                words.t("sop-leads-to-end").with("end", end.to_lowercase()).to_string()
            }
        }
    }

    fn origin(&self, what: String, source: Source, reason: &str) -> Origin {
        let key = match source {
            Source::Written => "sop-written",
            Source::Inferred => "sop-inferred",
        };
        Origin { what, source: self.words.t(key).to_string(), reason: reason.to_owned() }
    }
}
