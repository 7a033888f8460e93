//! What letters are printed with: Typst.

use std::sync::Arc;

use app::{LetterError, LetterOffice, Press};
use sop::Sop;
use sop::letter::{Dossier, Letter, Stationery};

use crate::signing::OfficeSigner;

/// How fine a page is drawn to be looked at: A4 becomes 1190 × 1684 pixels.
const PIXELS_PER_POINT: f32 = 2.0;
/// No letter of ours has as many pages; a longer one is looked at as PDF.
const PAGES_MAX: usize = 40;

/// The room where an office's letters are made.
pub fn office(address: &str, signer: OfficeSigner) -> LetterOffice {
    let stationery = Arc::new(Stationery::shipped().clone());
    LetterOffice::new(Arc::new(TypstPress(letters::Press::new())), Arc::new(signer), stationery, address)
}

#[derive(Debug)]
struct TypstPress(letters::Press);

impl Press for TypstPress {
    fn pdf(&self, letter: &Letter) -> Result<Vec<u8>, LetterError> {
        self.0.pdf(letter).map_err(|error| LetterError::Press(Box::new(error)))
    }

    fn dossier(&self, dossier: &Dossier) -> Result<Vec<u8>, LetterError> {
        self.0.dossier(dossier).map_err(|error| LetterError::Press(Box::new(error)))
    }

    fn sop(&self, sop: &Sop) -> Result<Vec<u8>, LetterError> {
        self.0.sop_pdf(sop).map_err(|error| LetterError::Press(Box::new(error)))
    }

    fn page_count(&self, letter: &Letter) -> Result<usize, LetterError> {
        let count = self.0.page_count(letter).map_err(|error| LetterError::Press(Box::new(error)))?;
        Ok(count.min(PAGES_MAX))
    }

    fn picture(&self, letter: &Letter, page: usize) -> Result<Option<Vec<u8>>, LetterError> {
        if page >= PAGES_MAX {
            return Ok(None);
        }
        self.0.picture(letter, page, PIXELS_PER_POINT).map_err(|error| LetterError::Press(Box::new(error)))
    }
}
