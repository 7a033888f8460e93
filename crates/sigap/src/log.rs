//! `sigap log`: the events from which everything else follows.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

use crate::office::{Office, OfficeArgs, Settings};

#[derive(Debug, Subcommand)]
pub enum LogCommand {
    /// Drop everything that follows from the events and build it anew
    Rebuild(OfficeArgs),
}

pub async fn run(command: LogCommand) -> Result<ExitCode> {
    match command {
        LogCommand::Rebuild(args) => {
            let settings = Settings::read(args.config.as_deref(), &args)?;
            let office = Office::open(&settings).await?;
            let rebuilt = office.store.rebuild().await?;
            println!(
                "Rebuilt {} cases from {} events; {} differed from what was there.",
                rebuilt.cases, rebuilt.events, rebuilt.changed_cases
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}
