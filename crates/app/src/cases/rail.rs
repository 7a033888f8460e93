//! The rail: the rows of the SOP as a line to walk, in ink where the case has been, in pencil ahead.
//!
//! Which rows stand on the trunk and which on the side track follows from the SOP's paths and from
//! where the case went; the classes are those of `sigap.css`.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use sop::Sop;
use sop::calendar::Calendar;
use sop::case::{Case, PersonId, Status, StepRun, TaskState};
use sop::definition::check;
use sop::definition::{Step, Target};

use crate::words::Words;

/// A row of the SOP on the rail.
#[derive(Clone, Debug)]
pub struct RailRow {
    pub line_class: String,
    pub node_class: String,
    pub no: String,
    /// The arrow of a repetition, as classes.
    pub turn: Option<&'static str>,
    pub text: String,
    pub text_class: &'static str,
    pub small: String,
    pub here: bool,
}

/// The same in one line.
#[derive(Clone, Debug)]
pub struct StripItem {
    pub no: String,
    pub class: String,
    pub here: bool,
}

/// Where a case stands, for whoever looks at it.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    pub sop: &'a Sop,
    pub words: Words,
    pub calendar: &'a Calendar,
    pub case: &'a Case,
    pub names: &'a HashMap<PersonId, String>,
    pub now: Timestamp,
    /// Speak plainly, and leave out the branches not taken.
    pub for_requester: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Standing<'a> {
    Done(&'a StepRun),
    Here(&'a StepRun),
    Ahead,
    /// Not taken, and out of reach from where the case is.
    Off,
}

/// The SOP's rows as nobody has walked them yet.
pub fn plain(sop: &Sop, words: Words) -> Vec<RailRow> {
    let standings = vec![Standing::Ahead; sop.steps.len()];
    let lines = lines(sop, &standings);
    sop.steps
        .iter()
        .zip(lines)
        .map(|(step, line)| RailRow {
            line_class: format!("todo {}", line.classes(true, false)),
            node_class: format!("{} ahead", shape(sop, step)),
            no: step.no.to_string(),
            turn: line.turn_class(false),
            text: words.label(sop, &step.label).to_owned(),
            text_class: "",
            small: ahead(sop, words, step),
            here: false,
        })
        .collect()
}

impl View<'_> {
    pub fn rail(&self) -> Vec<RailRow> {
        let standings = self.standings();
        let lines = lines(self.sop, &standings);
        let mut rows: Vec<RailRow> = Vec::new();
        let mut at = 0;
        while at < self.sop.steps.len() {
            let step = &self.sop.steps[at];
            if standings[at] == Standing::Off {
                let run = standings[at..].iter().take_while(|standing| **standing == Standing::Off).count();
                let last = &self.sop.steps[at + run - 1];
                let inked = standings[at + run..].iter().any(|later| *later != Standing::Ahead);
                if !self.for_requester {
                    let several = run > 1;
                    rows.push(RailRow {
                        line_class: if inked { "" } else { "todo" }.to_owned(),
                        node_class: if several { "off span" } else { "off" }.to_owned(),
                        no: if several { format!("{}–{}", step.no, last.no) } else { step.no.to_string() },
                        turn: None,
                        text: self.words.t("rail-not-taken").to_string(),
                        text_class: "skipped",
                        small: String::new(),
                        here: false,
                    });
                }
                at += run;
                continue;
            }
            rows.push(self.row(step, &standings, &lines, at));
            at += 1;
        }
        rows
    }

    pub fn strip(&self) -> Vec<StripItem> {
        let standings = self.standings();
        let item = |(step, standing): (&Step, &Standing<'_>)| {
            let class = match standing {
                Standing::Done(_) => String::new(),
                Standing::Here(run) => format!("here {}", self.due_class(run)),
                Standing::Ahead => "ahead".to_owned(),
                Standing::Off => return None,
            };
            Some(StripItem { no: step.no.to_string(), class, here: matches!(standing, Standing::Here(_)) })
        };
        self.sop.steps.iter().zip(&standings).filter_map(item).collect()
    }

    fn row(&self, step: &Step, standings: &[Standing<'_>], lines: &[Line], at: usize) -> RailRow {
        let (words, sop) = (self.words, self.sop);
        let line = &lines[at];
        let entered = |row: Option<usize>| {
            row.is_some_and(|row| matches!(standings[row], Standing::Done(_) | Standing::Here(_)))
        };
        let finished =
            |row: Option<usize>| row.is_some_and(|row| matches!(standings[row], Standing::Done(_)));
        let label = words.label(sop, &step.label).to_owned();
        let round_note = |round: u32| {
            if round > 1 { format!(" {}", words.t("rail-round").with("n", round)) } else { String::new() }
        };
        let (todo, text, text_class, small, node) = match standings[at] {
            Standing::Done(run) => {
                let text =
                    if self.for_requester { words.label(sop, &step.finished).to_owned() } else { label };
                let small = run.closed_at.map(|at| words.weekday_short_moment(at, self.calendar.zone()));
                let small =
                    [self.last_performer(run), small].into_iter().flatten().collect::<Vec<_>>().join(", ");
                (false, text, "", small, String::new())
            }
            Standing::Here(run) => {
                let text =
                    if self.for_requester { words.label(sop, &step.under_way).to_owned() } else { label };
                let since = words.weekday_short_moment(run.opened_at, self.calendar.zone());
                let since = words.t("rail-since").with("moment", since).to_string();
                let small = [self.waiting_for(step), Some(since)]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join(", ");
                let node = format!("here {}", self.due_class(run));
                (true, text + &round_note(run.round), "now", small, node)
            }
            Standing::Ahead | Standing::Off => {
                (true, label, "skipped", ahead(sop, words, step), "ahead".to_owned())
            }
        };
        // Beside a side row runs the trunk, which is inked as far as its own rows are done.
        let todo = match line.kind {
            Kind::Trunk => todo,
            Kind::Side => {
                let trunk = (0..at).rev().find(|row| lines[*row].kind == Kind::Trunk);
                !finished(trunk)
            }
        };
        let side_open = line.kind == Kind::Side && matches!(standings[at], Standing::Here(_));
        let side_todo = match line.kind {
            Kind::Side => !entered(Some(at)),
            Kind::Trunk if line.joins => !finished(line.side_before),
            Kind::Trunk => !entered(line.side),
        };
        RailRow {
            line_class: format!("{} {}", if todo { "todo" } else { "" }, line.classes(side_todo, side_open)),
            node_class: format!("{} {node}", shape(sop, step)),
            no: step.no.to_string(),
            turn: if side_open && !line.ends {
                Some("turn rest todo")
            } else {
                line.turn_class(self.repeated(line))
            },
            text,
            text_class,
            small,
            here: matches!(standings[at], Standing::Here(_)),
        }
    }

    fn standings(&self) -> Vec<Standing<'_>> {
        let (sop, case) = (self.sop, self.case);
        let reachable = self.reachable();
        let open: Vec<(usize, &StepRun)> =
            case.open_steps().filter_map(|run| Some((sop.position(&run.step)?, run))).collect();
        sop.steps
            .iter()
            .enumerate()
            .map(|(at, step)| {
                let Some(run) = case.steps.iter().rev().find(|run| run.step == step.no) else {
                    return if reachable.contains(&at) { Standing::Ahead } else { Standing::Off };
                };
                // A row that will be walked again, since the case went back behind it, is ahead.
                let again =
                    |closed: Timestamp| open.iter().any(|(row, open)| *row < at && open.opened_at >= closed);
                match run.closed_at {
                    None => Standing::Here(run),
                    Some(closed) if again(closed) => Standing::Ahead,
                    Some(_) if run.done => Standing::Done(run),
                    Some(_) => Standing::Off,
                }
            })
            .collect()
    }

    /// The rows that can still come, going forward only.
    fn reachable(&self) -> BTreeSet<usize> {
        let mut reached = BTreeSet::new();
        if matches!(self.case.status, Status::Ended { .. }) {
            return reached;
        }
        let mut next: Vec<usize> =
            self.case.open_steps().filter_map(|run| self.sop.position(&run.step)).collect();
        while let Some(at) = next.pop() {
            for to in targets(self.sop, at).filter(|to| *to > at) {
                if reached.insert(to) {
                    next.push(to);
                }
            }
        }
        reached
    }

    fn due_class(&self, run: &StepRun) -> &'static str {
        if matches!(self.case.status, Status::Suspended { .. }) {
            return "held";
        }
        match run.due_at {
            Some(due) if self.now > due => "late",
            Some(due) if self.calendar.local(due).date() == self.calendar.local(self.now).date() => "near",
            Some(_) | None => "",
        }
    }

    fn last_performer(&self, run: &StepRun) -> Option<String> {
        let tasks =
            self.case.tasks.iter().filter(|task| task.stage.step == run.step && task.round == run.round);
        let completion = tasks.filter_map(|task| task.completion()).max_by_key(|completion| completion.at)?;
        self.names.get(completion.by.person()?).cloned()
    }

    /// Who has the row, by name where somebody was named.
    fn waiting_for(&self, step: &Step) -> Option<String> {
        let task = self
            .case
            .tasks
            .iter()
            .find(|task| task.stage.step == step.no && task.state == TaskState::Open)?;
        let named = task.assignee.as_ref().and_then(|person| self.names.get(person)).cloned();
        let stage = step.stage(&task.stage.stage)?;
        named.or_else(|| Some(role(self.words, stage.performer.as_str())))
    }

    fn repeated(&self, line: &Line) -> bool {
        line.repeats.is_some_and(|row| self.case.rounds(&self.sop.steps[row].no) > 1)
    }
}

/// A role as a person is called by it.
pub fn role(words: Words, role: &str) -> String {
    words.t(&format!("role-{role}")).to_string()
}

fn ahead(sop: &Sop, words: Words, step: &Step) -> String {
    let mut performers: Vec<String> = Vec::new();
    for performer in &sop.performers {
        if step.stages.iter().any(|stage| stage.performer == performer.id) {
            performers.push(role(words, performer.id.as_str()));
        }
    }
    let norm = step.norm().map_or_else(|| words.t("rail-no-norm").to_string(), |norm| words.norm(norm));
    format!("{} · {norm}", performers.join(", "))
}

/// The symbol of SOP-AP for a row: capsule where the procedure starts or ends, diamond where it
/// decides, else box.
pub fn shape(sop: &Sop, step: &Step) -> &'static str {
    let outcomes = || step.stages.iter().flat_map(|stage| &stage.outcomes);
    let ends = outcomes().flat_map(|outcome| &outcome.to).any(|target| matches!(target, Target::End(_)));
    if step.no == sop.start || ends {
        "cap"
    } else if step.stages.first().is_some_and(|stage| stage.kind.decides()) {
        "dia"
    } else {
        ""
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Trunk,
    Side,
}

/// How a row is tied to its neighbours.
#[derive(Clone, Debug)]
struct Line {
    kind: Kind,
    /// A side track leaves the trunk here.
    forks: bool,
    /// A side track passes by.
    passes: bool,
    /// A side track comes back to the trunk here.
    joins: bool,
    /// The side track stops here.
    ends: bool,
    /// The first row of the side track that leaves or passes here.
    side: Option<usize>,
    /// The last row of the side track that joins here.
    side_before: Option<usize>,
    /// The row that a repetition starts again, on every row along its arrow.
    repeats: Option<usize>,
    turn: Option<Turn>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// The repetition arrives here,
    From,
    /// passes,
    Along,
    /// and starts here.
    Back,
}

impl Line {
    fn classes(&self, side_todo: bool, side_open: bool) -> String {
        let mut classes = Vec::new();
        let mut add = |when: bool, class| {
            if when {
                classes.push(class);
            }
        };
        add(self.forks, "fork");
        add(self.passes, "pass");
        add(self.joins, "join");
        add(self.kind == Kind::Side, "side");
        add(self.ends || side_open, "end");
        add(side_todo && (self.forks || self.passes || self.joins || self.kind == Kind::Side), "todo-side");
        classes.join(" ")
    }

    fn turn_class(&self, walked: bool) -> Option<&'static str> {
        Some(match (self.turn?, walked) {
            (Turn::From, true) => "turn from",
            (Turn::From, false) => "turn from todo",
            (Turn::Along, true) => "turn",
            (Turn::Along, false) => "turn todo",
            (Turn::Back, true) => "turn back",
            (Turn::Back, false) => "turn back todo",
        })
    }
}

/// Lays the rows out: the trunk is the longest path through the rows that are not off; every run of
/// rows beside it is a side track.
fn lines(sop: &Sop, standings: &[Standing<'_>]) -> Vec<Line> {
    let paths = check::paths(sop);
    let rows_of = |path: &check::Path| -> Vec<usize> {
        let first = |label: &String| label.split('+').next().and_then(|no| sop.position(&no.into()));
        path.steps.iter().filter_map(first).collect()
    };
    let mut trunk: Vec<usize> = Vec::new();
    for path in &paths {
        let rows = rows_of(path);
        let walkable = rows.iter().all(|row| standings[*row] != Standing::Off);
        if walkable && rows.len() > trunk.len() {
            trunk = rows;
        }
    }
    let mut lines: Vec<Line> = (0..sop.steps.len())
        .map(|row| Line {
            kind: if trunk.is_empty() || trunk.contains(&row) || standings[row] == Standing::Off {
                Kind::Trunk
            } else {
                Kind::Side
            },
            forks: false,
            passes: false,
            joins: false,
            ends: false,
            side: None,
            side_before: None,
            repeats: None,
            turn: None,
        })
        .collect();
    let mut row = 0;
    while row < lines.len() {
        if lines[row].kind == Kind::Trunk {
            row += 1;
            continue;
        }
        let length = lines[row..].iter().take_while(|line| line.kind == Kind::Side).count();
        let last = row + length - 1;
        // It leaves the trunk at the nearest row before it that leads to it.
        let fork = (0..row).rev().find(|before| targets(sop, *before).any(|to| to == row));
        if let Some(fork) = fork {
            lines[fork].forks = true;
            lines[fork].side = Some(row);
            for passed in &mut lines[fork + 1..row] {
                passed.passes = true;
                passed.side = Some(row);
            }
        }
        let join = targets(sop, last).filter(|to| *to > last).min();
        match join {
            Some(join) if join == last + 1 => {
                lines[join].joins = true;
                lines[join].side_before = Some(last);
            }
            Some(_) | None => lines[last].ends = true,
        }
        row += length;
    }
    for from in 0..lines.len() {
        for to in targets(sop, from).filter(|to| *to < from).collect::<Vec<_>>() {
            // A return to the row right before within a letter's making is not drawn: the rail shows
            // repeated work, which starts at a decision that stands alone in its row.
            if sop.steps[from].stages.len() > 1 {
                continue;
            }
            for (at, line) in lines.iter_mut().enumerate().take(from + 1).skip(to) {
                line.repeats = Some(to);
                line.turn = Some(match at {
                    at if at == to => Turn::From,
                    at if at == from => Turn::Back,
                    _ => Turn::Along,
                });
            }
        }
    }
    lines
}

/// The rows a row leads to.
fn targets(sop: &Sop, row: usize) -> impl Iterator<Item = usize> + '_ {
    let outcomes = sop.steps[row].stages.iter().flat_map(|stage| &stage.outcomes);
    outcomes
        .flat_map(|outcome| &outcome.to)
        .filter_map(|target| sop.position(target.step()?))
        .filter(move |to| *to != row)
}
