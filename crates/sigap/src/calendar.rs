//! `sigap calendar`: the same reckoning of working time as the desk's.

use std::process::ExitCode;

use anyhow::{Result, anyhow};
use clap::Subcommand;
use jiff::Timestamp;
use sop::calendar::Norm;

use crate::office::{self, OfficeArgs, Settings};
use crate::sop_file::Format;

#[derive(Debug, Subcommand)]
pub enum CalendarCommand {
    /// When a norm falls due
    Due {
        /// When the clock starts, RFC 3339, such as 2026-11-23T15:50:00+07:00
        #[arg(long, value_name = "RFC3339", value_parser = moment)]
        start: Timestamp,
        /// A norm as an SOP writes it: "20 menit", "2 jam", "1 hari", "1 - 5 hari"
        #[arg(long, value_parser = norm)]
        norm: Norm,
        /// Say why, day by day
        #[arg(long)]
        explain: bool,
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
        #[command(flatten)]
        office: OfficeArgs,
    },
    /// How much working time lies between two moments
    Elapsed {
        #[arg(long, value_name = "RFC3339", value_parser = moment)]
        from: Timestamp,
        #[arg(long, value_name = "RFC3339", value_parser = moment)]
        to: Timestamp,
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
        #[command(flatten)]
        office: OfficeArgs,
    },
}

pub fn run(command: &CalendarCommand) -> Result<ExitCode> {
    match command {
        CalendarCommand::Due { start, norm, explain, format, office } => {
            let settings = Settings::read(office.config.as_deref(), office)?;
            let calendar = office::calendar(&settings)?;
            let due = calendar.due(*start, norm)?;
            let lines = if *explain || matches!(format, Format::Json) {
                calendar.explain(*start, norm)?
            } else {
                Vec::new()
            };
            let local = |at: Timestamp| at.display_with_offset(calendar.zone().offset()).to_string();
            match format {
                Format::Text => {
                    println!("{}", local(due));
                    for line in lines {
                        println!("  {}", line.sentence());
                    }
                }
                Format::Json => {
                    let explained: Vec<serde_json::Value> = lines
                        .iter()
                        .map(|line| {
                            let mut value = serde_json::to_value(line)?;
                            value["sentence"] = line.sentence().into();
                            Ok(value)
                        })
                        .collect::<Result<_>>()?;
                    let answer = serde_json::json!({
                        "start": local(*start),
                        "norm": norm,
                        "due": local(due),
                        "explain": explained,
                    });
                    println!("{}", serde_json::to_string_pretty(&answer)?);
                }
            }
        }
        CalendarCommand::Elapsed { from, to, format, office } => {
            let settings = Settings::read(office.config.as_deref(), office)?;
            let calendar = office::calendar(&settings)?;
            let span = calendar.elapsed(*from, *to)?;
            let local = |at: Timestamp| at.display_with_offset(calendar.zone().offset()).to_string();
            match format {
                Format::Text => {
                    println!("{} menit kerja ({} hari {} menit)", span.minutes, span.days, span.rest_minutes)
                }
                Format::Json => {
                    let answer = serde_json::json!({
                        "from": local(*from), "to": local(*to),
                        "minutes": span.minutes, "days": span.days, "rest_minutes": span.rest_minutes,
                    });
                    println!("{}", serde_json::to_string_pretty(&answer)?);
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn moment(text: &str) -> Result<Timestamp> {
    text.parse().map_err(|_| anyhow!("not a moment; write it as 2026-11-23T15:50:00+07:00"))
}

fn norm(text: &str) -> Result<Norm> {
    Ok(text.parse()?)
}
