//! Prints every sample and the SOP that comes with Sigap into a folder, for judges outside Rust: each as
//! PDF/A-2a and as PDF/A-1b, and what it says as plain text.
//! `cargo run -p letters --example print_samples -- OUTDIR`.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use letters::Press;
use sop::letter::Letter;

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::args().nth(1).ok_or("usage: print_samples OUTDIR")?);
    fs::create_dir_all(&out)?;
    let press = Press::new();
    let samples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut files = fs::read_dir(samples)?.collect::<Result<Vec<_>, _>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    for file in files {
        let name = file.path().file_stem().ok_or("a sample has no name")?.to_string_lossy().into_owned();
        let letter: Letter = serde_json::from_str(&fs::read_to_string(file.path())?)?;
        fs::write(out.join(format!("{name}.pdf")), press.pdf(&letter)?)?;
        fs::write(out.join(format!("{name}-a1b.pdf")), press.archival_pdf_a1b(&letter)?)?;
        fs::write(out.join(format!("{name}.txt")), letter.text().join("\n"))?;
    }
    fs::write(out.join("sop.pdf"), press.sop_pdf(sop::shipped())?)?;
    Ok(())
}
