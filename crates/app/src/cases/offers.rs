//! What beside its tasks can be done to a case, as the forms a person is shown. Which they are is
//! the rules' answer.

use sop::case::{Audience, Case, Command, Office, is_open_to};

use super::refusal::{Act, Refused, RefusedForm};
use crate::ctx::Ctx;
use crate::form::ErrorLink;
use crate::words::Words;

/// A form for one act.
#[derive(Clone, Debug)]
pub struct ActForm {
    /// The last part of its address: `/cases/{no}/suspension`.
    pub address: &'static str,
    /// Begins the names of its controls: `suspend-text`.
    pub name: &'static str,
    pub title: String,
    pub button: String,
    /// What its text, or its files, are called.
    pub label: String,
    pub hint: String,
    pub kind: ActKind,
    /// It was refused, and stands open with what was typed and why.
    pub refused: Option<ActRefused>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActKind {
    Reason,
    /// A note whose readers can be chosen.
    NoteFor,
    Files,
}

#[derive(Clone, Debug)]
pub struct ActRefused {
    pub typed: String,
    /// The note was meant for the office only.
    pub for_office: bool,
    pub error: String,
}

impl Act {
    fn name(self) -> &'static str {
        match self {
            Self::Resume => "resume",
            Self::Suspend => "suspend",
            Self::Reopen => "reopen",
            Self::Note => "note",
            Self::Attach => "attach",
            Self::Withdraw => "withdraw",
        }
    }

    fn address(self) -> &'static str {
        match self {
            Self::Resume => "resumption",
            Self::Suspend => "suspension",
            Self::Reopen => "reopening",
            Self::Note => "notes",
            Self::Attach => "attachments",
            Self::Withdraw => "withdrawal",
        }
    }

    /// The command before anything is filled in.
    fn blank(self) -> Command {
        let blank = String::new();
        match self {
            Self::Resume => Command::Resume { note: blank },
            Self::Suspend => Command::Suspend { reason: blank },
            Self::Reopen => Command::Reopen { reason: blank },
            Self::Note => Command::Note { text: blank, audience: Audience::Everyone },
            Self::Attach => Command::Attach { files: Vec::new() },
            Self::Withdraw => Command::Withdraw { reason: blank },
        }
    }

    /// What its text is called.
    pub fn label(self, words: Words) -> String {
        words.t(&format!("act-{}-text", self.name())).to_string()
    }
}

/// Of some acts the forms that this person can be shown.
pub fn offers(
    ctx: &Ctx,
    case: &Case,
    acts: &[Act],
    refused: Option<(&Refused<'_>, &str)>,
    for_requester: bool,
) -> Vec<ActForm> {
    let words = ctx.words;
    let form = |act: Act| {
        let name = act.name();
        // A requester adds to what they told; the office notes.
        let phrase = if for_requester && act == Act::Note { "note-own" } else { name };
        let hint = match act {
            Act::Attach if for_requester => attachments_hint(ctx),
            Act::Attach => format!("{} {}", attachments_hint(ctx), words.t("act-attach-read")),
            Act::Resume | Act::Suspend | Act::Reopen | Act::Note | Act::Withdraw => String::new(),
        };
        ActForm {
            address: act.address(),
            name,
            title: words.t(&format!("act-{phrase}")).to_string(),
            button: words.t(&format!("act-{phrase}-do")).to_string(),
            label: words.t(&format!("act-{phrase}-text")).to_string(),
            hint,
            kind: match act {
                Act::Note if !for_requester => ActKind::NoteFor,
                Act::Attach => ActKind::Files,
                Act::Resume | Act::Suspend | Act::Reopen | Act::Note | Act::Withdraw => ActKind::Reason,
            },
            refused: refused.and_then(|(refused, error)| {
                let typed = refused.typed(RefusedForm::Act(act))?;
                Some(ActRefused {
                    typed: typed.one("text").to_owned(),
                    for_office: typed.one("audience") == "office",
                    error: error.to_owned(),
                })
            }),
        }
    };
    acts.iter().filter(|act| is_offered(ctx, case, act.blank())).map(|act| form(*act)).collect()
}

/// Whether a person is shown the form of a command.
pub fn is_offered(ctx: &Ctx, case: &Case, command: Command) -> bool {
    let office = Office { sop: ctx.desk.sop_of(case), calendar: &ctx.desk.calendar };
    is_open_to(office, case, &ctx.actor, ctx.desk.now(), command)
}

impl ActForm {
    pub fn is_open(&self) -> bool {
        self.refused.is_some()
    }

    /// The control in which something has to be mended.
    pub fn control(&self) -> String {
        format!("{}-{}", self.name, if self.kind == ActKind::Files { "files" } else { "text" })
    }

    /// What has to be mended, where it was refused.
    pub fn fault(&self) -> Option<ErrorLink> {
        let refused = self.refused.as_ref()?;
        Some(ErrorLink { field: self.control(), sentence: format!("{}: {}", self.label, refused.error) })
    }

    /// Whether the note was meant for the office only.
    pub fn is_for_office(&self) -> bool {
        self.refused.as_ref().is_some_and(|refused| refused.for_office)
    }

    pub fn is_note_for(&self) -> bool {
        self.kind == ActKind::NoteFor
    }

    pub fn is_files(&self) -> bool {
        self.kind == ActKind::Files
    }
}

/// What may be attached, in a sentence.
pub fn attachments_hint(ctx: &Ctx) -> String {
    let megabytes = ctx.settings.attachment_bytes_max / (1024 * 1024);
    ctx.words.t("attachments-hint").with("megabytes", megabytes).to_string()
}
