//! Berkas kasus: the whole story of a case, with everything that it brought forth, for the archive.

use serde::Serialize;

use super::{Fact, Frame, Section};

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Dossier {
    pub frame: Frame,
    pub facts: Vec<Fact>,
    pub sections: Vec<Section>,
    /// Every time that work on a row of the SOP was begun, in that order.
    pub steps: Vec<StepEntry>,
    /// What happened, oldest first.
    pub story: Vec<StoryEntry>,
    /// The files within, listed with their digests.
    pub enclosures: Vec<Enclosure>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepEntry {
    pub step: String,
    pub by: String,
    pub opened: String,
    pub due: String,
    pub closed: String,
    /// Whether the due time was met.
    pub met: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StoryEntry {
    pub at: String,
    pub what: String,
    /// The form that was filled in, or what was written.
    pub record: Vec<Fact>,
}

/// A file within a dossier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Enclosure {
    /// As which it is taken out, each once.
    pub name: String,
    pub description: String,
    pub relationship: Relationship,
    pub media_type: &'static str,
    /// The SHA-256 of its content, lower-case hexadecimal.
    pub digest: String,
    /// Not printed.
    #[serde(skip)]
    pub content: Vec<u8>,
}

/// What a file is to the document that holds it (`AFRelationship`, ISO 19005-3, annex E).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relationship {
    /// The document was made from it.
    Source,
    /// What the document shows, for machines.
    Data,
    /// It completes the document.
    Supplement,
}
