use super::paper::*;
use crate::{
    Algorithm, AuthorityError, KeyError, KeyFile, Signer, SignerError, State, TestAuthority, sign, verify,
};

fn import(name: &str) -> Result<KeyFile, KeyError> {
    Ok(KeyFile::import(&fixture(name), PASSPHRASE, now())?.file)
}

#[test]
fn key_files_of_openssl_old_and_new_sign_letters() {
    for (name, person, algorithm) in [
        ("rsa-modern.p12", "Wulan Contoh", Algorithm::Rsa { bits: 2048 }),
        ("rsa-legacy.p12", "Wulan Contoh", Algorithm::Rsa { bits: 2048 }),
        ("p256-modern.p12", "Bagas Contoh", Algorithm::P256),
        ("p256-legacy.p12", "Bagas Contoh", Algorithm::P256),
    ] {
        let imported = KeyFile::import(&fixture(name), PASSPHRASE, now()).unwrap();
        let certificate = &imported.certificate;
        assert_eq!(certificate.subject, person, "{name}");
        assert_eq!(certificate.issuer, "Otoritas Uji Kertas");
        assert_eq!(certificate.algorithm, algorithm);
        assert_eq!(certificate.fingerprint.len(), 64);
        assert!(certificate.not_before < now() && now() < certificate.not_after);

        let key = imported.file.unlock(PASSPHRASE).unwrap();
        assert_eq!(&key.certificate(), certificate);
        let signed = sign(&plain(), &field(person), &key).unwrap();
        let verdict = verify(&signed, &[fixture_root()], now());
        assert_eq!(verdict.state, State::Valid, "{name}: {verdict:?}");
        let signature = &verdict.signatures[0];
        assert!(signature.trusted && signature.intact && signature.covers);
        assert_eq!(signature.name, person);
        assert_eq!(signature.fingerprint, certificate.fingerprint);
    }
}

#[test]
fn a_key_is_kept_under_aes_whatever_it_came_with() {
    let three_des = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01, 0x03];
    let pbes2 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d];
    let aes_256 = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a];
    let has = |bytes: &[u8], oid: &[u8]| bytes.windows(oid.len()).any(|window| window == oid);
    let legacy = fixture("rsa-legacy.p12");
    assert!(has(&legacy, &three_des));
    let kept = import("rsa-legacy.p12").unwrap();
    assert!(!has(kept.as_bytes(), &three_des));
    assert!(has(kept.as_bytes(), &pbes2) && has(kept.as_bytes(), &aes_256));
}

#[test]
fn a_wrong_passphrase_is_told_apart_from_a_broken_file() {
    for name in ["rsa-modern.p12", "rsa-legacy.p12", "p256-modern.p12", "p256-legacy.p12"] {
        let error = KeyFile::import(&fixture(name), "kertas-lain", now()).unwrap_err();
        assert!(matches!(error, KeyError::WrongPassphrase), "{name}: {error:?}");
    }
    let file = import("p256-modern.p12").unwrap();
    assert!(matches!(file.unlock("kertas-lain"), Err(KeyError::WrongPassphrase)));
    assert!(matches!(file.unlock(""), Err(KeyError::WrongPassphrase)));
    assert!(matches!(KeyFile::import(&fixture("rsa-modern.p12"), "", now()), Err(KeyError::NoPassphrase)));
    let damaged = KeyFile::from_bytes(file.as_bytes()[..200].to_vec());
    assert!(matches!(damaged.unlock(PASSPHRASE), Err(KeyError::Unreadable(_))));
    let large = KeyFile::from_bytes(vec![0; crate::KEY_FILE_BYTES_MAX + 1]);
    assert!(matches!(large.unlock(PASSPHRASE), Err(KeyError::TooLarge { .. })));
}

#[test]
fn keys_that_cannot_sign_letters_are_refused() {
    assert!(matches!(import("rsa-1024.p12"), Err(KeyError::TooWeak { bits: 1024 })));
    assert!(matches!(import("p384.p12"), Err(KeyError::UnknownAlgorithm { .. })));
    assert!(matches!(import("expired.p12"), Err(KeyError::Expired { .. })));
    assert!(matches!(import("no-key.p12"), Err(KeyError::NoKey)));
}

#[test]
fn a_certificate_of_somebody_else_is_refused() {
    use p12_keystore::{KeyStore, KeyStoreEntry, PrivateKeyChain};
    let chain = |name| {
        let store = KeyStore::from_pkcs12(&fixture(name), PASSPHRASE).unwrap();
        store.private_key_chain().unwrap().1.clone()
    };
    let (rsa, p256) = (chain("rsa-modern.p12"), chain("p256-modern.p12"));
    let write = |store: &KeyStore| store.writer(PASSPHRASE).encryption_iterations(10).write().unwrap();
    let mut store = KeyStore::new();
    let mixed = PrivateKeyChain::new(p256.key(), b"satu", rsa.chain().to_vec());
    store.add_entry("satu", KeyStoreEntry::PrivateKeyChain(mixed));
    let error = KeyFile::import(&write(&store), PASSPHRASE, now()).unwrap_err();
    assert!(matches!(error, KeyError::OtherCertificate { .. }), "{error:?}");

    let mut store = KeyStore::new();
    store.add_entry("satu", KeyStoreEntry::PrivateKeyChain(rsa));
    store.add_entry("dua", KeyStoreEntry::PrivateKeyChain(p256));
    let error = KeyFile::import(&write(&store), PASSPHRASE, now()).unwrap_err();
    assert!(matches!(error, KeyError::SeveralKeys { count: 2 }), "{error:?}");
}

#[test]
fn a_key_signs_only_while_its_certificate_is_valid() {
    let head = &office().head;
    let error = head.sign(&[0; 32], time("2026-12-31T23:59:59Z")).unwrap_err();
    assert!(matches!(error, SignerError::NotYetValid { .. }), "{error:?}");
    let error = head.sign(&[0; 32], time("2029-02-01T00:00:00Z")).unwrap_err();
    assert!(matches!(error, SignerError::Expired { .. }), "{error:?}");
    let until = head.certificate().not_after;
    assert!(head.sign(&[0; 32], until).is_ok());
}

/// A key file whose rounds are set to a number, at one place after the other: nobody waits for it.
#[test]
fn a_key_file_that_asks_for_endless_work_is_refused_at_once() {
    // The numbers as they stand in the files of OpenSSL: 2048 rounds in DER.
    for name in ["rsa-modern.p12", "rsa-legacy.p12"] {
        let file = fixture(name);
        let places: Vec<usize> =
            (0..=file.len() - 4).filter(|at| file[*at..].starts_with(&[0x02, 0x02, 0x08, 0x00])).collect();
        assert_eq!(places.len(), 3, "the checksum, the certificates and the key in {name}");
        for place in places {
            let hostile = with_rounds(&file, place, &[0x7f, 0xff, 0xff, 0xff]);
            let error = KeyFile::import(&hostile, PASSPHRASE, now()).unwrap_err();
            assert!(matches!(error, KeyError::TooLaborious), "{name} at {place}: {error:?}");
            assert!(matches!(KeyFile::from_bytes(hostile).unlock(PASSPHRASE), Err(KeyError::TooLaborious)));
        }
    }
}

/// The file with another number at a place, and every length around it grown as well.
fn with_rounds(file: &[u8], place: usize, rounds: &[u8]) -> Vec<u8> {
    fn grow(der: &[u8], offset: usize, place: usize, rounds: &[u8]) -> Vec<u8> {
        let mut grown = vec![];
        let mut at = 0;
        while at < der.len() {
            let (head, length) = match der[at + 1] {
                short @ ..=0x7f => (2, usize::from(short)),
                0x81 => (3, usize::from(der[at + 2])),
                _ => (4, usize::from(der[at + 2]) << 8 | usize::from(der[at + 3])),
            };
            let (start, end) = (at + head, at + head + length);
            let inside = (offset + start..offset + end).contains(&place);
            let content = if offset + at == place {
                rounds.to_vec()
            } else if inside {
                grow(&der[start..end], offset + start, place, rounds)
            } else {
                der[start..end].to_vec()
            };
            grown.push(der[at]);
            match content.len() {
                length @ ..=0x7f => grown.push(u8::try_from(length).unwrap()),
                length @ 0x80..=0xff => grown.extend([0x81, u8::try_from(length).unwrap()]),
                length => grown.extend([0x82, (length >> 8) as u8, (length & 0xff) as u8]),
            }
            grown.extend(content);
            at = end;
        }
        grown
    }
    grow(file, 0, place, rounds)
}

#[test]
fn nothing_secret_is_shown() {
    let imported = KeyFile::import(&fixture("p256-modern.p12"), PASSPHRASE, now()).unwrap();
    let key = imported.file.unlock(PASSPHRASE).unwrap();
    let shown = format!("{imported:?} {key:?} {:?}", office().authority);
    assert!(shown.contains("Bagas Contoh"));
    for word in [PASSPHRASE, "secret", "Secret", "Scalar"] {
        assert!(!shown.contains(word), "{word}");
    }
}

#[test]
fn an_authority_refuses_what_no_certificate_can_say() {
    let authority = &office().authority;
    let issue = |name: &str, years| authority.issue(&subject(name), now(), years, PASSPHRASE);
    assert!(matches!(issue("", 1), Err(AuthorityError::Name { .. })));
    assert!(matches!(issue(&"a".repeat(65), 1), Err(AuthorityError::Name { .. })));
    assert!(matches!(issue("Ratna Contoh", 0), Err(AuthorityError::Years { years: 0 })));
    assert!(matches!(issue("Ratna Contoh", 11), Err(AuthorityError::Years { years: 11 })));
    let early = TestAuthority::create("Otoritas Uji", time("1900-01-01T00:00:00Z"));
    assert!(matches!(early, Err(AuthorityError::Time { .. })));
    let open = authority.issue(&subject("Ratna Contoh"), now(), 1, "");
    assert!(matches!(open, Err(AuthorityError::Key(KeyError::NoPassphrase))));
}
