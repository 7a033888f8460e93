//! `sigap letter`: the letters that were signed, for whoever keeps the machine, and what a signature is
//! worth, for whoever holds a file.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use signatures::{Certificate, Problem, SignatureVerdict, State, Verdict};
use sop::case::{CaseNo, LetterCode};
use sop::letter::made;
use store::{LetterRow, PAGE_ROWS_MAX, Scope, Store};

use crate::office::{Office, OfficeArgs, Settings, write_whole};
use crate::signer::now;
use crate::sop_file::Format;

#[derive(Debug, Subcommand)]
pub enum LetterCommand {
    /// List every signed letter, in the order of their numbers
    List {
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
        #[command(flatten)]
        office: OfficeArgs,
    },
    /// Write a signed letter to a file, byte for byte as it was signed
    Export {
        /// The code of the letter, such as 7KQ2-M4XW-9DTR-K8PC
        code: String,
        /// Where to write it; a file that is there is replaced
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        #[command(flatten)]
        office: OfficeArgs,
    },
    /// Tell whether a letter is as it was signed, and by whom; nobody is asked over the network
    ///
    /// Exit code 0 when every signature is valid and nothing was added since, 1 when not, 2 when it
    /// cannot be told: the file has no signature, or one from an authority that is not trusted here.
    /// Trusted are the certificates in --ca, or else those of the office (`sigap signer ca`). Without
    /// either, a letter can be found changed, but not valid.
    Verify(Verify),
}

#[derive(Debug, Args)]
pub struct Verify {
    file: PathBuf,
    /// Certificates (PEM) of authorities to trust, instead of those of an office; may be given again
    #[arg(long, value_name = "PEM")]
    ca: Vec<PathBuf>,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    office: OfficeArgs,
}

/// The exit code for what cannot be told.
const CANNOT_TELL: u8 = 2;

pub async fn run(command: LetterCommand) -> Result<ExitCode> {
    match command {
        LetterCommand::List { format, office } => list(format, &office).await,
        LetterCommand::Export { code, output, office } => export(&code, &output, &office).await,
        LetterCommand::Verify(verify) => run_verify(&verify).await,
    }
}

async fn open(args: &OfficeArgs) -> Result<Office> {
    Office::open(&Settings::read(args.config.as_deref(), args)?).await
}

async fn list(format: Format, args: &OfficeArgs) -> Result<ExitCode> {
    let store = open(args).await?.store;
    let mut letters: Vec<LetterRow> = Vec::new();
    loop {
        let page = store.letters_after(letters.last().map(|letter| letter.number), PAGE_ROWS_MAX).await?;
        if page.is_empty() {
            break;
        }
        letters.extend(page);
    }
    let mut kinds = Kinds { store: &store, of_cases: HashMap::new() };
    let mut rows = Vec::new();
    for letter in &letters {
        rows.push((letter, kinds.of(letter).await?));
    }
    match format {
        Format::Json => {
            let rows: Vec<Value> = rows.iter().map(|(letter, kind)| as_json(letter, kind)).collect();
            println!("{}", serde_json::to_string_pretty(&rows)?);
        }
        Format::Text => {
            let width = rows.iter().map(|(letter, _)| letter.written_number.chars().count()).max();
            let width = width.unwrap_or(0);
            for (letter, kind) in rows {
                let LetterRow { code, written_number, case, .. } = letter;
                println!("{code}  {written_number:width$}  {case}  {kind}");
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn as_json(letter: &LetterRow, kind: &str) -> Value {
    json!({
        "code": letter.code, "kind": kind, "number": letter.written_number, "case": letter.case,
        // A letter is numbered in the act that signs it, and stays as it is: there is no other state.
        "state": "signed",
    })
}

/// As what a letter stands in the SOP of its case, which is read once for all its letters.
struct Kinds<'a> {
    store: &'a Store,
    of_cases: HashMap<CaseNo, HashMap<LetterCode, String>>,
}

impl Kinds<'_> {
    async fn of(&mut self, letter: &LetterRow) -> Result<String> {
        if !self.of_cases.contains_key(&letter.case) {
            let kinds = self.in_case(&letter.case).await?;
            self.of_cases.insert(letter.case.clone(), kinds);
        }
        let kind = self.of_cases.get(&letter.case).and_then(|kinds| kinds.get(&letter.code));
        Ok(kind.cloned().unwrap_or_else(|| letter.subject.clone()))
    }

    async fn in_case(&self, no: &CaseNo) -> Result<HashMap<LetterCode, String>> {
        let file = self.store.case_file(&Scope::All, no).await?;
        let case = file.ok_or_else(|| anyhow!("case {no} of a letter is not in the database"))?.case;
        let sop = sop::find(&case.sop, &case.revision).unwrap_or_else(sop::shipped);
        let named = made(sop, &case).into_iter().filter_map(|made| {
            let signed = case.letter(made.task.id, made.index)?;
            Some((signed.signature.code.clone(), made.document.name.clone()))
        });
        Ok(named.collect())
    }
}

async fn export(code: &str, output: &Path, args: &OfficeArgs) -> Result<ExitCode> {
    let office = open(args).await?;
    let code = LetterCode::new(code.trim().to_uppercase());
    let letter = office.store.letter(&code).await?;
    let letter = letter.ok_or_else(|| {
        anyhow!("there is no letter with the code {code}; `sigap letter list` tells which there are")
    })?;
    let pdf = office.files()?.whole(&letter.file).await;
    write_whole(output, &pdf.with_context(|| format!("letter {code} cannot be read"))?)?;
    Ok(ExitCode::SUCCESS)
}

async fn run_verify(verify: &Verify) -> Result<ExitCode> {
    let pdf =
        std::fs::read(&verify.file).with_context(|| format!("{} cannot be read", verify.file.display()))?;
    let roots = roots(verify).await?;
    let verdict = signatures::verify(&pdf, &roots, now());
    match verify.format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&verdict_as_json(&verdict))?),
        Format::Text => print_verdict(&verdict),
    }
    Ok(match verdict.state {
        State::Valid => ExitCode::SUCCESS,
        State::Invalid => ExitCode::FAILURE,
        State::CannotTell => ExitCode::from(CANNOT_TELL),
    })
}

/// Whom to trust: those named, or else those of the office, where there is one.
async fn roots(verify: &Verify) -> Result<Vec<Certificate>> {
    let mut roots = Vec::new();
    for file in &verify.ca {
        let pem = std::fs::read_to_string(file);
        let pem = pem.with_context(|| format!("the certificate {} cannot be read", file.display()))?;
        roots.extend(certificates(&pem).with_context(|| format!("{} cannot be trusted", file.display()))?);
    }
    let settings = Settings::read(verify.office.config.as_deref(), &verify.office)?;
    if verify.ca.is_empty() && (verify.office.data.is_some() || Office::is_there(&settings)) {
        for root in Office::open(&settings).await?.store.trusted_roots().await? {
            roots.push(Certificate::from_pem(&root.pem)?);
        }
    }
    Ok(roots)
}

/// The certificates in a file, such as `sigap signer ca` prints: one or several.
fn certificates(pem: &str) -> Result<Vec<Certificate>> {
    const END: &str = "-----END CERTIFICATE-----";
    let blocks = pem.split_inclusive(END).filter(|block| block.contains(END));
    let found = blocks.map(Certificate::from_pem).collect::<Result<Vec<_>, _>>()?;
    if found.is_empty() {
        bail!("it holds no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----");
    }
    Ok(found)
}

fn verdict_as_json(verdict: &Verdict) -> Value {
    let signer = |signature: &SignatureVerdict| {
        json!({
            "name": signature.name, "capacity": signature.capacity, "at": signature.claimed,
            "trusted": signature.trusted,
        })
    };
    json!({
        "valid": match verdict.state {
            State::Valid => Some(true),
            State::Invalid => Some(false),
            State::CannotTell => None,
        },
        "signers": verdict.signatures.iter().map(signer).collect::<Vec<_>>(),
        "modified_after_signing": verdict.modified_after_signing,
        "reasons": reasons(verdict).iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

/// What speaks against a file, each once.
fn reasons(verdict: &Verdict) -> Vec<Problem> {
    let mut reasons: Vec<Problem> = Vec::new();
    for problem in verdict.all_problems() {
        if !reasons.contains(&problem) {
            reasons.push(problem);
        }
    }
    reasons
}

fn print_verdict(verdict: &Verdict) {
    println!(
        "{}",
        match verdict.state {
            State::Valid => "Valid: as it was signed, by somebody who is trusted.",
            State::Invalid => "Not valid.",
            State::CannotTell => "It cannot be told whether this is valid.",
        }
    );
    for SignatureVerdict { name, capacity, claimed, trusted, .. } in &verdict.signatures {
        let capacity = if capacity.is_empty() { String::new() } else { format!(", {capacity}") };
        let at = claimed.map_or_else(String::new, |at| format!(", who says that it was at {at}"));
        let trusted = if *trusted { "trusted" } else { "not trusted here" };
        println!("Signed by {name}{capacity}{at} ({trusted}).");
    }
    let reasons = reasons(verdict);
    for reason in &reasons {
        println!("- {reason}");
    }
    if reasons.contains(&Problem::UnknownRoot) {
        println!("Name the authority with --ca PEM, or the office that trusts it with --data DIR.");
    }
}
