//! The shipped SOP against the printed one, what checking it brings to light, and what the author of
//! an SOP is told about a mistake.

use std::collections::BTreeSet;

use super::check::{Report, check, paths};
use super::*;
use crate::calendar::NormUnit;

const SEED: &str = include_str!("../../../../sops/helpdesk-ti/2024-08-29.toml");

// ------------------------------------------------------------------------------------------------
// The document, typed from the official text

/// A row as printed: number, kegiatan, kelengkapan, waktu, output, keterangan.
type Printed = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static str,
    &'static [&'static str],
    &'static str,
);

const ROWS: [Printed; 11] = [
    ("1", "Melakukan Disposisi", &["surat disposisi"], "", &[], ""),
    (
        "2",
        "Ketua Tim Datin mengkaji permintaan bantuan teknis dan memberikan persetujuan,",
        &["Surat disposisi"],
        "20 menit",
        &["Persetujuan ketua tim kerja"],
        "Tergantung kesibukan ketua tim kerja saat itu",
    ),
    (
        "3",
        "Jika permintaan ditolak, maka memberikan penjelasan lebih terperinci atau memberika solusi alternatif \
         kepada staf yang mengajukan permintaan",
        &["Surat disposisi", "Surat penjelasan terperinci"],
        "30 menit",
        &[],
        "",
    ),
    (
        "4",
        "Tim kerja memerintahkan anggota tim kerja mempersiapkan surat balasan kepada Satker Pemohon bahwa \
         permintaan ditolak, surat dikoreksi tim kerja/Ketua kelompok dan di tanda tangani Sekretaris Badan",
        &["surat ke satker pemohon"],
        "1 hari",
        &[],
        "",
    ),
    (
        "5",
        "Melakukan identifikasi kerusakan",
        &["Form Permintaan Bantuan Helpdesk TI yang disetujui, peralatan pendukung"],
        "2 jam",
        &[],
        "",
    ),
    (
        "6a",
        "Melakukan identifikasi Kerusakan sistem aplikasi/website",
        &["Hasil pemeriksaan"],
        "1 hari",
        &["Rekomendasi perbaikan"],
        "",
    ),
    ("6b", "Server Down", &["Hasil pemeriksaan"], "1 hari", &[], ""),
    (
        "7",
        "Melakukan perbaikan kerusakan",
        &["Laporan tahapan kegiatan perbaikan kerusakan"],
        "1 - 5 hari",
        &[],
        "",
    ),
    ("8", "Ketua Tim Kerja Substansi melakukan pengecekan", &["Laporan hasil pengecekan"], "1 hari", &[], ""),
    (
        "9",
        "Membuat laporan penyelesaian perbaikan kerusakan",
        &["Laporan kerusakan dan draft surat balasan ke Satker"],
        "1 hari",
        &["Laporan hasil Helpdesk Penanganan Permasalahan Teknis TI"],
        "",
    ),
    (
        "10",
        "Laporan hasil perbaikan kerusakan telah di setujui ketua kelompok dan menyiapkan surat balasan ke satker \
         bahwa helpdesk selesai dilakukan, surat tersebut di koreksi tim kerja/ketua kelompok dan ditanda tanganu \
         Sekretaris Badan",
        &[],
        "",
        &[],
        "",
    ),
];

#[test]
fn the_table_is_word_for_word_as_printed() {
    let sop = shipped();
    assert_eq!(sop.steps.len(), ROWS.len());
    for (step, (no, activity, requirements, norm, output, remark)) in sop.steps.iter().zip(ROWS) {
        assert_eq!(step.no, *no);
        assert_eq!(step.activity, activity, "kegiatan {no}");
        assert_eq!(step.requirements, requirements, "kelengkapan {no}");
        assert_eq!(step.norm.as_ref().map_or("", |norm| &norm.text), norm, "waktu {no}");
        assert_eq!(step.output, output, "output {no}");
        assert_eq!(step.remark.as_deref().unwrap_or_default(), remark, "keterangan {no}");
        let cells: Vec<(&str, &str)> =
            step.performer_cells.iter().map(|(role, cell)| (role.as_str(), cell.as_str())).collect();
        assert_eq!(cells, if no == "3" { vec![("ketua", "Tolak")] } else { vec![] }, "pelaksana {no}");
        assert_eq!(step.advisory, no == "2", "{no}");
    }
    let columns: Vec<&str> = sop.performers.iter().map(|performer| performer.column.as_str()).collect();
    assert_eq!(columns, ["Sekretaris Badan", "Ketua Kelompok/Tim Kerja Substansi", "Anggota Tim Kerja"]);
    assert_eq!(sop.total.text, "10 hari 2 jam 50 menit");
    assert_eq!(sop.heading, "SOP HELPDESK PENANGANAN PERMASALAHAN TEKNIS TI SEKRETARIAT BSIP");
    assert_eq!(sop.page_breaks, [StepNo::new("8")]);
}

#[test]
fn the_identity_block_is_word_for_word_as_printed() {
    let identity = &shipped().identity;
    assert_eq!(
        identity.unit,
        [
            "KEMENTERIAN PERTANIAN RI",
            "BADAN STANDARDISASI INSTRUMEN PERTANIAN",
            "SEKRETARIAT BADAN STANDARDISASI INSTRUMEN PERTANIAN",
        ]
    );
    assert_eq!(identity.number, "891.2/OT.210/H.1/5/23");
    assert_eq!(identity.created.text, "02 Mei 2023");
    assert_eq!(identity.revised.text, "29 Agustus 2024");
    assert_eq!(identity.effective.text, "06 September 2024");
    assert_eq!(identity.created.date.to_string(), "2023-05-02");
    assert_eq!(identity.revised.date.to_string(), "2024-08-29");
    assert_eq!(identity.effective.date.to_string(), "2024-09-06");
    assert_eq!(identity.approved_by.position, "Sekretaris Badan");
    assert_eq!(identity.approved_by.name, "Dr. H. Haris Syahbuddin, DEA");
    assert_eq!(identity.approved_by.nip, "196804151992031001");
    assert_eq!(identity.title, "HELPDESK PENANGANAN PERMASALAHAN TEKNIS TI SEKRETARIAT BSIP");
    assert_eq!(
        identity.legal_basis,
        [
            "Peraturan Presiden Nomor 95 Tahun 2018 tentang Sistem Pemerintahan Berbasis Elektronik.",
            "Peraturan Presiden Nomor 117 tahun 2022 mengenai kementerian pertanian",
            "Peraturan Menteri Komunikasi dan Informatika Nomor 10 Tahun 2018 tentang Pelaksanaan Kewajiban \
             Pelayanan Universal Telekomunikasi dan Informatika",
            "Surat Edaran Menpan RB Nomor 18 Tahun 2022 tentang Keterpaduan layanan",
            "Peraturan Menteri Pertanian Nomor 33 Tahun 2023 tentang Penerapan SPBE di Kementerian Pertanian",
        ]
    );
    assert_eq!(
        identity.qualifications,
        [
            "Mampu mengoperasikan komputer",
            "Memiliki keahlian pemograman",
            "memiliki kemampuan trouble shooting jaringan internet",
            "Memiliki kemampuan pengoperasian Linux",
        ]
    );
    assert_eq!(identity.related, [""; 0]);
    assert_eq!(
        identity.equipment,
        [
            "Komputer/PC",
            "VPN Kementan",
            "Aplikasi berbasis SSH",
            "Aplikasi berbasis FTP",
            "Tools Command Prompt"
        ]
    );
    assert_eq!(
        identity.warnings,
        ["Pekerjaan utama petugas helpdesk di Sub Bagian Informasi dan Pelaporan akan terbengkalai"]
    );
    assert_eq!(identity.records, [""; 0]);
    assert_eq!(shipped().revision(), "2024-08-29");
    assert_eq!(shipped().code, *"helpdesk-ti");
}

#[test]
fn norms_are_understood_as_printed() {
    let norm = |no: &str| shipped().step(&no.into()).unwrap().norm().copied();
    let days = |least, most| Some(Norm { least, most, unit: NormUnit::Days });
    assert_eq!(norm("1"), None);
    assert_eq!(norm("2"), Some(Norm::minutes(20)));
    assert_eq!(norm("3"), Some(Norm::minutes(30)));
    assert_eq!(norm("5"), Some(Norm::hours(2)));
    assert_eq!(norm("7"), days(Some(1), 5));
    for no in ["4", "6a", "6b", "8", "9"] {
        assert_eq!(norm(no), days(None, 1), "{no}");
    }
    assert_eq!(norm("10"), None);
}

/// Who does what where it leads, one line a stage: S said by the document, i inferred.
#[test]
fn the_stages_are_performed_as_the_document_says() {
    let sop = shipped();
    let mut lines = String::new();
    for step in &sop.steps {
        for stage in &step.stages {
            let mark = |source| if source == Source::Written { 'S' } else { 'i' };
            let outcomes: Vec<String> = stage
                .outcomes
                .iter()
                .map(|outcome| {
                    let to: Vec<String> = outcome.to.iter().map(ToString::to_string).collect();
                    let gives =
                        outcome.assigns.as_ref().map(|role| format!(" giving {role}")).unwrap_or_default();
                    format!("{} {} → {}{gives}", mark(outcome.source), outcome.id, to.join(" and "))
                })
                .collect();
            let who = format!("{} {}.{}: {}", mark(stage.source), step.no, stage.id, stage.performer);
            lines += &format!("{who:<34}{}\n", outcomes.join("; "));
        }
    }
    insta::assert_snapshot!(lines, @r"
    i 1.disposisi: sekretaris         S teruskan → 2
    S 2.kaji: ketua                   i setuju → 5 giving anggota; S tolak → 3
    S 3.penjelasan: ketua             S penjelasan → 4; S alternatif → 4
    S 4.perintah: ketua               S perintahkan → 4.konsep giving anggota
    S 4.konsep: anggota               S ajukan → 4.koreksi
    S 4.koreksi: ketua                S teruskan → 4.tanda-tangan; i kembalikan → 4.konsep
    S 4.tanda-tangan: sekretaris      S tandatangani → ditolak; i kembalikan → 4.koreksi
    i 5.identifikasi: anggota         i aplikasi → 6a; i server → 6b; i keduanya → 6a and 6b
    i 6a.periksa-aplikasi: anggota    S diperiksa → 7
    i 6b.periksa-server: anggota      S diperiksa → 7
    i 7.perbaikan: anggota            S diperbaiki → 8
    S 8.pengecekan: ketua             S lulus → 9; i ulang → 7
    i 9.laporan: anggota              S lapor → 10
    S 10.setujui: ketua               S setujui → 10.konsep; i kembalikan → 9
    S 10.konsep: anggota              S ajukan → 10.koreksi
    S 10.koreksi: ketua               S teruskan → 10.tanda-tangan; i kembalikan → 10.konsep
    S 10.tanda-tangan: sekretaris     S tandatangani → selesai; i kembalikan → 10.koreksi
    ");
}

// ------------------------------------------------------------------------------------------------
// What checking brings to light

#[test]
fn the_paths_and_their_norms() {
    let Report { paths, column_sum, printed_total, .. } = check(shipped());
    let mut lines: Vec<String> = paths
        .iter()
        .map(|path| {
            let norm = path.norm;
            let days = if norm.days_min == norm.days_max {
                norm.days_max.to_string()
            } else {
                format!("{}–{}", norm.days_min, norm.days_max)
            };
            format!("{} {}: {days} hari {} menit", path.steps.join(" "), path.end, norm.minutes)
        })
        .collect();
    lines.push(format!("kolom: {} hari {} menit", column_sum.days, column_sum.minutes));
    lines.push(format!("tercetak: {} hari {} menit", printed_total.days, printed_total.minutes));
    assert_eq!(
        lines,
        [
            "1 2 3 4 ditolak: 1 hari 50 menit",
            "1 2 5 6a 7 8 9 10 selesai: 4–8 hari 140 menit",
            "1 2 5 6a+6b 7 8 9 10 selesai: 4–8 hari 140 menit",
            "1 2 5 6b 7 8 9 10 selesai: 4–8 hari 140 menit",
            "kolom: 10 hari 170 menit",
            "tercetak: 10 hari 170 menit",
        ]
    );
}

#[test]
fn the_findings_by_code_and_row() {
    let mut rows: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for finding in check(shipped()).findings {
        let row = finding.step.map_or_else(|| "-".to_owned(), |step| step.to_string());
        rows.entry(finding.code).or_default().push(row);
    }
    let lines: Vec<String> =
        rows.into_iter().map(|(code, rows)| format!("{code}: {}", rows.join(" "))).collect();
    assert_eq!(
        lines,
        [
            "empty-section: - -",
            "no-norm: 1 10",
            "no-output: 1 3 4 5 6b 7 8 10",
            "performer-under-several-names: -",
            "requirement-made-by-own-row: 1 3 4 6a 6b 7 8 9",
            "requirement-nobody-makes: 5 9",
            "total-is-column-sum: -",
            "unwritten-exit: 2 4 4 8 10 10 10",
        ]
    );
}

#[test]
fn the_report_in_full() {
    insta::assert_snapshot!("report", serde_json::to_string_pretty(&check(shipped())).unwrap());
}

#[test]
fn a_total_that_is_a_path_is_no_finding_and_one_that_is_nothing_is_another() {
    let codes = |total: &str| -> Vec<&str> {
        let sop = damaged("10 hari 2 jam 50 menit", total).unwrap();
        check(&sop)
            .findings
            .iter()
            .map(|finding| finding.code)
            .filter(|code| code.starts_with("total"))
            .collect()
    };
    assert_eq!(codes("10 hari 2 jam 50 menit"), ["total-is-column-sum"]);
    assert_eq!(codes("8 hari 2 jam 20 menit"), [""; 0]);
    assert_eq!(codes("9 hari"), ["total-is-nothing"]);
}

#[test]
fn labels_and_their_english_go_together() {
    let codes = |from: &str, to: &str| -> Vec<(&str, String)> {
        let sop = damaged(from, to).unwrap();
        let findings = check(&sop).findings.into_iter().map(|finding| (finding.code, finding.message));
        findings.filter(|(code, _)| code.contains("english")).collect()
    };
    assert_eq!(codes("", ""), []);
    let found = codes("sebutan      = \"Setuju\"", "sebutan      = \"Sepakat\"");
    assert_eq!(
        found,
        [
            ("label-without-english", "“Sepakat” belum mempunyai padanan dalam [inggris]".to_owned()),
            ("english-without-label", "[inggris] menyebut “Setuju”, yang tidak ada lagi".to_owned()),
        ]
    );
}

#[test]
fn every_printed_qualification_and_every_category_is_spoken_for() {
    let found = |from: &str, to: &str| -> Vec<String> {
        let findings = check(&damaged(from, to).unwrap()).findings.into_iter();
        let of_skills = |code: &str| code.contains("qualification") || code.contains("need");
        findings.filter(|finding| of_skills(finding.code)).map(|finding| finding.message).collect()
    };
    assert_eq!(found("", ""), [""; 0]);
    assert_eq!(
        found("kualifikasi = [\"komputer\"]", "kualifikasi = []"),
        [
            "golongan “Lainnya, atau belum tahu” belum menyebut kualifikasi yang diperlukannya dalam [[kebutuhan]]"
        ]
    );
    assert_eq!(
        found("  \"Memiliki keahlian pemograman\",\n", "  \"Memiliki keahlian pemograman\",\n  \"Sabar\",\n"),
        ["kualifikasi “Sabar” belum mempunyai id dalam [[kualifikasi]]"]
    );
}

#[test]
fn a_server_that_is_down_needs_linux_and_networks() {
    let sop = shipped();
    assert_eq!(sop.needed_for(&"server".into()), ["linux", "jaringan"]);
    assert!(sop.needed_for(&"kopi".into()).is_empty(), "of what the file does not say nothing is asked");
    let printed: Vec<&str> = sop.qualifications.iter().map(|known| known.sentence.as_str()).collect();
    assert_eq!(printed, sop.identity.qualifications);
}

#[test]
fn a_longer_branch_makes_the_longer_path() {
    let sop = damaged(
        "kegiatan    = \"Server Down\"\nkelengkapan = [\"Hasil pemeriksaan\"]\nwaktu       = \"1 hari\"",
        "kegiatan    = \"Server Down\"\nwaktu       = \"3 hari\"",
    )
    .unwrap();
    let norms: Vec<(u32, u32)> =
        paths(&sop).iter().map(|path| (path.norm.days_min, path.norm.days_max)).collect();
    assert_eq!(norms, [(1, 1), (4, 8), (6, 10), (6, 10)], "rejected, 6a, both, 6b");
}

// ------------------------------------------------------------------------------------------------
// What the author of an SOP is told

/// The shipped SOP with one piece of its text replaced.
fn damaged(from: &str, to: &str) -> Result<Sop, SopError> {
    assert!(SEED.contains(from), "the SOP holds no {from}");
    Sop::read("sop.toml", &SEED.replacen(from, to, 1))
}

/// What is said about a damage: every line to mend, with a mark at the place, and the message below.
#[track_caller]
fn said(from: &str, to: &str) -> String {
    let text = SEED.replacen(from, to, 1);
    let Err(error) = damaged(from, to) else { return "nothing\n".to_owned() };
    let mut said = String::new();
    for mistake in &error.mistakes {
        let line = text.lines().nth(mistake.line - 1).unwrap_or_default();
        let (before, after): (String, String) = (
            line.chars().take(mistake.column - 1).collect(),
            line.chars().skip(mistake.column - 1).collect(),
        );
        said += &format!("{before}▸{after}\n");
        let full = mistake.to_string();
        let place = format!("sop.toml:{}:{}: ", mistake.line, mistake.column);
        said += &format!("    {}\n", full.strip_prefix(&place).expect("the message begins with its place"));
    }
    said
}

/// Lines of the shipped SOP (`-`) replaced by others (`+`); below, the place that is pointed at (`▸`)
/// and what is said.
const MISTAKES: &str = r##"
# Keys

- kegiatan    = "Melakukan Disposisi"
+ kegiatn    = "Melakukan Disposisi"
▸kegiatn    = "Melakukan Disposisi"
    langkah 1, kegiatn: kunci `kegiatn` tidak dikenal di sini. Perbaikan: mungkin maksudnya `kegiatan`.

- kelengkapan = ["surat disposisi"]
+ kelengkapn = ["surat disposisi"]
▸kelengkapn = ["surat disposisi"]
    langkah 1, kelengkapn: kunci `kelengkapn` tidak dikenal di sini. Perbaikan: mungkin maksudnya `kelengkapan`.

- koordinator = "ketua"
+ kordinator = "ketua"
▸kordinator = "ketua"                      # membagi, menangguhkan, dan melanjutkan pekerjaan
    kordinator: kunci `kordinator` tidak dikenal di sini. Perbaikan: mungkin maksudnya `koordinator`.

- kelengkapan = ["surat disposisi"]
+ warna = "merah"
▸warna = "merah"
    langkah 1, warna: kunci `warna` tidak dikenal di sini. Perbaikan: kunci yang dikenal di sini: no, sebutan, sedang, sudah, kegiatan, pelaksana, kelengkapan, waktu, anjuran, output, keterangan, gabung, tahap.

- [[langkah.tahap.hasil]]
- id           = "teruskan"
+ [[langkah.tahap.hasl]]
+ id           = "teruskan"
[[langkah.tahap.▸hasl]]
    langkah 1, tahap disposisi, hasl: kunci `hasl` tidak dikenal di sini. Perbaikan: mungkin maksudnya `hasil`.

- [[langkah.tahap]]
- id        = "disposisi"
+ [[langkah.tahp]]
+ id        = "disposisi"
[[langkah.▸tahap.isian]]
    langkah 1, tahap: isinya tabel, seharusnya daftar. Perbaikan: tulis [[langkah.tahap]] dengan kurung siku ganda, sebelum bagian-bagiannya.

- [[akhir]]
- id          = "selesai"
+ [[ahir]]
+ id          = "selesai"
[[▸ahir]]
    ahir: kunci `ahir` tidak dikenal di sini. Perbaikan: mungkin maksudnya `akhir`.

- { id = "aplikasi", sebutan =
+ { id = "aplikasi", sebuta =
  { id = "aplikasi", ▸sebuta = "Aplikasi atau situs", keterangan = "Galat, lambat, berubah tampilan" },
    formulir, isian jenis, pilihan aplikasi, sebuta: kunci `sebuta` tidak dikenal di sini. Perbaikan: mungkin maksudnya `sebutan`.

- no          = "2"
+ no          = "2"
+ no          = "2"
▸no          = "2"
    `no` sudah ditulis di atas. Perbaikan: hapus salah satunya.

- "Uraian" = "Description"
+ "Uraian" = "Description"
+ "Uraian" = "Text"
▸"Uraian" = "Text"
    `Uraian` sudah ditulis di atas. Perbaikan: hapus salah satunya.

# What is missing

- kode    = "helpdesk-ti"
▸# SOP 891.2/OT.210/H.1/5/23, revisi 29 Agustus 2024, sebagai data.
    kunci `kode` belum ada. Perbaikan: tambahkan kode = … di awal berkas.

- kegiatan    = "Melakukan Disposisi"
▸[[langkah]]
    langkah 1: kunci `kegiatan` belum ada. Perbaikan: tambahkan kegiatan = … di bawah baris ini.

- pelaksana = "sekretaris"
- jenis     = "disposisi"
+ jenis     = "disposisi"
▸[[langkah.tahap]]
    langkah 1, tahap disposisi: kunci `pelaksana` belum ada. Perbaikan: tambahkan pelaksana = … di bawah baris ini.

- ke           = ["2"]
▸[[langkah.tahap.hasil]]
    langkah 1, tahap disposisi, hasil teruskan: kunci `ke` belum ada. Perbaikan: tambahkan ke = … di bawah baris ini.

- nomor             = "891.2/OT.210/H.1/5/23"
▸[identitas]
    identitas: kunci `nomor` belum ada. Perbaikan: tambahkan nomor = … di bawah baris ini.

- nip     = "196804151992031001"
▸[identitas.disahkan_oleh]
    identitas, disahkan_oleh: kunci `nip` belum ada. Perbaikan: tambahkan nip = … di bawah baris ini.

- { id = "server", sebutan = "Server tidak dapat dijangkau" }
+ { id = "server" }
  ▸{ id = "server" },
    formulir, isian jenis, pilihan server: kunci `sebutan` belum ada. Perbaikan: tambahkan sebutan = … di dalam kurung kurawal ini.

- asal         = "tersirat"
- sebab        = "baris 5 memakai Form yang disetujui"
+ asal         = "tersirat"
asal         = ▸"tersirat"
    langkah 2, tahap kaji, hasil setuju, asal: disebut tersirat, tetapi tanpa sebab. Perbaikan: tambahkan sebab = "…", atau tulis asal = "tertulis" bila naskah mengatakannya.

- asal         = "tersirat"
- sebab        = "baris 5 memakai Form yang disetujui"
+ asal         = "tertulis"
+ sebab        = "baris 5 memakai Form yang disetujui"
sebab        = ▸"baris 5 memakai Form yang disetujui"
    langkah 2, tahap kaji, hasil setuju, sebab: disebut tertulis, tetapi mempunyai sebab. Perbaikan: hapus sebab, atau tulis asal = "tersirat" bila naskah tidak mengatakannya.

- ke           = ["2"]
+ ke           = []
ke           = ▸[]
    langkah 1, tahap disposisi, hasil teruskan, ke: tidak menuju ke mana pun. Perbaikan: sebut baris, tahap, atau akhir yang dituju.

- buka_lagi   = ["5"]
+ buka_lagi   = []
buka_lagi   = ▸[]
    akhir selesai, buka_lagi: tidak menyebut baris tempat kasus dibuka lagi. Perbaikan: sebut barisnya, misalnya ["5"].

# Words that are not what they should be

- kelengkapan = ["surat disposisi"]
+ kelengkapan = "surat disposisi"
kelengkapan = ▸"surat disposisi"
    langkah 1, kelengkapan: isinya teks, seharusnya daftar. Perbaikan: tulis ["surat disposisi"].

- kegiatan    = "Melakukan Disposisi"
+ kegiatan    = ["Melakukan Disposisi"]
kegiatan    = ▸["Melakukan Disposisi"]
    langkah 1, kegiatan: isinya daftar, seharusnya teks. Perbaikan: tulis satu teks di dalam tanda kutip.

- no          = "2"
+ no          = 2
no          = ▸2
    langkah ke-2, no: isinya bilangan, seharusnya teks. Perbaikan: tulis "2".

- wajib    = true
+ wajib    = "ya"
wajib    = ▸"ya"
    formulir, isian uraian, wajib: isinya teks, seharusnya true atau false. Perbaikan: tulis true (ya) atau false (tidak), tanpa tanda kutip.

- anjuran     = true
+ anjuran     = ya
anjuran     = ▸ya                          # keterangannya: "Tergantung kesibukan ketua tim kerja saat itu"
    `ya` bukan nilai. Perbaikan: tulis true (ya) atau false (tidak), atau teks di dalam tanda kutip.

- pelaksana   = { ketua = "Tolak" }
+ pelaksana   = "Tolak"
pelaksana   = ▸"Tolak"
    langkah 3, pelaksana: isinya teks, seharusnya tabel. Perbaikan: tulis misalnya { ketua = "Tolak" }.

- { id = "server", sebutan = "Server tidak dapat dijangkau" }
+ "Server tidak dapat dijangkau"
  ▸"Server tidak dapat dijangkau",
    formulir, isian jenis, pilihan: isinya teks, seharusnya tabel. Perbaikan: tulis misalnya { id = "…", sebutan = "…" }.

- [[langkah]]
- no          = "2"
+ [langkah]
+ no          = "2"
[▸langkah]
    `langkah` sudah ditulis di atas. Perbaikan: hapus salah satunya, atau tulis [[langkah]] bila tabel ini boleh lebih dari satu.

- [identitas]
+ [[identitas]]
▸[[identitas]]
    identitas ke-1: `identitas` hanya ada satu. Perbaikan: tulis [identitas] dengan kurung siku tunggal.

- jenis     = "disposisi"
+ jenis     = "disposition"
jenis     = ▸"disposition"
    langkah 1, tahap disposisi, jenis: `disposition` tidak dikenal. Perbaikan: mungkin maksudnya `disposisi`; yang dikenal: disposisi, keputusan, penjelasan, perintah, konsep, koreksi, tanda_tangan, pekerjaan, pekerjaan_bertahap, laporan.

- asal      = "tersirat"
+ asal      = "tersurat"
asal      = ▸"tersurat"
    langkah 1, tahap disposisi, asal: `tersurat` tidak dikenal. Perbaikan: mungkin maksudnya `tersirat`; yang dikenal: tertulis, tersirat.

- jenis     = "disposisi"
+ jenis     = "rapat"
jenis     = ▸"rapat"
    langkah 1, tahap disposisi, jenis: `rapat` tidak dikenal. Perbaikan: pilih salah satu: disposisi, keputusan, penjelasan, perintah, konsep, koreksi, tanda_tangan, pekerjaan, pekerjaan_bertahap, laporan.

- waktu       = "2 jam"
+ waktu       = "1 pekan"
waktu       = ▸"1 pekan"
    langkah 5, waktu: norma waktu "1 pekan" tidak terbaca: satuan "pekan" tidak dikenal. Perbaikan: tulis bilangan lalu menit, jam atau hari, misalnya "20 menit", "2 jam" atau "1–5 hari".

- waktu       = "2 jam"
+ waktu       = "5 - 1 hari"
waktu       = ▸"5 - 1 hari"
    langkah 5, waktu: norma waktu "5 - 1 hari" tidak terbaca: rentangnya terbalik. Perbaikan: tulis "1–5 hari".

- waktu       = "2 jam"
+ waktu       = 2
waktu       = ▸2
    langkah 5, waktu: isinya bilangan, seharusnya teks. Perbaikan: tulis "2".

- "29 Agustus 2024"
+ "29 Augustus 2024"
tanggal_revisi    = ▸"29 Augustus 2024"
    identitas, tanggal_revisi: `29 Augustus 2024` bukan tanggal. Perbaikan: tulis hari, nama bulan, tahun, misalnya `29 Agustus 2024`.

- "29 Agustus 2024"
+ "31 September 2024"
tanggal_revisi    = ▸"31 September 2024"
    identitas, tanggal_revisi: `31 September 2024` bukan tanggal. Perbaikan: tulis hari, nama bulan, tahun, misalnya `29 Agustus 2024`.

- "29 Agustus 2024"
+ 2024-08-29
tanggal_revisi    = ▸2024-08-29
    identitas, tanggal_revisi: isinya tanggal tanpa tanda kutip, seharusnya teks. Perbaikan: tulis "2024-08-29".

- total   = "10 hari 2 jam 50 menit"
+ total   = "sepuluh hari"
total   = ▸"sepuluh hari"
    total: `sepuluh hari` bukan jumlah waktu. Perbaikan: tulis misalnya `10 hari 2 jam 50 menit`.

- id       = "sistem"
+ id       = "@hal"
id       = ▸"@hal"
    formulir, isian @hal, id: `@hal` tidak dapat dipakai sebagai id. Perbaikan: pakai huruf kecil, angka, dan tanda hubung, berawal huruf, misalnya `tanda-tangan`.

- id       = "sistem"
+ id       = ""
id       = ▸""
    formulir, isian ke-2, id: `` tidak dapat dipakai sebagai id. Perbaikan: pakai huruf kecil, angka, dan tanda hubung, berawal huruf, misalnya `tanda-tangan`.

- id          = "ditarik"
+ id          = "Ditarik"
id          = ▸"Ditarik"
    akhir Ditarik, id: `Ditarik` tidak dapat dipakai sebagai id. Perbaikan: pakai huruf kecil, angka, dan tanda hubung, berawal huruf, misalnya `tanda-tangan`.

- kode    = "helpdesk-ti"
+ kode    = "Helpdesk TI"
kode    = ▸"Helpdesk TI"
    kode: `Helpdesk TI` tidak dapat dipakai sebagai id. Perbaikan: pakai huruf kecil, angka, dan tanda hubung, berawal huruf, misalnya `tanda-tangan`.

# TOML

- kegiatan    = "Melakukan Disposisi"
+ kegiatan    = "Melakukan Disposisi
kegiatan    = "Melakukan Disposisi▸
    teks ini belum ditutup. Perbaikan: tutup dengan tanda kutip pada baris yang sama.

- kegiatan    = "Melakukan Disposisi"
+ kegiatan    = Melakukan Disposisi
kegiatan    = ▸Melakukan Disposisi
    teks ini tidak diapit tanda kutip. Perbaikan: tulis "Melakukan Disposisi".

- kegiatan    = "Melakukan Disposisi"
+ kegiatan    = “Melakukan Disposisi”
kegiatan    = ▸“Melakukan Disposisi”
    tanda kutip lengkung tidak dapat dibaca. Perbaikan: pakai tanda kutip lurus: "Melakukan Disposisi".

- kegiatan    = "Melakukan Disposisi"
+ kegiatan    "Melakukan Disposisi"
kegiatan    ▸"Melakukan Disposisi"
    baris ini bukan kunci = nilai. Perbaikan: tulis satu kunci, tanda =, lalu nilainya, misalnya kegiatan = "…".

- kegiatan    = "Melakukan Disposisi"
+ kegiatan    = 
kegiatan    = ▸
    nilainya belum ditulis. Perbaikan: tulis nilainya sesudah tanda =.

- kegiatan    = "Melakukan Disposisi"
+ kegiatan    = "C:\Disposisi"
kegiatan    = "C:\▸Disposisi"
    teks ini memuat garis miring terbalik. Perbaikan: tulis garis miring terbalik dua kali, \\.

- kegiatan    = "Melakukan Disposisi"
+ kegiatan    = "Melakukan" Disposisi
kegiatan    = "Melakukan" ▸Disposisi
    ada tulisan yang tidak pada tempatnya. Perbaikan: tulis satu kunci = nilai pada setiap baris, catatan sesudah #.

- kegiatan    = "Melakukan Disposisi"
+ isi kegiatan = "Melakukan Disposisi"
isi ▸kegiatan = "Melakukan Disposisi"
    baris ini bukan kunci = nilai. Perbaikan: tulis satu kunci, tanda =, lalu nilainya, misalnya kegiatan = "…".

- kelengkapan = ["surat disposisi"]
+ kelengkapan = ["surat disposisi"
kelengkapan = ["surat disposisi"▸
    daftar ini belum ditutup, atau kurang koma. Perbaikan: pisahkan isinya dengan koma dan tutup dengan ].

- ke      = ["6a", "6b"]
+ ke      = ["6a" "6b"]
ke      = ["6a"▸ "6b"]
    daftar ini belum ditutup, atau kurang koma. Perbaikan: pisahkan isinya dengan koma dan tutup dengan ].

- pelaksana   = { ketua = "Tolak" }
+ pelaksana   = { ketua = "Tolak"
pelaksana   = { ketua = "Tolak"▸
    tabel ini belum ditutup, atau kurang koma. Perbaikan: pisahkan isinya dengan koma dan tutup dengan }.

- [[langkah.tahap]]
- id        = "kaji"
+ [[langkah.tahap]
+ id        = "kaji"
[[langkah.tahap]▸
    kepala tabel ini belum ditutup. Perbaikan: tutup dengan ]].

- [identitas.disahkan_oleh]
+ [identitas]
[▸identitas]
    `identitas` sudah ditulis di atas. Perbaikan: hapus salah satunya, atau tulis [[identitas]] bila tabel ini boleh lebih dari satu.

# Names

- pelaksana = "sekretaris"
- jenis     = "disposisi"
+ pelaksana = "sekertaris"
+ jenis     = "disposisi"
pelaksana = ▸"sekertaris"
    langkah 1, tahap disposisi, pelaksana: pelaksana `sekertaris` tidak ada. Perbaikan: pilih salah satu: `sekretaris`, `ketua`, `anggota`, atau tambahkan [[pelaksana]].

- koordinator = "ketua"
+ koordinator = "kepala"
koordinator = ▸"kepala"                      # membagi, menangguhkan, dan melanjutkan pekerjaan
    koordinator: pelaksana `kepala` tidak ada. Perbaikan: pilih salah satu: `sekretaris`, `ketua`, `anggota`, atau tambahkan [[pelaksana]].

- menugaskan   = "anggota"
+ menugaskan   = "staf"
menugaskan   = ▸"staf"
    langkah 2, tahap kaji, hasil setuju, menugaskan: pelaksana `staf` tidak ada. Perbaikan: pilih salah satu: `sekretaris`, `ketua`, `anggota`, atau tambahkan [[pelaksana]].

- pelaksana   = { ketua = "Tolak" }
+ pelaksana   = { kepala = "Tolak" }
pelaksana   = ▸{ kepala = "Tolak" }
    langkah 3, pelaksana: pelaksana `kepala` tidak ada. Perbaikan: pilih salah satu: `sekretaris`, `ketua`, `anggota`, atau tambahkan [[pelaksana]].

- ke           = ["2"]
+ ke           = ["11"]
ke           = ▸["11"]
    langkah 1, tahap disposisi, hasil teruskan, ke: menyebut baris `11` yang tidak ada. Perbaikan: pilih salah satu: 1, 2, 3, 4, 5, 6a, 6b, 7, 8, 9, 10.

- ke         = ["4.konsep"]
+ ke         = ["4.konsp"]
ke         = ▸["4.konsp"]
    langkah 4, tahap perintah, hasil perintahkan, ke: menuju tahap `4.konsp` yang tidak ada. Perbaikan: pilih salah satu: `4.perintah`, `4.konsep`, `4.koreksi`, `4.tanda-tangan`.

- ke         = ["4.konsep"]
+ ke         = ["14.konsep"]
ke         = ▸["14.konsep"]
    langkah 4, tahap perintah, hasil perintahkan, ke: menuju tahap `14.konsep` yang tidak ada. Perbaikan: baris 14 tidak ada, periksa nomornya.

- ke           = ["ditolak"]
+ ke           = ["tolak"]
ke           = ▸["tolak"]
    langkah 4, tahap tanda-tangan, hasil tandatangani, ke: menuju akhir `tolak` yang tidak ada. Perbaikan: pilih salah satu: `selesai`, `ditolak`, `ditarik`.

- untuk    = ["setuju"]
+ untuk    = ["stuju"]
untuk    = ▸["stuju"]
    langkah 2, tahap kaji, isian pesan, untuk: menyebut hasil `stuju` yang tidak ada pada tahap ini. Perbaikan: pilih salah satu: `setuju`, `tolak`.

- mulai   = "1"
+ mulai   = "0"
mulai   = ▸"0"
    mulai: menyebut baris `0` yang tidak ada. Perbaikan: pilih salah satu: 1, 2, 3, 4, 5, 6a, 6b, 7, 8, 9, 10.

- uraian     = "uraian"
+ uraian     = "sistem"
uraian     = ▸"sistem"
    formulir, uraian: `sistem` bukan isian formulir yang berjenis paragraf. Perbaikan: pilih salah satu: `uraian`.

- halaman = ["8"]
+ halaman = ["88"]
halaman = ▸["88"]                            # tabel naskah berganti halaman sesudah baris ini
    halaman: menyebut baris `88` yang tidak ada. Perbaikan: pilih salah satu: 1, 2, 3, 4, 5, 6a, 6b, 7, 8, 9, 10.

- buka_lagi   = ["5"]
+ buka_lagi   = ["50"]
buka_lagi   = ▸["50"]
    akhir selesai, buka_lagi: menyebut baris `50` yang tidak ada. Perbaikan: pilih salah satu: 1, 2, 3, 4, 5, 6a, 6b, 7, 8, 9, 10.

- dari  = ["6a", "6b"]
+ dari  = ["6a", "6c"]
dari  = ▸["6a", "6c"]
    langkah 7, gabung, dari: menyebut baris `6c` yang tidak ada. Perbaikan: pilih salah satu: 1, 2, 3, 4, 5, 6a, 6b, 7, 8, 9, 10.

- no          = "6b"
+ no          = "6a"
ke      = ▸["6b"]
    langkah 5, tahap identifikasi, hasil server, ke: menyebut baris `6b` yang tidak ada. Perbaikan: pilih salah satu: 1, 2, 3, 4, 5, 6a, 7, 8, 9, 10.
ke      = ▸["6a", "6b"]
    langkah 5, tahap identifikasi, hasil keduanya, ke: menyebut baris `6b` yang tidak ada. Perbaikan: pilih salah satu: 1, 2, 3, 4, 5, 6a, 7, 8, 9, 10.
no          = ▸"6a"
    langkah 6a, no: `6a` sudah dipakai di atas. Perbaikan: beri nomor yang lain.
dari  = ▸["6a", "6b"]
    langkah 7, gabung, dari: menyebut baris `6b` yang tidak ada. Perbaikan: pilih salah satu: 1, 2, 3, 4, 5, 6a, 7, 8, 9, 10.

- no          = "9"
+ no          = "IX"
ke           = ▸["9"]
    langkah 8, tahap pengecekan, hasil lulus, ke: menyebut baris `9` yang tidak ada. Perbaikan: pilih salah satu: 1, 2, 3, 4, 5, 6a, 6b, 7, 8, IX, 10.
no          = ▸"IX"
    langkah IX, no: `IX` bukan nomor baris. Perbaikan: tulis angka, lalu huruf bila perlu, tanpa titik, misalnya "6a".
ke      = ▸["9"]
    langkah 10, tahap setujui, hasil kembalikan, ke: menyebut baris `9` yang tidak ada. Perbaikan: pilih salah satu: 1, 2, 3, 4, 5, 6a, 6b, 7, 8, IX, 10.

- id       = "ulang"
+ id       = "pengecekan"
id       = ▸"pengecekan"
    langkah 8, tahap pengecekan, isian pengecekan, id: `pengecekan` sudah dipakai di atas. Perbaikan: beri id yang lain.

- id          = "ditarik"
+ id          = "ditolak"
id          = ▸"ditolak"
    akhir ditolak, id: `ditolak` sudah dipakai di atas. Perbaikan: beri id yang lain.

- jenis       = "ditarik"
+ jenis       = "ditolak"
▸[[akhir]]
    akhir: belum ada akhir berjenis `ditarik`. Perbaikan: tambahkan [[akhir]] dengan jenis = "ditarik".
jenis       = ▸"ditolak"
    akhir ditarik, jenis: sudah ada akhir berjenis `ditolak` di atas. Perbaikan: pakai jenis lain: setiap jenis mempunyai satu akhir.

# Ways

- [[langkah.tahap.hasil]]
- id      = "tolak"
- sebutan = "Tolak"
- ke      = ["3"]
- asal    = "tertulis"
jenis     = ▸"keputusan"
    langkah 2, tahap kaji, jenis: tahap yang memutuskan memerlukan sedikitnya dua hasil. Perbaikan: tambahkan [[langkah.tahap.hasil]] untuk jalan yang lain.
untuk    = ▸["tolak"]
    langkah 2, tahap kaji, isian alasan, untuk: menyebut hasil `tolak` yang tidak ada pada tahap ini. Perbaikan: pilih salah satu: `setuju`.
untuk    = ▸["tolak"]
    langkah 2, tahap kaji, isian ringkas, untuk: menyebut hasil `tolak` yang tidak ada pada tahap ini. Perbaikan: pilih salah satu: `setuju`.

- ke      = ["3"]
+ ke      = ["5"]
▸[[langkah.tahap]]
    langkah 3, tahap penjelasan: tidak dapat dicapai dari awal. Perbaikan: arahkan salah satu hasil kepadanya, atau hapus.

- ke           = ["selesai"]
+ ke           = ["10.koreksi"]
▸[[langkah.tahap]]
    langkah 10, tahap tanda-tangan: tidak ada jalan ke akhir mana pun, begitu pula dari 5.identifikasi, 6a.periksa-aplikasi, 6b.periksa-server, 7.perbaikan, 8.pengecekan, 9.laporan, 10.setujui, 10.konsep, 10.koreksi. Perbaikan: arahkan salah satu hasilnya menuju akhir.

- [langkah.gabung]
- dari  = ["6a", "6b"]
- asal  = "tersirat"
- sebab = "perbaikan memerlukan hasil semua pemeriksaan yang dimulai"
ke      = ▸["6a", "6b"]
    langkah 5, tahap identifikasi, hasil keduanya, ke: "6a", "6b" berjalan bersamaan, tetapi tidak ada baris yang menggabungkannya. Perbaikan: tulis [langkah.gabung] dengan dari = ["6a", "6b"] pada baris tempat semuanya bertemu.

- dari  = ["6a", "6b"]
+ dari  = ["6a"]
dari  = ▸["6a"]
    langkah 7, gabung, dari: tidak menggabungkan dua baris yang lain. Perbaikan: sebut sedikitnya dua baris sebelum baris ini, misalnya ["6a", "6b"].

- ke           = ["7"]
+ ke           = ["selesai"]
ke           = ▸["selesai"]
    langkah 6a, tahap periksa-aplikasi, hasil diperiksa, ke: keluar dari baris yang digabung oleh baris 7. Perbaikan: arahkan ke baris 7, atau keluarkan baris ini dari gabungnya.

- ke           = ["2"]
+ ke           = ["2", "2"]
ke           = ▸["2", "2"]
    langkah 1, tahap disposisi, hasil teruskan, ke: menyebut baris `2` dua kali. Perbaikan: hapus salah satunya.

- ke         = ["4.konsep"]
+ ke         = ["4.konsep", "4.koreksi"]
ke         = ▸["4.konsep", "4.koreksi"]
    langkah 4, tahap perintah, hasil perintahkan, ke: yang berjalan bersamaan harus baris, bukan tahap atau akhir. Perbaikan: tulis nomor barisnya, misalnya ["6a", "6b"].

- buka_lagi   = ["5"]
+ buka_lagi   = ["5", "9"]
buka_lagi   = ▸["5", "9"]
    akhir selesai, buka_lagi: "5", "9" berjalan bersamaan, tetapi tidak ada baris yang menggabungkannya. Perbaikan: tulis [langkah.gabung] dengan dari = ["5", "9"] pada baris tempat semuanya bertemu.

# What does not go together

- jenis    = "teks"
+ jenis    = "pilihan"
jenis    = ▸"pilihan"
    formulir, isian sistem, jenis: isian pilihan belum mempunyai pilihan. Perbaikan: tambahkan pilihan = [{ id = "…", sebutan = "…" }].

- label = "Sifat"
- jenis = "pilihan"
+ label = "Sifat"
+ jenis = "teks"
kesegeraan = ▸"sifat"
    formulir, kesegeraan: `sifat` bukan isian formulir yang berjenis pilihan. Perbaikan: pilih salah satu: `jenis`.
pilihan = ▸[
    formulir, isian sifat, pilihan: isian ini bukan pilihan, tetapi mempunyai pilihan. Perbaikan: hapus pilihan, atau tulis jenis = "pilihan".

- jenis    = "tanggal"
+ jenis    = "tanggal"
+ lanjutan = true
lanjutan = ▸true
    formulir, isian sejak, lanjutan: hanya teks dan paragraf yang dapat dilanjutkan. Perbaikan: hapus lanjutan.

- { nama = "Rekomendasi perbaikan", naskah = "hasil-pemeriksaan", isian = ["rekomendasi"] },
+ { nama = "Rekomendasi perbaikan", naskah = "hasil-pemeriksaan", isian = ["saran"] },
  { nama = "Rekomendasi perbaikan", naskah = "hasil-pemeriksaan", isian = ▸["saran"] },
    langkah 6a, tahap periksa-aplikasi, hasil diperiksa, menghasilkan Rekomendasi perbaikan, isian: menyebut isian `saran` yang tidak ada pada tahap ini. Perbaikan: sebut id salah satu isian tahap ini.

- isian_hal = "hal", isian = ["balasan"]
+ isian_hal = "perihal", isian = ["balasan"]
menghasilkan = [{ nama = "Surat balasan ke satker", naskah = "surat", kepada = "satker", isian_hal = ▸"perihal", isian = ["balasan"], isian_tembusan = "tembusan", ditandatangani = true }]
    langkah 10, tahap tanda-tangan, hasil tandatangani, menghasilkan Surat balasan ke satker, isian_hal: menyebut isian `perihal` yang tidak ada pada SOP ini. Perbaikan: sebut id salah satu isian SOP ini.

- isian_tembusan = "tembusan"
+ isian_tembusan = "salinan"
menghasilkan = [{ nama = "Surat ke satker pemohon", naskah = "surat", kepada = "satker", isian_hal = "hal-penolakan", isian = ["surat"], isian_tembusan = ▸"salinan", ditandatangani = true }]
    langkah 4, tahap tanda-tangan, hasil tandatangani, menghasilkan Surat ke satker pemohon, isian_tembusan: menyebut isian `salinan` yang tidak ada pada SOP ini. Perbaikan: sebut id salah satu isian SOP ini.

- menghasilkan = [{ nama = "Surat disposisi", naskah = "disposisi" }]
+ menghasilkan = [{ nama = "Surat disposisi", naskah = "disposisi", ditandatangani = true }]
menghasilkan = [{ nama = "Surat disposisi", naskah = "disposisi", ditandatangani = ▸true }]
    langkah 1, tahap disposisi, hasil teruskan, menghasilkan Surat disposisi, ditandatangani: hanya surat yang ditandatangani dan bernomor. Perbaikan: tulis naskah = "surat", atau hapus ditandatangani.

- hal = "Penjelasan atas permintaan bantuan teknis TI", ditandatangani = true }]
+ hal = "Penjelasan", ditandatangani = true }, { nama = "Lagi", naskah = "surat", ditandatangani = true }]
menghasilkan = ▸[{ nama = "Surat penjelasan terperinci", naskah = "surat", kepada = "pemohon", hal = "Penjelasan", ditandatangani = true }, { nama = "Lagi", naskah = "surat", ditandatangani = true }]
    langkah 3, tahap penjelasan, hasil penjelasan, menghasilkan: menghasilkan lebih dari satu naskah yang ditandatangani. Perbaikan: satu hasil menandatangani satu naskah; bagi menjadi dua tahap.

- jenis     = "pekerjaan_bertahap"
+ jenis     = "pekerjaan"
jenis     = ▸"pekerjaan"
    langkah 7, tahap perbaikan, jenis: catatan tahapan hanya ada pada pekerjaan_bertahap. Perbaikan: tulis jenis = "pekerjaan_bertahap", atau hapus [[langkah.tahap.catatan]].

- jenis     = "laporan"
+ jenis     = "pekerjaan_bertahap"
jenis     = ▸"pekerjaan_bertahap"
    langkah 9, tahap laporan, jenis: pekerjaan_bertahap memerlukan catatan tahapan. Perbaikan: tambahkan [[langkah.tahap.catatan]], atau pakai jenis lain.

- waktu       = "20 menit"
anjuran     = ▸true                          # keterangannya: "Tergantung kesibukan ketua tim kerja saat itu"
    langkah 2, anjuran: norma anjuran memerlukan waktu, dan keterangan yang melunakkannya. Perbaikan: isi waktu dan keterangan, atau hapus anjuran.

# Qualifications, and what categories of request need

- kalimat = "Memiliki keahlian pemograman"
+ kalimat = "Memiliki keahlian pemrograman"
kalimat = ▸"Memiliki keahlian pemrograman"
    kualifikasi pemrograman, kalimat: “Memiliki keahlian pemrograman” bukan kalimat dalam kualifikasi_pelaksana. Perbaikan: salin salah satu kalimatnya apa adanya.

- golongan    = "surel"
+ golongan    = "surat"
golongan    = ▸"surat"
    kebutuhan surat, golongan: golongan `surat` tidak ada di antara pilihan isian golongan. Perbaikan: pilih salah satu: `aplikasi`, `server`, `surel`, `jaringan`, `lainnya`.

- golongan    = "surel"
+ golongan    = "server"
golongan    = ▸"server"
    kebutuhan server, golongan: `server` sudah dipakai di atas. Perbaikan: hapus salah satunya.

- kualifikasi = ["linux", "jaringan"]
+ kualifikasi = ["linux", "wifi"]
kualifikasi = ▸["linux", "wifi"]
    kebutuhan server, kualifikasi: kualifikasi `wifi` tidak ada. Perbaikan: pilih salah satu: `komputer`, `pemrograman`, `jaringan`, `linux`, atau tambahkan [[kualifikasi]].
"##;

#[test]
fn every_mistake_is_answered_with_its_line_and_a_mend() {
    let mut otherwise = String::new();
    for block in MISTAKES.trim().split("\n\n").filter(|block| !block.starts_with("# ")) {
        let lines = |prefix: &str| {
            block.lines().filter_map(|line| line.strip_prefix(prefix)).collect::<Vec<_>>().join("\n")
        };
        let (mut from, to) = (lines("- "), lines("+ "));
        let expected: String = block
            .lines()
            .filter(|line| !line.starts_with(['-', '+']))
            .map(|line| format!("{line}\n"))
            .collect();
        if to.is_empty() {
            from.push('\n');
        }
        let found = said(&from, &to);
        if found != expected {
            let damage: String = block
                .lines()
                .filter(|line| line.starts_with(['-', '+']))
                .map(|line| format!("{line}\n"))
                .collect();
            otherwise += &format!("{damage}{found}\n");
        }
    }
    assert!(otherwise.is_empty(), "answered otherwise:\n\n{otherwise}");
}

#[test]
fn a_place_is_given_as_editors_do() {
    let error = damaged("kegiatan    = \"Melakukan Disposisi\"", "kegiatn     = \"Melakukan Disposisi\"")
        .unwrap_err();
    let line = SEED.lines().position(|line| line.contains("Melakukan Disposisi")).unwrap() + 1;
    assert_eq!(
        error.to_string(),
        format!(
            "sop.toml:{line}:1: langkah 1, kegiatn: kunci `kegiatn` tidak dikenal di sini. Perbaikan: mungkin maksudnya \
             `kegiatan`."
        )
    );
    // Windows line ends and a byte order mark shift nothing.
    let text = format!("\u{feff}{}", SEED.replace('\n', "\r\n"));
    assert_eq!(Sop::read("sop.toml", &text).as_ref(), Ok(shipped()));
    let error =
        Sop::read("sop.toml", &text.replacen("= \"Melakukan Disposisi\"", "= Melakukan Disposisi", 1))
            .unwrap_err();
    assert_eq!((error.mistakes[0].line, error.mistakes[0].column), (line, 15));
}

#[test]
fn all_mistakes_are_told_in_the_order_of_the_lines() {
    let text = SEED
        .replacen("mulai   = \"1\"", "mulai   = \"0\"", 1)
        .replacen("koordinator = \"ketua\"", "koordinator = \"kepala\"", 1)
        .replacen("ke           = [\"selesai\"]", "ke           = [\"tuntas\"]", 1);
    let error = Sop::read("sop.toml", &text).unwrap_err();
    let keys: Vec<&str> = error.mistakes.iter().map(|mistake| mistake.key.as_str()).collect();
    assert_eq!(keys, ["mulai", "koordinator", "langkah 10, tahap tanda-tangan, hasil tandatangani, ke"]);
    assert_eq!(error.to_string().lines().count(), 3);
}

#[test]
fn no_key_is_accepted_unread() {
    // Under every head of a table and in every inline table of the file.
    let mut places = BTreeSet::new();
    let lines: Vec<&str> = SEED.lines().collect();
    for (nth, line) in lines.iter().enumerate() {
        let foreign = if line.starts_with('[') && *line != "[inggris]" {
            format!("{line}\nasing = 1")
        } else if let Some((before, after)) = line.split_once("{ ") {
            format!("{before}{{ asing = 1, {after}")
        } else {
            continue;
        };
        // One of each kind is enough: the same head, or the same keys within braces.
        let kind: String = line.split('"').step_by(2).collect();
        if !places.insert(kind) {
            continue;
        }
        let text = [&lines[..nth], &[foreign.as_str()], &lines[nth + 1..]].concat().join("\n");
        let error = Sop::read("sop.toml", &text).expect_err(line).to_string();
        // The cells of the performers are a table of roles, where a foreign word is an unknown role.
        let about =
            error.contains("`asing` tidak dikenal") || error.contains("isinya bilangan, seharusnya teks");
        assert!(about, "{line}: {error}");
    }
    assert!(places.len() > 15, "{places:?}");
    assert!(
        damaged("kode    = ", "asing = 1\nkode    = ")
            .unwrap_err()
            .to_string()
            .contains("`asing` tidak dikenal")
    );
}

#[test]
fn no_english_reaches_the_author() {
    // Whatever is cut out of the file, the answer is in Indonesian.
    let words = [
        "expected",
        "invalid",
        "missing",
        "string",
        "unknown",
        "unexpected",
        "duplicate",
        "unclosed",
        "must",
    ];
    let text: Vec<char> = SEED.lines().take(160).collect::<Vec<_>>().join("\n").chars().collect();
    for at in (0..text.len()).step_by(23) {
        for cut in [1, 4] {
            let rest: String = text[..at].iter().chain(text.iter().skip(at + cut)).collect();
            if let Err(error) = Sop::read("sop.toml", &rest) {
                for mistake in &error.mistakes {
                    let said = format!("{} {}", mistake.message, mistake.mend);
                    let foreign = words.iter().find(|word| said.split(' ').any(|said| said == **word));
                    assert_eq!(foreign, None, "{error}");
                }
            }
        }
    }
}

#[test]
fn a_file_that_is_no_sop_is_told_so() {
    let first = |text: &str| Sop::read("sop.toml", text).unwrap_err().to_string();
    assert_eq!(
        first(""),
        "sop.toml:1:1: kunci `kode` belum ada. Perbaikan: tambahkan kode = … di awal berkas."
    );
    assert_eq!(
        first("halo"),
        "sop.toml:1:5: baris ini bukan kunci = nilai. Perbaikan: tulis satu kunci, tanda =, lalu nilainya, misalnya \
         kegiatan = \"…\"."
    );
    assert_eq!(
        first(&"# \n".repeat(400_000)),
        "sop.toml:1:1: berkas ini lebih besar dari 1024 kB. Perbaikan: satu berkas hanya memuat satu SOP."
    );
    assert!(first(&"[".repeat(10_000)).starts_with("sop.toml:1:"));
}

#[test]
fn everything_shipped_is_read_and_called_by_its_revision() {
    for (name, text) in FILES {
        let sop = Sop::read(name, text).unwrap_or_else(|error| panic!("{error}"));
        assert!(name.ends_with(&format!("{}/{}.toml", sop.code, sop.revision())), "{name}");
    }
    assert_eq!(shipped().code, *"helpdesk-ti");
}

#[test]
fn targets_are_written_as_rows_stages_and_ends() {
    let kinds = ["7", "6a", "4.konsep", "ditolak"].map(|text| match Target::parse(text) {
        Target::Step(no) => format!("row {no}"),
        Target::Stage(stage) => format!("stage {} of {}", stage.stage, stage.step),
        Target::End(end) => format!("end {end}"),
    });
    assert_eq!(kinds, ["row 7", "row 6a", "stage konsep of 4", "end ditolak"]);
    let stage: StageRef = serde_json::from_str("\"4.konsep\"").unwrap();
    assert_eq!(serde_json::to_string(&stage).unwrap(), "\"4.konsep\"");
    assert!(serde_json::from_str::<StageRef>("\"4\"").is_err());
}

#[test]
fn every_stage_has_a_name_of_its_own() {
    let sop = shipped();
    let stages: Vec<StageRef> = sop
        .steps
        .iter()
        .flat_map(|step| {
            step.stages.iter().map(|stage| StageRef { step: step.no.clone(), stage: stage.id.clone() })
        })
        .collect();
    assert_eq!(stages.iter().collect::<BTreeSet<_>>().len(), stages.len());
    for stage in &stages {
        assert!(sop.stage(stage).is_some_and(|found| !found.outcomes.is_empty()), "{stage}");
    }
}

#[test]
fn a_superior_is_whoever_disposes_to_somebody_or_gives_them_their_work() {
    let sop = shipped();
    let superior = |role: &str| sop.superior(&role.into()).map(Role::as_str);
    assert_eq!(superior("anggota"), Some("ketua"));
    assert_eq!(superior("ketua"), Some("sekretaris"));
    assert_eq!(superior("sekretaris"), None);
    assert_eq!(superior("pemohon"), None);
}
