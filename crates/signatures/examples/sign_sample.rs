//! Signs a PDF with a test authority, so that other programs can judge the signature:
//!
//!     sign_sample IN.pdf OUT.pdf ROOT.pem TIME [--rsa FILE.p12 PASSPHRASE]
//!
//! TIME is when it is signed, as in 2026-11-24T09:00:00Z.
//!
//! With a key file of one's own, ROOT.pem is left alone: its authority is known already.

use std::error::Error;
use std::fs;

use jiff::Timestamp;
use signatures::{Field, KeyFile, Subject, TestAuthority, sign, verify};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let at = arguments.get(3).ok_or("a fourth argument says when, as in 2026-11-24T09:00:00Z")?;
    let now: Timestamp = at.parse()?;
    let (input, output, root, file) = match arguments.as_slice() {
        [input, output, root, _] => {
            let authority = TestAuthority::create("OTORITAS UJI COBA - BUKAN UNTUK SURAT RESMI", now)?;
            fs::write(root, authority.to_pem()?)?;
            let subject = Subject {
                common_name: "Sri Contoh".into(),
                serial_number: Some("199001012015012001".into()),
                organization: "Sekretariat Contoh".into(),
                title: "Kepala Bagian Umum".into(),
            };
            let pkcs12 = authority.issue(&subject, now, 2, "contoh")?;
            (input, output, root, KeyFile::import(&pkcs12, "contoh", now)?.file.unlock("contoh")?)
        }
        [input, output, root, _, "--rsa", file, passphrase] => {
            let imported = KeyFile::import(&fs::read(file)?, passphrase, now)?;
            (input, output, root, imported.file.unlock(passphrase)?)
        }
        _ => return Err("arguments: IN.pdf OUT.pdf ROOT.pem TIME [--rsa FILE.p12 PASSPHRASE]".into()),
    };
    let field = Field {
        name: file.certificate().subject,
        reason: "Menandatangani surat – contoh".into(),
        capacity: "Kepala Bagian Umum".into(),
        location: "Jakarta".into(),
        at: now,
    };
    let pdf = fs::read(input)?;
    let signed = sign(&pdf, &field, &file)?;
    let roots = signatures::Certificate::from_pem(&fs::read_to_string(root)?)?;
    let began = std::time::Instant::now();
    for _ in 0..10 {
        sign(&pdf, &field, &file)?;
    }
    let (one, began) = (began.elapsed() / 10, std::time::Instant::now());
    let verdict = verify(&signed, &[roots], now);
    println!("signed in {one:?}, verified in {:?}: {:?}", began.elapsed(), verdict.state);
    for problem in verdict.all_problems() {
        println!("  {problem}");
    }
    fs::write(output, signed)?;
    Ok(())
}
