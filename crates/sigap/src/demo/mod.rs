//! `sigap demo`: an office to try Sigap in. Its people are invented; its cases were walked through
//! the same rules as real ones, at times in the past.

mod office;
mod script;
mod walk;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use app::{DemoSignIn, password};
use clap::Args;
use jiff::SignedDuration;
use store::Store;

use crate::letters;
use crate::mail;
use crate::office::{Office, Settings};
use crate::serve;
use crate::signing::OfficeSigner;
use crate::webhooks;

#[derive(Debug, Args)]
pub struct Demo {
    /// Where to listen
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8080")]
    addr: String,
    /// Keep the office in this folder; without it everything is gone when the demo ends
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// The setting that is written last, so that an office with it is a whole trial office.
const FURNISHED: &str = "demo";

/// Everybody's password in the trial office, and the passphrase of those who sign.
const PASSWORD: &str = "percobaan-sigap";

const MAIL_FROM: &str = "Sigap <sigap@brmp.example>";

pub async fn run(demo: Demo) -> Result<ExitCode> {
    serve::start_log("text", "")?;
    // Removed when it goes out of scope, which is when the server has stopped.
    let temporary = tempfile::Builder::new().prefix("sigap-demo-").tempdir()?;
    let data = demo.data.unwrap_or_else(|| temporary.path().to_owned());
    let mails = data.join("mail");
    let settings = Settings {
        mail_from: MAIL_FROM.to_owned(),
        mail_folder: Some(mails.clone()),
        data,
        addr: demo.addr,
        // Everybody may be the same person here, and the judges ask much in their name.
        requests_per_minute: 60_000,
        ..Settings::default()
    };
    let listener = serve::listen(&settings.addr).await?;
    let mut office = Office::create(&settings).await?;
    office.open_secrets().await?;
    let furnished = is_furnished(&office.store, &settings).await?;
    let address = settings.address(listener.local_addr()?);
    let mailer = mail::mailer(&settings)?;
    let mut desk =
        office.desk(letters::office(&address, OfficeSigner::remembering()).mailing(mailer.clone()))?;
    if !furnished {
        office::furnish(&office.store, &password::hash(PASSWORD.to_owned()).await).await?;
        let before = desk.now() - SignedDuration::from_hours(24 * 365);
        office::give_keys(&office.store, office.today(), PASSWORD, before).await?;
        let cases = walk::seed(&desk).await?;
        office::set_numbers_aside(&desk).await?;
        office.store.set_setting(FURNISHED, "1").await?;
        tracing::info!(cases, "the trial office is furnished");
    }
    desk = desk.carrying(webhooks::courier(&settings)?);
    // From now on a key is opened for each signature and forgotten.
    desk.letters = letters::office(&address, OfficeSigner::default()).mailing(mailer);
    serve::prepare(&desk).await?;
    let seal_key = office.seal_key().await?;

    let sign_ins: Vec<DemoSignIn> = office::PEOPLE
        .iter()
        .map(|person| DemoSignIn {
            login: person.email(),
            password: PASSWORD.to_owned(),
            name: person.name.to_owned(),
            position: person.position.to_owned(),
        })
        .collect();
    let stop = serve::stop_signal()?;
    println!("Sigap: http://{}", listener.local_addr()?);
    println!();
    println!("Sign in as one of these invented people:");
    for person in &sign_ins {
        println!("  {:28}  {}  {}, {}", person.login, person.password, person.name, person.position);
    }
    println!();
    println!("Letters are signed with the same word as passphrase.");
    println!("E-mails are sent to nobody; they are written to {}.", mails.display());
    println!("The office is in {}. Stop with Ctrl-C.", settings.data.display());
    serve::serve_desk(desk, &settings, seal_key, sign_ins, listener, stop).await
}

/// Whether the office is a trial office already, or empty. Anything else is left as it is: a real
/// office must not get people whose password everybody knows, and one half furnished cannot be mended.
async fn is_furnished(store: &Store, settings: &Settings) -> Result<bool> {
    if store.setting(FURNISHED).await?.is_some() {
        return Ok(true);
    }
    if !store.units().await?.is_empty() {
        bail!(
            "the office in {0} is no whole trial office: it is a real one, or a demo was stopped before all \
             of it was there. Choose another folder with --data, or, if nothing in it is needed any more, \
             remove the folder {0} and start again",
            settings.data.display()
        );
    }
    Ok(false)
}
