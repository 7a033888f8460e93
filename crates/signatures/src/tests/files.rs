use super::paper::*;
use crate::{EmbedError, PrepareError, SIGNATURE_BYTES_MAX, State, pdf, prepare, sign, verify};

#[test]
fn a_letter_can_be_signed_wherever_its_form_and_annotations_stand() {
    for table in [Table::Classic, Table::Stream] {
        for form in PLACES {
            for annotations in PLACES {
                let original = paper(form, annotations, table);
                let signed = sign(&original, &field("Ratna Contoh"), &office().head).unwrap();
                assert!(signed.starts_with(&original), "{form:?} {annotations:?} {table:?}");
                let verdict = verify(&signed, &office().roots(), now());
                assert_eq!(verdict.state, State::Valid, "{form:?} {annotations:?} {table:?}: {verdict:?}");

                let again = sign(&signed, &field("Joko Contoh"), &office().secretary).unwrap();
                let verdict = verify(&again, &office().roots(), now());
                assert_eq!(verdict.state, State::Valid, "{form:?} {annotations:?} {table:?}: {verdict:?}");
                let names: Vec<_> = verdict.signatures.iter().map(|one| one.name.as_str()).collect();
                assert_eq!(names, ["Ratna Contoh", "Joko Contoh"]);
            }
        }
    }
}

#[test]
fn a_signature_adds_one_revision_with_everything_a_reader_and_pdf_a_want() {
    for table in [Table::Classic, Table::Stream] {
        let original = paper(Place::Indirect, Place::Direct, table);
        let signed = sign(&original, &field("Ratna Contoh"), &office().head).unwrap();
        let document = pdf::read(&signed).unwrap();
        assert!(document.xref_recovery.is_none());
        assert_eq!(document.revision_count(), 2);
        let before = pdf::read(&original).unwrap();
        let kind =
            |document: &lopdf::Document| format!("{:?}", document.reference_table.cross_reference_type);
        assert_eq!(kind(&document), kind(&before));

        let fields = pdf::fields(&document);
        let (_, widget) = fields[0];
        assert_eq!(pdf::text_of(pdf::entry(&document, widget, b"T").unwrap()).unwrap(), "Sigap1");
        assert_eq!(pdf::entry(&document, widget, b"F").unwrap().as_i64().unwrap(), 132);
        let appearance = pdf::dictionary_at(&document, widget, b"AP").unwrap();
        assert!(pdf::entry(&document, appearance, b"N").unwrap().as_stream().is_ok());
        let page = document.get_object(document.page_iter().next().unwrap()).unwrap().as_dict().unwrap();
        assert!(pdf::is_name(&document, page, b"Tabs", b"S"));
        assert_eq!(pdf::array_at(&document, page, b"Annots").unwrap().len(), 2, "the link stays");

        let id = |document| pdf::array_at(document, &document.trailer, b"ID").unwrap().to_vec();
        assert_eq!(id(&document)[0], id(&before)[0]);
        assert_ne!(id(&document)[1], id(&before)[1]);
    }
}

#[test]
fn every_signature_has_a_field_of_its_own() {
    let mut pdf_bytes = plain();
    for _ in 0..3 {
        pdf_bytes = sign(&pdf_bytes, &field("Ratna Contoh"), &office().head).unwrap();
    }
    let document = pdf::read(&pdf_bytes).unwrap();
    let names: Vec<_> = pdf::fields(&document)
        .iter()
        .map(|(_, field)| pdf::text_of(pdf::entry(&document, field, b"T").unwrap()).unwrap())
        .collect();
    assert_eq!(names, ["Sigap1", "Sigap2", "Sigap3"]);
}

#[test]
fn the_same_letter_key_and_time_give_the_same_bytes() {
    let rsa = fixture_key("rsa-modern.p12");
    for key in [&office().head, &rsa] {
        let one = sign(&plain(), &field("Ratna Contoh"), key).unwrap();
        let other = sign(&plain(), &field("Ratna Contoh"), key).unwrap();
        assert!(one == other);
    }
}

#[test]
fn what_a_signature_says_of_itself_comes_back_as_it_was_written() {
    let mut field = field("Rátna (Contoh)");
    field.reason = "Menandatangani surat – \\jawaban) 陳".to_owned();
    field.location = String::new();
    let signed = sign(&plain(), &field, &office().head).unwrap();
    let verdict = verify(&signed, &office().roots(), now());
    assert_eq!(verdict.state, State::Valid);
    let signature = &verdict.signatures[0];
    assert_eq!((signature.reason.as_str(), signature.location.as_str()), (field.reason.as_str(), ""));
    assert_eq!(signature.claimed, Some(now()));
}

#[test]
fn a_date_of_a_pdf_is_read_in_all_its_forms() {
    let noon = Some(time("2027-01-15T05:00:00Z"));
    for text in [
        "D:20270115120000+07'00'",
        "D:20270115120000+07'00",
        "D:20270115120000+07",
        "D:20270115050000Z",
        "D:20270115050000Z00'00'",
        "D:20270115050000",
        "20270115050000",
        "D:202701150000-05'00'",
    ] {
        assert_eq!(pdf::time_of(text), noon, "{text}");
    }
    assert_eq!(pdf::time_of("D:2027"), Some(time("2027-01-01T00:00:00Z")));
    for text in ["", "D:", "D:20271315", "D:20270230", "D:2027011512+x", "besok", "D:2027é", "D:00000101"] {
        assert_eq!(pdf::time_of(text), None, "{text}");
    }
    assert_eq!(pdf::time_of(&pdf::time_to_text(now())), Some(now()));
}

#[test]
fn a_signature_that_does_not_fit_is_refused() {
    let prepared = prepare(&plain(), &field("Ratna Contoh")).unwrap();
    let error = prepared.clone().embed(&vec![1; SIGNATURE_BYTES_MAX + 1]).unwrap_err();
    assert_eq!(error, EmbedError::TooLarge { bytes: SIGNATURE_BYTES_MAX + 1 });
    assert_eq!(prepared.clone().embed(&[]).unwrap_err(), EmbedError::Empty);
    assert!(prepared.embed(&vec![1; SIGNATURE_BYTES_MAX]).is_ok());
}

#[test]
fn what_is_no_intact_letter_is_not_signed() {
    let refuse = |bytes: &[u8]| prepare(bytes, &field("Ratna Contoh")).unwrap_err();
    assert!(matches!(refuse(b"Surat"), PrepareError::Unreadable(_)));
    assert!(matches!(refuse(b""), PrepareError::Unreadable(_)));
    let whole = plain();
    let cut = &whole[..find(&whole, b"xref\n")];
    assert!(matches!(refuse(cut), PrepareError::Damaged | PrepareError::Unreadable(_)));
    let text = String::from_utf8(whole).unwrap().replace("/Kids[3 0 R]/Count 1", "/Kids[     ]/Count 0");
    assert!(matches!(refuse(text.as_bytes()), PrepareError::NoPage));
}
