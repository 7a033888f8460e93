//! From the text of a file to a sound [`Sop`], or to every mistake in it with its line and a mend.

mod shape;

use std::collections::BTreeSet;
use std::fmt;

use toml::de::{DeTable, DeValue};

use super::{
    Document, DocumentKind, End, EndKind, Field, FieldId, FieldKind, Outcome, Role, Sop, Source, Stage,
    StageKind, StageRef, Step, StepNo, Target,
};

/// How large an SOP's file may be. The helpdesk's has about 40 kB.
pub const FILE_BYTES_MAX: usize = 1024 * 1024;

/// Why a file is no SOP: all that has to be mended, in the order of the lines.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct SopError {
    pub mistakes: Vec<Mistake>,
}

/// One thing to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    pub file: String,
    /// Counted from 1, as editors do.
    pub line: usize,
    pub column: usize,
    /// The keys from the top of the file down, such as `langkah 4, tahap konsep, hasil ajukan, ke`.
    pub key: String,
    pub message: String,
    pub mend: String,
}

impl fmt::Display for SopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, mistake) in self.mistakes.iter().enumerate() {
            if place > 0 {
                writeln!(f)?;
            }
            mistake.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: ", self.file, self.line, self.column)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        write!(f, "{}. Perbaikan: {}.", self.message, self.mend)
    }
}

impl Sop {
    /// Reads and validates an SOP. `file` is only used in messages.
    ///
    /// # Errors
    /// Every mistake in the file, not just the first, once its shape can be read.
    pub fn read(file: &str, text: &str) -> Result<Self, SopError> {
        if text.len() > FILE_BYTES_MAX {
            return Err(SopError { mistakes: vec![too_large(file)] });
        }
        let sop: Self = toml::from_str(text).map_err(|error| SopError {
            mistakes: vec![shape::mistake(file, text, error.span(), error.message())],
        })?;
        let mut review = Review { file, text, sop: &sop, mistakes: Vec::new() };
        review.whole();
        let mut mistakes = review.mistakes;
        if mistakes.is_empty() {
            return Ok(sop);
        }
        mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
        Err(SopError { mistakes })
    }
}

fn too_large(file: &str) -> Mistake {
    Mistake {
        file: file.to_owned(),
        line: 1,
        column: 1,
        key: String::new(),
        message: format!("berkas ini lebih besar dari {} kB", FILE_BYTES_MAX / 1024),
        mend: "satu berkas hanya memuat satu SOP".to_owned(),
    }
}

/// A piece of the way from the top of a file to a value.
#[derive(Clone, Copy)]
enum Key<'a> {
    Name(&'a str),
    /// A place in a list, and what the person calls it.
    Nth(usize, &'a str),
}

struct Review<'a> {
    file: &'a str,
    text: &'a str,
    sop: &'a Sop,
    mistakes: Vec<Mistake>,
}

impl<'a> Review<'a> {
    fn whole(&mut self) {
        let sop = self.sop;
        self.id(&[Key::Name("kode")], sop.code.as_str());
        self.ids(&[Key::Name("pelaksana")], sop.performers.iter().map(|performer| performer.id.as_str()));
        self.ids(&[Key::Name("akhir")], sop.ends.iter().map(|end| end.id.as_str()));
        self.unique(&[Key::Name("langkah")], "no", sop.steps.iter().map(|step| step.no.as_str()));
        if !self.is_performer(&sop.coordinator) {
            self.unknown_performer(&[Key::Name("koordinator")], &sop.coordinator);
        }
        if sop.position(&sop.start).is_none() {
            self.unknown_row(&[Key::Name("mulai")], sop.start.as_str());
        }
        for no in &sop.page_breaks {
            if sop.position(no).is_none() {
                self.unknown_row(&[Key::Name("halaman")], no.as_str());
            }
        }
        for kind in [EndKind::Completed, EndKind::Rejected, EndKind::Withdrawn] {
            let name = match kind {
                EndKind::Completed => "selesai",
                EndKind::Rejected => "ditolak",
                EndKind::Withdrawn => "ditarik",
            };
            let of_kind: Vec<(usize, &End)> =
                sop.ends.iter().enumerate().filter(|(_, end)| end.kind == kind).collect();
            if of_kind.is_empty() {
                self.mistake(
                    &[Key::Name("akhir")],
                    format!("belum ada akhir berjenis `{name}`"),
                    format!("tambahkan [[akhir]] dengan jenis = \"{name}\""),
                );
            }
            for (nth, end) in of_kind.into_iter().skip(1) {
                self.mistake(
                    &[Key::Name("akhir"), Key::Nth(nth, end.id.as_str()), Key::Name("jenis")],
                    format!("sudah ada akhir berjenis `{name}` di atas"),
                    "pakai jenis lain: setiap jenis mempunyai satu akhir",
                );
            }
        }
        for (nth, end) in sop.ends.iter().enumerate() {
            let at = [Key::Name("akhir"), Key::Nth(nth, end.id.as_str())];
            for no in &end.reopens_at {
                if sop.position(no).is_none() {
                    self.unknown_row(&[&at[..], &[Key::Name("buka_lagi")]].concat(), no.as_str());
                }
            }
            if end.reopens_at.is_empty() {
                self.mistake(
                    &[&at[..], &[Key::Name("buka_lagi")]].concat(),
                    "tidak menyebut baris tempat kasus dibuka lagi",
                    "sebut barisnya, misalnya [\"5\"]",
                );
            }
            self.origin(&at, end.source, &end.reason);
        }
        let form = [Key::Name("formulir")];
        self.origin(&form, sop.form.source, &sop.form.reason);
        self.fields(&form, "isian", &sop.form.fields, None);
        for (key, id, kind, name) in [
            ("golongan", &sop.form.category, FieldKind::Choice, "pilihan"),
            ("kesegeraan", &sop.form.urgency, FieldKind::Choice, "pilihan"),
            ("uraian", &sop.form.description, FieldKind::Paragraph, "paragraf"),
        ] {
            if !sop.form.fields.iter().any(|field| field.id == *id && field.kind == kind) {
                let of_kind = sop.form.fields.iter().filter(|field| field.kind == kind);
                let known: Vec<String> = of_kind.map(|field| format!("`{}`", field.id)).collect();
                self.mistake(
                    &[&form[..], &[Key::Name(key)]].concat(),
                    format!("`{id}` bukan isian formulir yang berjenis {name}"),
                    if known.is_empty() {
                        format!("tambahkan [[formulir.isian]] dengan jenis = \"{name}\"")
                    } else {
                        format!("pilih salah satu: {}", known.join(", "))
                    },
                );
            }
        }
        self.qualifications();
        for (nth, step) in sop.steps.iter().enumerate() {
            self.step(&[Key::Name("langkah"), Key::Nth(nth, step.no.as_str())], step);
        }
        if self.mistakes.is_empty() {
            self.side_by_side();
            self.reachable();
        }
    }

    /// Qualifications are sentences of the document, and needs are of a category and of these.
    fn qualifications(&mut self) {
        let sop = self.sop;
        let list = [Key::Name("kualifikasi")];
        self.ids(&list, sop.qualifications.iter().map(|known| known.id.as_str()));
        for (nth, known) in sop.qualifications.iter().enumerate() {
            if !sop.identity.qualifications.contains(&known.sentence) {
                self.mistake(
                    &[&list[..], &[Key::Nth(nth, known.id.as_str()), Key::Name("kalimat")]].concat(),
                    format!("“{}” bukan kalimat dalam kualifikasi_pelaksana", known.sentence),
                    "salin salah satu kalimatnya apa adanya",
                );
            }
        }
        let list = [Key::Name("kebutuhan")];
        self.unique(&list, "golongan", sop.needs.iter().map(|need| need.category.as_str()));
        for (nth, need) in sop.needs.iter().enumerate() {
            let at = [&list[..], &[Key::Nth(nth, need.category.as_str())]].concat();
            self.origin(&at, need.source, &need.reason);
            let options = sop.category_field().map_or(&[][..], |field| &field.options);
            if !options.iter().any(|option| option.id == need.category) {
                let known: Vec<String> = options.iter().map(|option| format!("`{}`", option.id)).collect();
                self.mistake(
                    &[&at[..], &[Key::Name("golongan")]].concat(),
                    format!("golongan `{}` tidak ada di antara pilihan isian golongan", need.category),
                    format!("pilih salah satu: {}", known.join(", ")),
                );
            }
            for id in need.qualifications.iter().filter(|id| sop.qualification(id).is_none()) {
                let known: Vec<String> =
                    sop.qualifications.iter().map(|known| format!("`{}`", known.id)).collect();
                self.mistake(
                    &[&at[..], &[Key::Name("kualifikasi")]].concat(),
                    format!("kualifikasi `{id}` tidak ada"),
                    format!("pilih salah satu: {}, atau tambahkan [[kualifikasi]]", known.join(", ")),
                );
            }
        }
    }

    fn step(&mut self, at: &[Key<'_>], step: &Step) {
        let no = step.no.as_str();
        if !no.starts_with(|c: char| c.is_ascii_digit()) || !no.chars().all(|c| c.is_ascii_alphanumeric()) {
            self.mistake(
                &[at, &[Key::Name("no")]].concat(),
                format!("`{no}` bukan nomor baris"),
                "tulis angka, lalu huruf bila perlu, tanpa titik, misalnya \"6a\"",
            );
        }
        for performer in step.performer_cells.keys() {
            if !self.is_performer(performer) {
                self.unknown_performer(&[at, &[Key::Name("pelaksana")]].concat(), performer);
            }
        }
        if step.stages.is_empty() {
            self.mistake(at, "belum mempunyai tahap", "tambahkan sedikitnya satu [[langkah.tahap]]");
        }
        if step.advisory && (step.norm.is_none() || step.remark.is_none()) {
            self.mistake(
                &[at, &[Key::Name("anjuran")]].concat(),
                "norma anjuran memerlukan waktu, dan keterangan yang melunakkannya",
                "isi waktu dan keterangan, atau hapus anjuran",
            );
        }
        if let Some(join) = &step.join {
            let at = [at, &[Key::Name("gabung")]].concat();
            self.origin(&at, join.source, &join.reason);
            for no in &join.of {
                if self.sop.position(no).is_none() {
                    self.unknown_row(&[&at[..], &[Key::Name("dari")]].concat(), no.as_str());
                }
            }
            if join.of.len() < 2 || join.of.contains(&step.no) {
                self.mistake(
                    &[&at[..], &[Key::Name("dari")]].concat(),
                    "tidak menggabungkan dua baris yang lain",
                    "sebut sedikitnya dua baris sebelum baris ini, misalnya [\"6a\", \"6b\"]",
                );
            }
        }
        self.ids(&[at, &[Key::Name("tahap")]].concat(), step.stages.iter().map(|stage| stage.id.as_str()));
        for (nth, stage) in step.stages.iter().enumerate() {
            self.stage(&[at, &[Key::Name("tahap"), Key::Nth(nth, stage.id.as_str())]].concat(), stage);
        }
    }

    fn stage(&mut self, at: &[Key<'_>], stage: &Stage) {
        if !self.is_performer(&stage.performer) {
            self.unknown_performer(&[at, &[Key::Name("pelaksana")]].concat(), &stage.performer);
        }
        self.origin(at, stage.source, &stage.reason);
        if stage.kind.may_return() && stage.outcomes.len() < 2 {
            self.mistake(
                &[at, &[Key::Name("jenis")]].concat(),
                "tahap yang memutuskan memerlukan sedikitnya dua hasil",
                "tambahkan [[langkah.tahap.hasil]] untuk jalan yang lain",
            );
        }
        let is_staged = stage.kind == StageKind::StagedWork;
        if is_staged && stage.log_fields.is_empty() {
            self.mistake(
                &[at, &[Key::Name("jenis")]].concat(),
                "pekerjaan_bertahap memerlukan catatan tahapan",
                "tambahkan [[langkah.tahap.catatan]], atau pakai jenis lain",
            );
        }
        if !is_staged && !stage.log_fields.is_empty() {
            self.mistake(
                &[at, &[Key::Name("jenis")]].concat(),
                "catatan tahapan hanya ada pada pekerjaan_bertahap",
                "tulis jenis = \"pekerjaan_bertahap\", atau hapus [[langkah.tahap.catatan]]",
            );
        }
        self.ids(
            &[at, &[Key::Name("hasil")]].concat(),
            stage.outcomes.iter().map(|outcome| outcome.id.as_str()),
        );
        self.fields(at, "isian", &stage.fields, Some(stage));
        self.fields(at, "catatan", &stage.log_fields, None);
        if stage.outcomes.is_empty() {
            self.mistake(at, "belum mempunyai hasil", "tambahkan sedikitnya satu [[langkah.tahap.hasil]]");
        }
        for (nth, outcome) in stage.outcomes.iter().enumerate() {
            let at = [at, &[Key::Name("hasil"), Key::Nth(nth, outcome.id.as_str())]].concat();
            self.origin(&at, outcome.source, &outcome.reason);
            if let Some(role) = &outcome.assigns
                && !self.is_performer(role)
            {
                self.unknown_performer(&[&at[..], &[Key::Name("menugaskan")]].concat(), role);
            }
            for (nth, document) in outcome.produces.iter().enumerate() {
                let at =
                    [&at[..], &[Key::Name("menghasilkan"), Key::Nth(nth, document.name.as_str())]].concat();
                self.document(&at, stage, document);
            }
            if outcome.produces.iter().filter(|document| document.signed).count() > 1 {
                self.mistake(
                    &[&at[..], &[Key::Name("menghasilkan")]].concat(),
                    "menghasilkan lebih dari satu naskah yang ditandatangani",
                    "satu hasil menandatangani satu naskah; bagi menjadi dua tahap",
                );
            }
            let to = [&at[..], &[Key::Name("ke")]].concat();
            if outcome.to.is_empty() {
                self.mistake(&to, "tidak menuju ke mana pun", "sebut baris, tahap, atau akhir yang dituju");
            }
            for target in &outcome.to {
                self.target(&to, target);
            }
        }
    }

    fn document(&mut self, at: &[Key<'_>], stage: &Stage, document: &Document) {
        // What is signed was written in the stages before.
        let written = |id: &FieldId| {
            let here = || stage.fields.iter().any(|field| field.id == *id);
            let all = || self.sop.steps.iter().flat_map(|step| &step.stages).flat_map(|stage| &stage.fields);
            if document.signed { all().any(|field| field.id == *id) } else { here() }
        };
        let named = document.fields.iter().map(|id| ("isian", id));
        let unknown: Vec<(&str, &FieldId)> = named
            .chain(document.subject_field.iter().map(|id| ("isian_hal", id)))
            .chain(document.copies_field.iter().map(|id| ("isian_tembusan", id)))
            .filter(|(_, id)| !written(id))
            .collect();
        let place = if document.signed { "SOP" } else { "tahap" };
        for (key, field) in unknown {
            self.mistake(
                &[at, &[Key::Name(key)]].concat(),
                format!("menyebut isian `{field}` yang tidak ada pada {place} ini"),
                format!("sebut id salah satu isian {place} ini"),
            );
        }
        if document.signed && document.kind != DocumentKind::Letter {
            self.mistake(
                &[at, &[Key::Name("ditandatangani")]].concat(),
                "hanya surat yang ditandatangani dan bernomor",
                "tulis naskah = \"surat\", atau hapus ditandatangani",
            );
        }
    }

    fn target(&mut self, at: &[Key<'_>], target: &Target) {
        match target {
            Target::Step(no) if self.sop.position(no).is_none() => self.unknown_row(at, no.as_str()),
            Target::Stage(stage) if self.sop.stage(stage).is_none() => {
                let known = self.sop.step(&stage.step).map_or_else(String::new, |step| {
                    step.stages
                        .iter()
                        .map(|known| format!("`{}.{}`", step.no, known.id))
                        .collect::<Vec<_>>()
                        .join(", ")
                });
                let mend = if known.is_empty() {
                    format!("baris {} tidak ada, periksa nomornya", stage.step)
                } else {
                    format!("pilih salah satu: {known}")
                };
                self.mistake(at, format!("menuju tahap `{stage}` yang tidak ada"), mend);
            }
            Target::End(end) if self.sop.end(end).is_none() => {
                let known: Vec<String> = self.sop.ends.iter().map(|end| format!("`{}`", end.id)).collect();
                self.mistake(
                    at,
                    format!("menuju akhir `{end}` yang tidak ada"),
                    format!("pilih salah satu: {}", known.join(", ")),
                );
            }
            Target::Step(_) | Target::Stage(_) | Target::End(_) => {}
        }
    }

    fn fields(&mut self, at: &[Key<'_>], list: &'static str, fields: &[Field], stage: Option<&Stage>) {
        self.ids(&[at, &[Key::Name(list)]].concat(), fields.iter().map(|field| field.id.as_str()));
        for (nth, field) in fields.iter().enumerate() {
            let at = [at, &[Key::Name(list), Key::Nth(nth, field.id.as_str())]].concat();
            let (chooses, is_text) = match field.kind {
                FieldKind::Choice | FieldKind::Choices => (true, false),
                FieldKind::Line | FieldKind::Paragraph => (false, true),
                FieldKind::PastDate => (false, false),
            };
            if chooses && field.options.is_empty() {
                self.mistake(
                    &[&at[..], &[Key::Name("jenis")]].concat(),
                    "isian pilihan belum mempunyai pilihan",
                    "tambahkan pilihan = [{ id = \"…\", sebutan = \"…\" }]",
                );
            }
            if !chooses && !field.options.is_empty() {
                self.mistake(
                    &[&at[..], &[Key::Name("pilihan")]].concat(),
                    "isian ini bukan pilihan, tetapi mempunyai pilihan",
                    "hapus pilihan, atau tulis jenis = \"pilihan\"",
                );
            }
            if field.carries_on && !is_text {
                self.mistake(
                    &[&at[..], &[Key::Name("lanjutan")]].concat(),
                    "hanya teks dan paragraf yang dapat dilanjutkan",
                    "hapus lanjutan",
                );
            }
            self.ids(
                &[&at[..], &[Key::Name("pilihan")]].concat(),
                field.options.iter().map(|option| option.id.as_str()),
            );
            for outcome in &field.only_for {
                let outcomes = stage.map(|stage| &stage.outcomes[..]).unwrap_or_default();
                if !outcomes.iter().any(|known| known.id == *outcome) {
                    let known: Vec<String> = outcomes.iter().map(|known| format!("`{}`", known.id)).collect();
                    let mend = if known.is_empty() {
                        "hapus untuk: di sini tidak ada hasil".to_owned()
                    } else {
                        format!("pilih salah satu: {}", known.join(", "))
                    };
                    self.mistake(
                        &[&at[..], &[Key::Name("untuk")]].concat(),
                        format!("menyebut hasil `{outcome}` yang tidak ada pada tahap ini"),
                        mend,
                    );
                }
            }
        }
    }

    /// Every stage can be reached from the start, and from every stage an end can be reached.
    fn reachable(&mut self) {
        let sop = self.sop;
        let edges: Vec<(StageRef, Vec<StageRef>, bool)> = sop
            .steps
            .iter()
            .flat_map(|step| step.stages.iter().map(move |stage| (step, stage)))
            .map(|(step, stage)| {
                let targets = stage.outcomes.iter().flat_map(|outcome| &outcome.to);
                let next = targets.clone().filter_map(|target| sop.first_stage(target)).collect();
                let ends = targets.clone().any(|target| matches!(target, Target::End(_)));
                (StageRef { step: step.no.clone(), stage: stage.id.clone() }, next, ends)
            })
            .collect();

        let mut reached: BTreeSet<StageRef> =
            sop.first_stage(&Target::Step(sop.start.clone())).into_iter().collect();
        let mut ending: BTreeSet<StageRef> =
            edges.iter().filter(|(_, _, ends)| *ends).map(|(stage, _, _)| stage.clone()).collect();
        // Both sets only grow, so as many rounds as there are stages are enough.
        for _ in &edges {
            for (stage, next, _) in &edges {
                if reached.contains(stage) {
                    reached.extend(next.iter().cloned());
                }
                if next.iter().any(|next| ending.contains(next)) {
                    ending.insert(stage.clone());
                }
            }
        }
        let unreached: Vec<&StageRef> =
            edges.iter().map(|(stage, ..)| stage).filter(|at| !reached.contains(at)).collect();
        // What only an unreached stage leads to is mended with that stage.
        let led_to = |at: &StageRef| {
            edges.iter().any(|(from, next, _)| from != at && unreached.contains(&from) && next.contains(at))
        };
        let first = unreached.first().copied();
        let roots = unreached.iter().copied().filter(|at| !led_to(at));
        for at in roots.clone().chain(first.filter(|_| roots.clone().next().is_none())) {
            let way = way_to(sop, at);
            self.mistake(
                &way,
                "tidak dapat dicapai dari awal",
                "arahkan salah satu hasil kepadanya, atau hapus",
            );
        }
        let trapped: Vec<&StageRef> = edges
            .iter()
            .map(|(stage, ..)| stage)
            .filter(|at| reached.contains(at) && !ending.contains(at))
            .collect();
        // They all wait for the same way out, most likely from the last of them.
        if let Some((last, others)) = trapped.split_last() {
            let others: Vec<String> = others.iter().map(ToString::to_string).collect();
            let others = if others.is_empty() {
                String::new()
            } else {
                format!(", begitu pula dari {}", others.join(", "))
            };
            let way = way_to(sop, last);
            self.mistake(
                &way,
                format!("tidak ada jalan ke akhir mana pun{others}"),
                "arahkan salah satu hasilnya menuju akhir",
            );
        }
    }

    /// Rows that run side by side meet again in one row, and a case never does one thing twice at a
    /// time.
    fn side_by_side(&mut self) {
        let sop = self.sop;
        for (at, outcome) in outcomes(sop) {
            let to = [&at[..], &[Key::Name("ke")]].concat();
            if outcome.to.len() < 2 {
                continue;
            }
            if outcome.to.iter().any(|target| !matches!(target, Target::Step(_))) {
                self.mistake(
                    &to,
                    "yang berjalan bersamaan harus baris, bukan tahap atau akhir",
                    "tulis nomor barisnya, misalnya [\"6a\", \"6b\"]",
                );
                continue;
            }
            self.meet(&to, &outcome.to.iter().filter_map(Target::step).collect::<Vec<_>>());
        }
        for (nth, end) in sop.ends.iter().enumerate().filter(|(_, end)| end.reopens_at.len() > 1) {
            let at = [Key::Name("akhir"), Key::Nth(nth, end.id.as_str()), Key::Name("buka_lagi")];
            self.meet(&at, &end.reopens_at.iter().collect::<Vec<_>>());
        }
        for (step, join) in sop.steps.iter().filter_map(|step| Some((step, step.join.as_ref()?))) {
            for (at, outcome) in outcomes(sop) {
                let in_branch = matches!(at[1], Key::Nth(nth, _) if join.of.contains(&sop.steps[nth].no));
                let stays =
                    |target: &Target| target.step().is_some_and(|no| *no == step.no || join.of.contains(no));
                if in_branch && !outcome.to.iter().all(stays) {
                    self.mistake(
                        &[&at[..], &[Key::Name("ke")]].concat(),
                        format!("keluar dari baris yang digabung oleh baris {}", step.no),
                        format!("arahkan ke baris {}, atau keluarkan baris ini dari gabungnya", step.no),
                    );
                }
            }
        }
    }

    /// Some row joins all of these.
    fn meet(&mut self, at: &[Key<'_>], rows: &[&StepNo]) {
        if let Some(twice) =
            rows.iter().enumerate().find_map(|(nth, no)| rows[..nth].contains(no).then_some(no))
        {
            self.mistake(at, format!("menyebut baris `{twice}` dua kali"), "hapus salah satunya");
            return;
        }
        let mut joins = self.sop.steps.iter().filter_map(|step| step.join.as_ref());
        if !joins.any(|join| rows.iter().all(|no| join.of.contains(no))) {
            let rows: Vec<String> = rows.iter().map(|no| format!("\"{no}\"")).collect();
            self.mistake(
                at,
                format!(
                    "{} berjalan bersamaan, tetapi tidak ada baris yang menggabungkannya",
                    rows.join(", ")
                ),
                format!(
                    "tulis [langkah.gabung] dengan dari = [{}] pada baris tempat semuanya bertemu",
                    rows.join(", ")
                ),
            );
        }
    }

    fn origin(&mut self, at: &[Key<'_>], source: Source, reason: &str) {
        match source {
            Source::Inferred if reason.trim().is_empty() => self.mistake(
                &[at, &[Key::Name("asal")]].concat(),
                "disebut tersirat, tetapi tanpa sebab",
                "tambahkan sebab = \"…\", atau tulis asal = \"tertulis\" bila naskah mengatakannya",
            ),
            Source::Written if !reason.trim().is_empty() => self.mistake(
                &[at, &[Key::Name("sebab")]].concat(),
                "disebut tertulis, tetapi mempunyai sebab",
                "hapus sebab, atau tulis asal = \"tersirat\" bila naskah tidak mengatakannya",
            ),
            Source::Inferred | Source::Written => {}
        }
    }

    fn is_performer(&self, role: &Role) -> bool {
        self.sop.performers.iter().any(|performer| performer.id == *role)
    }

    fn unknown_performer(&mut self, at: &[Key<'_>], role: &Role) {
        let known: Vec<String> =
            self.sop.performers.iter().map(|performer| format!("`{}`", performer.id)).collect();
        self.mistake(
            at,
            format!("pelaksana `{role}` tidak ada"),
            format!("pilih salah satu: {}, atau tambahkan [[pelaksana]]", known.join(", ")),
        );
    }

    fn unknown_row(&mut self, at: &[Key<'_>], no: &str) {
        let mut known: Vec<&str> = self.sop.steps.iter().map(|step| step.no.as_str()).collect();
        known.dedup();
        self.mistake(
            at,
            format!("menyebut baris `{no}` yang tidak ada"),
            format!("pilih salah satu: {}", known.join(", ")),
        );
    }

    /// Names in a list: each readable, each used once.
    fn ids<'b>(&mut self, list: &[Key<'_>], ids: impl Iterator<Item = &'b str> + Clone) {
        for (nth, id) in ids.clone().enumerate() {
            self.id(&[list, &[Key::Nth(nth, id), Key::Name("id")]].concat(), id);
        }
        self.unique(list, "id", ids);
    }

    fn id(&mut self, at: &[Key<'_>], id: &str) {
        let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        if !id.starts_with(|c: char| c.is_ascii_lowercase()) || !id.chars().all(is_letter) {
            self.mistake(
                at,
                format!("`{id}` tidak dapat dipakai sebagai id"),
                "pakai huruf kecil, angka, dan tanda hubung, berawal huruf, misalnya `tanda-tangan`",
            );
        }
    }

    fn unique<'b>(&mut self, list: &[Key<'_>], key: &'static str, ids: impl Iterator<Item = &'b str>) {
        let mut seen = BTreeSet::new();
        for (nth, id) in ids.enumerate() {
            if !seen.insert(id) {
                self.mistake(
                    &[list, &[Key::Nth(nth, id), Key::Name(key)]].concat(),
                    format!("`{id}` sudah dipakai di atas"),
                    match key {
                        "no" => "beri nomor yang lain",
                        "golongan" => "hapus salah satunya",
                        _ => "beri id yang lain",
                    },
                );
            }
        }
    }

    fn mistake(&mut self, at: &[Key<'_>], message: impl Into<String>, mend: impl Into<String>) {
        let (line, column) = position(self.text, locate(self.text, at));
        let mut key = String::new();
        for part in at {
            match part {
                Key::Name(name) if key.is_empty() => key.push_str(name),
                Key::Name(name) => {
                    key.push_str(", ");
                    key.push_str(name);
                }
                Key::Nth(nth, "") => key.push_str(&format!(" ke-{}", nth + 1)),
                Key::Nth(_, name) => {
                    key.push(' ');
                    key.push_str(name);
                }
            }
        }
        self.mistakes.push(Mistake {
            file: self.file.to_owned(),
            line,
            column,
            key,
            message: message.into(),
            mend: mend.into(),
        });
    }
}

/// Every outcome, with the way to it.
fn outcomes(sop: &Sop) -> impl Iterator<Item = (Vec<Key<'_>>, &Outcome)> {
    sop.steps.iter().enumerate().flat_map(|(nth, step)| {
        let row = [Key::Name("langkah"), Key::Nth(nth, step.no.as_str())];
        step.stages.iter().enumerate().flat_map(move |(nth, stage)| {
            let stage_at = [Key::Name("tahap"), Key::Nth(nth, stage.id.as_str())];
            stage.outcomes.iter().enumerate().map(move |(nth, outcome)| {
                let at = [Key::Name("hasil"), Key::Nth(nth, outcome.id.as_str())];
                ([&row[..], &stage_at, &at].concat(), outcome)
            })
        })
    })
}

fn way_to<'a>(sop: &'a Sop, at: &StageRef) -> Vec<Key<'a>> {
    let Some((nth, step)) = sop.steps.iter().enumerate().find(|(_, step)| step.no == at.step) else {
        return Vec::new();
    };
    let stage = step.stages.iter().enumerate().find(|(_, stage)| stage.id == at.stage);
    let row = [Key::Name("langkah"), Key::Nth(nth, step.no.as_str())];
    let stage = stage.map(|(nth, stage)| [Key::Name("tahap"), Key::Nth(nth, stage.id.as_str())]);
    row.into_iter().chain(stage.into_iter().flatten()).collect()
}

/// The place in the text of the value that the keys lead to, or of the nearest one above it.
fn locate(text: &str, keys: &[Key<'_>]) -> usize {
    let Ok(root) = DeTable::parse(text) else { return 0 };
    let mut at = 0;
    let mut table = Some(root.get_ref());
    let mut list: Option<&toml::de::DeArray<'_>> = None;
    for key in keys {
        let value = match key {
            Key::Name(name) => table.and_then(|table| table.get(*name)),
            Key::Nth(nth, _) => list.and_then(|list| list.get(*nth)),
        };
        let Some(value) = value else { break };
        at = value.span().start;
        (table, list) = match value.get_ref() {
            DeValue::Table(inner) => (Some(inner), None),
            DeValue::Array(inner) => (None, Some(inner)),
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_) => (None, None),
        };
    }
    at
}

/// Line and column, counted from 1, of a place in a text.
fn position(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(at)];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
    (line, column)
}
