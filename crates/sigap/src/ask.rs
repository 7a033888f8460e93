//! Asking at the keyboard for what nobody else shall see.

use std::io::IsTerminal;

use anyhow::{Result, bail};

/// A secret, unseen on a terminal; else the next line of standard input.
pub fn secret(prompt: &str) -> Result<String> {
    if std::io::stdin().is_terminal() {
        return Ok(rpassword::prompt_password(prompt)?);
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// A new secret, asked twice on a terminal.
pub fn new_secret(prompt: &str) -> Result<String> {
    let first = secret(prompt)?;
    if std::io::stdin().is_terminal() && secret("Again: ")? != first {
        bail!("the two differ; nothing was changed");
    }
    Ok(first)
}
