//! What a template can see: itself, what it shares with the others, the content, and the fonts.

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

/// The only family. It has Arial's metrics, and Arial is what the rules for naskah dinas ask for.
const FONTS: [&[u8]; 2] =
    [include_bytes!("../fonts/Arimo-Regular.ttf"), include_bytes!("../fonts/Arimo-Bold.ttf")];

const BASE: &str = include_str!("../templates/base.typ");

/// A template, by the kind of document it prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Template {
    Disposition,
    RequestForm,
    Official,
    Examination,
    Progress,
    Check,
    Completion,
    Register,
    Destruction,
    Dossier,
    Sop,
}

impl Template {
    const ALL: [Self; 11] = [
        Self::Disposition,
        Self::RequestForm,
        Self::Official,
        Self::Examination,
        Self::Progress,
        Self::Check,
        Self::Completion,
        Self::Register,
        Self::Destruction,
        Self::Dossier,
        Self::Sop,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Disposition => "disposition.typ",
            Self::RequestForm => "request-form.typ",
            Self::Official => "official.typ",
            Self::Examination => "examination.typ",
            Self::Progress => "progress.typ",
            Self::Check => "check.typ",
            Self::Completion => "completion.typ",
            Self::Register => "register.typ",
            Self::Destruction => "destruction.typ",
            Self::Dossier => "dossier.typ",
            Self::Sop => "sop.typ",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Disposition => include_str!("../templates/disposition.typ"),
            Self::RequestForm => include_str!("../templates/request-form.typ"),
            Self::Official => include_str!("../templates/official.typ"),
            Self::Examination => include_str!("../templates/examination.typ"),
            Self::Progress => include_str!("../templates/progress.typ"),
            Self::Check => include_str!("../templates/check.typ"),
            Self::Completion => include_str!("../templates/completion.typ"),
            Self::Register => include_str!("../templates/register.typ"),
            Self::Destruction => include_str!("../templates/destruction.typ"),
            Self::Dossier => include_str!("../templates/dossier.typ"),
            Self::Sop => include_str!("../templates/sop.typ"),
        }
    }
}

/// The case of type: what all prints share.
pub(crate) struct Case {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    base: Source,
    templates: Vec<(Template, Source)>,
    data: FileId,
}

impl Case {
    pub(crate) fn new() -> Self {
        let fonts: Vec<Font> = FONTS.into_iter().flat_map(|face| Font::iter(Bytes::new(face))).collect();
        let template = |template: Template| (template, source(template.name(), template.text()));
        Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            base: source("base.typ", BASE),
            templates: Template::ALL.into_iter().map(template).collect(),
            data: file("data.json"),
        }
    }

    /// Whether every face can print a character.
    pub(crate) fn prints(&self, character: char) -> bool {
        self.fonts.iter().all(|font| font.info().coverage.contains(u32::from(character)))
    }

    fn template(&self, template: Template) -> &Source {
        let found = self.templates.iter().find(|(known, _)| *known == template);
        found.map_or(&self.base, |(_, source)| source)
    }

    #[cfg(test)]
    pub(crate) fn of_text(text: &str) -> Self {
        let mut case = Self::new();
        for (template, source) in &mut case.templates {
            *source = self::source(template.name(), text);
        }
        case
    }
}

fn source(name: &str, text: &str) -> Source {
    Source::new(file(name), text.to_owned())
}

/// A file that exists only here. There are as many as there are templates, and as a dossier may
/// have enclosures, so the interner stays small.
fn file(name: &str) -> FileId {
    let path = VirtualPath::new(name).unwrap_or_else(|error| panic!("{name}: {error}"));
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// One print.
pub(crate) struct Job<'a> {
    case: &'a Case,
    main: &'a Source,
    data: Bytes,
    enclosures: &'a [Bytes],
}

impl<'a> Job<'a> {
    pub(crate) fn new(case: &'a Case, template: Template, data: Bytes, enclosures: &'a [Bytes]) -> Self {
        Self { case, main: case.template(template), data, enclosures }
    }

    /// The file behind `/enclosures/0` and so on.
    fn enclosure(&self, id: FileId) -> Option<&Bytes> {
        let nth = id.vpath().get_without_slash().strip_prefix("enclosures/")?;
        self.enclosures.get(nth.parse::<usize>().ok()?)
    }
}

impl World for Job<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.case.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.case.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let known = [self.main, &self.case.base].into_iter().find(|source| source.id() == id);
        known.cloned().ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.case.data {
            return Ok(self.data.clone());
        }
        self.enclosure(id).cloned().ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.case.fonts.get(index).cloned()
    }

    /// A letter printed again tomorrow is the same letter.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
