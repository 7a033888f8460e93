//! `sigap serve`: the desk on a network address until it is told to stop.

use std::hash::{BuildHasher as _, RandomState};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use app::{DemoSignIn, Desk, Passkeys};
use clap::Args;
use jiff::SignedDuration;
use serde::Serialize;
use sop::assignment::WeeklyLimit;
use store::{Seal, SealKey};
use tokio::net::TcpListener;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

use crate::backup;
use crate::connections;
use crate::letters;
use crate::mail;
use crate::office::{Office, OfficeArgs, Settings};
use crate::scanner;
use crate::sign_in;
use crate::signing::OfficeSigner;
use crate::traces::{self, Traces};
use crate::webhooks;

#[derive(Debug, Args, Serialize)]
pub struct Serve {
    #[command(flatten)]
    #[serde(flatten)]
    office: OfficeArgs,
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, value_name = "HOST:PORT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    addr: Option<String>,
    /// People reach Sigap over https (a proxy in front ends TLS): mark cookies as secure
    #[arg(long)]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    https: bool,
    /// The largest attachment in megabytes, 1 to 1024 [default: 10]
    #[arg(long, value_name = "MB")]
    #[serde(skip_serializing_if = "Option::is_none")]
    attachment_mb: Option<u64>,
    /// The address under which people reach Sigap, printed on letters so that anybody can verify them
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    public_url: Option<String>,
    /// Who has to have a second factor: none, signers (those who sign letters) or all [default: none]
    #[arg(long, value_name = "none|signers|all")]
    #[serde(skip_serializing_if = "Option::is_none")]
    second_factor: Option<String>,
    /// The format of the log [default: text]
    #[arg(long, value_name = "text|json")]
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<String>,
}

/// Requests under way get this long to end once the server is told to stop.
const GRACE: Duration = Duration::from_secs(8);
const DAY: Duration = Duration::from_hours(24);
/// For how long it can be seen what became of a message to a webhook.
const DELIVERIES_KEPT: Duration = Duration::from_hours(30 * 24);

pub async fn run(serve: Serve) -> Result<ExitCode> {
    let settings = Settings::read(serve.office.config.as_deref(), &serve)?;
    let traces = start_log(&settings.log, &settings.otlp_url)?;
    let signer = OfficeSigner::new(&settings)?;
    if settings.bsre_url.starts_with("http://") {
        tracing::warn!(
            "passphrases go to BSrE unencrypted; set bsre_url to an https address if there is one"
        );
    }
    let mailer = mail::mailer(&settings)?;
    let mut office = Office::open(&settings).await?;
    office.open_secrets().await?;
    // First the address: a second server started by mistake ends here, before it opens the folder of
    // attachments, which is the first one's.
    let listener = listen(&settings.addr).await?;
    let address = settings.address(listener.local_addr()?);
    let desk = office.desk(letters::office(&address, signer).mailing(mailer))?;
    let desk = desk.carrying(webhooks::courier(&settings)?);
    if let Err(error) = desk.files.reach().await {
        // Cases can be worked on without their files; whoever opens one is told.
        let error: &dyn std::error::Error = &error;
        tracing::error!(error, "the place of files cannot be reached");
    }
    let seal_key = office.seal_key().await?;
    office.agree_on_keys().await?;
    prepare(&desk).await?;
    let stop = stop_signal()?;
    println!("Sigap: http://{}", listener.local_addr()?);
    let backups = tokio::spawn(backup::again_and_again(office, desk.clone(), settings.clone()));
    let served = serve_desk(desk, &settings, seal_key, Vec::new(), listener, stop).await;
    backups.abort();
    if let Some(traces) = traces {
        tokio::task::block_in_place(|| traces.flush());
    }
    served
}

/// What has to be in order before anybody comes in.
pub async fn prepare(desk: &Desk) -> Result<()> {
    desk.store.end_expired_sessions(desk.now()).await?;
    if let Some(year) = desk.missing_year().await? {
        bail!(
            "the calendar has changed and running cases need the year {year}, which it does not have. \
             Write {year}.toml after the SKB of that year, put it into a folder with the files of the other \
             years, and name that folder with --calendars DIR"
        );
    }
    if desk.order_recomputing().await? {
        tracing::info!(
            "the calendar is new to this office; due times of open cases are recomputed in the background"
        );
    }
    Ok(())
}

pub async fn listen(addr: &str) -> Result<TcpListener> {
    TcpListener::bind(addr).await.with_context(|| {
        format!("cannot listen on {addr}; is the port taken? Choose another with --addr HOST:PORT")
    })
}

/// Metrics have an address of their own, so that nobody reaches them by the one for people.
async fn listen_for_metrics(addr: &str) -> Result<TcpListener> {
    let listener = TcpListener::bind(addr).await;
    let listener = listener.with_context(|| format!("cannot listen on {addr}, which metrics_addr names"))?;
    println!("Metrics: http://{}/metrics", listener.local_addr()?);
    Ok(listener)
}

/// Serves a desk and works through its outbox until it is told to stop.
pub async fn serve_desk(
    mut desk: Desk,
    settings: &Settings,
    seal_key: SealKey,
    demo_sign_ins: Vec<DemoSignIn>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<ExitCode> {
    desk.scanner = scanner::scanner(&settings.clamd)?;
    let address = settings.address(listener.local_addr()?);
    let passkeys = Passkeys::at(&settings.public_url);
    if passkeys.is_none() && !settings.public_url.is_empty() {
        tracing::warn!("nobody can use a passkey: public_url is no https address with a name");
    }
    let metrics = match settings.metrics_addr.as_str() {
        "" => None,
        addr => Some((app::Metrics::default(), listen_for_metrics(addr).await?)),
    };
    let limits = app::Limits::new(settings.requests_per_minute);
    let router = app::router(
        desk.clone(),
        app::Settings {
            https: settings.https,
            attachment_bytes_max: settings.attachment_mb * 1024 * 1024,
            second_factor: settings.second_factor,
            weekly_limit: WeeklyLimit { hours: settings.helpdesk_hours_per_week },
            directory: sign_in::directory(settings)?,
            provider: sign_in::provider(settings, &address)?,
            passkeys,
            trusted_proxies: settings.proxies()?,
            proxy_header: settings.proxy_header,
            limits: limits.clone(),
            access_log_days: settings.access_log_days,
            metrics: metrics.as_ref().map(|(metrics, _)| metrics.clone()),
            demo_sign_ins,
            ..app::Settings::default()
        },
    );
    // Of all nodes, whose processes may have the same number where each is alone in a container.
    let worker = format!("worker-{:016x}", RandomState::new().hash_one(std::process::id()));
    let mut outbox = tokio::spawn(desk.clone().work(worker));
    tokio::spawn(desk.clone().hear_of_others());
    tokio::spawn(limits.share(desk.clone()));
    let housekeeping = tokio::spawn(keep_house(desk.clone()));
    let every = Duration::from_secs(settings.seal_minutes * 60);
    let seals = tokio::spawn(seal_again_and_again(desk.clone(), seal_key, every));
    let kept = SignedDuration::from_hours(24 * i64::from(settings.access_log_days));
    let readings = tokio::spawn(desk.clone().keep_readings(kept));
    if let Some((metrics, listener)) = metrics {
        let watched = desk.clone();
        let router = app::metrics_router(desk.clone(), metrics);
        tokio::spawn(async move {
            connections::serve(listener, router, connections::HEAD_MAX, watched.closed()).await;
        });
    }
    let stopping = desk.clone();
    let stop = async move {
        stop.await;
        tracing::info!("told to stop; finishing what is under way");
        stopping.close();
    };
    let server = connections::serve(listener, router, connections::HEAD_MAX, stop);
    let late = async {
        desk.closed().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        () = server => {}
        () = late => tracing::warn!("some connections did not end in time and are cut"),
    }
    // A letter that a mail server is taking on is noted as sent, or it would be sent once more.
    if tokio::time::timeout(GRACE, &mut outbox).await.is_err() {
        outbox.abort();
    }
    housekeeping.abort();
    seals.abort();
    // It ends by itself when the desk closes, and what it is writing must not be lost.
    let _ = tokio::time::timeout(GRACE, readings).await;
    if let Err(error) = desk.write_readings().await {
        let error: &dyn std::error::Error = &error;
        tracing::error!(error, "what was read last is not in the access log");
    }
    Ok(ExitCode::SUCCESS)
}

/// Ends and forgets what has had its time, day after day.
async fn keep_house(desk: Desk) {
    loop {
        tokio::time::sleep(DAY).await;
        if let Err(error) = desk.store.end_expired_sessions(desk.now()).await {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, "expired sessions cannot be ended; trying again in a day");
        }
        if let Err(error) = desk.store.forget_deliveries(desk.now() - DELIVERIES_KEPT).await {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, "old deliveries cannot be forgotten; trying again in a day");
        }
    }
}

/// Seals what has come, now and each time the interval has passed. The line in the log is a copy that
/// whoever changes the database does not reach.
async fn seal_again_and_again(desk: Desk, key: SealKey, every: Duration) {
    loop {
        match desk.store.seal(&key, desk.now()).await {
            Ok(Some(Seal { number, cases, events, digest, .. })) => {
                tracing::info!(number, cases, events, digest, "the history is sealed");
            }
            Ok(None) => {}
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, "the history cannot be sealed; trying again when the next seal is due");
            }
        }
        tokio::time::sleep(every).await;
    }
}

/// What ends when somebody tells the server to stop. It listens from now on, so that whoever has been
/// told the address can also end it properly.
#[cfg(unix)]
pub fn stop_signal() -> Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(windows)]
pub fn stop_signal() -> Result<impl Future<Output = ()> + Send + 'static> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}

/// The log goes to standard error; RUST_LOG chooses what is in it. Traces go to the collector at `otlp_url`, if
/// there is one.
pub fn start_log(format: &str, otlp_url: &str) -> Result<Option<Traces>> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    // What goes to BSrE, to the provider and to the directory holds passphrases and numbers of persons,
    // and their clients would tell them to whoever asks for everything.
    let quiet = ["ureq=warn", "ureq_proto=warn", "ldap3=warn"];
    let filter = quiet
        .into_iter()
        .try_fold(filter, |filter, part| Ok::<_, anyhow::Error>(filter.add_directive(part.parse()?)))?;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = match format {
        "text" => lines.boxed(),
        "json" => lines.json().boxed(),
        other => bail!("the log format {other:?} is unknown; choose text or json"),
    };
    let (spans, traces) = match otlp_url {
        "" => (None, None),
        url => {
            let (spans, traces) = traces::to(url)?;
            (Some(spans), Some(traces))
        }
    };
    tracing_subscriber::registry().with(lines.with_filter(filter)).with(spans).init();
    Ok(traces)
}
