use std::path::PathBuf;

use sop::letter::{
    Block, Capacity, DestructionRecord, DispositionSheet, Dossier, Enclosure, Fact, Frame, Initial, Letter,
    Letterhead, OfficialLetter, RegisterBook, RegisterColumn, Relationship, Report, RequestFormSheet, Seal,
    Section, Signatory, SigningPlace, StageEntry, StoryEntry, Tick,
};
use typst::foundations::Bytes;
use typst::layout::{Frame as Setting, FrameItem};
use typst_layout::PagedDocument;

use super::*;

fn samples() -> Vec<(String, Letter)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let read = |path: &PathBuf| {
        let letter = serde_json::from_str(&std::fs::read_to_string(path).unwrap());
        (path.file_stem().unwrap().to_string_lossy().into_owned(), letter.unwrap())
    };
    files.iter().map(read).collect()
}

/// Everything that is written on the pages, without spaces: words may be broken anywhere.
fn words(press: &Press, letter: &Letter) -> String {
    set(press, letter).pages().iter().map(|page| words_of(&page.frame)).collect()
}

fn set(press: &Press, letter: &Letter) -> PagedDocument {
    press.set(&Content::of_letter(letter, Standard::Accessible, &press.case).unwrap()).unwrap()
}

fn words_of(setting: &Setting) -> String {
    let mut words = String::new();
    for (_, item) in setting.items() {
        match item {
            FrameItem::Group(group) => words.push_str(&words_of(&group.frame)),
            FrameItem::Text(text) => words.extend(text.text.chars().filter(|c| !c.is_whitespace())),
            _ => {}
        }
    }
    words
}

/// How far the words reach to the right and down, in points.
fn reach(setting: &Setting, x: f64, y: f64) -> (f64, f64) {
    let mut reach: (f64, f64) = (0.0, 0.0);
    for (at, item) in setting.items() {
        let (x, y) = (x + at.x.to_pt(), y + at.y.to_pt());
        let (right, bottom) = match item {
            FrameItem::Group(group) if group.transform.is_identity() => self::reach(&group.frame, x, y),
            FrameItem::Text(text) => (x + text.width().to_pt(), y),
            _ => (0.0, 0.0),
        };
        reach = (reach.0.max(right), reach.1.max(bottom));
    }
    reach
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

/// One letter of each kind, with a text in all places.
fn all_kinds(text: &str, rows: usize, frame: &Frame) -> Vec<Letter> {
    let text = || text.to_owned();
    let frame = || frame.clone();
    let body = || {
        vec![
            Block::Paragraph { text: text() },
            Block::List { numbered: true, items: vec![text(), text()] },
            Block::List { numbered: false, items: vec![text()] },
            Block::Table {
                head: vec![text(), text(), text()],
                rows: vec![vec![text(), text(), text()]; rows],
            },
        ]
    };
    let fact = Fact { label: text(), value: text() };
    let tick = Tick { label: text(), ticked: true };
    let initial = Initial { position: text(), name: text(), at: text() };
    let signatory = Signatory {
        capacity: Capacity::OnBehalf,
        position: text(),
        own_position: Some(text()),
        name: text(),
        nip: Some(text()),
    };
    let sections = vec![Section { heading: text(), body: body() }, Section { heading: text(), body: vec![] }];
    let report = Report {
        frame: frame(),
        facts: vec![fact.clone(); 2],
        sections: sections.clone(),
        stages: vec![StageEntry { at: text(), by: text(), what: text() }; 2],
        place: text(),
        dated: text(),
        author: signatory.clone(),
        initials: vec![initial.clone()],
    };
    vec![
        Letter::Disposition(DispositionSheet {
            frame: frame(),
            from: text(),
            letter_no: text(),
            letter_date: text(),
            received: text(),
            agenda: text(),
            urgencies: vec![tick.clone(); 3],
            subject: text(),
            forwarded_to: vec![text()],
            requests: vec![tick; 2],
            notes: body(),
            initial: initial.clone(),
        }),
        Letter::RequestForm(RequestFormSheet {
            frame: frame(),
            facts: vec![fact],
            sections,
            approval: Some(initial.clone()),
        }),
        Letter::Official(OfficialLetter {
            frame: frame(),
            number: text(),
            sensitivity: text(),
            attachments: text(),
            subject: text(),
            place: text(),
            dated: text(),
            to: vec![text()],
            body: body(),
            signatory,
            initials: vec![initial],
            copies: vec![text()],
        }),
        Letter::Examination(report.clone()),
        Letter::Progress(report.clone()),
        Letter::Check(report.clone()),
        Letter::Completion(report),
        Letter::Register(RegisterBook {
            frame: frame(),
            period: text(),
            columns: vec![
                RegisterColumn { head: text(), share: 0 },
                RegisterColumn { head: text(), share: 3 },
            ],
            rows: vec![vec![text(), text()]; rows],
        }),
        Letter::Destruction(DestructionRecord {
            frame: frame(),
            opening: text(),
            facts: vec![Fact { label: text(), value: text() }],
            columns: vec![
                RegisterColumn { head: text(), share: 0 },
                RegisterColumn { head: text(), share: 3 },
            ],
            rows: vec![vec![text(), text()]; rows],
            place: text(),
            dated: text(),
            signing: vec![
                SigningPlace {
                    part: text(),
                    position: text(),
                    name: text(),
                    nip: Some(text()),
                    at: text()
                };
                3
            ],
        }),
    ]
}

fn frame(text: &str) -> Frame {
    Frame {
        letterhead: Letterhead { names: vec![text.to_owned()], address: vec![text.to_owned()] },
        case: None,
        title: text.to_owned(),
        date: jiff::civil::date(2026, 11, 24),
        seal: Some(Seal {
            code: "7KQ2-M4XW".to_owned(),
            address: "https://sigap.example/v/7KQ2-M4XW".to_owned(),
            head: Some("9f3c".repeat(16)),
        }),
        footer: vec![text.to_owned()],
        mark: Some(text.to_owned()),
    }
}

fn paragraph(text: &str) -> Letter {
    let mut letter = all_kinds("Isi", 1, &frame("Kop")).remove(2);
    if let Letter::Official(official) = &mut letter {
        official.body = vec![Block::Paragraph { text: text.to_owned() }];
    }
    letter
}

#[test]
fn every_kind_of_letter_has_a_sample() {
    let mut templates: Vec<&str> = samples().iter().map(|(_, letter)| Template::of(letter).name()).collect();
    templates.sort_unstable();
    templates.dedup();
    assert_eq!(templates.len(), 9);
}

#[test]
fn every_sample_prints_the_same_twice() {
    let press = Press::new();
    for (name, letter) in samples() {
        let pdf = press.pdf(&letter).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(pdf.starts_with(b"%PDF-1.7"), "{name}");
        comemo::evict(0);
        assert!(pdf == Press::new().pdf(&letter).unwrap(), "{name}");
        press.archival_pdf_a1b(&letter).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn nothing_of_a_sample_is_lost() {
    fn texts(value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::String(text) => found.push(text.clone()),
            serde_json::Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
            serde_json::Value::Object(fields) => fields.values().for_each(|item| texts(item, found)),
            _ => {}
        }
    }
    let press = Press::new();
    for (name, letter) in samples() {
        let printed = words(&press, &letter).to_uppercase();
        let mut value = serde_json::to_value(&letter).unwrap();
        for field in ["template", "frame"] {
            value.as_object_mut().unwrap().remove(field);
        }
        let mut found = Vec::new();
        texts(&value, &mut found);
        let names = ["own", "daily", "acting", "on_behalf", "paragraph", "list", "table"];
        for text in found.iter().filter(|text| !names.contains(&text.as_str())) {
            assert!(printed.contains(&squeezed(text).to_uppercase()), "{name} lacks {text:?}");
        }
    }
}

/// Whoever listens to a letter, or searches it, meets it as whoever looks at its pages.
#[test]
fn what_a_letter_says_is_printed_in_the_same_order() {
    let press = Press::new();
    for (name, letter) in samples() {
        let printed = letters_and_digits(&words(&press, &letter));
        let mut at = 0;
        for line in letter.text() {
            for piece in line.split([':', ';']).map(letters_and_digits) {
                let found = printed[at..].find(&piece).unwrap_or_else(|| panic!("{name}: {line}"));
                at += found + piece.len();
            }
        }
    }
}

fn letters_and_digits(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[test]
fn a_sealed_letter_prints_its_code_and_a_draft_its_mark() {
    let press = Press::new();
    let samples = samples();
    let named = |wanted: &str| &samples.iter().find(|(name, _)| name == wanted).unwrap().1;
    assert!(words(&press, named("official")).contains("7KQ2-M4XW-9DTR"));
    assert!(words(&press, named("official-draft")).contains("KONSEP"));
    let head = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752";
    assert!(words(&press, named("official")).contains(head), "what was signed agrees with one history");
    assert!(!words(&press, named("completion")).contains("Riwayat kasus"), "letters of before have none");
}

#[test]
fn a_short_disposition_takes_half_a_page() {
    let press = Press::new();
    let (_, letter) = samples().into_iter().find(|(name, _)| name == "disposition").unwrap();
    let Letter::Disposition(mut sheet) = letter else { panic!("no disposition") };
    sheet.frame.footer.clear();
    let document = set(&press, &Letter::Disposition(sheet));
    assert_eq!(document.pages().len(), 1);
    let (_, bottom) = reach(&document.pages()[0].frame, 0.0, 0.0);
    assert!(bottom < 842.0 / 2.0, "{bottom}");
}

#[test]
fn markup_stays_text() {
    let press = Press::new();
    for text in [
        "#import \"/etc/passwd\": *",
        "#set page(width: 1pt) $x^2$ *b* _i_ `c` <l> @r \\ // /* */ ~ --- = H",
        "[x](y) {{z}} </script> ';--",
        "#read(\"/data.json\")",
    ] {
        assert!(words(&press, &paragraph(text)).contains(&squeezed(text)), "{text}");
    }
}

#[test]
fn any_content_prints() {
    let press = Press::new();
    let texts = [
        ("empty", String::new()),
        ("spaces", "  \n \n".to_owned()),
        ("lines", "satu\ndua\r\n\ntiga".to_owned()),
        (
            "controls",
            (0..32_u8).map(char::from).chain(['\u{7f}', '\u{85}', '\u{feff}', '\u{fffe}']).collect(),
        ),
        ("scripts", "שלום עולם مرحبا 表示 नमस्ते ไทย 👩‍👩‍👧 🇮🇩 e\u{301}\u{323} Ωμέγα Привет ﬁ ǆ".to_owned()),
        ("word", "panjang".repeat(40)),
        ("address", format!("https://contoh.go.id/{}", "jalan/".repeat(60))),
    ];
    for (name, text) in texts {
        for letter in all_kinds(&text, 2, &frame(&text)) {
            let template = Template::of(&letter).name();
            press.pdf(&letter).unwrap_or_else(|error| panic!("{name} in {template}: {error}"));
            press.archival_pdf_a1b(&letter).unwrap_or_else(|error| panic!("{name} in {template}: {error}"));
        }
    }
}

#[test]
fn any_character_prints() {
    let press = Press::new();
    for from in (0..0x1_1000_u32).step_by(0x800) {
        let text: Vec<String> =
            (from..from + 0x800).filter_map(char::from_u32).map(|c| format!("a{c} ")).collect();
        let letter = paragraph(&text.concat());
        press.pdf(&letter).unwrap_or_else(|error| panic!("from {from:x}: {error}"));
        press.archival_pdf_a1b(&letter).unwrap_or_else(|error| panic!("from {from:x}: {error}"));
    }
}

#[test]
fn long_words_stay_on_the_page() {
    let press = Press::new();
    for text in ["W".repeat(400), format!("https://contoh.go.id/{}", "JALAN/".repeat(60))] {
        for letter in all_kinds(&text, 1, &Frame { mark: None, ..frame(&text) }) {
            for page in set(&press, &letter).pages() {
                let (right, bottom) = reach(&page.frame, 0.0, 0.0);
                let (width, height) = (page.frame.width().to_pt(), page.frame.height().to_pt());
                let name = Template::of(&letter).name();
                // The right margin is 2 cm, which is 56.7 points.
                assert!(right < width - 56.0, "{name}: {right} of {width}");
                assert!(bottom < height, "{name}: {bottom} of {height}");
            }
        }
    }
}

#[test]
fn long_content_flows_over_pages() {
    let press = Press::new();
    let text = "Nama dan hal yang sangat panjang sekali ini ".repeat(230);
    let end = format!("{text}penghabisan");
    let short = frame("Sekretariat");
    let letter = all_kinds(&end, 0, &short).remove(2);
    let printed = words(&press, &letter);
    // Number, sensitivity, attachments, subject, place, date, addressee, three of the signature with the
    // number, copies, initials with their three, paragraph, three items and the head of the table.
    assert!(printed.matches("penghabisan").count() >= 18, "{}", printed.matches("penghabisan").count());
    for page in set(&press, &letter).pages() {
        let (_, bottom) = reach(&page.frame, 0.0, 0.0);
        assert!(bottom < 842.0, "{bottom}");
    }
    press.pdf(&letter).unwrap();
}

#[test]
fn long_tables_and_texts_flow_over_pages() {
    let press = Press::new();
    for letter in all_kinds("Sel tabel", 200, &frame("Kop")) {
        let printed = words(&press, &letter);
        let name = Template::of(&letter).name();
        assert!(printed.matches("Seltabel").count() >= 400, "{name}");
        press.pdf(&letter).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    let text = "Kalimat yang diulang. ".repeat(2_300);
    assert_eq!(words(&press, &paragraph(&text)).matches("Kalimatyangdiulang.").count(), 2_300);
}

#[test]
fn a_signature_is_never_alone_on_its_page() {
    let press = Press::new();
    // Somewhere in this range the signature no longer fits on the page.
    for lines in 20..34 {
        let mut letter = paragraph("x");
        if let Letter::Official(official) = &mut letter {
            official.frame = Frame { seal: None, mark: None, ..frame("Kop") };
            official.copies.clear();
            official.initials.clear();
            official.signatory.name = "Penandatangan".to_owned();
            official.body = vec![Block::Paragraph { text: "Baris.".to_owned() }; lines];
        }
        let document = set(&press, &letter);
        let page = document.pages().iter().map(|page| words_of(&page.frame));
        let signed: Vec<String> = page.filter(|words| words.contains("Penandatangan")).collect();
        assert_eq!(signed.len(), 1);
        assert!(signed[0].contains("Baris."), "{lines}");
    }
}

#[test]
fn too_much_is_refused() {
    let error = Press::new().pdf(&paragraph(&"x ".repeat(600_000))).unwrap_err();
    assert!(matches!(error, PressError::TooLarge { .. }), "{error}");
    assert!(error.to_string().contains("1000000"), "{error}");
}

#[test]
fn each_page_has_a_picture() {
    let press = Press::new();
    let (_, letter) = samples().into_iter().find(|(name, _)| name == "register").unwrap();
    let count = press.page_count(&letter).unwrap();
    assert_eq!(count, set(&press, &letter).pages().len());
    assert!(count > 1);
    for page in [0, count - 1] {
        let picture = press.picture(&letter, page, 0.5).unwrap().unwrap();
        assert!(picture.starts_with(b"\x89PNG"));
        // A4 across: 842 × 595 points.
        assert_eq!(&picture[16..24], &[0, 0, 1, 165, 0, 0, 1, 42]);
    }
    assert_eq!(press.picture(&letter, count, f32::NAN).unwrap(), None);
}

#[test]
fn the_sop_prints_word_for_word() {
    let press = Press::new();
    let sop = sop::shipped();
    let content = Content::of_sop(sop, &press.case).unwrap();
    let document = press.set(&content).unwrap();
    let printed: String = document.pages().iter().map(|page| words_of(&page.frame)).collect();
    let identity = &sop.identity;
    let lists = [&identity.unit, &identity.legal_basis, &identity.qualifications, &identity.warnings];
    let rows = sop.steps.iter().flat_map(|step| step.requirements.iter().chain([&step.activity]));
    for text in lists.into_iter().flatten().chain(rows).chain([&sop.heading, &sop.total.text]) {
        assert!(printed.contains(&squeezed(text)), "{text}");
    }
    // The identity, and the table as its document breaks it.
    assert_eq!(document.pages().len(), 3);
    assert!(press.sop_pdf(sop).unwrap() == Press::new().sop_pdf(sop).unwrap());
}

fn dossier() -> Dossier {
    let enclosure = |name: &str, relationship, content: &[u8]| Enclosure {
        name: name.to_owned(),
        description: format!("Tentang {name}"),
        relationship,
        media_type: "text/plain",
        digest: format!("intisari-{name}"),
        content: content.to_vec(),
    };
    Dossier {
        frame: frame("Berkas"),
        facts: vec![Fact { label: "Nomor kasus".to_owned(), value: "2026-0142".to_owned() }],
        sections: vec![Section { heading: "Uraian".to_owned(), body: Vec::new() }],
        steps: Vec::new(),
        story: vec![StoryEntry {
            at: "24 November 2026".to_owned(),
            what: "Rina menyetujui.".to_owned(),
            record: vec![Fact { label: "Catatan".to_owned(), value: "#panic() *apa adanya*".to_owned() }],
        }],
        enclosures: vec![
            enclosure("01-surat.pdf", Relationship::Supplement, b"%PDF-1.7 \x00\xff"),
            enclosure("peristiwa.jsonl", Relationship::Source, b"{}\n"),
            enclosure("kosong.txt", Relationship::Data, b""),
        ],
    }
}

#[test]
fn a_dossier_gives_its_files_back_as_they_were() {
    let (press, dossier) = (Press::new(), dossier());
    let pdf = press.dossier(&dossier).unwrap();
    assert!(pdf == Press::new().dossier(&dossier).unwrap(), "made again it is the same");

    let document = lopdf::Document::load_mem(&pdf).unwrap();
    let mut found = Vec::new();
    for object in document.objects.values().filter_map(|object| object.as_dict().ok()) {
        let Ok(relationship) = object.get(b"AFRelationship") else { continue };
        let file = object.get_deref(b"EF", &document).unwrap().as_dict().unwrap();
        let file = file.get_deref(b"F", &document).unwrap().as_stream().unwrap();
        let content = file.decompressed_content().unwrap_or_else(|_| file.content.clone());
        let name = lopdf::decode_text_string(object.get(b"UF").unwrap()).unwrap();
        found.push((name, String::from_utf8_lossy(relationship.as_name().unwrap()).into_owned(), content));
    }
    found.sort();
    let expected = [
        ("01-surat.pdf", "Supplement", &b"%PDF-1.7 \x00\xff"[..]),
        ("kosong.txt", "Data", b""),
        ("peristiwa.jsonl", "Source", b"{}\n"),
    ];
    let expected = expected.map(|(name, kind, content)| (name.to_owned(), kind.to_owned(), content.to_vec()));
    assert_eq!(found, expected);

    let set = press.set(&Content::of_dossier(&dossier, &press.case).unwrap()).unwrap();
    let printed: String = set.pages().iter().map(|page| words_of(&page.frame)).collect();
    for said in ["2026-0142", "Rinamenyetujui.", "#panic()*apaadanya*", "01-surat.pdf", "intisari-kosong.txt"]
    {
        assert!(printed.contains(said), "{said}: {printed}");
    }
}

#[test]
fn a_dossier_holds_only_so_many_files() {
    let mut dossier = dossier();
    dossier.enclosures = vec![dossier.enclosures[0].clone(); ENCLOSURES_MAX + 1];
    let error = Press::new().dossier(&dossier).unwrap_err();
    assert_eq!(error.to_string(), "berkas kasus berisi 501 berkas, paling banyak 500");
}

fn printed_by(template: &str) -> Result<PagedDocument, PressError> {
    let press = Press { case: Arc::new(Case::of_text(template)) };
    press.set(&Content::of_letter(&paragraph("rahasia"), Standard::Accessible, &press.case).unwrap())
}

#[test]
fn a_template_reads_nothing_but_its_content() {
    printed_by("#json(\"/data.json\").number").unwrap();
    for template in [
        "#read(\"/etc/passwd\")",
        "#read(\"../../../etc/passwd\")",
        "#read(\"/base.typ\")",
        "#include \"/official.typ.bak\"",
        "#image(\"/logo.svg\")",
        "#import \"@preview/cetz:0.4.0\": *",
    ] {
        let error = printed_by(template).map(drop).unwrap_err().to_string();
        let denied = error.contains("access denied") || error.contains("escape");
        assert!(denied, "{template}: {error}");
    }
    assert!(printed_by("#datetime.today()").is_err());
}

#[test]
fn an_error_says_where_and_not_what_was_written() {
    let error = printed_by("\n\n#panic()").unwrap_err().to_string();
    assert!(error.starts_with("templat official.typ tidak dapat dicetak: official.typ:3: "), "{error}");
    let job_error = {
        let press = Press { case: Arc::new(Case::of_text("#set document(title: [x])\n表rahasia")) };
        press.pdf(&paragraph("x")).unwrap_err().to_string()
    };
    assert!(!job_error.contains("rahasia"), "{job_error}");
}

#[test]
fn a_job_knows_only_its_own_files() {
    let case = Case::new();
    let job = Job::new(&case, Template::Official, Bytes::new(&b"{}"[..]), &[]);
    assert!(job.source(job.main()).is_ok());
    let other = Job::new(&case, Template::Sop, Bytes::new(&b"{}"[..]), &[]);
    assert!(job.source(other.main()).is_err());
    assert!(job.file(job.main()).is_err());
    assert!(job.today(None).is_none());
}
