use super::paper::*;
use crate::{Certificate, Problem, State, TestAuthority, Verdict, digest_hex, sign, verify};

fn signed() -> Vec<u8> {
    sign(&plain(), &field("Ratna Contoh"), &office().head).unwrap()
}

fn judged(pdf: &[u8]) -> Verdict {
    verify(pdf, &office().roots(), now())
}

fn has(verdict: &Verdict, problem: Problem) -> bool {
    verdict.all_problems().any(|one| one == problem)
}

#[test]
fn a_signed_letter_is_valid_and_tells_who_signed() {
    let verdict = judged(&signed());
    assert_eq!(verdict.state, State::Valid, "{verdict:?}");
    assert!(!verdict.modified_after_signing && verdict.all_problems().next().is_none());
    let [one] = verdict.signatures.as_slice() else { panic!("{verdict:?}") };
    assert_eq!((one.name.as_str(), one.issuer.as_str()), ("Ratna Contoh", "Otoritas Uji Meja"));
    assert_eq!(one.reason, "Menandatangani surat jawaban");
    assert_eq!(one.capacity, "Plh. Kepala Bagian Umum");
    assert_eq!(one.location, "Jakarta");
    assert_eq!(one.claimed, Some(now()));
    assert!(one.trusted && one.intact && one.covers);
    assert_eq!(one.fingerprint, office().head.certificate().fingerprint);
}

#[test]
fn nobody_can_tell_about_a_letter_of_an_unknown_authority() {
    let stranger = TestAuthority::create("Otoritas Uji Meja", time("2027-01-01T00:00:00Z")).unwrap();
    for roots in [vec![], vec![stranger.root().clone()], vec![fixture_root()]] {
        let verdict = verify(&signed(), &roots, now());
        assert_eq!(verdict.state, State::CannotTell);
        assert!(has(&verdict, Problem::UnknownRoot));
        assert!(verdict.signatures[0].intact && !verdict.signatures[0].trusted);
    }
}

#[test]
fn nobody_can_tell_about_what_is_not_a_signed_pdf() {
    for (bytes, problem) in [
        (b"".to_vec(), Problem::NotPdf),
        (b"Surat".to_vec(), Problem::NotPdf),
        (b"%PDF-1.7\n".to_vec(), Problem::Unreadable),
        (plain(), Problem::NoSignature),
    ] {
        let verdict = judged(&bytes);
        assert_eq!(verdict.state, State::CannotTell);
        assert_eq!(verdict.problems, [problem]);
    }
}

#[test]
fn a_certificate_that_was_not_valid_then_does_not_count() {
    // Whoever signs elsewhere need not ask whether the certificate has expired.
    let key = &office().head;
    let mut late = field("Ratna Contoh");
    late.at = time("2029-06-01T00:00:00Z");
    let prepared = crate::prepare(&plain(), &late).unwrap();
    let cms = crate::Signer::sign(key, &prepared.digest(), now()).unwrap();
    let pdf = prepared.embed(&cms).unwrap();
    let verdict = verify(&pdf, &office().roots(), time("2029-06-02T00:00:00Z"));
    assert_eq!(verdict.state, State::Invalid);
    assert!(has(&verdict, Problem::NotValidThen));
    assert!(verdict.signatures[0].intact && !verdict.signatures[0].trusted);
    // Before that day it is a signature from the future.
    assert!(has(&judged(&pdf), Problem::InTheFuture));
    // One that was valid when it was made stays so.
    assert_eq!(verify(&signed(), &office().roots(), time("2040-01-01T00:00:00Z")).state, State::Valid);
}

#[test]
fn a_changed_byte_is_noticed_wherever_it_is() {
    let pdf = signed();
    let [_, hole, end, _] = byte_range(&pdf);
    let used = 2 * pdf[hole + 1..end - 1].chunks_exact(2).rposition(|pair| pair != b"00").unwrap();
    let ends = [
        0,
        1,
        8,
        find(&pdf, b"Surat"),
        find(&pdf, b"%%EOF"),
        hole - 1,
        hole,
        end - 1,
        end,
        end + 3,
        pdf.len() - 1,
    ];
    let spread = (0..pdf.len()).step_by(1009);
    let inside = (hole + 1..hole + 1 + used).step_by(7);
    for position in ends.into_iter().chain(spread).chain(inside) {
        let mut changed = pdf.clone();
        // In the hole, to another digit: anything else would be noticed for being none.
        changed[position] = match changed[position] {
            b'f' if (hole..end).contains(&position) => b'0',
            b'9' if (hole..end).contains(&position) => b'a',
            other => other + 1,
        };
        let verdict = judged(&changed);
        assert_ne!(verdict.state, State::Valid, "byte {position} ({hole}..{end})");
        assert!(
            position < hole
                || verdict.state == State::Invalid
                || position >= end
                || !verdict.problems.is_empty()
                || has(&verdict, Problem::UnknownRoot)
                || has(&verdict, Problem::UnknownAlgorithm)
                || has(&verdict, Problem::NotUnderstood),
            "{position} {verdict:?}"
        );
    }
}

#[test]
fn changed_words_are_called_what_they_are() {
    let mut pdf = signed();
    let position = find(&pdf, b"Surat");
    pdf[position..position + 5].copy_from_slice(b"Cuti!");
    let verdict = judged(&pdf);
    assert_eq!(verdict.state, State::Invalid);
    assert!(has(&verdict, Problem::OtherDigest) && verdict.modified_after_signing);
    assert!(!verdict.signatures[0].intact && verdict.signatures[0].trusted);
}

#[test]
fn whatever_is_appended_is_noticed() {
    for tail in [b"\n".as_slice(), b"x", b"%%EOF\n", b"1 0 obj\n<</Type/Catalog>>\nendobj\n"] {
        let pdf = [signed().as_slice(), tail].concat();
        let verdict = judged(&pdf);
        assert_eq!(verdict.state, State::Invalid, "{tail:?}");
        assert!(verdict.modified_after_signing);
        assert!(has(&verdict, Problem::ModifiedAfterSigning));
    }
}

/// Appends a revision in which an object is another.
fn rewrite(pdf: &[u8], number: u32, object: &str) -> Vec<u8> {
    let mut bytes = pdf.to_vec();
    let before = crate::pdf::read(pdf).unwrap();
    let offset = bytes.len();
    bytes.extend_from_slice(format!("{number} 0 obj\n{object}\nendobj\n").as_bytes());
    let table = bytes.len();
    let size = before.max_id + 1;
    let previous = before.xref_start;
    bytes.extend_from_slice(
        format!("xref\n{number} 1\n{offset:010} 00000 n\r\ntrailer\n<</Size {size}/Root 1 0 R/Prev {previous}>>\nstartxref\n{table}\n%%EOF\n")
            .as_bytes(),
    );
    bytes
}

const OTHER_TEXT: &str = "<</Length 35>>\nstream\nBT /F1 12 Tf 72 720 Td (Cuti) Tj ET\nendstream";

#[test]
fn an_appended_revision_makes_the_letter_invalid() {
    let pdf = rewrite(&signed(), 4, OTHER_TEXT);
    let verdict = judged(&pdf);
    assert_eq!(verdict.state, State::Invalid);
    assert!(verdict.modified_after_signing);
    assert!(verdict.signatures[0].intact && verdict.signatures[0].trusted);
}

#[test]
fn who_signs_second_cannot_rewrite_what_the_first_signed() {
    for (number, object) in [
        (4, OTHER_TEXT),
        (1, "<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R/AcroForm<</Fields[10 0 R]/SigFlags 3>>>>"),
        (2, "<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>"),
    ] {
        let pdf =
            sign(&rewrite(&signed(), number, object), &field("Joko Contoh"), &office().secretary).unwrap();
        let verdict = judged(&pdf);
        assert_eq!(verdict.state, State::Invalid, "{object}");
        assert!(has(&verdict, Problem::ModifiedBetweenSignatures), "{verdict:?}");
        assert!(!verdict.modified_after_signing);
    }
}

#[test]
fn a_signature_that_is_unhooked_from_the_form_is_still_seen() {
    let pdf = rewrite(&signed(), 1, "<</Type/Catalog/Pages 2 0 R>>");
    let verdict = judged(&pdf);
    assert_eq!(verdict.state, State::Invalid);
    assert!(has(&verdict, Problem::NoField) && verdict.modified_after_signing);
    let again = sign(&pdf, &field("Joko Contoh"), &office().secretary).unwrap();
    assert_eq!(judged(&again).state, State::Invalid);
}

#[test]
fn two_people_may_sign_one_after_the_other() {
    let rsa = fixture_key("rsa-legacy.p12");
    let pdf = sign(&signed(), &field("Wulan Contoh"), &rsa).unwrap();
    let roots = [office().authority.root().clone(), fixture_root()];
    let verdict = verify(&pdf, &roots, now());
    assert_eq!(verdict.state, State::Valid, "{verdict:?}");
    assert_eq!(verdict.signatures.len(), 2);
    assert!(verdict.signatures.iter().all(|one| one.covers && one.intact && one.trusted));
    // Only one of the two authorities is known.
    let verdict = judged(&pdf);
    assert_eq!(verdict.state, State::CannotTell);
    assert!(verdict.signatures[0].trusted && !verdict.signatures[1].trusted);
    // The second signature is broken, so that the first has an addition nobody answers for.
    let mut broken = pdf.clone();
    let last = broken.len() - 8;
    broken[last] += 1;
    assert_eq!(verify(&broken, &roots, now()).state, State::Invalid);
}

#[test]
fn a_byte_range_must_say_exactly_what_is_signed() {
    let pdf = signed();
    let [_, hole, end, length] = byte_range(&pdf);
    let at = find(&pdf, b"/ByteRange[") + b"/ByteRange".len();
    let width = pdf[at..].iter().position(|byte| *byte == b']').unwrap() + 1;
    for numbers in [
        String::new(),
        "0".to_owned(),
        format!("0 {hole} {end}"),
        format!("0 {hole} {end} {length} 0"),
        format!("1 {hole} {end} {length}"),
        format!("0 {end} {hole} {length}"),
        format!("0 {} {end} {length}", hole - 1),
        format!("0 {} {end} {length}", hole + 1),
        format!("0 {hole} {} {}", end + 1, length - 1),
        format!("0 {hole} {} {}", end - 1, length + 1),
        format!("0 {hole} {end} {}", length + 1),
        format!("0 {hole} {end} {}", length - 1),
        format!("0 {hole} {end} 0"),
        format!("0 -{hole} {end} {length}"),
        "0 9223372036854775807 1 1".to_owned(),
        "0 1 9223372036854775807 9".to_owned(),
        "0 1 99999999999999999999 9".to_owned(),
        "0 0 0 0".to_owned(),
        format!("0 {hole} {end} (a)"),
        format!("0 {hole}.5 {end} {length}"),
        format!("[0 {hole} {end} {length}]"),
        "1 0 R".to_owned(),
    ] {
        if numbers.len() + 2 > width {
            continue;
        }
        let mut changed = pdf.clone();
        let text = format!("[{numbers:<width$}]", width = width - 2);
        changed[at..at + width].copy_from_slice(text.as_bytes());
        let verdict = judged(&changed);
        assert_eq!(verdict.state, State::Invalid, "{numbers}: {verdict:?}");
    }
}

#[test]
fn something_hidden_in_the_hole_is_found() {
    let pdf = signed();
    let [_, hole, end, _] = byte_range(&pdf);
    for (position, text) in [
        (hole + 4000, b"0>/X<0".as_slice()),
        (end - 20, b">\nendobj\n4 0 obj(0"),
        (end - 9, b" "),
        (end - 9, b"\n"),
        (end - 9, b"f"),
    ] {
        let mut changed = pdf.clone();
        changed[position..position + text.len()].copy_from_slice(text);
        assert_eq!(judged(&changed).state, State::Invalid, "{text:?}");
    }
}

#[test]
fn a_signature_of_another_letter_does_not_count() {
    let other =
        sign(&paper(Place::Direct, Place::Absent, Table::Classic), &field("Ratna Contoh"), &office().head);
    let (other, mut pdf) = (other.unwrap(), signed());
    let ([_, from, from_end, _], [_, hole, end, _]) = (byte_range(&other), byte_range(&pdf));
    pdf[hole..end].copy_from_slice(&other[from..from_end]);
    let verdict = judged(&pdf);
    assert_eq!(verdict.state, State::Invalid);
    assert!(has(&verdict, Problem::OtherDigest));
}

#[test]
fn a_person_is_no_authority() {
    // The head's certificate, made a root by mistake, does not vouch for others; for itself it does.
    let signed = signed();
    let own = own_certificate(&signed);
    assert_eq!(verify(&signed, std::slice::from_ref(&own), now()).state, State::Valid);
    let other = sign(&plain(), &field("Joko Contoh"), &office().secretary).unwrap();
    assert_eq!(verify(&other, &[own], now()).state, State::CannotTell);
}

fn own_certificate(pdf: &[u8]) -> Certificate {
    let [_, hole, end, _] = byte_range(pdf);
    let digits = std::str::from_utf8(&pdf[hole + 1..end - 1]).unwrap();
    let cms: Vec<u8> =
        (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect();
    crate::envelope::Envelope::read(&cms).unwrap().signer
}

#[test]
fn a_file_is_known_by_its_digest() {
    assert_eq!(digest_hex(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/// A small generator, so that a failure comes again (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(below).unwrap()).unwrap()
    }
}

#[test]
fn no_file_however_mangled_is_valid_or_stops_us() {
    let classic = signed();
    let stream =
        sign(&paper(Place::Indirect, Place::Indirect, Table::Stream), &field("A"), &office().head).unwrap();
    let twice = sign(&classic, &field("Joko Contoh"), &office().secretary).unwrap();
    let words: [&[u8]; 10] = [
        b"<<",
        b">>",
        b"[[[[[[[[[[",
        b"endobj",
        b"99999999999999999999",
        b"-1",
        b"1 0 R",
        b"(((((",
        b"stream\n",
        b"/ByteRange[0 1 2 3]",
    ];
    let mut dice = Dice(0x5167_6170);
    for round in 0..240 {
        let original = [&classic, &stream, &twice][round % 3];
        let mut changed = original.clone();
        // Outside of the long hole, where most of the structure is.
        let places = [0..900, changed.len().saturating_sub(900)..changed.len(), 0..changed.len()];
        for _ in 0..=dice.roll(3) {
            let range = places[dice.roll(3)].clone();
            let position = (range.start + dice.roll(range.len())).min(changed.len() - 1);
            match dice.roll(5) {
                0 => changed.truncate(position.max(1)),
                1 => changed[position] ^= 1 << dice.roll(8),
                2 => {
                    let word = words[dice.roll(words.len())];
                    let end = (position + word.len()).min(changed.len());
                    changed[position..end].copy_from_slice(&word[..end - position]);
                }
                3 => {
                    let end = (position + dice.roll(300)).min(changed.len());
                    changed.drain(position..end);
                }
                _ => {
                    let word = words[dice.roll(words.len())];
                    changed.splice(position..position, word.iter().copied());
                }
            }
            if changed.is_empty() {
                changed.push(b'%');
            }
        }
        let verdict = judged(&changed);
        if changed != *original {
            assert_ne!(verdict.state, State::Valid, "round {round}");
        }
    }
}

#[test]
fn a_signature_read_from_garbage_is_garbage() {
    let pdf = signed();
    let [_, hole, end, _] = byte_range(&pdf);
    let mut dice = Dice(0x7365_7061);
    for round in 0..300 {
        let mut changed = pdf.clone();
        for _ in 0..=dice.roll(4) {
            let position = hole + 1 + dice.roll((end - hole - 2).min(2200));
            changed[position] = b"0123456789abcdef"[dice.roll(16)];
        }
        let verdict = judged(&changed);
        if changed != pdf {
            assert_ne!(verdict.state, State::Valid, "round {round}");
        }
    }
}

#[test]
fn deep_nesting_and_long_lists_do_not_stop_us() {
    for body in [
        "[".repeat(100_000),
        "<</A".repeat(50_000),
        "(".repeat(100_000),
        format!("<</Fields[{}]>>", "5 0 R ".repeat(20_000)),
        "<</Fields[5 0 R]/Kids[5 0 R]/FT/Sig/Parent 5 0 R/V 5 0 R/ByteRange 5 0 R/Contents 5 0 R>>"
            .to_owned(),
    ] {
        let base = paper(Place::Indirect, Place::Indirect, Table::Classic);
        let pdf = rewrite(&base, 5, &body);
        assert_ne!(judged(&pdf).state, State::Valid);
    }
}
