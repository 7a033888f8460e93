use super::paper::*;
use crate::{NotSigned, Problem, sign, signature_added};

fn signed() -> Vec<u8> {
    sign(&plain(), &field("Ratna Contoh"), &office().head).unwrap()
}

fn added(pdf: &[u8]) -> Result<crate::SignatureVerdict, NotSigned> {
    signature_added(&plain(), pdf, now())
}

#[test]
fn a_file_that_came_back_with_a_signature_is_taken_whoever_issued_the_certificate() {
    let signature = added(&signed()).unwrap();
    assert!(signature.intact && signature.covers);
    assert_eq!(signature.fingerprint, office().head.certificate().fingerprint);
}

#[test]
fn a_file_that_came_back_as_anything_else_is_refused() {
    assert_eq!(added(&plain()).unwrap_err(), NotSigned::Problem(Problem::NoSignature));
    assert_eq!(added(b"").unwrap_err(), NotSigned::OtherFile);
    let other = paper(Place::Indirect, Place::Absent, Table::Classic);
    let other = sign(&other, &field("Ratna Contoh"), &office().head).unwrap();
    assert_eq!(added(&other).unwrap_err(), NotSigned::OtherFile);

    let twice = sign(&signed(), &field("Joko Contoh"), &office().secretary).unwrap();
    assert_eq!(added(&twice).unwrap_err(), NotSigned::Signatures { count: 2 });
    let mut more = signed();
    more.extend_from_slice(b"% lagi\n");
    assert_eq!(added(&more).unwrap_err(), NotSigned::Problem(Problem::ModifiedAfterSigning));
    let mut tampered = signed();
    let end = tampered.len() - 9;
    tampered[end] = tampered[end].wrapping_add(1);
    assert!(matches!(added(&tampered).unwrap_err(), NotSigned::Problem(_)));
}

#[test]
fn a_signature_over_a_letter_that_was_rewritten_first_is_refused() {
    // The beginning is ours, but a revision before the signature shows other words.
    let mut rewritten = plain();
    let start = rewritten.len();
    let text = "BT /F1 12 Tf 72 720 Td (Bukan) Tj ET";
    let object = format!("4 0 obj\n<</Length {}>>\nstream\n{text}\nendstream\nendobj\n", text.len());
    let before = String::from_utf8(plain()).unwrap();
    let (_, previous) = before.rsplit_once("startxref\n").unwrap();
    let previous = previous.lines().next().unwrap().to_owned();
    rewritten.extend_from_slice(object.as_bytes());
    let table = rewritten.len();
    rewritten.extend_from_slice(
        format!(
            "xref\n4 1\n{start:010} 00000 n\r\ntrailer\n<</Size 9/Root 1 0 R/Prev {previous}>>\nstartxref\n{table}\n%%EOF\n"
        )
        .as_bytes(),
    );
    let signed = sign(&rewritten, &field("Ratna Contoh"), &office().head).unwrap();
    assert!(signed.starts_with(&plain()));
    assert_eq!(added(&signed).unwrap_err(), NotSigned::MoreAdded);
}
