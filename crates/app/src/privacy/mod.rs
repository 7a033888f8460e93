//! Data pribadi (UU 27/2022): what is kept about people, why and for how long; what they can get of it
//! and ask about it; and who answers them.

mod answers;
mod corrections;
mod export;
mod kept;
mod own;

pub use answers::{answer, answered, index as requests};
pub use corrections::index as corrections;
pub use export::show as export;
#[cfg(test)]
pub use kept::KEPT;
pub use kept::notice;
pub use own::{ask, show as own};

use jiff::SignedDuration;
use store::DataRequest;

use crate::ctx::Ctx;

/// Within this time a request about one's own data is answered: 3×24 hours by the calendar, weekends and
/// holidays included (UU 27/2022, Pasal 30 and 32).
const ANSWERED_WITHIN: SignedDuration = SignedDuration::from_hours(3 * 24);

/// For how long it is kept what was mended of somebody: two years, as long as their cases lie in the office
/// before they go to the archive. Until then they can show what was wrong; afterwards what was wrong is kept
/// for no purpose any more.
pub const CORRECTIONS_KEPT: SignedDuration = SignedDuration::from_hours(730 * 24);

/// The longest request, and the longest answer.
const TEXT_CHARS_MAX: usize = 2_000;

/// A request as pages show it.
struct RequestView {
    id: u32,
    person: String,
    kind: String,
    text: String,
    asked: String,
    /// Until when it has to be answered, and how much of the time is left; or when it was answered, and
    /// whether in time.
    standing: String,
    is_late: bool,
    answer: Option<String>,
}

fn view(ctx: &Ctx, request: DataRequest, name: String, answered_by: &str) -> RequestView {
    let (words, zone, now) = (ctx.words, ctx.desk.calendar.zone(), ctx.desk.now());
    let due_at = request.asked_at + ANSWERED_WITHIN;
    let kind = match request.kind {
        store::DataRequestKind::Access => "data-request-access",
        store::DataRequestKind::Correction => "data-request-correction",
    };
    let due = words.weekday_moment(due_at, zone);
    let (standing, is_late) = match &request.answer {
        Some(answer) => {
            let at = words.weekday_moment(answer.at, zone);
            let said = words.t("data-request-answered").with("at", at).with("who", answered_by);
            let took = answer.at.duration_since(request.asked_at);
            let key = if took > ANSWERED_WITHIN { "data-request-took-longer" } else { "data-request-took" };
            let took_words = words.t(key).with("hours", took.as_hours()).to_string();
            (format!("{said}. {took_words}"), took > ANSWERED_WITHIN)
        }
        None if now > due_at => (words.t("data-request-late").with("due", due).to_string(), true),
        None => {
            let hours = due_at.duration_since(now).as_hours();
            (words.t("data-request-due").with("due", due).with("hours", hours).to_string(), false)
        }
    };
    RequestView {
        id: request.id,
        person: name,
        kind: words.t(kind).to_string(),
        text: request.text,
        asked: words.weekday_moment(request.asked_at, zone),
        standing,
        is_late,
        answer: request.answer.map(|answer| answer.text),
    }
}
