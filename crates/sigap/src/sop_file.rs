//! `sigap sop`: an SOP file, checked and shown. What it says is for the owner of the document and
//! therefore in Indonesian.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Subcommand, ValueEnum};
use sop::Sop;
use sop::definition::check::{self, PathNorm, Report, Severity, Sum};
use sop::definition::{Mistake, table};

use crate::office::write_whole;

#[derive(Debug, Subcommand)]
pub enum SopCommand {
    /// Validate an SOP file, walk every path, add up the norms and remark on what it leaves open
    ///
    /// Exit code 0 when the file is sound, remarks or not; 1 when it has mistakes.
    Check {
        file: PathBuf,
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Show an SOP file as a table
    Show {
        file: PathBuf,
        /// How many columns wide
        #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u16).range(80..=400))]
        width: u16,
    },
    /// Print an SOP as PDF, as SOP-AP has it: identity and flow table
    Print {
        /// An SOP file; without one, the SOP that comes with Sigap
        file: Option<PathBuf>,
        /// Where to write it; a file that is there is replaced
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Format {
    Text,
    Json,
}

pub fn run(command: &SopCommand) -> Result<ExitCode> {
    match command {
        SopCommand::Check { file, format } => match read(file)? {
            Ok(sop) => {
                let report = check::check(&sop);
                match format {
                    Format::Text => print_report(&sop, &report),
                    Format::Json => println!("{}", serde_json::to_string_pretty(&report)?),
                }
                Ok(ExitCode::SUCCESS)
            }
            Err(mistakes) => {
                match format {
                    Format::Text => mistakes.iter().for_each(|mistake| println!("{mistake}")),
                    Format::Json => println!("{}", serde_json::to_string_pretty(&as_json(&mistakes))?),
                }
                Ok(ExitCode::FAILURE)
            }
        },
        SopCommand::Show { file, width } => match read(file)? {
            Ok(sop) => {
                print!("{}", table::text_table(&sop, usize::from(*width)));
                Ok(ExitCode::SUCCESS)
            }
            Err(mistakes) => Ok(not_sound(&mistakes)),
        },
        SopCommand::Print { file, output } => {
            let sop = match file {
                Some(file) => read(file)?,
                None => Ok(sop::shipped().clone()),
            };
            match sop {
                Ok(sop) => {
                    write_whole(output, &letters::Press::new().sop_pdf(&sop)?)?;
                    Ok(ExitCode::SUCCESS)
                }
                Err(mistakes) => Ok(not_sound(&mistakes)),
            }
        }
    }
}

fn not_sound(mistakes: &[Mistake]) -> ExitCode {
    mistakes.iter().for_each(|mistake| eprintln!("{mistake}"));
    ExitCode::FAILURE
}

fn read(file: &Path) -> Result<Result<Sop, Vec<Mistake>>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    Ok(Sop::read(&file.display().to_string(), &text).map_err(|error| error.mistakes))
}

/// The same shape as the report of a sound file, with the mistakes as findings.
fn as_json(mistakes: &[Mistake]) -> serde_json::Value {
    let findings: Vec<serde_json::Value> = mistakes
        .iter()
        .map(|mistake| {
            serde_json::json!({
                "code": "mistake",
                "severity": Severity::Error,
                "step": null,
                "message": mistake.to_string(),
                "file": mistake.file,
                "line": mistake.line,
                "column": mistake.column,
                "key": mistake.key,
                "mend": mistake.mend,
            })
        })
        .collect();
    serde_json::json!({
        "sop": null, "revision": null, "paths": [], "column_sum": null, "printed_total": null, "findings": findings,
    })
}

fn print_report(sop: &Sop, report: &Report) {
    println!("{} ({}), revisi {}", sop.identity.title, report.sop, sop.identity.revised.text);
    println!("\nJalur ({}):", report.paths.len());
    let rows: Vec<String> = report.paths.iter().map(|path| path.steps.join(" → ")).collect();
    let width = rows.iter().map(|row| row.chars().count()).max().unwrap_or(0);
    for (row, path) in rows.iter().zip(&report.paths) {
        println!("  {row:width$}  {:9}  {}", path.end, path_norm(path.norm));
    }
    println!("\nJumlah kolom waktu: {}", sum(report.column_sum));
    println!("Total tercetak:     {} ({})", sum(report.printed_total), sop.total.text);
    println!("\nCatatan ({}):", report.findings.len());
    for finding in &report.findings {
        let severity = match finding.severity {
            Severity::Warning => "peringatan",
            Severity::Error => "kesalahan",
        };
        println!("  {severity}: {} [{}]", finding.message, finding.code);
    }
}

fn path_norm(norm: PathNorm) -> String {
    let days = if norm.days_min == norm.days_max {
        format!("{} hari", norm.days_max)
    } else {
        format!("{}–{} hari", norm.days_min, norm.days_max)
    };
    format!("{days}{}", minutes(norm.minutes))
}

fn sum(sum: Sum) -> String {
    format!("{} hari{}", sum.days, minutes(sum.minutes))
}

fn minutes(minutes: u32) -> String {
    let (hours, minutes) = (minutes / 60, minutes % 60);
    let hours = if hours > 0 { format!(" {hours} jam") } else { String::new() };
    let minutes = if minutes > 0 { format!(" {minutes} menit") } else { String::new() };
    hours + &minutes
}
