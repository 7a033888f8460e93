//! Walks the stories through the rules, act by act in the order of time, as if the office had worked
//! all along.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use anyhow::{Context, Result, anyhow};
use app::{Clock, Desk, Hand, Passphrase};
use jiff::{SignedDuration, Timestamp};
use sop::calendar::{Day, Norm};
use sop::case::{
    Actor, Assignee, Audience, Case, CaseNo, Channel, Command, Entries, PersonId, Registration, Status, Task,
    UnitCode,
};
use sop::definition::{EndKind, OutcomeId, Role};
use store::Scope;

use super::office::{Member, PEOPLE};
use super::script::{Arrived, Route, STORIES, Story, Twist};

/// A story on its way.
struct Walk {
    story: &'static Story,
    number: CaseNo,
    /// How many acts it has seen, so that each takes its own time.
    acts: u32,
    twisted: bool,
}

/// Walks all stories up to now. Returns how many cases there are.
pub async fn seed(desk: &Desk) -> Result<usize> {
    let now = desk.now();
    let mut walks: Vec<Walk> = Vec::new();
    let mut queue: BinaryHeap<Reverse<(Timestamp, usize)>> = BinaryHeap::new();
    let mut arrivals: Vec<(Timestamp, &'static Story)> = STORIES
        .iter()
        .enumerate()
        .map(|(place, story)| Ok((arrival(desk, now, story, place)?, story)))
        .collect::<Result<_>>()?;
    arrivals.sort_by_key(|(at, _)| *at);
    let mut arrivals = arrivals.into_iter().peekable();
    loop {
        let next_act = queue.peek().map(|Reverse((at, _))| *at);
        let next_arrival = arrivals.peek().map(|(at, _)| *at);
        match (next_arrival, next_act) {
            (Some(arrives), acts) if acts.is_none_or(|acts| arrives <= acts) => {
                let Some((at, story)) = arrivals.next() else { break };
                if at > now {
                    continue;
                }
                let desk = desk.at(Clock::Fixed(at));
                let number = register(&desk, story).await.with_context(|| story.subject.to_owned())?;
                walks.push(Walk { story, number, acts: 0, twisted: false });
                queue.push(Reverse((later(&desk, at, 20)?, walks.len() - 1)));
            }
            (_, Some(_)) => {
                let Some(Reverse((at, place))) = queue.pop() else { break };
                if at > now {
                    continue;
                }
                let desk = desk.at(Clock::Fixed(at));
                desk.run_outbox("demo").await?;
                let walk = &mut walks[place];
                let next = walk.act(&desk).await.with_context(|| walk.story.subject.to_owned())?;
                // A letter that was just signed goes out.
                desk.run_outbox("demo").await?;
                if let Some(minutes) = next {
                    queue.push(Reverse((later(&desk, at, minutes)?, place)));
                }
            }
            (Some(_), None) | (None, None) => break,
        }
    }
    desk.run_outbox("demo").await?;
    Ok(walks.len())
}

/// A working moment some minutes of working time after another.
fn later(desk: &Desk, at: Timestamp, minutes: u32) -> Result<Timestamp> {
    Ok(desk.calendar.due(at, &Norm::minutes(minutes))?)
}

/// When a story begins.
fn arrival(desk: &Desk, now: Timestamp, story: &Story, place: usize) -> Result<Timestamp> {
    match story.arrived {
        Arrived::Days(days) => {
            let back = SignedDuration::from_hours(24 * i64::from(days));
            let mut date = desk.calendar.local(now - back).date();
            while let Day::Closed(_) = desk.calendar.day(date)? {
                date = date.tomorrow()?;
            }
            let minutes = 20 + (place as i64 * 37) % 240;
            let morning = date.at(8, 0, 0, 0).checked_add(SignedDuration::from_mins(minutes))?;
            desk.calendar.instant(morning).ok_or_else(|| anyhow!("{morning} is no moment of the office"))
        }
        Arrived::Worked(minutes) => {
            // Working time only grows with time, so halving the span finds the moment to the minute.
            let (mut early, mut late) = (now - SignedDuration::from_hours(24 * 60), now);
            while late.duration_since(early) > SignedDuration::from_mins(1) {
                let middle = early + late.duration_since(early) / 2;
                if desk.calendar.elapsed(middle, now)?.minutes >= i64::from(minutes) {
                    early = middle;
                } else {
                    late = middle;
                }
            }
            Ok(early)
        }
    }
}

async fn register(desk: &Desk, story: &Story) -> Result<CaseNo> {
    let entries = entries(&[
        ("jenis", story.kind),
        ("sistem", story.system),
        ("uraian", story.description),
        ("sifat", story.urgency),
    ]);
    let (actor, registration) = match (story.requester, story.letter) {
        (Some(requester), _) => {
            let person = member(requester)?;
            let registration = Registration {
                requester: Some(PersonId::new(person.id)),
                requester_name: person.name.to_owned(),
                contact: person.phone.to_owned(),
                unit: UnitCode::new(person.unit),
                subject: story.subject.to_owned(),
                channel: Channel::Form,
                received_at: desk.now(),
                letter_no: String::new(),
                letter_date: None,
                entries,
                files: Vec::new(),
            };
            (person, registration)
        }
        (None, Some((unit, name, phone))) => {
            let received_at = desk.now() - SignedDuration::from_hours(20);
            let local = desk.calendar.local(received_at);
            let number = format!("B-{}/TU.120/{}/{}", 100 + local.day_of_year(), local.month(), local.year());
            let registration = Registration {
                requester: None,
                requester_name: name.to_owned(),
                contact: phone.to_owned(),
                unit: UnitCode::new(unit),
                subject: story.subject.to_owned(),
                channel: Channel::Letter,
                received_at,
                letter_no: number,
                letter_date: local.date().yesterday().ok(),
                entries,
                files: Vec::new(),
            };
            (member("endang")?, registration)
        }
        (None, None) => return Err(anyhow!("a story has a requester or a letter")),
    };
    Ok(desk.register(&acting(actor), registration).await?.case.number)
}

impl Walk {
    /// Does what comes next. Returns the working minutes until the act after it, or nothing if the
    /// story waits or is over.
    async fn act(&mut self, desk: &Desk) -> Result<Option<u32>> {
        let file = desk.store.case_file(&Scope::All, &self.number).await?;
        let case = file.ok_or_else(|| anyhow!("case {} is gone", self.number))?.case;
        self.acts += 1;
        if let Some((end, _)) = case.ended() {
            let completed = desk.sop_of(&case).end(end).is_some_and(|end| end.kind == EndKind::Completed);
            if completed && self.story.twist == Twist::Reopened && !self.twisted {
                self.twisted = true;
                let reason = "Pemohon melaporkan situs lambat lagi sesudah dua hari.".to_owned();
                self.tell(desk, "rina", Command::Reopen { reason }).await?;
                return Ok(Some(60));
            }
            return Ok(None);
        }
        if matches!(case.status, Status::Suspended { .. }) {
            let note = "Akses server sudah diberikan.".to_owned();
            self.tell(desk, self.story.handler, Command::Resume { note }).await?;
            return Ok(Some(90));
        }
        // Of two tasks side by side the one is done that nobody has to wait at today.
        let waits_at = match self.story.twist {
            Twist::StopsAt(stage) | Twist::HeldAt(stage) => Some(stage),
            _ => None,
        };
        let mut open = case.open_tasks();
        let Some(task) = open.find(|task| waits_at != Some(task.stage.to_string().as_str())) else {
            if let Twist::HeldAt(_) = self.story.twist {
                let reason = "Menunggu akses server dari Pusdatin.".to_owned();
                self.tell(desk, "rina", Command::Suspend { reason }).await?;
            }
            return Ok(None);
        };
        if self.aside(desk, task).await? {
            return Ok(Some(450 * 3));
        }
        self.complete(desk, &case, task).await
    }

    /// What happens beside the straight line, each once. Returns whether the task has to wait for it.
    async fn aside(&mut self, desk: &Desk, task: &Task) -> Result<bool> {
        let stage = task.stage.to_string();
        let (who, command) = match (self.story.twist, stage.as_str()) {
            (Twist::Suspended, "7.perbaikan") if task.log.len() == 1 && !self.twisted => (
                self.story.handler,
                Command::Suspend { reason: "Menunggu akses server dari Pusdatin.".to_owned() },
            ),
            (Twist::Withdrawn, "6a.periksa-aplikasi") if !self.twisted => {
                let reason = "Peta tampil lagi sesudah peramban diperbarui.".to_owned();
                (self.story.requester.unwrap_or("endang"), Command::Withdraw { reason })
            }
            // A question on the way, as happens in about every other case.
            (_, "7.perbaikan") if task.log.is_empty() && task.round == 1 && self.acts.is_multiple_of(2) => {
                let text = "Mohon kirim foto layar yang terbaru bila masih terjadi.".to_owned();
                let question = Command::Note { text, audience: Audience::Everyone };
                self.tell(desk, self.story.handler, question).await?;
                return Ok(false);
            }
            _ => return Ok(false),
        };
        self.twisted = true;
        self.tell(desk, who, command).await?;
        Ok(true)
    }

    async fn complete(&mut self, desk: &Desk, case: &Case, task: &Task) -> Result<Option<u32>> {
        let story = self.story;
        let stage = task.stage.to_string();
        let rework = story.twist == Twist::Rework && !self.twisted;
        let handler = member(story.handler)?;
        let second = if story.handler == "yohanes" { "budi" } else { "yohanes" };
        let who = task.assignee.as_ref().map_or_else(
            || if stage.ends_with("tanda-tangan") || stage.starts_with("1.") { "hendra" } else { "rina" },
            |person| member(person.as_str()).map_or("rina", |member| member.id),
        );
        if stage == "6b.periksa-server"
            && story.route == Route::Both
            && task.assignee.as_ref() == Some(&PersonId::new(handler.id))
        {
            let to = assignee(member(second)?);
            self.tell(desk, "rina", Command::Assign { task: task.id, to, seen: case.version }).await?;
            return Ok(Some(15));
        }
        if stage == "7.perbaikan" && task.log.len() < 2 {
            let text = if task.log.is_empty() {
                "Sebab dipastikan pada salinan uji, lalu perbaikan dicoba di sana."
            } else {
                "Perbaikan dipasang dan dicoba bersama pemohon."
            };
            self.tell(
                desk,
                who,
                Command::LogProgress { task: task.id, entries: entries(&[("tahapan", text)]) },
            )
            .await?;
            return Ok(Some(200 + self.acts * 13 % 120));
        }
        let (outcome, fields): (&str, Vec<(&str, String)>) = match stage.as_str() {
            "1.disposisi" => ("teruskan", vec![
                ("sifat", if story.urgency == "biasa" { "biasa" } else { "segera" }.to_owned()),
                ("harap", "proses".to_owned()),
                ("catatan", "Mohon dikaji, koordinasikan dengan Pusdatin bila perlu.".to_owned()),
            ]),
            "2.kaji" => match story.route {
                Route::Explained | Route::Alternative => ("tolak", vec![
                    ("alasan", "kewenangan".to_owned()),
                    ("ringkas", "Permintaan ini bukan kewenangan Tim Datin.".to_owned()),
                ]),
                Route::Application | Route::Server | Route::Both => {
                    ("setuju", vec![("pesan", "Hubungi pemohon lebih dulu.".to_owned())])
                }
            },
            "3.penjelasan" if story.route == Route::Alternative => ("alternatif", vec![(
                "solusi",
                "Gunakan layanan bersama kementerian; petunjuknya ada di laman Pusdatin. Kami membantu bila ada kesulitan.".to_owned(),
            )]),
            "3.penjelasan" => ("penjelasan", vec![(
                "penjelasan",
                "Pengadaan dan layanan tersebut ditangani oleh bagian lain di Sekretariat. Surat Anda dapat diteruskan kepada Bagian Umum dengan menyebut kebutuhan dan jumlahnya.".to_owned(),
            )]),
            "4.perintah" => ("perintahkan", vec![("arahan", "Pakai bahasa yang ramah dan sebutkan jalan keluarnya.".to_owned())]),
            "4.konsep" => ("ajukan", letter("surat", story, "belum dapat kami penuhi karena bukan kewenangan Tim Datin. Penjelasan terperinci telah kami sampaikan kepada pemohon.")),
            "10.konsep" => ("ajukan", letter("balasan", story, "telah selesai kami tangani. Silakan menghubungi kami bila kerusakan terulang.")),
            "4.koreksi" | "10.koreksi" if story.twist == Twist::LetterReturned && !self.twisted => {
                self.twisted = true;
                ("kembalikan", vec![("dikembalikan", "Sebutkan nomor surat pemohon dan rapikan kalimat penutup.".to_owned())])
            }
            "4.koreksi" => ("teruskan", letter("surat", story, "belum dapat kami penuhi karena bukan kewenangan Tim Datin. Penjelasan terperinci telah kami sampaikan kepada pemohon. Bagian Umum siap menerima permohonan Saudara.")),
            "10.koreksi" => ("teruskan", letter("balasan", story, "telah selesai kami tangani. Apabila kerusakan terulang, mohon menghubungi Tim Datin.")),
            "4.tanda-tangan" | "10.tanda-tangan" if story.twist == Twist::SignatureReturned && !self.twisted => {
                self.twisted = true;
                ("kembalikan", vec![("dikembalikan", "Tambahkan dasar kewenangannya.".to_owned())])
            }
            "4.tanda-tangan" | "10.tanda-tangan" => ("tandatangani", Vec::new()),
            "5.identifikasi" => (
                match story.route {
                    Route::Application => "aplikasi",
                    Route::Server => "server",
                    Route::Both | Route::Explained | Route::Alternative => "keduanya",
                },
                vec![("temuan", format!("Gejala dapat diulang: {}", story.description))],
            ),
            "6a.periksa-aplikasi" => ("diperiksa", vec![
                ("hasil", "Berkas tema dan pengaya tidak diperbarui sejak lama; satu pengaya bermasalah.".to_owned()),
                ("rekomendasi", "Perbarui aplikasi, ganti pengaya yang bermasalah, uji ulang.".to_owned()),
            ]),
            "6b.periksa-server" => ("diperiksa", vec![("hasil", "Ruang simpan penuh dan satu layanan berhenti; catatan sistem dilampirkan.".to_owned())]),
            "7.perbaikan" => ("diperbaiki", vec![("ringkasan", "Perbaikan dipasang, dicoba bersama pemohon, dan berjalan baik.".to_owned())]),
            "8.pengecekan" if rework => {
                self.twisted = true;
                ("ulang", vec![
                    ("pengecekan", "Halaman utama sudah baik, satu halaman belum.".to_owned()),
                    ("ulang", "Halaman galeri masih memuat iklan.".to_owned()),
                ])
            }
            "8.pengecekan" => ("lulus", vec![("pengecekan", "Dicoba dari dua jaringan; gejala tidak muncul lagi.".to_owned())]),
            "9.laporan" => ("lapor", vec![
                ("kerusakan", format!("{}. {}", story.subject, story.description)),
                ("kegiatan", "Pemeriksaan, perbaikan pada salinan uji, pemasangan, percobaan bersama pemohon.".to_owned()),
                ("saran", "Perbarui aplikasi setiap bulan.".to_owned()),
                ("balasan", body(story, "telah selesai kami tangani.")),
            ]),
            "10.setujui" => ("setujui", Vec::new()),
            other => return Err(anyhow!("the story does not know the stage {other}")),
        };
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let command = Command::Complete {
            task: task.id,
            outcome: OutcomeId::new(outcome),
            entries: entries(&fields),
            assignee: Some(assignee(handler)),
            seen: case.version,
            signature: None,
        };
        let person = desk.store.person(&PersonId::new(who), desk.today()).await?;
        let person = person.ok_or_else(|| anyhow!("{who} is not in the office"))?;
        let hand = Hand { passphrase: Passphrase::new(super::PASSWORD), reserved: None };
        let actor = acting(member(who)?);
        app::complete(desk, &person, &actor, &Scope::All, &self.number, command, &hand).await?;
        Ok(Some(self.pace(&stage)))
    }

    /// Working minutes until the next act: mostly within the norm, sometimes not.
    fn pace(&self, stage: &str) -> u32 {
        let usual = match stage {
            "1.disposisi" => 14,
            "2.kaji" => 55,
            "5.identifikasi" => 260,
            "6a.periksa-aplikasi" | "6b.periksa-server" => 120,
            "7.perbaikan" => 150,
            "8.pengecekan" => 180,
            "9.laporan" => 90,
            _ => 45,
        };
        // Who waits today came here at a chosen time; the others took theirs.
        if matches!(self.story.arrived, Arrived::Worked(_)) {
            return usual;
        }
        let spread = (self.acts * 31 + self.story.subject.len() as u32 * 17) % 100;
        usual * (60 + spread) / 100 + 1
    }

    async fn tell(&self, desk: &Desk, who: &str, command: Command) -> Result<()> {
        desk.act(&acting(member(who)?), &Scope::All, &self.number, command).await?;
        Ok(())
    }
}

fn member(id: &str) -> Result<&'static Member> {
    PEOPLE
        .iter()
        .find(|member| member.id == id)
        .ok_or_else(|| anyhow!("nobody in the trial office is called {id}"))
}

fn acting(member: &Member) -> Actor {
    Actor::person_with(member.id, vec![Role::new(member.role)])
}

fn assignee(member: &Member) -> Assignee {
    Assignee { person: PersonId::new(member.id), roles: vec![Role::new(member.role)] }
}

fn entries(fields: &[(&str, &str)]) -> Entries {
    fields
        .iter()
        .map(|(name, text)| ((*name).to_owned(), vec![(*text).to_owned()]))
        .collect::<BTreeMap<_, _>>()
}

fn body(story: &Story, outcome: &str) -> String {
    format!(
        "Sehubungan dengan permintaan Saudara perihal {}, dengan ini kami sampaikan bahwa permintaan tersebut {outcome}\n\n\
         Atas perhatian dan kerja sama Saudara, kami ucapkan terima kasih.",
        story.subject.to_lowercase()
    )
}

fn letter(field: &'static str, story: &Story, outcome: &str) -> Vec<(&'static str, String)> {
    let subject = if field == "surat" { "hal-penolakan" } else { "hal" };
    vec![(subject, format!("Jawaban atas permintaan: {}", story.subject)), (field, body(story, outcome))]
}

#[cfg(test)]
mod tests {
    use sop::case::roles;

    use super::*;

    #[test]
    fn every_story_names_people_of_the_office() {
        for story in STORIES {
            assert!(member(story.handler).is_ok_and(|member| member.role == "anggota"), "{}", story.subject);
            if let Some(requester) = story.requester {
                assert!(
                    member(requester).is_ok_and(|member| member.role == roles::REQUESTER),
                    "{}",
                    story.subject
                );
            }
        }
    }
}
