//! The QR code by which a document can be verified, as a drawing.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode};
use serde_json::{Value, json};

use crate::PressError;

/// The empty margin that readers need around a code, in modules (ISO/IEC 18004).
const QUIET_ZONE: usize = 4;

/// An SVG of the code, and how many modules it is wide with its margin.
pub(crate) fn drawing(address: &str) -> Result<Value, PressError> {
    let code = QrCode::with_error_correction_level(address, EcLevel::M)
        // A long address is still readable with less to spare.
        .or_else(|_| QrCode::with_error_correction_level(address, EcLevel::L))
        .map_err(|source| PressError::AddressTooLong { bytes: address.len(), source })?;
    let width = code.width() + 2 * QUIET_ZONE;
    Ok(json!({ "svg": svg(&code, width), "modules": width }))
}

/// Each run of dark modules in a line is one rectangle: a drawing, which stays sharp at any size.
fn svg(code: &QrCode, width: usize) -> String {
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(code.width()).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                let (left, top, length) = (x + QUIET_ZONE, y + QUIET_ZONE, run.len());
                // Writing to a string cannot fail.
                let _ = write!(path, "M{left} {top}h{length}v1h-{length}z");
            }
            x += run.len();
        }
    }
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {width}"><path fill="#000" d="{path}"/></svg>"##
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_margin() {
        let drawing = drawing("https://sigap.example.go.id/v/7KQ2-M4XW-9DTR").unwrap();
        assert_eq!(drawing["modules"], 33 + 8);
        assert!(drawing["svg"].as_str().unwrap().contains("M4 4h7v1h-7z"));
    }

    #[test]
    fn an_endless_address_is_refused() {
        let error = drawing(&"x".repeat(5_000)).unwrap_err();
        assert_eq!(error.to_string(), "alamat pemeriksaan terlalu panjang untuk kode QR: 5000 bita");
    }
}
