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
use store::{DataRequest, DataRequestKind, DestructionList, StoreError};

use crate::ctx::Ctx;
use crate::desk::Desk;
use crate::retention;

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
    /// Which case should be erased.
    case: Option<String>,
    /// What became of the list on which the case was put.
    list: Option<String>,
}

/// The lists that came of some requests, where one of them asks for erasure.
async fn lists_of(desk: &Desk, requests: &[DataRequest]) -> Result<Vec<DestructionList>, StoreError> {
    if requests.iter().any(|request| request.kind == DataRequestKind::Erasure) {
        desk.store.destruction_lists().await
    } else {
        Ok(Vec::new())
    }
}

fn view(
    ctx: &Ctx,
    request: DataRequest,
    name: String,
    answered_by: &str,
    lists: &[DestructionList],
) -> RequestView {
    let (words, zone, now) = (ctx.words, ctx.desk.calendar.zone(), ctx.desk.now());
    let due_at = request.asked_at + ANSWERED_WITHIN;
    let kind = match request.kind {
        DataRequestKind::Access => "data-request-access",
        DataRequestKind::Correction => "data-request-correction",
        DataRequestKind::Erasure => "data-request-erasure",
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
    let list = lists.iter().find(|list| list.request == Some(request.id)).map(|list| {
        words
            .t("data-request-list")
            .with("list", list.id.to_string())
            .with("state", retention::state(words, list.state()))
            .to_string()
    });
    let case = request.case.as_ref();
    RequestView {
        case: case.map(|case| words.t("data-request-about").with("case", case.to_string()).to_string()),
        list,
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
