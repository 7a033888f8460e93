//! `sigap webhook`: the webhooks of an office, for when their page cannot be reached because the key of their
//! secrets is lost.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Subcommand;

use crate::office::{Office, OfficeArgs, Settings};

#[derive(Debug, Subcommand)]
pub enum WebhookCommand {
    /// List all webhooks by their numbers
    List(OfficeArgs),
    /// Remove a webhook with what waits to be told; it is made again on its page
    Remove {
        /// Its number, as `list` says it
        number: u32,
        #[command(flatten)]
        office: OfficeArgs,
    },
}

pub async fn run(command: WebhookCommand) -> Result<ExitCode> {
    match command {
        WebhookCommand::List(args) => {
            for (number, name) in open(&args).await?.store.webhook_names().await? {
                println!("{number:4}  {name}");
            }
        }
        WebhookCommand::Remove { number, office } => {
            if !open(&office).await?.store.remove_webhook(number).await? {
                bail!("there is no webhook {number}; `sigap webhook list` names all");
            }
            println!("Removed webhook {number}.");
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn open(args: &OfficeArgs) -> Result<Office> {
    Office::open(&Settings::read(args.config.as_deref(), args)?).await
}
