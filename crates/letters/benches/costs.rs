//! What letters cost: `cargo bench -p letters`. It prints figures and judges one of them: memory has to stay
//! flat over many letters, which it would not if results of prints were kept for good.
//!
//! A release build of the press takes a quarter of an hour. With `--profile dev` the printing is many times
//! slower, and the two thousand letters take most of an hour.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{fs, hint};

use jiff::Timestamp;
use letters::Press;
use signatures::{Certificate, Field, Key, KeyFile, State, Subject, TestAuthority};
use sop::letter::{Block, Letter};

/// Over how many rounds a time is taken; what is printed is the one in the middle.
const ROUNDS: usize = 15;

/// More than anybody types into one field.
const LONG_BYTES: usize = 20_000;

/// How many letters have to be printed for memory to settle, and how many in all.
const LETTERS_WARM: usize = 200;
const LETTERS: usize = 2_000;

/// What may come on top after the memory has settled, in KiB.
const GROWTH_KIB_MAX: u64 = 64 * 1024;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let began = Instant::now();
    let press = Press::new();
    say("a press is set up", began.elapsed());
    let letters = samples()?;
    prints(&press, &letters)?;
    long_texts(&press, letter(&letters, "official")?);
    signs(&press, letter(&letters, "official")?)?;
    memory(&press, letter(&letters, "official")?)
}

fn samples() -> Result<Vec<(String, Letter)>, Box<dyn Error>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut samples = Vec::new();
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        let name = path.file_stem().ok_or("a sample has no name")?.to_string_lossy().into_owned();
        samples.push((name, serde_json::from_str(&fs::read_to_string(path)?)?));
    }
    samples.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(samples)
}

fn letter<'a>(letters: &'a [(String, Letter)], name: &str) -> Result<&'a Letter, Box<dyn Error>> {
    let found = letters.iter().find(|(known, _)| known == name);
    Ok(found.map(|(_, letter)| letter).ok_or_else(|| format!("there is no sample {name}"))?)
}

/// The first print of each kind, and further ones that all differ.
fn prints(press: &Press, letters: &[(String, Letter)]) -> Result<(), Box<dyn Error>> {
    println!("\nprinting            first      warm   first/warm");
    for (name, letter) in letters {
        let began = Instant::now();
        press.pdf(letter)?;
        let first = began.elapsed();
        let mut nth = 0;
        let warm = middle(|| {
            nth += 1;
            press.pdf(&another(letter, nth))
        });
        let ratio = first.as_secs_f64() / warm.as_secs_f64();
        println!("  {name:16} {:>8.1} ms {:>6.1} ms {ratio:>8.1}", ms(first), ms(warm));
    }
    let began = Instant::now();
    press.sop_pdf(sop::shipped())?;
    say("the SOP, its first print", began.elapsed());
    Ok(())
}

/// A letter that was never printed before: its title stands in the properties of the file, and in reports on
/// the page.
fn another(letter: &Letter, nth: usize) -> Letter {
    let mut letter = letter.clone();
    let frame = match &mut letter {
        Letter::Disposition(sheet) => &mut sheet.frame,
        Letter::RequestForm(sheet) => &mut sheet.frame,
        Letter::Official(letter) => &mut letter.frame,
        Letter::Examination(report)
        | Letter::Progress(report)
        | Letter::Check(report)
        | Letter::Completion(report) => &mut report.frame,
        Letter::Register(book) => &mut book.frame,
        Letter::Destruction(record) => &mut record.frame,
    };
    frame.title = format!("{} {nth}", frame.title);
    frame.letterhead.names.push(format!("BAGIAN {nth}"));
    letter
}

/// Texts that are hard to break into lines.
fn long_texts(press: &Press, letter: &Letter) {
    println!("\nprinting {} kB in one paragraph", LONG_BYTES / 1_000);
    for (name, text) in [
        ("words", "kata yang biasa ".repeat(LONG_BYTES / 16)),
        ("lines", "a\n".repeat(LONG_BYTES / 2)),
        ("one word", "W".repeat(LONG_BYTES)),
        ("slashes", "/".repeat(LONG_BYTES)),
    ] {
        let began = Instant::now();
        let printed = press.pdf(&saying(letter, text));
        let end = printed
            .map_or_else(|error| format!("refused: {error}"), |pdf| format!("{} kB", pdf.len() / 1024));
        println!("  {name:16} {:>8.1} ms  {end}", ms(began.elapsed()));
    }
}

fn saying(letter: &Letter, text: String) -> Letter {
    let mut letter = letter.clone();
    if let Letter::Official(official) = &mut letter {
        official.body = vec![Block::Paragraph { text }];
    }
    letter
}

fn signs(press: &Press, letter: &Letter) -> Result<(), Box<dyn Error>> {
    let at: Timestamp = "2026-11-24T09:00:00Z".parse()?;
    let (key, root) = key(at)?;
    let field = Field {
        name: "Sri Contoh".to_owned(),
        reason: "Menandatangani surat".to_owned(),
        capacity: "Kepala Bagian Umum".to_owned(),
        location: "Jakarta".to_owned(),
        at,
    };
    let roots = [root];
    let pdf = press.pdf(letter)?;
    let signed = signatures::sign(&pdf, &field, &key)?;
    if signatures::verify(&signed, &roots, at).state != State::Valid {
        return Err("the signed letter is not valid, so that its times mean nothing".into());
    }
    let sign = middle(|| signatures::sign(&pdf, &field, &key));
    let verify = middle(|| signatures::verify(&signed, &roots, at));
    let mut nth = 0;
    let whole = middle(|| -> Result<_, Box<dyn Error>> {
        nth += 1;
        let pdf = press.pdf(&another(letter, 1_000 + nth))?;
        Ok(signatures::verify(&signatures::sign(&pdf, &field, &key)?, &roots, at).state)
    });
    println!();
    say("signing a letter (P-256)", sign);
    say("verifying it", verify);
    say("printing, signing and verifying one", whole);
    println!("  of which signing {:.0} %", 100.0 * sign.as_secs_f64() / whole.as_secs_f64());
    Ok(())
}

fn key(at: Timestamp) -> Result<(Key, Certificate), Box<dyn Error>> {
    let authority = TestAuthority::create("Otoritas Ukur", at)?;
    let subject = Subject {
        common_name: "Sri Contoh".to_owned(),
        serial_number: None,
        organization: "Sekretariat Contoh".to_owned(),
        title: "Kepala Bagian Umum".to_owned(),
    };
    let key = KeyFile::import(&authority.issue(&subject, at, 2, "contoh")?, "contoh", at)?;
    let began = Instant::now();
    let key = key.file.unlock("contoh")?;
    say("opening a key, slow on purpose", began.elapsed());
    Ok((key, authority.root().clone()))
}

fn memory(press: &Press, letter: &Letter) -> Result<ExitCode, Box<dyn Error>> {
    println!("\nmemory after letters");
    let mut settled = 0;
    for nth in 0..=LETTERS {
        let text = format!("Surat ke-{nth} tentang hal yang berbeda. ").repeat(12);
        press.pdf(&saying(letter, text))?;
        if nth == LETTERS_WARM {
            settled = resident_kib()?;
        }
        if nth % 500 == 0 {
            println!("  {nth:>5} {:>6} MiB", resident_kib()? / 1024);
        }
    }
    let grown = resident_kib()?.saturating_sub(settled);
    println!("  after the first {LETTERS_WARM} it grew by {} MiB", grown / 1024);
    if grown > GROWTH_KIB_MAX {
        println!("  which is more than {} MiB", GROWTH_KIB_MAX / 1024);
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// What the process holds in memory, as Linux tells.
fn resident_kib() -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.split_whitespace().nth(1).ok_or("VmRSS says nothing")?.parse()?)
}

fn middle<T>(mut work: impl FnMut() -> T) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let began = Instant::now();
            hint::black_box(work());
            began.elapsed()
        })
        .collect();
    times.sort();
    times[ROUNDS / 2]
}

fn say(what: &str, took: Duration) {
    println!("  {what:36} {:>8.1} ms", ms(took));
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
