//! What the server needs of others is away.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};
use drill::{Afterwards, Letters, MailServer, Program, TimeServer};

use super::work::{Work, until};
use super::{Ground, Outcome, sound};

/// So many letters wait before there is a mail server.
const LETTERS: usize = 6;
/// A server that was sent something twice would have got it by then.
const TWICE_WITHIN: Duration = Duration::from_secs(3);

/// The mail server is away while letters are signed. They wait, and go out once.
pub async fn mail(_: &mut Ground, program: Program) -> Result<Outcome> {
    let mut mails = MailServer::new()?;
    let program = Program { settings: mails.settings(), ..program };
    let work = Work::begin(program, Letters::EveryNth(1), 31)?;
    until("letters are signed", || Ok(work.letters() >= LETTERS))?;
    let rest = work.rest();
    let before = Afterwards::of(&rest.program, &rest.ledger).await?;
    ensure!(
        before.dispatches >= LETTERS && before.dispatched == 0,
        "letters went out, and nobody took them on"
    );
    mails.start()?;
    let took = until("all letters are mailed", || Ok(mails.taken_on().len() >= before.dispatches))?;
    println!("  {} letters went out within {took:?} after there was a mail server", before.dispatches);
    thread::sleep(TWICE_WITHIN);
    let twice: BTreeMap<_, _> = mails.taken_on().into_iter().filter(|(_, times)| *times > 1).collect();
    drop(rest.server);
    let afterwards = sound(&rest.program, &rest.ledger).await?;
    ensure!(twice.is_empty(), "letters went out more than once: {twice:?}");
    ensure!(afterwards.dispatched == before.dispatches, "of letters that went out, cases say nothing");
    Ok(Outcome { times: before.dispatches, afterwards })
}

/// The authority that stamps signatures with the time is away. No letter is signed, whoever signs is told, and when
/// it is back they sign.
pub async fn time_authority(_: &mut Ground, program: Program) -> Result<Outcome> {
    let mut authority = TimeServer::new()?;
    let program = Program { settings: authority.settings(), ..program };
    let mut work = Work::begin(program, Letters::EveryNth(2), 32)?;
    let before = work.ledger.counts();
    until("letters are not signed", || Ok(work.ledger.said().values().sum::<usize>() >= 8))?;
    let signed = work.letters();
    authority.start()?;
    until("letters are signed", || Ok(work.letters() >= 4))?;
    authority.stop();
    work.never_ended()?;
    let (_, ledger, afterwards) = work.end().await?;
    ensure!(signed == 0, "{signed} letters were signed without the stamp that the office wants");
    ensure!(before.acknowledged > 0 && afterwards.letters >= 4, "no letters were signed afterwards");
    let silent = ledger.said().into_keys().find(|said| !said.contains("cap waktu"));
    ensure!(silent.is_none(), "somebody was told {silent:?}");
    Ok(Outcome { times: ledger.said().values().sum(), afterwards })
}
