//! An SOP as a table of letters for the terminal: all that the document says, and under each row
//! what was added so that it can be run.

use super::check::{self, PathNorm};
use super::flow::{self, Shape};
use super::{Sop, Source, Stage, Step, Target};

/// Narrower and wider tables cannot be read with ease.
pub const WIDTH_MIN: usize = 80;
pub const WIDTH_MAX: usize = 200;

/// What the four columns of words need so that hardly a word has to be broken. In a narrower table
/// kelengkapan, output and keterangan stand under the activity instead of beside it.
const FOUR_COLUMNS_MIN: usize = 64;
/// From this width on, the sections of the identity block stand in pairs as in the document.
const PAIRED_SECTIONS_MIN: usize = 110;
const GAP: usize = 2;
const NUMBER: usize = 4;
const NORM: usize = 10;

/// The whole SOP in lines of at most `width` letters, which is kept within [`WIDTH_MIN`] and
/// [`WIDTH_MAX`].
pub fn text_table(sop: &Sop, width: usize) -> String {
    let mut sheet = Sheet { sop, width: width.clamp(WIDTH_MIN, WIDTH_MAX), text: String::new() };
    sheet.identity();
    sheet.sections();
    sheet.table();
    sheet.paths();
    sheet.text
}

struct Sheet<'a> {
    sop: &'a Sop,
    width: usize,
    text: String,
}

impl Sheet<'_> {
    fn identity(&mut self) {
        let identity = &self.sop.identity;
        for unit in &identity.unit {
            self.centred(unit);
        }
        self.rule('━');
        let approval = &identity.approved_by;
        let facts = [
            ("Nomor SOP", identity.number.as_str()),
            ("Tanggal Pembuatan", &identity.created.text),
            ("Tanggal Revisi", &identity.revised.text),
            ("Tanggal Efektif", &identity.effective.text),
            ("Disahkan oleh", &approval.position),
            ("", &approval.name),
            ("", &format!("NIP {}", approval.nip)),
            ("Nama SOP", &identity.title),
        ];
        let name = 17;
        for (what, value) in facts {
            let value = wrap(value, self.width - name - GAP);
            self.row(&[name, self.width - name - GAP], &[vec![what.to_owned()], value]);
        }
    }

    fn sections(&mut self) {
        let identity = &self.sop.identity;
        let sections = [
            ("Dasar Hukum", &identity.legal_basis),
            ("Kualifikasi Pelaksana", &identity.qualifications),
            ("Keterkaitan", &identity.related),
            ("Peralatan/perlengkapan", &identity.equipment),
            ("Peringatan", &identity.warnings),
            ("Pencatatan dan Pendataan", &identity.records),
        ];
        let side_by_side = if self.width >= PAIRED_SECTIONS_MIN { 2 } else { 1 };
        let width = (self.width - (side_by_side - 1) * 2 * GAP) / side_by_side;
        for group in sections.chunks(side_by_side) {
            self.rule('─');
            let cells: Vec<Vec<String>> = group
                .iter()
                .map(|(head, entries)| [vec![(*head).to_owned()], numbered(entries, width)].concat())
                .collect();
            self.row(&vec![width + GAP; group.len()], &cells);
        }
    }

    fn table(&mut self) {
        let sop = self.sop;
        self.line("");
        self.centred(&sop.heading);
        self.line("");
        let heads = flow::short_heads(&sop.performers);
        for (head, performer) in heads.iter().zip(&sop.performers) {
            self.line(&format!("{head:<7}{}", performer.column));
        }
        self.line("( ) mulai atau akhir   [ ] kegiatan   < > keputusan");

        let lanes: Vec<usize> = heads.iter().map(|head| head.chars().count().max(3)).collect();
        let fixed = NUMBER + NORM + lanes.iter().sum::<usize>() + (lanes.len() + 5) * GAP;
        let words = self.width.saturating_sub(fixed);
        let columns = if words >= FOUR_COLUMNS_MIN {
            let (requirements, output, remark) = (words * 24 / 100, words * 21 / 100, words * 16 / 100);
            Columns {
                activity: words - requirements - output - remark,
                lanes,
                beside: Some([requirements, output, remark]),
            }
        } else {
            // Two columns of words less, so their gaps go to the activity as well.
            let activity = (words + 3 * GAP).max(FOUR_COLUMNS_MIN / 4);
            Columns { activity, lanes, beside: None }
        };
        let widths = columns.widths();
        self.rule('━');
        let mut names = vec![vec!["No.".to_owned()], vec!["Kegiatan".to_owned()]];
        names.extend(heads.into_iter().map(|head| vec![head]));
        match columns.beside {
            Some(_) => {
                names.extend(["Kelengkapan", "Waktu", "Output", "Ket."].map(|name| vec![name.to_owned()]))
            }
            None => names.push(vec!["Waktu".to_owned()]),
        }
        self.row(&widths, &names);
        self.rule('━');
        for (nth, step) in sop.steps.iter().enumerate() {
            if nth > 0 {
                self.rule('─');
            }
            self.step(step, &columns, &widths);
            if sop.page_breaks.contains(&step.no) && nth + 1 < sop.steps.len() {
                let page =
                    sop.steps[..=nth].iter().filter(|step| sop.page_breaks.contains(&step.no)).count() + 1;
                self.rule('─');
                self.indented(&format!("ke halaman {page}"));
            }
        }
        self.rule('━');
        self.indented(&format!("Total  {}", sop.total.text));
    }

    fn step(&mut self, step: &Step, columns: &Columns, widths: &[usize]) {
        let norm = step.norm.as_ref().map_or_else(Vec::new, |norm| wrap(&norm.text, NORM));
        let mut cells = vec![vec![step.no.to_string()], wrap(&step.activity, columns.activity)];
        cells.extend(self.lanes(step, &columns.lanes));
        let remark = step.remark.as_deref().unwrap_or_default();
        match columns.beside {
            Some([requirements, output, remark_width]) => {
                cells.push(numbered_cell(&step.requirements, requirements));
                cells.push(norm);
                cells.push(numbered_cell(&step.output, output));
                cells.push(wrap(remark, remark_width));
                self.row(widths, &cells);
            }
            None => {
                cells.push(norm);
                self.row(widths, &cells);
                let join = |entries: &[String]| numbered_cell(entries, usize::MAX).join(" ");
                let beside = [
                    ("Kelengkapan", join(&step.requirements)),
                    ("Output", join(&step.output)),
                    ("Ket.", remark.to_owned()),
                ];
                for (name, text) in beside.into_iter().filter(|(_, text)| !text.is_empty()) {
                    self.indented(&format!("{name}: {text}"));
                }
            }
        }
        self.line("");
        if let Some(join) = &step.join {
            let rows: Vec<&str> = join.of.iter().map(super::StepNo::as_str).collect();
            self.indented(&format!("menunggu {}{}", rows.join(" dan "), implied(join.source)));
        }
        for stage in &step.stages {
            self.stage(step, stage);
        }
    }

    /// What is printed in the performers' cells, and under it a line for each stage with its sign.
    fn lanes(&self, step: &Step, widths: &[usize]) -> Vec<Vec<String>> {
        let printed: Vec<Vec<String>> = self
            .sop
            .performers
            .iter()
            .zip(widths)
            .map(|(performer, width)| {
                step.performer_cells.get(&performer.id).map_or_else(Vec::new, |text| wrap(text, *width))
            })
            .collect();
        let first = printed.iter().map(Vec::len).max().unwrap_or_default();
        let lane = |(performer, mut lines): (&super::Performer, Vec<String>)| {
            lines.resize(first, String::new());
            for stage in &step.stages {
                let here = stage.performer == performer.id;
                lines.push(if here {
                    sign(flow::shape(self.sop, step, stage)).to_owned()
                } else {
                    String::new()
                });
            }
            lines
        };
        self.sop.performers.iter().zip(printed).map(lane).collect()
    }

    fn stage(&mut self, step: &Step, stage: &Stage) {
        let performer = self.sop.performers.iter().find(|performer| performer.id == stage.performer);
        let performer = performer.map_or(stage.performer.as_str(), |performer| &performer.column);
        let sign = sign(flow::shape(self.sop, step, stage));
        let mut line = format!("{sign} {performer}: {}{}", stage.label, implied(stage.source));
        if step.stages.len() > 1 {
            line.push_str(&format!("  [{}.{}]", step.no, stage.id));
        }
        self.hanging(NUMBER + GAP, 4, &line);
        for outcome in &stage.outcomes {
            let targets: Vec<String> = outcome.to.iter().map(|target| self.target(target)).collect();
            let line = format!("{} → {}{}", outcome.label, targets.join(" dan "), implied(outcome.source));
            self.hanging(NUMBER + GAP + 4, 2, &line);
        }
    }

    fn target(&self, target: &Target) -> String {
        match target {
            Target::Step(_) | Target::Stage(_) => target.to_string(),
            Target::End(id) => self.sop.end(id).map_or_else(|| id.to_string(), |end| end.label.clone()),
        }
    }

    fn paths(&mut self) {
        self.line("");
        self.line("Jalur dan waktunya");
        self.rule('─');
        let paths = check::paths(self.sop);
        let norms: Vec<String> = paths.iter().map(|path| in_words(path.norm)).collect();
        let longest = norms.iter().map(|norm| norm.chars().count()).max().unwrap_or_default();
        for (path, norm) in paths.iter().zip(norms) {
            let end = self.sop.ends.iter().find(|end| end.id == *path.end.as_str());
            let end = end.map_or(path.end.as_str(), |end| &end.label);
            let steps = format!("{} → {end}", path.steps.join(" → "));
            let room = self.width - longest - GAP;
            self.row(&[longest, room], &[vec![norm], wrap(&steps, room)]);
        }
    }

    /// Cells side by side, each of lines that fit its width.
    fn row(&mut self, widths: &[usize], cells: &[Vec<String>]) {
        let height = cells.iter().map(Vec::len).max().unwrap_or_default();
        for nth in 0..height {
            let mut line = String::new();
            for (cell, width) in cells.iter().zip(widths) {
                let part = cell.get(nth).map_or("", String::as_str);
                line.push_str(part);
                let rest = (width + GAP).saturating_sub(part.chars().count());
                line.extend(std::iter::repeat_n(' ', rest));
            }
            self.line(line.trim_end());
        }
    }

    fn centred(&mut self, text: &str) {
        for line in wrap(text, self.width) {
            let left = (self.width - line.chars().count()) / 2;
            self.line(&format!("{}{line}", " ".repeat(left)));
        }
    }

    /// In the column of the activity, over the whole width.
    fn indented(&mut self, text: &str) {
        self.hanging(NUMBER + GAP, 2, text);
    }

    /// With all lines but the first further in.
    fn hanging(&mut self, indent: usize, further: usize, text: &str) {
        for (nth, line) in wrap(text, self.width - indent - further).into_iter().enumerate() {
            let indent = if nth == 0 { indent } else { indent + further };
            self.line(&format!("{}{line}", " ".repeat(indent)));
        }
    }

    fn rule(&mut self, stroke: char) {
        let rule: String = std::iter::repeat_n(stroke, self.width).collect();
        self.line(&rule);
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }
}

struct Columns {
    activity: usize,
    lanes: Vec<usize>,
    /// Kelengkapan, output and keterangan, where there is room for them.
    beside: Option<[usize; 3]>,
}

impl Columns {
    fn widths(&self) -> Vec<usize> {
        let mut widths = vec![NUMBER, self.activity];
        widths.extend(&self.lanes);
        match self.beside {
            Some([requirements, output, remark]) => widths.extend([requirements, NORM, output, remark]),
            None => widths.push(NORM),
        }
        widths
    }
}

fn sign(shape: Shape) -> &'static str {
    match shape {
        Shape::Capsule => "( )",
        Shape::Box => "[ ]",
        Shape::Diamond => "< >",
        Shape::Connector => "\\ /",
    }
}

fn implied(source: Source) -> &'static str {
    match source {
        Source::Written => "",
        Source::Inferred => " (tersirat)",
    }
}

/// A section's entries: none, one as it is, or a numbered list.
fn numbered(entries: &[String], width: usize) -> Vec<String> {
    if entries.is_empty() {
        return vec!["Tidak diisi dalam SOP.".to_owned()];
    }
    numbered_cell(entries, width)
}

fn numbered_cell(entries: &[String], width: usize) -> Vec<String> {
    match entries {
        [entry] => wrap(entry, width),
        _ => {
            let entry = |(nth, entry): (usize, &String)| {
                let number = format!("{}. ", nth + 1);
                let lines = wrap(entry, width.saturating_sub(number.len())).into_iter().enumerate();
                let blank = " ".repeat(number.len());
                lines
                    .map(|(nth, line)| format!("{}{line}", if nth == 0 { &number } else { &blank }))
                    .collect::<Vec<_>>()
            };
            entries.iter().enumerate().flat_map(entry).collect()
        }
    }
}

/// A path's norm, `4–8 hari 2 jam 20 menit`.
fn in_words(norm: PathNorm) -> String {
    let PathNorm { days_min, days_max, minutes } = norm;
    let mut words = Vec::new();
    match (days_min, days_max) {
        (_, 0) => {}
        (least, most) if least == most => words.push(format!("{most} hari")),
        (least, most) => words.push(format!("{least}–{most} hari")),
    }
    if minutes >= 60 {
        words.push(format!("{} jam", minutes / 60));
    }
    if minutes % 60 > 0 {
        words.push(format!("{} menit", minutes % 60));
    }
    if words.is_empty() { "tanpa waktu".to_owned() } else { words.join(" ") }
}

/// Breaks a text between words, and a word that is too long behind its last slash or anywhere.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let mut word: Vec<char> = word.chars().collect();
        if used > 0 && used + 1 + word.len() <= width {
            line.push(' ');
            line.extend(&word);
            used += 1 + word.len();
            continue;
        }
        if used > 0 {
            lines.push(std::mem::take(&mut line));
        }
        while word.len() > width {
            let slash = word[..width].iter().rposition(|letter| *letter == '/');
            let rest = word.split_off(slash.map_or(width, |slash| slash + 1));
            lines.push(word.iter().collect());
            word = rest;
        }
        line = word.iter().collect();
        used = word.len();
    }
    if used > 0 {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests;
