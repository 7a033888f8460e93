//! `sigap demo`: an office to try Sigap in. Its people are invented; its cases were walked through
//! the same rules as real ones, at times in the past.

mod office;
mod script;
mod walk;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use app::{DemoSignIn, password};
use clap::Args;

use crate::office::{Office, Settings};
use crate::serve;

#[derive(Debug, Args)]
pub struct Demo {
    /// Where to listen
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8080")]
    addr: String,
    /// Keep the office in this folder; without it everything is gone when the demo ends
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Everybody's password in the trial office.
const PASSWORD: &str = "percobaan-sigap";

pub async fn run(demo: Demo) -> Result<ExitCode> {
    serve::start_log("text")?;
    // Removed when it goes out of scope, which is when the server has stopped.
    let temporary = tempfile::Builder::new().prefix("sigap-demo-").tempdir()?;
    let settings = Settings {
        data: demo.data.unwrap_or_else(|| temporary.path().to_owned()),
        addr: demo.addr,
        ..Settings::default()
    };
    let listener = serve::listen(&settings.addr).await?;
    let office = Office::create(&settings).await?;
    let desk = office.desk();
    if office.store.people().await?.is_empty() {
        office::furnish(&office.store, &password::hash(PASSWORD.to_owned()).await).await?;
        let cases = walk::seed(&desk).await?;
        tracing::info!(cases, "the trial office is furnished");
    }
    desk.recompute_due_times().await?;

    let sign_ins: Vec<DemoSignIn> = office::PEOPLE
        .iter()
        .map(|person| DemoSignIn {
            login: person.email(),
            password: PASSWORD.to_owned(),
            name: person.name.to_owned(),
            position: person.position.to_owned(),
        })
        .collect();
    println!("Sigap: http://{}", listener.local_addr()?);
    println!();
    println!("Sign in as one of these invented people:");
    for person in &sign_ins {
        println!("  {:28}  {}  {}, {}", person.login, person.password, person.name, person.position);
    }
    println!();
    println!("The office is in {}. Stop with Ctrl-C.", settings.data.display());
    serve::serve_desk(desk, &settings, sign_ins, listener).await
}
