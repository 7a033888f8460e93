//! The two ways in which letters leave by e-mail: through a mail server, or into a folder, to look at
//! what would be sent.

use std::error::Error as _;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use app::{MailError, Mailer, Message};
use futures_util::future::BoxFuture;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Body, Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp;
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

use crate::office::Settings;

/// How this office mails its letters; none if nothing is set.
///
/// # Errors
/// The settings contradict each other, or would send a password that anybody can read on its way.
pub fn mailer(settings: &Settings) -> Result<Option<Arc<dyn Mailer>>> {
    let url = settings.smtp_url.reveal();
    if url.is_empty() && settings.mail_folder.is_none() {
        return Ok(None);
    }
    if settings.mail_from.is_empty() {
        bail!(
            "letters are to be mailed, but not by whom; set mail_from, as in \"Sigap <sigap@kantor.go.id>\""
        );
    }
    let from: Mailbox = settings
        .mail_from
        .parse()
        .with_context(|| format!("mail_from is {:?}, which is no e-mail address", settings.mail_from))?;
    Ok(Some(match &settings.mail_folder {
        Some(_) if !url.is_empty() => {
            bail!("both smtp_url and mail_folder are set; letters can only go one way, so remove one of them")
        }
        Some(folder) => Arc::new(MailFolder::create(folder, from)?),
        None => Arc::new(MailServer::new(url, from)?),
    }))
}

/// Hands messages to a mail server.
struct MailServer {
    from: Mailbox,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl MailServer {
    fn new(url: &str, from: Mailbox) -> Result<Self> {
        let is_encrypted = url.starts_with("smtps://") || url.contains("tls=required");
        if url.contains('@') && !is_encrypted {
            bail!(
                "smtp_url holds a password and would send it unencrypted; begin it with smtps://, or end it with ?tls=required"
            );
        }
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .context("smtp_url cannot be read; write it as smtp://HOST:PORT or smtps://USER:PASSWORD@HOST")?
            .hello_name(ClientId::Domain(from.email.domain().to_owned()))
            .build();
        Ok(Self { from, transport })
    }
}

impl Mailer for MailServer {
    fn send(&self, message: Message) -> BoxFuture<'_, Result<(), MailError>> {
        Box::pin(async move {
            let message = write(message, &self.from)?;
            self.transport.send(message).await.map(drop).map_err(refused)
        })
    }
}

// The transport has the password in it.
impl fmt::Debug for MailServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailServer").field("from", &self.from).finish_non_exhaustive()
    }
}

/// Why a mail server did not take a message on, in its own words where it said any.
fn refused(error: smtp::Error) -> MailError {
    let said = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    match error.status().map(|code| code.to_string()) {
        // Who may not send is not who cannot receive: somebody mends the settings.
        Some(code) if ["530", "534", "535", "538"].contains(&code.as_str()) => {
            MailError::Temporary(format!("{code} {said}"))
        }
        Some(code) if error.is_permanent() => MailError::Permanent(format!("{code} {said}")),
        Some(code) => MailError::Temporary(format!("{code} {said}")),
        None => MailError::Temporary(error.to_string()),
    }
}

/// Writes messages into a folder, each as a file that mail programs open.
#[derive(Debug)]
struct MailFolder {
    from: Mailbox,
    folder: PathBuf,
}

impl MailFolder {
    fn create(folder: &Path, from: Mailbox) -> Result<Self> {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("the folder {} for e-mails cannot be made", folder.display()))?;
        Ok(Self { from, folder: folder.to_owned() })
    }
}

impl Mailer for MailFolder {
    fn send(&self, message: Message) -> BoxFuture<'_, Result<(), MailError>> {
        Box::pin(async move {
            // The same dispatch is the same file, however often it is written.
            let file = self.folder.join(format!("{}.eml", message.id));
            let written = write(message, &self.from)?.formatted();
            tokio::fs::write(&file, written)
                .await
                .map_err(|error| MailError::Temporary(format!("{}: {error}", file.display())))
        })
    }
}

/// A message as it goes over the wire.
fn write(message: Message, from: &Mailbox) -> Result<lettre::Message, MailError> {
    let Message { id, to, subject, text, dated, file_name, pdf } = message;
    let write = || -> Result<lettre::Message> {
        let pdf = Body::new_with_encoding(pdf, ContentTransferEncoding::Base64)
            .map_err(|_| anyhow::anyhow!("the PDF cannot be attached"))?;
        let letter = Attachment::new(file_name).body(pdf, ContentType::parse("application/pdf")?);
        // No holiday notice answers this (RFC 3834).
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let message = lettre::Message::builder()
            .from(from.clone())
            .to(Mailbox::new(None, to.as_str().parse()?))
            .subject(subject)
            .date(dated.try_into()?)
            .message_id(Some(format!("<{id}@{}>", from.email.domain())))
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()));
        Ok(message.multipart(MultiPart::mixed().singlepart(SinglePart::plain(text)).singlepart(letter))?)
    };
    write().map_err(|error| MailError::Permanent(format!("{error:#}")))
}

#[cfg(test)]
mod tests {
    use sop::case::EmailAddress;

    use super::*;

    fn message() -> Message {
        Message {
            id: "K7QM-2VXA-9TRD-W4HC.1".to_owned(),
            to: EmailAddress::parse("markus@brmp.example").expect("an address"),
            subject: "Surat 12/TU.120/H.1/11/2026: Situs Kafé tidak tampil".to_owned(),
            text: "Yth. Markus Lado,\n\nTerlampir surat.\n".to_owned(),
            dated: "2026-11-23T02:00:00Z".parse().expect("a time"),
            file_name: "Surat 12-TU.120-H.1-11-2026.pdf".to_owned(),
            pdf: b"%PDF-1.7 \r\n\n\xff".to_vec(),
        }
    }

    fn settings(smtp_url: &str, mail_from: &str, mail_folder: Option<&Path>) -> Settings {
        Settings {
            smtp_url: serde_json::from_value(smtp_url.into()).expect("text"),
            mail_from: mail_from.to_owned(),
            mail_folder: mail_folder.map(Path::to_owned),
            ..Settings::default()
        }
    }

    #[test]
    fn a_message_says_what_it_is_and_which() {
        let from: Mailbox = "Sigap <sigap@brmp.example>".parse().expect("an address");
        let written = write(message(), &from).expect("a message").formatted();
        let written = String::from_utf8(written).expect("a message is ASCII");
        let (head, body) = written.split_once("\r\n\r\n").expect("a head and a body");
        for line in [
            "From: Sigap <sigap@brmp.example>",
            "To: markus@brmp.example",
            "Date: Mon, 23 Nov 2026 02:00:00 +0000",
            "Message-ID: <K7QM-2VXA-9TRD-W4HC.1@brmp.example>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
        ] {
            assert!(head.lines().any(|found| found == line), "no {line} in {head}");
        }
        assert!(head.is_ascii() && head.contains("Content-Type: multipart/mixed;"), "{head}");
        assert!(body.contains("filename=\"Surat 12-TU.120-H.1-11-2026.pdf\""), "{body}");
        assert!(body.contains("JVBERi0xLjcgDQoK/w=="), "the bytes of the PDF: {body}");
    }

    #[test]
    fn what_somebody_wrote_never_begins_a_line_of_the_head() {
        let from: Mailbox = "Sigap <sigap@brmp.example>".parse().expect("an address");
        let subject = "Situs\r\nBcc: semua@brmp.example\r\n\r\nHalo".to_owned();
        let file_name = "a\"\r\nBcc: semua@brmp.example\r\n.pdf".to_owned();
        let written = write(Message { subject, file_name, ..message() }, &from).expect("a message");
        let written = String::from_utf8_lossy(&written.formatted()).into_owned();
        let begins = |start: &str| written.lines().any(|line| line.starts_with(start));
        assert!(!begins("Bcc") && !begins("Halo"), "{written}");
    }

    #[tokio::test]
    async fn in_a_folder_a_dispatch_is_one_file_however_often_it_is_sent() {
        let folder = tempfile::tempdir().expect("a folder");
        let mails = folder.path().join("mail");
        let mailer = mailer(&settings("", "sigap@brmp.example", Some(&mails)));
        let mailer = mailer.expect("settings that fit").expect("a mailer");
        mailer.send(message()).await.expect("a file");
        mailer.send(message()).await.expect("a file");
        let files: Vec<_> = std::fs::read_dir(&mails).expect("the folder").collect();
        assert_eq!(files.len(), 1);
        assert!(mails.join("K7QM-2VXA-9TRD-W4HC.1.eml").is_file());
    }

    #[tokio::test]
    async fn where_no_mail_server_listens_it_may_still_come() {
        // The port of a server that has just gone.
        let gone = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let url = format!("smtp://{}", gone.expect("an address"));
        let mailer = mailer(&settings(&url, "sigap@brmp.example", None));
        let sent = mailer.expect("settings that fit").expect("a mailer").send(message()).await;
        assert!(matches!(sent, Err(MailError::Temporary(_))), "{sent:?}");
    }

    #[test]
    fn settings_that_cannot_work_are_refused_with_what_to_do() {
        let folder = Path::new("surel");
        for (url, from, folder, said) in [
            ("smtp://mail.example", "", None, "set mail_from"),
            ("", "", Some(folder), "set mail_from"),
            ("smtp://mail.example", "kantor", None, "no e-mail address"),
            ("smtp://mail.example", "sigap@brmp.example", Some(folder), "remove one of them"),
            ("smtp://sigap:rahasia@mail.example", "sigap@brmp.example", None, "unencrypted"),
            ("http://mail.example", "sigap@brmp.example", None, "smtp_url cannot be read"),
        ] {
            let error = mailer(&settings(url, from, folder)).expect_err("a refusal");
            let error = format!("{error:#}");
            assert!(error.contains(said) && !error.contains("rahasia"), "{error}");
        }
        assert!(mailer(&settings("", "", None)).expect("no settings are no mistake").is_none());
    }

    #[test]
    fn a_password_is_in_no_log() {
        let settings = settings("smtps://sigap:rahasia@mail.example", "sigap@brmp.example", None);
        let mailer = mailer(&settings).expect("settings that fit");
        assert!(!format!("{settings:?} {mailer:?}").contains("rahasia"));
    }
}
