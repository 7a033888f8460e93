//! The press: sets a naskah dinas in type, as a PDF for the archive and as pictures for the preview.
//!
//! Content comes in as [`sop::letter::Letter`], which is plain text, and reaches the templates as data:
//! nothing that somebody typed can become an instruction. Templates and fonts are inside the binary, and
//! a template can read nothing else. The same content gives the same bytes, on every machine.
//!
//! The press is synchronous, and a long letter may keep it busy for a while; the caller bounds how many
//! are printed at once.

mod content;
mod seal;
mod sop_sheet;
#[cfg(test)]
mod tests;
mod world;

use std::sync::Arc;

use sop::Sop;
use sop::letter::{Dossier, Letter};
use typst::World;
use typst::diag::{SourceDiagnostic, Warned};
use typst::foundations::{Bytes, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};
use typst_render::RenderOptions;

use content::Content;
use world::{Case, Job, Template};

/// Content larger than this, written as JSON, is refused: it would be hundreds of pages.
pub const CONTENT_BYTES_MAX: usize = 1_000_000;

/// A dossier with more files than this is refused.
pub const ENCLOSURES_MAX: usize = 500;

/// A picture is never larger than this many pixels for each point of the page; A4 at 4.0 is
/// 2,381 × 3,368 pixels.
pub const PIXELS_PER_POINT_MAX: f32 = 4.0;

/// What is printed for a character that the fonts lack. A file with such a hole could not be PDF/A-2a.
pub const MISSING: char = '□';

/// For how many further prints the results of a print are kept for reuse. Without an end, each distinct
/// letter would take about a megabyte for good.
const KEPT_PRINTS: usize = 10;

/// Why nothing was printed. No text of the letter is in it.
#[derive(Debug, thiserror::Error)]
pub enum PressError {
    #[error("naskah terlalu panjang: {bytes} bita, paling banyak {CONTENT_BYTES_MAX}")]
    TooLarge { bytes: usize },
    #[error("berkas kasus berisi {count} berkas, paling banyak {ENCLOSURES_MAX}")]
    TooManyEnclosures { count: usize },
    #[error("alamat pemeriksaan terlalu panjang untuk kode QR: {bytes} bita")]
    AddressTooLong {
        bytes: usize,
        #[source]
        source: qrcode::types::QrError,
    },
    #[error("isi naskah tidak dapat ditulis sebagai JSON")]
    Content(#[from] serde_json::Error),
    /// A fault of the template or of the press, since any content should be printable.
    #[error("templat {template} tidak dapat dicetak: {problems}")]
    Template { template: &'static str, problems: String },
    #[error("gambar halaman dari templat {template} tidak dapat ditulis: {problem}")]
    Picture { template: &'static str, problem: String },
}

/// Prints letters. Cheap to clone, and many may print at once.
#[derive(Clone)]
pub struct Press {
    case: Arc<Case>,
}

impl std::fmt::Debug for Press {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Press").finish_non_exhaustive()
    }
}

impl Default for Press {
    fn default() -> Self {
        Self::new()
    }
}

/// What a file claims to be, and is checked for while it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standard {
    /// For the archive and for readers who cannot see it: PDF/A-2a and PDF/UA-1 (ISO 19005-2, ISO 14289-1).
    Accessible,
    /// PDF/A-1b (ISO 19005-1).
    Archival,
    /// As accessible, with files within: PDF/A-3a and PDF/UA-1 (ISO 19005-3).
    Holding,
}

impl Press {
    /// Reads fonts and templates, which takes milliseconds: keep the press.
    pub fn new() -> Self {
        Self { case: Arc::new(Case::new()) }
    }

    /// Prints a letter as PDF/A-2a and PDF/UA-1 in one file.
    ///
    /// Characters that the fonts lack are printed as [`MISSING`].
    ///
    /// # Errors
    ///
    /// Content too large, an address too long for a QR code, or a fault in a template.
    pub fn pdf(&self, letter: &Letter) -> Result<Vec<u8>, PressError> {
        self.print(&Content::of_letter(letter, Standard::Accessible, &self.case)?)
    }

    /// Prints a letter as PDF/A-1b, without bookmarks: only for validators that know nothing newer.
    ///
    /// # Errors
    ///
    /// As for [`Press::pdf`].
    pub fn archival_pdf_a1b(&self, letter: &Letter) -> Result<Vec<u8>, PressError> {
        self.print(&Content::of_letter(letter, Standard::Archival, &self.case)?)
    }

    /// Prints a dossier as PDF/A-3a and PDF/UA-1, with its enclosures within.
    ///
    /// # Errors
    ///
    /// As for [`Press::pdf`], or more than [`ENCLOSURES_MAX`] enclosures.
    pub fn dossier(&self, dossier: &Dossier) -> Result<Vec<u8>, PressError> {
        self.print(&Content::of_dossier(dossier, &self.case)?)
    }

    /// How many pages a letter has.
    ///
    /// # Errors
    ///
    /// As for [`Press::pdf`].
    pub fn page_count(&self, letter: &Letter) -> Result<usize, PressError> {
        let content = Content::of_letter(letter, Standard::Accessible, &self.case)?;
        let count = self.set(&content)?.pages().len();
        comemo::evict(KEPT_PRINTS);
        Ok(count)
    }

    /// One page of a letter, counted from 0, as a picture (PNG); none if it has no such page.
    ///
    /// `pixels_per_point` is 1.0 for 72 dpi; it is brought into the range up to
    /// [`PIXELS_PER_POINT_MAX`].
    ///
    /// # Errors
    ///
    /// As for [`Press::pdf`], or a picture that cannot be encoded.
    pub fn picture(
        &self,
        letter: &Letter,
        page: usize,
        pixels_per_point: f32,
    ) -> Result<Option<Vec<u8>>, PressError> {
        let content = Content::of_letter(letter, Standard::Accessible, &self.case)?;
        let document = self.set(&content)?;
        // Too small to read, but a picture.
        let pixels_per_point = if pixels_per_point.is_finite() {
            pixels_per_point.clamp(0.1, PIXELS_PER_POINT_MAX)
        } else {
            1.0
        };
        let options =
            RenderOptions { pixel_per_pt: f64::from(pixels_per_point).into(), ..Default::default() };
        let picture = document.pages().get(page).map(|page| {
            typst_render::render(page, &options).encode_png().map_err(|error| PressError::Picture {
                template: content.template.name(),
                problem: error.to_string(),
            })
        });
        comemo::evict(KEPT_PRINTS);
        picture.transpose()
    }

    /// Prints an SOP as SOP-AP has it (PermenPAN-RB 35/2012): identity and flow table. It is PDF/A-2a
    /// and PDF/UA-1, dated with the day from which the SOP holds.
    ///
    /// # Errors
    ///
    /// As for [`Press::pdf`].
    pub fn sop_pdf(&self, sop: &Sop) -> Result<Vec<u8>, PressError> {
        self.print(&Content::of_sop(sop, &self.case)?)
    }

    fn print(&self, content: &Content) -> Result<Vec<u8>, PressError> {
        let document = self.set(content)?;
        let standards = match content.standard {
            Standard::Accessible => PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]),
            Standard::Archival => PdfStandards::new(&[PdfStandard::A_1b]),
            Standard::Holding => PdfStandards::new(&[PdfStandard::A_3a, PdfStandard::Ua_1]),
        };
        let standards = standards.map_err(|error| PressError::Template {
            template: content.template.name(),
            problems: error.message().to_string(),
        })?;
        let options = PdfOptions {
            ident: Smart::Custom(content.ident.clone()),
            creator: Smart::Custom(Some("Sigap".to_owned())),
            standards,
            ..PdfOptions::default()
        };
        let pdf = typst_pdf::pdf(&document, &options);
        let pdf = pdf.map_err(|problems| self.template_error(content, &problems));
        comemo::evict(KEPT_PRINTS);
        pdf
    }

    fn set(&self, content: &Content) -> Result<PagedDocument, PressError> {
        let job = self.job(content);
        let Warned { output, .. } = typst::compile::<PagedDocument>(&job);
        output.map_err(|problems| {
            comemo::evict(KEPT_PRINTS);
            self.template_error(content, &problems)
        })
    }

    fn job<'a>(&'a self, content: &'a Content) -> Job<'a> {
        let data = Bytes::from_string(content.json.clone());
        Job::new(&self.case, content.template, data, &content.enclosures)
    }

    fn template_error(&self, content: &Content, problems: &[SourceDiagnostic]) -> PressError {
        let job = self.job(content);
        let problems: Vec<String> = problems.iter().map(|problem| describe(&job, problem)).collect();
        PressError::Template { template: content.template.name(), problems: problems.join("; ") }
    }
}

/// A problem with its place, `base.typ:12: expected string, found none`.
fn describe(job: &Job<'_>, problem: &SourceDiagnostic) -> String {
    // This one quotes what it could not write, which is text of the letter.
    let message = match problem.message.split_once("could not be displayed with ") {
        Some((_, font)) => format!("a character is missing from {font}"),
        None => problem.message.to_string(),
    };
    let place = problem.span.id().and_then(|id| {
        let start = typst::WorldExt::range(job, problem.span)?.start;
        let line = job.source(id).ok()?.lines().byte_to_line(start)?;
        Some(format!("{}:{}: ", id.vpath().get_without_slash(), line + 1))
    });
    format!("{}{message}", place.unwrap_or_default())
}

impl Template {
    fn of(letter: &Letter) -> Self {
        match letter {
            Letter::Disposition(_) => Self::Disposition,
            Letter::RequestForm(_) => Self::RequestForm,
            Letter::Official(_) => Self::Official,
            Letter::Examination(_) => Self::Examination,
            Letter::Progress(_) => Self::Progress,
            Letter::Check(_) => Self::Check,
            Letter::Completion(_) => Self::Completion,
            Letter::Register(_) => Self::Register,
            Letter::Destruction(_) => Self::Destruction,
        }
    }
}
