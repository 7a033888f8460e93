//! Whom to give work to: those in question beside each other, and one proposed with the reason. Nobody is
//! chosen until the reader chooses.

use sop::Sop;
use sop::assignment::{Candidate, Presence, proposed};
use sop::case::PersonId;
use sop::definition::QualificationId;

use crate::words::Words;
use crate::workload::{self, HoursView, Member, Team};

/// A team as the form shows it.
#[derive(Debug)]
pub struct Choice {
    /// What the case needs, in words; none where the SOP's file does not say.
    pub needed: Option<String>,
    /// Whom to consider first and why, in one sentence.
    pub proposal: Option<String>,
    pub members: Vec<MemberView>,
}

/// Somebody to whom work can be given.
#[derive(Debug)]
pub struct MemberView {
    pub id: String,
    pub name: String,
    pub is_chosen: bool,
    pub is_proposed: bool,
    /// They have the task now.
    pub has_it: bool,
    pub open: String,
    pub hours: HoursView,
    /// What speaks against them, one sentence each.
    pub warnings: Vec<String>,
    /// Of what is needed, what they can do and what they lack; and what else they are good at.
    pub skills: Vec<String>,
}

impl Choice {
    /// `now_with` has the task already, and is not proposed for it.
    pub fn of(
        words: Words,
        sop: &Sop,
        team: &Team,
        needed: &[QualificationId],
        chosen: Option<&str>,
        now_with: Option<&PersonId>,
    ) -> Self {
        let teller = Teller { words, sop, team, needed };
        let others: Vec<Candidate> = team
            .members
            .iter()
            .map(|member| &member.candidate)
            .filter(|candidate| Some(&candidate.person) != now_with)
            .cloned()
            .collect();
        let first = proposed(&others, needed, team.limit).map(|candidate| &candidate.person);
        let first = team.members.iter().find(|member| Some(&member.person.id) == first);
        let view = |member: &Member| {
            let id = &member.person.id;
            MemberView {
                name: member.person.name.clone(),
                is_chosen: chosen == Some(id.as_str()),
                is_proposed: first.is_some_and(|first| first.person.id == *id),
                has_it: now_with == Some(id),
                open: workload::open(words, member),
                hours: HoursView::new(words, team.limit, member.candidate.minutes),
                warnings: teller.warnings(member),
                skills: teller.skills(member),
                id: id.to_string(),
            }
        };
        Self {
            needed: (!needed.is_empty()).then(|| {
                let needed: Vec<&QualificationId> = needed.iter().collect();
                words.t("choice-needed").with("skills", workload::named(words, sop, &needed)).to_string()
            }),
            proposal: first.map(|first| teller.proposal(first)),
            members: team.members.iter().map(view).collect(),
        }
    }
}

struct Teller<'a> {
    words: Words,
    sop: &'a Sop,
    team: &'a Team,
    needed: &'a [QualificationId],
}

impl Teller<'_> {
    /// "Rina Wulandari: memenuhi Linux dan Jaringan, 1 tugas terbuka, paling banyak 4 jam pekan ini."
    fn proposal(&self, member: &Member) -> String {
        let words = self.words;
        let mut reasons = self.fit(member);
        reasons.push(workload::open(words, member));
        if let Some(minutes) = member.candidate.minutes {
            let time = workload::hours(words, minutes);
            reasons.push(words.t("choice-hours").with("time", time).to_string());
        }
        let name = member.person.name.clone();
        words.t("choice-proposal").with("name", name).with("reasons", reasons.join(", ")).to_string()
    }

    /// What of the needed they can do, and what they lack.
    fn fit(&self, member: &Member) -> Vec<String> {
        let (has, lacks) = member.candidate.fit(self.needed);
        let said = |key: &'static str, ids: &[&QualificationId]| {
            let skills = workload::named(self.words, self.sop, ids);
            (!ids.is_empty()).then(|| self.words.t(key).with("skills", skills).to_string())
        };
        said("choice-has", &has).into_iter().chain(said("choice-lacks", &lacks)).collect()
    }

    fn skills(&self, member: &Member) -> Vec<String> {
        let mut skills = self.fit(member);
        if !member.tags.is_empty() {
            skills.push(self.words.t("choice-tags").with("tags", member.tags.join(", ")).to_string());
        }
        skills
    }

    fn warnings(&self, member: &Member) -> Vec<String> {
        let words = self.words;
        let mut warnings = workload::away(words, member);
        match member.candidate.presence {
            Presence::Away => warnings.insert(0, words.t("choice-away").to_string()),
            Presence::AwayLater | Presence::Here => {}
        }
        if member.candidate.minutes.is_some_and(|minutes| self.team.limit.is_reached_by(minutes)) {
            warnings.push(words.t("choice-limit").with("limit", self.team.limit.hours).to_string());
        }
        warnings
    }
}
