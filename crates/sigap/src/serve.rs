//! `sigap serve`: the desk on a network address until it is told to stop.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use app::{DemoSignIn, Desk};
use clap::Args;
use serde::Serialize;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use crate::office::{Office, OfficeArgs, Settings};

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
    /// The largest attachment in megabytes [default: 10]
    #[arg(long, value_name = "MB")]
    #[serde(skip_serializing_if = "Option::is_none")]
    attachment_mb: Option<u64>,
    /// The format of the log [default: text]
    #[arg(long, value_name = "text|json")]
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<String>,
}

/// Requests under way get this long to end once the server is told to stop.
const GRACE: Duration = Duration::from_secs(8);

pub async fn run(serve: Serve) -> Result<ExitCode> {
    let settings = Settings::read(serve.office.config.as_deref(), &serve)?;
    start_log(&settings.log)?;
    let office = Office::open(&settings).await?;
    let desk = office.desk();
    let moved = desk.recompute_due_times().await?;
    if moved > 0 {
        tracing::info!(cases = moved, "the calendar has changed; due times of running cases have moved");
    }
    let listener = listen(&settings.addr).await?;
    println!("Sigap: http://{}", listener.local_addr()?);
    serve_desk(desk, &settings, Vec::new(), listener).await
}

pub async fn listen(addr: &str) -> Result<TcpListener> {
    TcpListener::bind(addr).await.with_context(|| {
        format!("cannot listen on {addr}; is the port taken? Choose another with --addr HOST:PORT")
    })
}

/// Serves a desk and works through its outbox until a signal to stop comes.
pub async fn serve_desk(
    desk: Desk,
    settings: &Settings,
    demo_sign_ins: Vec<DemoSignIn>,
    listener: TcpListener,
) -> Result<ExitCode> {
    let router = app::router(
        desk.clone(),
        app::Settings {
            https: settings.https,
            attachment_bytes_max: settings.attachment_mb * 1024 * 1024,
            demo_sign_ins,
        },
    );
    let worker = format!("worker-{}", std::process::id());
    let outbox = tokio::spawn(desk.clone().work(worker));
    let stopping = desk.clone();
    let stop = async move {
        stop_signal().await;
        tracing::info!("told to stop; finishing what is under way");
        stopping.close();
    };
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(stop);
    let late = async {
        desk.closed().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = server.into_future() => served?,
        () = late => tracing::warn!("some connections did not end in time and are cut"),
    }
    outbox.abort();
    Ok(ExitCode::SUCCESS)
}

async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(terminate) => terminate,
            Err(error) => {
                tracing::warn!(%error, "only Ctrl-C stops the server");
                let _ = interrupt.await;
                return;
            }
        };
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
}

/// The log goes to standard error; RUST_LOG chooses what is in it.
pub fn start_log(format: &str) -> Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        "text" => log.init(),
        "json" => log.json().init(),
        other => bail!("the log format {other:?} is unknown; choose text or json"),
    }
    Ok(())
}
