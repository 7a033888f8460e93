//! A browser as far as the server can tell: it keeps its cookie, says where its requests come from, and
//! follows nothing by itself, so that each time is the time of one answer.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use sop::case::Entries;
use ureq::http::{Request, Response};
use ureq::{Agent, Body};

use crate::people;

/// The largest answer that is read, in bytes: a month of the register of a large office.
const ANSWER_BYTES_MAX: u64 = 1 << 30;
const PATIENCE: Duration = Duration::from_secs(120);
const BOUNDARY: &str = "batas-formulir";

#[derive(Clone, Debug)]
pub struct Browser {
    agent: Agent,
    base: String,
    cookie: String,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub location: String,
    pub body: Vec<u8>,
}

impl Browser {
    /// Nobody yet, at an address such as `http://127.0.0.1:8080`.
    pub fn new(base: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(PATIENCE))
            .build();
        Self { agent: config.into(), base: base.to_owned(), cookie: String::new() }
    }

    /// The browser of somebody who has signed in by the form.
    pub fn signed_in(base: &str, person: &str) -> Result<Self> {
        let mut browser = Self::new(base);
        let form = fields(&[("login", &people::email(person)), ("password", people::PASSWORD)]);
        let request = browser.form("/session", &form)?;
        let response = browser.agent.run(request)?;
        let cookie = response.headers().get("set-cookie").and_then(|cookie| cookie.to_str().ok());
        let cookie = cookie.with_context(|| format!("{person} was not let in"))?;
        browser.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Ok(browser)
    }

    pub fn get(&self, path: &str) -> Result<Answer> {
        let request = self.request("GET", path).body(()).context("a request")?;
        read(self.agent.run(request)?).with_context(|| format!("reading {path}"))
    }

    /// The same browser at another address of the same office, to which it is as well known.
    #[must_use]
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    /// Opens a page that has to be there.
    pub fn open(&self, path: &str) -> Result<Answer> {
        let answer = self.get(path)?;
        if answer.status != 200 {
            bail!("{path} answers {}: {}", answer.status, answer.said());
        }
        Ok(answer)
    }

    /// Opens a page that goes on, to be read as it comes.
    pub fn follow(&self, path: &str) -> Result<impl BufRead + Send + use<>> {
        let response = self.agent.run(self.request("GET", path).body(()).context("a request")?)?;
        if response.status() != 200 {
            bail!("{path} answers {}", response.status());
        }
        Ok(BufReader::new(response.into_body().into_reader()))
    }

    /// Sends a form and takes whatever comes back.
    ///
    /// # Errors
    /// There is no answer, so that nobody knows what became of it.
    pub fn post(&self, path: &str, form: &Entries) -> Result<Answer> {
        read(self.agent.run(self.form(path, form)?)?).with_context(|| format!("reading what {path} answers"))
    }

    /// The same for a form that can bring files, which this one does not.
    ///
    /// # Errors
    /// As [`Browser::post`].
    pub fn post_with_files(&self, path: &str, form: &Entries) -> Result<Answer> {
        let mut body = String::new();
        for (name, value) in form.iter().flat_map(|(name, values)| values.iter().map(move |v| (name, v))) {
            body += &format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
        }
        body += &format!("--{BOUNDARY}--\r\n");
        let request = self
            .request("POST", path)
            .header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"))
            .body(body)
            .context("a request")?;
        read(self.agent.run(request)?).with_context(|| format!("reading what {path} answers"))
    }

    fn form(&self, path: &str, form: &Entries) -> Result<Request<String>> {
        let pairs = form.iter().flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
        let body: Vec<String> =
            pairs.map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        self.request("POST", path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.join("&"))
            .context("a request")
    }

    fn request(&self, method: &str, path: &str) -> ureq::http::request::Builder {
        let request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        let request = request.header("sec-fetch-site", "same-origin").header("accept-language", "id");
        if self.cookie.is_empty() { request } else { request.header("cookie", &self.cookie) }
    }
}

impl Answer {
    /// Where it leads, if the form was taken on.
    ///
    /// # Errors
    /// It was not; the error quotes what the page says about that.
    pub fn taken_on(self) -> Result<String> {
        if self.status == 303 { Ok(self.location) } else { bail!("{}: {}", self.status, self.said()) }
    }

    /// What a page says: each mistake to mend, or else why it was refused, or else its heading with the sentence
    /// after it.
    pub fn said(&self) -> String {
        let page = String::from_utf8_lossy(&self.body);
        let errors = page.split("class=\"error\"").skip(1).filter_map(|after| after.split("</p>").next());
        let mut errors: Vec<String> = errors.map(without_tags).collect();
        errors.dedup();
        if !errors.is_empty() {
            return errors.join(" / ");
        }
        let begins = if page.contains("role=\"alert\"") { "role=\"alert\"" } else { "<h1" };
        let heading = page.split_once(begins).and_then(|(_, after)| after.split_once("</p>"));
        heading.map(|(heading, _)| without_tags(heading)).unwrap_or_default()
    }
}

/// The words of a piece of a page that begins within a tag.
fn without_tags(piece: &str) -> String {
    let words: Vec<&str> = piece
        .split('>')
        .skip(1)
        .flat_map(|text| text.split('<').next().unwrap_or_default().split_whitespace())
        .collect();
    words.join(" ")
}

fn read(mut response: Response<Body>) -> Result<Answer> {
    let location = response.headers().get("location").and_then(|location| location.to_str().ok());
    let location = location.unwrap_or_default().to_owned();
    let status = response.status().as_u16();
    let body = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec()?;
    Ok(Answer { status, location, body })
}

pub fn fields(pairs: &[(&str, &str)]) -> Entries {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()]))
        .collect::<BTreeMap<_, _>>()
}

/// A text as part of a form or an address.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_quoted_by_its_mistakes_or_its_heading() {
        let page = |body: &str| Answer { status: 503, location: String::new(), body: body.into() };
        let heading = "<div><h1>Basis data\n tidak terjangkau</h1>\n<p>Coba <b>lagi</b> nanti.</p></div>";
        let answer = page(heading);
        assert_eq!(answer.said(), "Basis data tidak terjangkau Coba lagi nanti.");
        let mistake = "<p class=\"error\" id=\"a\"><span>Perbaiki:</span> Isi ini.</p>";
        assert_eq!(page(&format!("{heading}{mistake}")).said(), "Perbaiki: Isi ini.");
        let refusal = "<div class=\"errors\" role=\"alert\"><p><strong>Sudah selesai.</strong></p></div>";
        assert_eq!(page(&format!("{heading}{refusal}")).said(), "Sudah selesai.");
        let error = answer.taken_on().expect_err("not taken on").to_string();
        assert!(error.starts_with("503: Basis data"), "{error}");
    }
}
