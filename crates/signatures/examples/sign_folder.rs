//! Signs every PDF in a folder with a test authority, so that other programs can judge the signatures:
//!
//!     sign_folder IN OUT ROOT.pem TIME
//!
//! The signed files are written to the folder OUT and the authority's certificate to ROOT.pem. TIME is
//! when they are signed, as in 2026-11-24T09:00:00Z.

use std::error::Error;
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use signatures::{Field, KeyFile, Subject, TestAuthority, sign};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, output, root, at] = arguments.as_slice() else {
        return Err("usage: sign_folder IN OUT ROOT.pem TIME".into());
    };
    let at: Timestamp = at.parse()?;
    let authority = TestAuthority::create("OTORITAS UJI COBA - BUKAN UNTUK SURAT RESMI", at)?;
    fs::write(root, authority.to_pem()?)?;
    let subject = Subject {
        common_name: "Sri Contoh".into(),
        serial_number: Some("199001012015012001".into()),
        organization: "Sekretariat Contoh".into(),
        title: "Kepala Bagian Umum".into(),
    };
    let key = KeyFile::import(&authority.issue(&subject, at, 2, "contoh")?, "contoh", at)?;
    let key = key.file.unlock("contoh")?;
    let field = Field {
        name: "Sri Contoh".into(),
        reason: "Menandatangani surat – contoh".into(),
        capacity: "Plh. Kepala Bagian Umum".into(),
        location: "Jakarta".into(),
        at,
    };
    fs::create_dir_all(output)?;
    for file in fs::read_dir(input)? {
        let file = file?;
        if Path::new(&file.file_name()).extension().is_some_and(|kind| kind == "pdf") {
            let signed = sign(&fs::read(file.path())?, &field, &key)?;
            fs::write(Path::new(output).join(file.file_name()), signed)?;
        }
    }
    Ok(())
}
