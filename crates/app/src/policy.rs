//! Who may see and reach what. Every read goes through here: lists and cases through [`cases`],
//! pages through [`may`], documents through [`document`]. Whether somebody may *do* a thing to a
//! case is a rule of the SOP and answered by `sop::case::decide`. A person's roles are those in which they
//! may act today, by own right or in somebody's place.

use sop::case::roles;
use sop::definition::{Addressee, Document, Role};
use sop::mandate::can_be_passed_on;
use store::{Person, Scope};

use crate::SecondFactorFor;

/// The cases a person may read.
pub fn cases(person: &Person) -> Scope {
    if reads_all_cases(person) {
        Scope::All
    } else if has(person, roles::REQUESTER) {
        Scope::Requester(person.id.clone())
    } else {
        Scope::Nothing
    }
}

/// The requests a person has made, also when they work in the office.
pub fn own_requests(person: &Person) -> Scope {
    Scope::Requester(person.id.clone())
}

/// Places of the desk that are not for everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The form for asking for help.
    Ask,
    /// Looking through the cases that [`cases`] gives them.
    Search,
    /// The same form for a letter that came on paper from somebody else.
    EnterLetter,
    OwnRequests,
    Inbox,
    /// The list of cases, the case page with all it holds, the registers.
    Cases,
    /// How the office begins its texts.
    Phrases,
    People,
    /// How much of whose week the helpdesk takes.
    Workload,
    /// What people can do, to be written down.
    Skills,
    /// Who acts in whose place, and who is away: one's own, and of those one gives work to.
    Mandates,
    /// The same of everybody.
    AllMandates,
    /// Saying who acts in whose place, and who is away; of whom, [`speaks_for`] answers.
    GivingMandates,
    /// Who read a case; whoever asked for it sees that among their own.
    Readings,
    /// What people ask about the data that is kept about them.
    DataRequests,
    AnswerDataRequests,
    /// The cases whose years are over, and the lists by which they are destroyed.
    Retention,
    /// Proposing such a list, withdrawing it, and carrying it out.
    ProposeDestruction,
    /// Approving a list or refusing it; that nobody does both is a rule of the lists.
    ApproveDestruction,
    /// Setting numbers of letters aside, and giving them up.
    Numbers,
    /// Which programs elsewhere are told, and what became of each message.
    Webhooks,
    /// Making, changing and trying them.
    ChangeWebhooks,
}

pub fn may(person: &Person, place: Place) -> bool {
    match place {
        Place::Ask => has(person, roles::REQUESTER) || has(person, roles::AGENDA),
        Place::Search => cases(person) != Scope::Nothing,
        Place::EnterLetter => has(person, roles::AGENDA),
        Place::OwnRequests => has(person, roles::REQUESTER),
        Place::Inbox => performs(person),
        Place::Cases => reads_all_cases(person),
        Place::Phrases => has(person, sop::shipped().coordinator.as_str()) || has(person, roles::AGENDA),
        Place::People | Place::Webhooks | Place::DataRequests => {
            has(person, roles::ADMIN) || has(person, roles::AUDITOR)
        }
        Place::ChangeWebhooks | Place::AnswerDataRequests | Place::ProposeDestruction => {
            has(person, roles::ADMIN)
        }
        Place::ApproveDestruction => heads(person),
        Place::Retention => heads(person) || has(person, roles::ADMIN) || has(person, roles::AUDITOR),
        Place::Workload => oversees(person) || has(person, roles::AUDITOR),
        Place::Skills => has(person, sop::shipped().coordinator.as_str()) || has(person, roles::ADMIN),
        Place::Mandates => reads_all_cases(person) || has(person, roles::ADMIN),
        Place::GivingMandates => performs(person) || keeps_mandates(person),
        Place::AllMandates => keeps_mandates(person) || has(person, roles::AUDITOR),
        Place::Readings => has(person, roles::AUDITOR),
        // Who keeps the agenda, and who may have to sign on paper while nobody keeps it.
        Place::Numbers => has(person, roles::AGENDA) || signs(person),
    }
}

/// Whether a person who may read a case may read a document of it: what is addressed to the
/// requester or their unit is theirs, the rest is the office's.
pub fn document(person: &Person, document: &Document) -> bool {
    reads_all_cases(person)
        || match document.addressee {
            Some(Addressee::Requester | Addressee::Unit) => true,
            None => false,
        }
}

/// Whether a person may say who acts in another's place and when that one is away: of themselves, of those
/// to whom the SOP lets them give work, and for whoever keeps the agenda or the accounts of everybody who
/// has a place to fill. What the other holds is asked by own right.
pub fn speaks_for(person: &Person, other: &Person) -> bool {
    let sop = sop::shipped();
    let gives_work = |role: &Role| sop.superior(role).is_some_and(|superior| has(person, superior.as_str()));
    other.roles.iter().any(|role| can_be_passed_on(sop, role))
        && (keeps_mandates(person) || person.id == other.id || other.roles.iter().any(gives_work))
}

/// Whether a person has to have a second factor.
pub fn needs_second_factor(person: &Person, required: SecondFactorFor) -> bool {
    match required {
        SecondFactorFor::None => false,
        SecondFactorFor::Signers => signs(person),
        SecondFactorFor::All => true,
    }
}

/// Whether a person who has so many second factors may remove one of them.
pub fn may_remove_second_factor(person: &Person, count: u32, required: SecondFactorFor) -> bool {
    count > 1 || (count == 1 && !needs_second_factor(person, required))
}

/// Whoever works on cases, and the auditor, to whom no rule of the SOP gives anything to do.
fn reads_all_cases(person: &Person) -> bool {
    performs(person) || has(person, roles::AGENDA) || has(person, roles::AUDITOR)
}

fn keeps_mandates(person: &Person) -> bool {
    has(person, roles::AGENDA) || has(person, roles::ADMIN)
}

/// Whether a person is a performer of the SOP.
fn performs(person: &Person) -> bool {
    sop::shipped().performers.iter().any(|performer| person.roles.contains(&performer.id))
}

/// Whether a person is a performer to whom nobody hands work: the coordinator and their superiors.
fn oversees(person: &Person) -> bool {
    let sop = sop::shipped();
    let is_given_work = |role| sop.assigned_roles().any(|given| given == role);
    let overseers = sop.performers.iter().filter(|performer| !is_given_work(&performer.id));
    overseers.map(|performer| &performer.id).any(|role| person.roles.contains(role))
}

/// Whether a person is who the coordinator answers to.
fn heads(person: &Person) -> bool {
    let sop = sop::shipped();
    sop.superior(&sop.coordinator).is_some_and(|head| person.roles.contains(head))
}

/// Whether a person is one of those who sign letters in the SOP.
fn signs(person: &Person) -> bool {
    let stages = sop::shipped().steps.iter().flat_map(|step| &step.stages);
    let mut signing = stages.filter(|stage| stage.outcomes.iter().any(|outcome| outcome.signed().is_some()));
    signing.any(|stage| person.roles.contains(&stage.performer))
}

fn has(person: &Person, role: &str) -> bool {
    person.roles.iter().any(|held| *held == *role)
}
