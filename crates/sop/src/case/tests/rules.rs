//! Every rule of the office as a story.

use super::office::{Office, actor, check, moment, play, play_by, spoken, stage_ref};
use crate::case::{
    Actor, Case, Command, DispatchFailure, DispatchResult, Event, Recorded, Refusal, Signature, decide,
    text_key,
};
use crate::definition::Sop;

// ------------------------------------------------------------------------------------------------
// Asking for help

#[test]
fn a_request_opens_the_first_row_which_is_never_due() {
    check(
        r#"
        Mon 2026-11-23 15:50 Markus asks: jenis=server; uraian=Situs tidak terbuka\nsejak pagi; sejak=22-11-2026; sifat=segera
            registered as 2026-0001, agenda 1, helpdesk-ti 2024-08-29, for Markus of ntt, by form, received Mon 2026-11-23 15:50, entered by Markus as pemohon, jenis=[server], sejak=2026-11-22, sifat=[segera], @hal="Situs tidak dapat dibuka", @kontak="0812 0000 1111", @nama="Markus Tefa", uraian="Situs tidak terbuka\nsejak pagi"
            row 1 opens, never due
            task 1: 1.disposisi waits
        "#,
    );
}

#[test]
fn a_letter_on_paper_is_entered_by_the_agenda_officer() {
    check(
        r#"
        Tue 2026-11-24 09:00 Endang enters for nobody: nomor-surat=B-12/TU.040/11/2026; tanggal-surat=Fri 2026-11-20; diterima=Mon 2026-11-23 10:15
            registered as 2026-0001, agenda 1, helpdesk-ti 2024-08-29, for somebody without an account of ntt, by letter dated 2026-11-20, received Mon 2026-11-23 10:15, entered by Endang as agenda, jenis=[aplikasi], sifat=[biasa], @hal="Situs tidak dapat dibuka", @kontak="0812 0000 1111", @nama="Markus Tefa", @nomor-surat="B-12/TU.040/11/2026", uraian="(uraian)"
            row 1 opens, never due
            task 1: 1.disposisi waits
        "#,
    );
    check(
        r#"
        Tue 2026-11-24 09:00 Endang enters for Markus: diterima=Mon 2026-11-23 10:15
            registered as 2026-0001, agenda 1, helpdesk-ti 2024-08-29, for Markus of ntt, by letter, received Mon 2026-11-23 10:15, entered by Endang as agenda, jenis=[aplikasi], sifat=[biasa], @hal="Situs tidak dapat dibuka", @kontak="0812 0000 1111", @nama="Markus Tefa", uraian="(uraian)"
            row 1 opens, never due
            task 1: 1.disposisi waits
        "#,
    );
}

#[test]
fn nobody_else_asks_and_everybody_only_for_themselves() {
    check(
        "
        Rina asks
            no: NotYourRole, needed pemohon
        Wayan asks
            no: NotYourRole, needed pemohon
        Clock asks
            no: NotYourRole, needed pemohon
        Siti enters for Markus
            no: NotYourRequest
        Siti enters for nobody
            no: NotYourRequest
        ",
    );
}

#[test]
fn a_request_names_every_field_that_has_to_be_mended() {
    check(
        "
        Markus asks: jenis=; uraian=; sifat=; nama=; kontak= ; hal=
            no: RecordIncomplete, jenis is missing, uraian is missing, sifat is missing, @nama is missing, @kontak is missing, @hal is missing
        Markus asks: jenis=printer; uraian=a×10001; sistem=b×201; sejak=kemarin; sifat=biasa; hal=c×201; nomor-surat=d×201
            no: RecordIncomplete, jenis is not an option, sistem is longer than 200 characters, uraian is longer than 10000 characters, sejak is not a date, @hal is longer than 200 characters, @nomor-surat is longer than 200 characters
        Mon 2026-11-23 08:00 Markus asks: sejak=24/11/2026
            no: RecordIncomplete, sejak is in the future
        Markus asks: uraian=é×10000; sistem=b×200; sejak=23.11.2026; hal=c×200
        ",
    );
}

#[test]
fn a_request_is_not_received_before_it_was_sent() {
    check(
        "
        Mon 2026-11-23 08:00 Endang enters for nobody: diterima=Mon 2026-11-23 08:01
            no: ReceivedInFuture
        Endang enters for nobody: tanggal-surat=Tue 2026-11-24
            no: ReceivedInFuture
        Endang enters for nobody: tanggal-surat=Mon 2026-11-23; diterima=Mon 2026-11-23 08:00
        ",
    );
}

#[test]
fn what_was_typed_is_tidied() {
    check(
        r#"
        Markus asks: jenis=lainnya; sifat=biasa; uraian= satu\r\n\ndua\0  ; hal=Situs\nmati\tlagi ; kontak=a@b.id
            registered as 2026-0001, agenda 1, helpdesk-ti 2024-08-29, for Markus of ntt, by form, received Mon 2026-11-23 08:00, entered by Markus as pemohon, jenis=[lainnya], sifat=[biasa], @hal="Situs mati lagi", @kontak="a@b.id", @nama="Markus Tefa", uraian="satu\n\ndua"
            row 1 opens, never due
            task 1: 1.disposisi waits
        "#,
    );
}

// ------------------------------------------------------------------------------------------------
// The two ways of the SOP

#[test]
fn rejected_with_an_explanation() {
    check(
        r#"
        Mon 2026-11-23 08:00 Markus asks
        Hendra completes 1.disposisi teruskan: sifat=segera; harap=proses+tanggapan; catatan=Mohon ditelaah
            task 1 is done: teruskan, harap=[tanggapan, proses], sifat=[segera], catatan="Mohon ditelaah"
            row 1 is done
            row 2 opens, due Mon 2026-11-23 08:20
            task 2: 2.kaji waits
        08:20 Rina completes 2.kaji tolak: alasan=ganda+kewenangan; ringkas=Sudah diajukan satker lain
            task 2 is done: tolak, alasan=[kewenangan, ganda], ringkas="Sudah diajukan satker lain"
            row 2 is done
            row 3 opens, due Mon 2026-11-23 08:50
            task 3: 3.penjelasan waits
        09:00 Rina completes 3.penjelasan penjelasan: penjelasan=Lihat 2026-0000
            task 3 is done: penjelasan, penjelasan="Lihat 2026-0000"
            letter 1 of task 3 is signed
            dispatch 1 of kode-1 is ordered by Rina as ketua
            row 3 is done
            row 4 opens, due Tue 2026-11-24 09:00
            task 4: 4.perintah waits
        09:10 Rina completes 4.perintah perintahkan to Budi: arahan=Singkat saja
            task 4 is done: perintahkan, given to Budi, arahan="Singkat saja"
            task 5: 4.konsep waits for Budi
        10:00 Budi completes 4.konsep ajukan: hal-penolakan=Penolakan; surat=Dengan hormat
            task 5 is done: ajukan, hal-penolakan="Penolakan", surat="Dengan hormat"
            task 6: 4.koreksi waits
        11:00 Rina completes 4.koreksi teruskan: hal-penolakan=Penolakan permintaan; surat=Dengan hormat, maaf
            task 6 is done: teruskan, hal-penolakan="Penolakan permintaan", surat="Dengan hormat, maaf"
            task 7: 4.tanda-tangan waits
        13:00 Hendra completes 4.tanda-tangan tandatangani
            task 7 is done: tandatangani
            letter 2 of task 7 is signed
            dispatch 1 of kode-2 is ordered by Hendra as sekretaris
            row 4 is done
            closed: ditolak
        the case
            ended Mon 2026-11-23 13:00: ditolak
        "#,
    );
}

#[test]
fn rejected_with_an_alternative_the_letter_still_follows() {
    check(
        r#"
        Mon 2026-11-23 08:00 Markus asks
        as far as 3.penjelasan
        Rina completes 3.penjelasan alternatif: solusi=Pakai VPN
            task 3 is done: alternatif, solusi="Pakai VPN"
            letter 1 of task 3 is signed
            dispatch 1 of kode-1 is ordered by Rina as ketua
            row 3 is done
            row 4 opens, due Tue 2026-11-24 08:00
            task 4: 4.perintah waits
        "#,
    );
}

#[test]
fn accepted_an_application() {
    check(
        r#"
        Mon 2026-11-23 08:00 Markus asks
        08:30 Hendra completes 1.disposisi teruskan
        08:40 Rina completes 2.kaji setuju to Budi: pesan=Tolong hari ini
            task 2 is done: setuju, given to Budi, pesan="Tolong hari ini"
            row 2 is done
            row 5 opens, due Mon 2026-11-23 10:40
            task 3: 5.identifikasi waits for Budi
        10:00 Budi completes 5.identifikasi aplikasi: temuan=Galat basis data
            task 3 is done: aplikasi, temuan="Galat basis data"
            row 5 is done
            row 6a opens, due Tue 2026-11-24 10:00
            task 4: 6a.periksa-aplikasi waits for Budi
        15:00 Budi completes 6a.periksa-aplikasi diperiksa
            task 4 is done: diperiksa, hasil="(hasil)", rekomendasi="(rekomendasi)"
            row 6a is done
            row 7 opens, due Mon 2026-11-30 15:00
            task 5: 7.perbaikan waits for Budi
        Tue 2026-11-24 09:00 Budi logs 7.perbaikan: tahapan=Menambah indeks
            task 5 is logged, tahapan="Menambah indeks"
        10:00 Budi completes 7.perbaikan diperbaiki
            task 5 is done: diperbaiki, ringkasan="(ringkasan)"
            row 7 is done
            row 8 opens, due Wed 2026-11-25 10:00
            task 6: 8.pengecekan waits
        13:30 Rina completes 8.pengecekan lulus
            task 6 is done: lulus, pengecekan="(pengecekan)"
            row 8 is done
            row 9 opens, due Wed 2026-11-25 13:30
            task 7: 9.laporan waits for Budi
        15:00 Budi completes 9.laporan lapor: balasan=Sudah pulih
            task 7 is done: lapor, balasan="Sudah pulih", kegiatan="(kegiatan)", kerusakan="(kerusakan)"
            row 9 is done
            row 10 opens, never due
            task 8: 10.setujui waits
        15:30 Rina completes 10.setujui setujui
            task 8 is done: setujui
            task 9: 10.konsep waits for Budi
        Wed 2026-11-25 08:00 Budi completes 10.konsep ajukan: hal=Helpdesk selesai; balasan=Sudah pulih.
            task 9 is done: ajukan, balasan="Sudah pulih.", hal="Helpdesk selesai"
            task 10: 10.koreksi waits
        09:00 Rina completes 10.koreksi teruskan: hal=Helpdesk selesai; balasan=Sudah pulih sepenuhnya.
            task 10 is done: teruskan, balasan="Sudah pulih sepenuhnya.", hal="Helpdesk selesai"
            task 11: 10.tanda-tangan waits
        10:00 Hendra completes 10.tanda-tangan tandatangani
            task 11 is done: tandatangani
            letter 1 of task 11 is signed
            dispatch 1 of kode-1 is ordered by Hendra as sekretaris
            row 10 is done
            closed: selesai
        "#,
    );
}

#[test]
fn accepted_a_server() {
    check(
        "
        Mon 2026-11-23 08:00 Markus asks
        as far as 5.identifikasi
        Budi completes 5.identifikasi server
            …
            row 6b opens, due Tue 2026-11-24 08:00
            task 4: 6b.periksa-server waits for Budi
        Budi completes 6b.periksa-server diperiksa
            …
            row 7 opens, due Mon 2026-11-30 08:00
            task 5: 7.perbaikan waits for Budi
        ",
    );
}

#[test]
fn both_examinations_run_side_by_side_and_the_repair_waits_for_the_later() {
    let to_the_fork = r#"
        Mon 2026-11-23 08:00 Markus asks
        as far as 5.identifikasi
        Budi completes 5.identifikasi keduanya
            task 3 is done: keduanya, temuan="(temuan)"
            row 5 is done
            row 6a opens, due Tue 2026-11-24 08:00
            task 4: 6a.periksa-aplikasi waits for Budi
            row 6b opens, due Tue 2026-11-24 08:00
            task 5: 6b.periksa-server waits for Budi
        "#;
    let one_first = r#"
        09:00 Budi completes 6a.periksa-aplikasi diperiksa
            task 4 is done: diperiksa, hasil="(hasil)", rekomendasi="(rekomendasi)"
            row 6a is done
        10:00 Budi completes 6b.periksa-server diperiksa
            task 5 is done: diperiksa, hasil="(hasil)"
            row 6b is done
            row 7 opens, due Mon 2026-11-30 10:00
            task 6: 7.perbaikan waits for Budi
        "#;
    let other_first = r#"
        09:00 Budi completes 6b.periksa-server diperiksa
            task 5 is done: diperiksa, hasil="(hasil)"
            row 6b is done
        10:00 Budi completes 6a.periksa-aplikasi diperiksa
            …
            row 7 opens, due Mon 2026-11-30 10:00
            task 6: 7.perbaikan waits for Budi
        "#;
    check(&[to_the_fork, one_first].concat());
    check(&[to_the_fork, other_first].concat());
}

#[test]
fn a_repair_that_fails_the_check_is_repeated_and_due_anew() {
    check(
        r#"
        Mon 2026-11-23 08:00 Markus asks
        as far as 8.pengecekan
        Tue 2026-11-24 09:00 Rina completes 8.pengecekan ulang: pengecekan=Masih lambat; ulang=Periksa tembolok
            task 6 is done: ulang, pengecekan="Masih lambat", ulang="Periksa tembolok"
            row 8 is done
            row 7 opens, round 2, due Tue 2026-12-01 09:00
            task 7: 7.perbaikan waits for Budi
        Budi completes 7.perbaikan diperbaiki
            no: NothingLogged
        Budi logs 7.perbaikan
        10:00 Budi completes 7.perbaikan diperbaiki
            …
            row 8 opens, round 2, due Wed 2026-11-25 10:00
            task 8: 8.pengecekan waits
        Rina completes 8.pengecekan ulang
            …
            row 7 opens, round 3, due Tue 2026-12-01 10:00
            task 9: 7.perbaikan waits for Budi
        "#,
    );
}

#[test]
fn a_refusal_letter_is_returned_by_the_lead_and_by_the_secretary() {
    check(
        r#"
        Mon 2026-11-23 08:00 Markus asks
        as far as 4.koreksi
        the case
            running
            row 4 is open, due Tue 2026-11-24 08:00
            task 6: 4.koreksi waits
        09:00 Rina completes 4.koreksi kembalikan: dikembalikan=
            no: RecordIncomplete, dikembalikan is missing
        09:00 Rina completes 4.koreksi kembalikan: dikembalikan=Sebut nomor agenda
            task 6 is done: kembalikan, dikembalikan="Sebut nomor agenda"
            task 7: 4.konsep waits for Budi
        10:00 Budi completes 4.konsep ajukan
            task 7 is done: ajukan, hal-penolakan="(hal-penolakan)", surat="(surat)"
            task 8: 4.koreksi waits
        11:00 Rina completes 4.koreksi teruskan
        Hendra completes 4.tanda-tangan kembalikan: dikembalikan=Nama satker keliru
            task 9 is done: kembalikan, dikembalikan="Nama satker keliru"
            task 10: 4.koreksi waits
        the case
            running
            row 4 is open, due Tue 2026-11-24 08:00
            task 10: 4.koreksi waits
        Rina completes 4.koreksi teruskan
        Hendra completes 4.tanda-tangan tandatangani
            …
            row 4 is done
            closed: ditolak
        "#,
    );
}

#[test]
fn nobody_signs_what_they_drafted_or_checks_what_they_repaired() {
    // Budi holds every role himself, or acts in the place of whoever holds it.
    let everything = Actor::person_with("budi", ["anggota", "ketua", "sekretaris"].map(Into::into).into());
    for (deputy, waits_for, outcome, did) in [
        (&everything, "4.tanda-tangan", "tandatangani", Some("4.konsep")),
        (&actor("Budi/Hendra"), "4.tanda-tangan", "tandatangani", Some("4.konsep")),
        (&everything, "10.tanda-tangan", "tandatangani", Some("10.konsep")),
        (&everything, "8.pengecekan", "lulus", Some("7.perbaikan")),
        (&actor("Budi/Rina"), "8.pengecekan", "lulus", Some("7.perbaikan")),
        // To approve the report is not to check the repair; to correct a letter is not to sign it.
        (&everything, "10.setujui", "setujui", None),
        (&everything, "4.koreksi", "teruskan", None),
        (&actor("Rina/Hendra"), "4.tanda-tangan", "tandatangani", None),
    ] {
        let office = play(&format!("Mon 2026-11-23 08:00 Markus asks\nas far as {waits_for}"));
        let task = office.case().open_tasks().next().unwrap().id;
        let complete = office.complete(task, outcome, "", None, office.case().version);
        let answer = decide(office.lookup(), office.case(), deputy, office.now, complete).map(drop);
        let wanted = did.map_or(Ok(()), |stage| Err(Refusal::SamePerson { stage: stage_ref(stage) }));
        assert_eq!(answer, wanted, "{waits_for}");
    }
}

#[test]
fn a_hand_in_the_repair_is_enough_not_to_check_it() {
    check(
        r#"
        Mon 2026-11-23 08:00 Markus asks
        as far as 7.perbaikan
        Budi logs 7.perbaikan
        Rina assigns 7.perbaikan to Yohanes
        Yohanes completes 7.perbaikan diperbaiki
        Budi/Rina completes 8.pengecekan lulus
            no: SamePerson as 7.perbaikan
        Endang/Rina completes 8.pengecekan ulang
        Yohanes logs 7.perbaikan
        Yohanes completes 7.perbaikan diperbaiki
        Budi/Rina completes 8.pengecekan lulus
            no: SamePerson as 7.perbaikan
        Rina completes 8.pengecekan lulus
        "#,
    );
}

#[test]
fn a_deputy_does_what_their_giver_may_and_history_says_for_whom() {
    check(
        r#"
        Mon 2026-11-23 08:00 Markus asks
        Endang completes 1.disposisi teruskan
            no: NotYourRole, needed sekretaris
        Endang/Hendra completes 1.disposisi teruskan
        as far as 4.tanda-tangan
        Endang/Hendra completes 4.tanda-tangan tandatangani
            …
            letter 2 of task 7 is signed, Plh. by Endang as sekretaris for Hendra
            dispatch 1 of kode-2 is ordered by Endang as sekretaris for Hendra
            row 4 is done
            closed: ditolak
        Endang/Rina reopens: Ada data baru
            reopened by Endang as ketua for Rina, @sebab="Ada data baru"
            …
        "#,
    );
}

#[test]
fn own_right_counts_before_a_mandate() {
    check(
        r#"
        Mon 2026-11-23 08:00 Markus asks
        as far as 2.kaji
        Rina/Hendra suspends: Menunggu satker
            suspended by Rina as ketua, @sebab="Menunggu satker"
        "#,
    );
}

#[test]
fn what_was_given_to_somebody_their_deputy_does_and_no_other() {
    check(
        r#"
        Mon 2026-11-23 08:00 Markus asks
        as far as 4.konsep
        Yohanes/Rina completes 4.konsep ajukan
            no: NotAssignedToYou, but to Budi
        Yohanes/Budi completes 4.konsep ajukan
        Yohanes/Hendra completes 4.koreksi teruskan
            no: NotYourRole, needed ketua
        Rina completes 4.koreksi teruskan
        Yohanes/Hendra completes 4.tanda-tangan tandatangani
            no: SamePerson as 4.konsep
        "#,
    );
}

#[test]
fn what_the_lead_cleared_stays_cleared() {
    let drafted = "Mon 2026-11-23 08:00 Markus asks\nas far as 4.konsep\n\
                   Budi completes 4.konsep ajukan: tembusan=Kepala Biro Umum";
    let copies = "tembusan".into();
    assert_eq!(play(drafted).case().newest_text(&copies), Some("Kepala Biro Umum"));
    let corrected = play(&format!("{drafted}\nRina completes 4.koreksi teruskan: tembusan="));
    assert_eq!(corrected.case().newest_text(&copies), None);
}

#[test]
fn a_letter_of_completion_is_returned_by_the_lead_and_by_the_secretary() {
    check(
        r#"
        Mon 2026-11-23 08:00 Markus asks
        as far as 10.koreksi
        Rina completes 10.koreksi kembalikan: dikembalikan=Sebut perbaikannya
            …
            task 11: 10.konsep waits for Budi
        Budi completes 10.konsep ajukan
        Rina completes 10.koreksi teruskan
        Hendra completes 10.tanda-tangan kembalikan: dikembalikan=Tanggal keliru
            task 13 is done: kembalikan, dikembalikan="Tanggal keliru"
            task 14: 10.koreksi waits
        the case
            running
            row 10 is open
            task 14: 10.koreksi waits
        Rina completes 10.koreksi teruskan
        Hendra completes 10.tanda-tangan tandatangani
            …
            closed: selesai
        "#,
    );
}

#[test]
fn a_report_that_is_not_approved_goes_back_to_row_9() {
    check(
        r#"
        Mon 2026-11-23 08:00 Markus asks
        as far as 10.setujui
        Wed 2026-11-25 08:00 Rina completes 10.setujui kembalikan: dikembalikan=Sebut sebabnya
            task 8 is done: kembalikan, dikembalikan="Sebut sebabnya"
            row 10 is done
            row 9 opens, round 2, due Thu 2026-11-26 08:00
            task 9: 9.laporan waits for Budi
        Budi completes 9.laporan lapor
            …
            row 10 opens, round 2, never due
            task 10: 10.setujui waits
        "#,
    );
}

#[test]
fn a_row_is_due_once_however_many_stages_it_has() {
    let office = play(
        "
        Mon 2026-11-23 08:00 Markus asks
        as far as 3.penjelasan
        09:00 Rina completes 3.penjelasan penjelasan
            …
            row 4 opens, due Tue 2026-11-24 09:00
            task 4: 4.perintah waits
        10:00 Rina completes 4.perintah perintahkan to Yohanes
            task 4 is done: perintahkan, given to Yohanes
            task 5: 4.konsep waits for Yohanes
        11:00 Yohanes completes 4.konsep ajukan
        13:00 Rina completes 4.koreksi teruskan
        the case
            running
            row 4 is open, due Tue 2026-11-24 09:00
            task 7: 4.tanda-tangan waits
        ",
    );
    let opened =
        |recorded: &&Recorded| matches!(&recorded.event, Event::StepOpened { step, .. } if *step == "4");
    assert_eq!(office.history.iter().filter(opened).count(), 1);
}

#[test]
fn an_outcome_that_starts_its_own_row_again_stays_in_it_under_the_same_due_time() {
    // The shipped SOP has no such outcome; another may.
    let text = include_str!("../../../../../sops/helpdesk-ti/2024-08-29.toml");
    let repeated =
        text.replacen("[\"4.konsep\"]\nasal    = \"tersirat\"", "[\"4\"]\nasal    = \"tersirat\"", 1);
    assert_ne!(repeated, text);
    let sop = Box::leak(Box::new(Sop::read("sop.toml", &repeated).unwrap()));
    play_by(
        sop,
        r#"
        Mon 2026-11-23 08:00 Markus asks
        as far as 4.koreksi
        09:00 Rina completes 4.koreksi kembalikan: dikembalikan=Mulai lagi
            task 6 is done: kembalikan, dikembalikan="Mulai lagi"
            task 7: 4.perintah waits
        the case
            running
            row 4 is open, due Tue 2026-11-24 08:00
            task 7: 4.perintah waits
        "#,
    );
}

// ------------------------------------------------------------------------------------------------
// Who may do what

#[test]
fn every_stage_names_the_role_it_waits_for() {
    check(
        "
        Markus asks
        Rina completes 1.disposisi teruskan
            no: NotYourRole, needed sekretaris
        Markus completes 1.disposisi teruskan
            no: NotYourRole, needed sekretaris
        Clock completes 1.disposisi teruskan
            no: NotYourRole, needed sekretaris
        as far as 5.identifikasi
        Rina completes 5.identifikasi aplikasi
            no: NotYourRole, needed anggota
        ",
    );
}

#[test]
fn work_that_was_given_to_budi_is_not_done_by_yohanes() {
    check(
        "
        Markus asks
        as far as 5.identifikasi
        Yohanes completes 5.identifikasi aplikasi
            no: NotAssignedToYou, but to Budi
        as far as 7.perbaikan
        Yohanes logs 7.perbaikan
            no: NotAssignedToYou, but to Budi
        Rina logs 7.perbaikan
            no: NotYourRole, needed anggota
        ",
    );
}

#[test]
fn the_second_of_two_learns_who_was_faster() {
    check(
        "
        Mon 2026-11-23 08:00 Markus asks
        08:05 Hendra completes 1.disposisi teruskan
        08:10 Hendra completes 1.disposisi teruskan seen 3
            no: TaskNotOpen, task 1 was done by Hendra as sekretaris at Mon 2026-11-23 08:05
        Hendra completes 4.tanda-tangan tandatangani
            no: TaskNotOpen, task 99
        as far as 4.tanda-tangan
        09:00 Hendra completes 4.tanda-tangan tandatangani
        09:01 Hendra completes 4.tanda-tangan kembalikan seen 20
            no: TaskNotOpen, task 7 was done by Hendra as sekretaris at Mon 2026-11-23 09:00
        ",
    );
}

#[test]
fn a_task_that_changed_since_it_was_shown_is_not_overwritten() {
    check(
        "
        Mon 2026-11-23 08:00 Markus asks
        as far as 5.identifikasi
        09:00 Rina assigns 5.identifikasi to Yohanes
            task 3 is given to Yohanes, with what follows
        09:05 Rina assigns 5.identifikasi to Budi
        Budi completes 5.identifikasi aplikasi seen 12
            no: Stale, task 3 was changed by Rina as ketua at Mon 2026-11-23 09:05
        Budi completes 5.identifikasi aplikasi seen 13
        ",
    );
}

#[test]
fn a_task_is_somebodys_while_it_is_open_theirs_and_the_clock_runs() {
    let office = play(
        "
        Mon 2026-11-23 08:00 Markus asks
        as far as 5.identifikasi
        09:00 Rina suspends: Menunggu satker
        10:00 Rina assigns 5.identifikasi to Yohanes
        11:00 Rina resumes: Sudah ada
        13:00 Rina assigns 5.identifikasi to Budi
        14:00 Budi completes 5.identifikasi server
        15:00 Markus withdraws: Sudah pulih
        ",
    );
    let told = office.case().tasks.iter().flat_map(|task| {
        task.holds.iter().map(move |hold| {
            let until = hold.until.map_or_else(|| "now".to_owned(), hour);
            format!("{} {} {}-{until}", task.stage, hold.person, hour(hold.from))
        })
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            "5.identifikasi budi 08:00-09:00",
            "5.identifikasi yohanes 11:00-13:00",
            "5.identifikasi budi 13:00-14:00",
            "6b.periksa-server budi 14:00-15:00",
        ],
        "nobody's while it was suspended, and what waits for a role is nobody's either"
    );
}

/// The hour on the office's wall.
fn hour(at: jiff::Timestamp) -> String {
    crate::calendar::Calendar::shipped().local(at).strftime("%H:%M").to_string()
}

#[test]
fn what_happens_beside_a_task_does_not_make_it_stale() {
    check(
        "
        Mon 2026-11-23 08:00 Markus asks
        as far as 5.identifikasi
        Budi completes 5.identifikasi keduanya
        Budi completes 6b.periksa-server diperiksa
        Markus notes for everyone: Sudah ada kabar?
        Budi completes 6a.periksa-aplikasi diperiksa seen 16
        ",
    );
}

#[test]
fn an_outcome_has_to_be_one_of_the_stage() {
    check(
        "
        Markus asks
        as far as 2.kaji
        Rina completes 2.kaji tunda
            no: OutcomeUnknown, tunda is none of setuju, tolak
        ",
    );
}

#[test]
fn a_record_names_every_field_that_has_to_be_mended() {
    check(
        r"
        Markus asks
        Hendra completes 1.disposisi teruskan: sifat=gawat; harap=; catatan=a×10001
            no: RecordIncomplete, sifat is not an option, harap is missing, catatan is longer than 10000 characters
        Hendra completes 1.disposisi teruskan: harap=proses+libur
            no: RecordIncomplete, harap is not an option
        as far as 2.kaji
        Rina completes 2.kaji tolak: alasan=; ringkas=  \n
            no: RecordIncomplete, alasan is missing, ringkas is missing
        ",
    );
}

#[test]
fn fields_of_another_outcome_are_neither_asked_nor_kept() {
    check(
        r#"
        Markus asks
        as far as 2.kaji
        Rina completes 2.kaji setuju to Budi: alasan=ganda; ringkas=Tidak; pesan=Silakan; entah=apa
            task 2 is done: setuju, given to Budi, pesan="Silakan"
            …
        "#,
    );
}

#[test]
fn a_decision_that_gives_work_names_somebody_who_can_do_it() {
    check(
        "
        Markus asks
        as far as 2.kaji
        Rina completes 2.kaji setuju
            no: AssigneeNeeded, anggota
        Rina completes 2.kaji setuju to Hendra
            no: AssigneeUnsuited, Hendra is not anggota
        Rina completes 2.kaji tolak to Budi
            …
            row 3 opens, due Mon 2026-11-23 08:30
            task 3: 3.penjelasan waits
        ",
    );
}

#[test]
fn work_is_handed_on_by_the_coordinator_to_somebody_suited() {
    check(
        "
        Markus asks
        as far as 5.identifikasi
        Budi assigns 5.identifikasi to Yohanes
            no: NotYourRole, needed ketua
        Rina assigns 5.identifikasi to Markus
            no: AssigneeUnsuited, Markus is not anggota
        Rina assigns 5.identifikasi to Budi
            nothing to do
        Rina assigns 5.identifikasi to Yohanes
        Budi completes 5.identifikasi aplikasi
            no: NotAssignedToYou, but to Yohanes
        Yohanes completes 5.identifikasi aplikasi
            …
            task 4: 6a.periksa-aplikasi waits for Yohanes
        Rina assigns 5.identifikasi to Budi
            no: TaskNotOpen, task 3 was done by Yohanes as anggota at Mon 2026-11-23 08:00
        Rina assigns 10.konsep to Budi
            no: TaskNotOpen, task 99
        ",
    );
}

#[test]
fn what_nobody_is_given_cannot_be_handed_on() {
    // Otherwise the work that follows would wait for somebody who cannot do it.
    check(
        "
        Markus asks
        as far as 4.koreksi
        Rina assigns 4.koreksi to Rina
            no: AssigneeUnsuited, Rina is not anggota
        as far as 4.tanda-tangan
        Rina assigns 4.tanda-tangan to Hendra
            no: AssigneeUnsuited, Hendra is not anggota
        ",
    );
}

#[test]
fn a_repair_is_logged_before_it_is_finished() {
    check(
        r#"
        Mon 2026-11-23 08:00 Markus asks
        as far as 7.perbaikan
        Budi completes 7.perbaikan diperbaiki
            no: NothingLogged
        Budi logs 7.perbaikan: tahapan=
            no: RecordIncomplete, tahapan is missing
        09:00 Budi logs 7.perbaikan: tahapan=Cadangkan
        10:00 Budi logs 7.perbaikan: tahapan=Pulihkan
            task 5 is logged, tahapan="Pulihkan"
        Budi completes 7.perbaikan diperbaiki seen 19
        Budi logs 7.perbaikan
            no: TaskNotOpen, task 5 was done by Budi as anggota at Mon 2026-11-23 10:00
        as far as 9.laporan
        Budi logs 9.laporan
            no: NoLog
        "#,
    );
}

// ------------------------------------------------------------------------------------------------
// Time

#[test]
fn a_suspension_moves_due_times_by_exactly_the_time_it_took() {
    check(
        r#"
        Mon 2026-11-23 08:00 Markus asks
        as far as 5.identifikasi
        the case
            running
            row 5 is open, due Mon 2026-11-23 10:00
            task 3: 5.identifikasi waits for Budi
        09:00 Budi suspends: Menunggu kata sandi dari satker
            suspended by Budi as anggota, @sebab="Menunggu kata sandi dari satker"
        the case
            suspended since Mon 2026-11-23 09:00 by Budi as anggota: "Menunggu kata sandi dari satker"
            row 5 is open, due Mon 2026-11-23 10:00
            task 3: 5.identifikasi waits for Budi
        Tue 2026-11-24 08:00 Rina resumes
            resumed by Rina as ketua
            row 5 is due Tue 2026-11-24 09:00 instead of Mon 2026-11-23 10:00 (suspension)
        "#,
    );
}

#[test]
fn a_suspension_outside_working_hours_moves_nothing() {
    check(
        r#"
        Mon 2026-11-23 08:00 Markus asks
        as far as 5.identifikasi
        12:05 Rina suspends: Makan siang
        12:55 Rina resumes: Sudah
            resumed by Rina as ketua, @catatan="Sudah"
        17:00 Rina suspends: Pulang
        Tue 2026-11-24 07:00 Rina resumes
            resumed by Rina as ketua
        "#,
    );
}

#[test]
fn a_suspension_moves_both_rows_that_run_side_by_side() {
    check(
        "
        Mon 2026-11-23 08:00 Markus asks
        as far as 6a.periksa-aplikasi via keduanya
        09:00 Rina suspends: Listrik padam
        11:00 Rina resumes
            resumed by Rina as ketua
            row 6a is due Tue 2026-11-24 10:00 instead of Tue 2026-11-24 08:00 (suspension)
            row 6b is due Tue 2026-11-24 10:00 instead of Tue 2026-11-24 08:00 (suspension)
        ",
    );
}

#[test]
fn time_suspended_before_a_row_opened_does_not_concern_it() {
    check(
        "
        Mon 2026-11-23 08:00 Markus asks
        as far as 5.identifikasi
        08:30 Rina suspends: Rapat
        09:30 Rina resumes
            …
            row 5 is due Mon 2026-11-23 11:00 instead of Mon 2026-11-23 10:00 (suspension)
        10:00 Budi completes 5.identifikasi aplikasi
            …
            row 6a opens, due Tue 2026-11-24 10:00
            …
        Calendar recomputes
            nothing to do
        10:30 Rina suspends: Rapat lagi
        11:00 Rina resumes
            …
            row 6a is due Tue 2026-11-24 10:30 instead of Tue 2026-11-24 10:00 (suspension)
        Calendar recomputes
            nothing to do
        ",
    );
}

#[test]
fn while_the_clock_stands_still_nobody_works() {
    check(
        "
        Mon 2026-11-23 08:00 Markus asks
        as far as 7.perbaikan
        Rina resumes
            no: NotSuspended
        09:00 Rina suspends:
            no: RecordIncomplete, @sebab is missing
        Rina suspends: a×2001
            no: RecordIncomplete, @sebab is longer than 2000 characters
        Yohanes suspends: Iseng
            no: NotYourRole, needed ketua
        Markus suspends: Iseng
            no: NotYourRole, needed ketua
        Rina suspends: a×2000
        Rina suspends: Lagi
            no: CaseSuspended since Mon 2026-11-23 09:00
        Budi logs 7.perbaikan
            no: CaseSuspended since Mon 2026-11-23 09:00
        Budi completes 7.perbaikan diperbaiki
            no: CaseSuspended since Mon 2026-11-23 09:00
        Hendra resumes
            no: NotYourRole, needed ketua
        Rina assigns 7.perbaikan to Yohanes
        Markus notes for everyone: Ini kata sandinya
        Budi resumes
            no: NotYourRole, needed ketua
        Rina resumes: a×2001
            no: RecordIncomplete, @catatan is longer than 2000 characters
        Yohanes resumes
            …
        ",
    );
}

#[test]
fn overdue_is_noted_once() {
    check(
        "
        Mon 2026-11-23 08:00 Markus asks
        as far as 2.kaji
        08:19 Clock finds row 2 overdue
            nothing to do
        08:21 Clock finds row 2 overdue
            row 2 was due Mon 2026-11-23 08:20
        08:22 Clock finds row 2 overdue
            nothing to do
        Clock finds row 2 overdue since Mon 2026-11-23 08:15
            nothing to do
        Clock finds row 5 overdue since Mon 2026-11-23 08:15
            nothing to do
        the case
            running
            row 2 is open, due Mon 2026-11-23 08:20, overdue
            task 2: 2.kaji waits
        ",
    );
}

#[test]
fn overdue_is_never_noted_while_suspended() {
    check(
        "
        Mon 2026-11-23 08:00 Markus asks
        as far as 2.kaji
        08:10 Rina suspends: Menunggu satker
        09:00 Clock finds row 2 overdue
            nothing to do
        10:00 Rina resumes
            …
            row 2 is due Mon 2026-11-23 10:10 instead of Mon 2026-11-23 08:20 (suspension)
        10:05 Clock finds row 2 overdue since Mon 2026-11-23 08:20
            nothing to do
        10:11 Clock finds row 2 overdue
            row 2 was due Mon 2026-11-23 10:10
        ",
    );
}

#[test]
fn what_fell_due_before_a_suspension_is_noted_even_during_it() {
    check(
        "
        Mon 2026-11-23 08:00 Markus asks
        as far as 2.kaji
        08:30 Rina suspends: Menunggu satker
        09:00 Clock finds row 2 overdue
            row 2 was due Mon 2026-11-23 08:20
        ",
    );
}

#[test]
fn who_is_helped_out_with_one_branch_goes_on_with_the_rest() {
    check(
        "
        Mon 2026-11-23 08:00 Markus asks
        as far as 5.identifikasi
        09:00 Budi completes 5.identifikasi keduanya
            …
            task 4: 6a.periksa-aplikasi waits for Budi
            …
            task 5: 6b.periksa-server waits for Budi
        09:05 Rina assigns 6b.periksa-server to Yohanes
            task 5 is given to Yohanes
        10:00 Budi completes 6a.periksa-aplikasi diperiksa
        11:00 Yohanes completes 6b.periksa-server diperiksa
            …
            task 6: 7.perbaikan waits for Budi
        ",
    );
}

#[test]
fn what_was_overdue_before_a_suspension_is_not_noted_again_after_it() {
    check(
        "
        Mon 2026-11-23 08:00 Markus asks
        as far as 2.kaji
        08:30 Clock finds row 2 overdue
            row 2 was due Mon 2026-11-23 08:20
        08:40 Rina suspends: Menunggu satker
        09:40 Rina resumes
            …
            row 2 is due Mon 2026-11-23 09:20 instead of Mon 2026-11-23 08:20 (suspension)
        09:45 Clock finds row 2 overdue
            nothing to do
        the case
            running
            row 2 is open, due Mon 2026-11-23 09:20, overdue
            task 2: 2.kaji waits
        ",
    );
}

#[test]
fn a_changed_calendar_moves_open_due_times_and_keeps_the_old_ones() {
    check(
        "
        Mon 2026-11-23 08:00 Markus asks
        as far as 7.perbaikan
        09:00 Rina suspends: Menunggu satker
        10:00 Rina resumes
            …
            row 7 is due Mon 2026-11-30 09:00 instead of Mon 2026-11-30 08:00 (suspension)
        Calendar recomputes
            nothing to do
        Wed 2026-11-25 becomes a day off
        11:00 Calendar recomputes
            row 7 is due Tue 2026-12-01 09:00 instead of Mon 2026-11-30 09:00 (calendar)
        Calendar recomputes
            nothing to do
        ",
    );
}

#[test]
fn a_day_off_declared_late_makes_what_was_overdue_due_again() {
    check(
        "
        Mon 2026-11-23 08:00 Markus asks
        as far as 6a.periksa-aplikasi
        Tue 2026-11-24 08:30 Clock finds row 6a overdue
            row 6a was due Tue 2026-11-24 08:00
        Tue 2026-11-24 becomes a day off
        09:00 Calendar recomputes
            row 6a is due Wed 2026-11-25 08:00 instead of Tue 2026-11-24 08:00 (calendar)
        Wed 2026-11-25 08:30 Clock finds row 6a overdue
            row 6a was due Wed 2026-11-25 08:00
        ",
    );
}

#[test]
fn only_sigap_itself_says_that_a_time_has_come() {
    check(
        "
        Mon 2026-11-23 08:00 Markus asks
        as far as 2.kaji
        09:00 Rina finds row 2 overdue
            no: NotYourRole, needed sistem
        Wayan recomputes
            no: NotYourRole, needed sistem
        ",
    );
}

#[test]
fn a_clock_that_was_set_back_does_not_write_history_backwards() {
    let office = play(
        "
        Mon 2026-11-23 08:00 Markus asks
        09:00 Hendra completes 1.disposisi teruskan
            …
            row 2 opens, due Mon 2026-11-23 09:20
            task 2: 2.kaji waits
        08:30 Rina completes 2.kaji setuju to Budi
            …
            row 5 opens, due Mon 2026-11-23 11:00
            task 3: 5.identifikasi waits for Budi
        ",
    );
    assert_eq!(spoken(office.case().changed_at), "Mon 2026-11-23 09:00");
}

#[test]
fn a_year_without_a_calendar_is_refused_not_guessed() {
    check(
        "
        Wed 2027-12-29 08:00 Markus asks
        as far as 5.identifikasi
        Budi completes 5.identifikasi aplikasi
        Budi completes 6a.periksa-aplikasi diperiksa
            no: NoCalendar for 2028
        the case
            running
            row 6a is open, due Thu 2027-12-30 08:00
            task 4: 6a.periksa-aplikasi waits for Budi
        ",
    );
}

// ------------------------------------------------------------------------------------------------
// Outside the SOP

#[test]
fn a_request_is_withdrawn_by_whoever_asked() {
    check(
        r#"
        Mon 2026-11-23 08:00 Markus asks
        as far as 6a.periksa-aplikasi via keduanya
        Siti withdraws: Bukan punya saya
            no: NotYourRequest
        Rina withdraws: Sudah beres
            no: NotYourRequest
        Endang withdraws: Sudah beres
            no: NotYourRequest
        Markus withdraws:
            no: RecordIncomplete, @sebab is missing
        09:00 Markus withdraws: Sudah pulih sendiri
            closed: ditarik, @sebab="Sudah pulih sendiri"
        the case
            ended Mon 2026-11-23 09:00: ditarik
        Budi completes 6a.periksa-aplikasi diperiksa
            no: CaseFinished, ditarik
        "#,
    );
}

#[test]
fn a_letter_from_somebody_without_an_account_is_withdrawn_by_the_agenda_officer() {
    check(
        r#"
        Mon 2026-11-23 08:00 Endang enters for nobody
        Markus withdraws: Salah kirim
            no: NotYourRequest
        Endang withdraws: Surat kedua mencabut yang pertama
            closed: ditarik, @sebab="Surat kedua mencabut yang pertama"
        "#,
    );
}

#[test]
fn a_suspended_request_can_be_withdrawn_and_comes_back_running() {
    let office = play(
        r#"
        Mon 2026-11-23 08:00 Markus asks
        as far as 2.kaji
        Rina suspends: Menunggu satker
        09:00 Markus withdraws: Tidak jadi
        Rina resumes
            no: CaseFinished, ditarik
        10:00 Rina reopens: Ternyata jadi
            reopened by Rina as ketua, @sebab="Ternyata jadi"
            row 1 opens, round 2, never due
            task 3: 1.disposisi waits
        the case
            running
            row 1 is open, round 2
            task 3: 1.disposisi waits
        "#,
    );
    let pauses: Vec<(String, String)> =
        office.case().pauses.iter().map(|pause| (spoken(pause.from), spoken(pause.to))).collect();
    assert_eq!(pauses, [("Mon 2026-11-23 08:00".to_owned(), "Mon 2026-11-23 09:00".to_owned())]);
}

#[test]
fn an_ended_case_is_taken_up_again_where_its_end_says() {
    check(
        r#"
        Mon 2026-11-23 08:00 Markus asks
        Rina reopens: Belum selesai
            no: CaseRunning
        as far as 4.tanda-tangan
        Hendra completes 4.tanda-tangan tandatangani
        Markus reopens: Saya keberatan
            no: NotYourRole, needed ketua
        Rina reopens:
            no: RecordIncomplete, @sebab is missing
        09:00 Rina reopens: Keberatan diterima
            reopened by Rina as ketua, @sebab="Keberatan diterima"
            row 2 opens, round 2, due Mon 2026-11-23 09:20
            task 8: 2.kaji waits
        as far as 10.tanda-tangan
        10:00 Hendra completes 10.tanda-tangan tandatangani
        Tue 2026-11-24 08:00 Rina reopens: Rusak lagi
            reopened by Rina as ketua, @sebab="Rusak lagi"
            row 5 opens, round 2, due Tue 2026-11-24 10:00
            task 18: 5.identifikasi waits for Budi
        "#,
    );
}

#[test]
fn a_finished_case_says_how_it_ended() {
    check(
        "
        Mon 2026-11-23 08:00 Markus asks
        as far as 10.tanda-tangan
        Hendra completes 10.tanda-tangan tandatangani
        Budi logs 7.perbaikan
            no: CaseFinished, selesai
        Rina assigns 7.perbaikan to Budi
            no: CaseFinished, selesai
        Rina suspends: Tunggu
            no: CaseFinished, selesai
        Markus withdraws: Tidak jadi
            no: CaseFinished, selesai
        Markus notes for everyone: Terima kasih
            no: CaseFinished, selesai
        Markus attaches: layar.png
            no: CaseFinished, selesai
        Clock finds row 10 overdue since Mon 2026-11-23 08:00
            nothing to do
        Calendar recomputes
            nothing to do
        ",
    );
}

#[test]
fn requesters_write_for_everyone_and_the_office_chooses() {
    check(
        r#"
        Markus asks
        Markus notes for office: Mohon dipercepat
            noted for everyone by Markus as pemohon, @catatan="Mohon dipercepat"
        Budi notes for office: Kata sandinya di lemari
            noted for the office by Budi as anggota, @catatan="Kata sandinya di lemari"
        Endang notes for everyone: Surat asli menyusul
            noted for everyone by Endang as agenda, @catatan="Surat asli menyusul"
        Siti notes for everyone: Halo
            no: NotYourRequest
        Wayan notes for office: Halo
            no: NotYourRequest
        Rina notes for office:
            no: RecordIncomplete, @catatan is missing
        Rina notes for office: a×2001
            no: RecordIncomplete, @catatan is longer than 2000 characters
        "#,
    );
}

#[test]
fn files_are_added_by_those_with_a_part_in_the_case() {
    check(
        r#"
        Markus asks
        Markus attaches: layar\n.png
            attached by Markus as pemohon, image/png, 48213 bytes, @nama-berkas="layar .png"
        Hendra attaches: disposisi.png
            attached by Hendra as sekretaris, image/png, 48213 bytes, @nama-berkas="disposisi.png"
        Siti attaches: lain.png
            no: NotYourRequest
        Budi attaches: a×201
            no: RecordIncomplete, @nama-berkas is longer than 200 characters
        "#,
    );
}

#[test]
fn texts_are_carried_on_from_stage_to_stage() {
    check(
        r#"
        Mon 2026-11-23 08:00 Markus asks
        as far as 9.laporan
        carried on in balasan
            nothing
        09:00 Budi completes 9.laporan lapor: balasan=satu
        carried on in balasan
            "satu"
        as far as 10.konsep
        10:00 Budi completes 10.konsep ajukan: balasan=dua; hal=Selesai
        11:00 Rina completes 10.koreksi kembalikan: dikembalikan=Kurang jelas
        carried on in balasan
            "dua"
        13:00 Budi completes 10.konsep ajukan: balasan=tiga; hal=Selesai
        Rina completes 10.koreksi teruskan: balasan=empat; hal=Sudah selesai
        carried on in balasan
            "empat"
        carried on in hal
            "Sudah selesai"
        "#,
    );
}

#[test]
fn what_is_outside_the_sop_is_marked() {
    let office = play(
        "
        Mon 2026-11-23 08:00 Markus asks
        as far as 5.identifikasi
        Rina assigns 5.identifikasi to Yohanes
        Rina suspends: Menunggu
        09:00 Rina resumes
        Markus notes for everyone: Halo
        Markus attaches: layar.png
        Markus withdraws: Tidak jadi
        Rina reopens: Jadi
        as far as 4.tanda-tangan
        Hendra completes 4.tanda-tangan tandatangani
        Mail delivers kode-1 1: markus@brmp.example
        Endang sends kode-1 again: tu@brmp.example
        Mail delivers kode-1 2: tu@brmp.example
        ",
    );
    let marked = |recorded: &&Recorded| recorded.is_outside_sop();
    let kinds: Vec<String> = office.history.iter().filter(marked).map(kind).collect();
    let expected = [
        "registered",
        "task_assigned",
        "suspended",
        "resumed",
        "due_moved",
        "noted",
        "attached",
        "closed",
        "reopened",
        "dispatch_ordered",
    ];
    assert_eq!(kinds, expected, "and the signature's own `closed` is the SOP's");
}

#[test]
fn a_case_survives_the_erasure_of_everything_people_wrote() {
    let office = play(
        "
        Mon 2026-11-23 08:00 Markus asks
        as far as 5.identifikasi
        Markus attaches: layar.png
        Rina suspends: Menunggu Markus
        ",
    );
    let mut erased = office.history.clone();
    erased.iter_mut().for_each(|recorded| recorded.texts.clear());
    let (before, after) = (office.case(), Case::replay(&erased).unwrap());
    assert_eq!(before.steps, after.steps);
    assert_eq!(after.request.requester_name, "");
    assert_eq!(after.attachments[0].name, "");
    for text in ["Markus Tefa", "0812 0000 1111", "layar.png", "Menunggu Markus", "(uraian)"] {
        assert!(format!("{before:?}").contains(text) && !format!("{after:?}").contains(text), "{text}");
    }
}

#[test]
fn a_history_begins_with_a_registration() {
    let office = play("Markus asks");
    assert_eq!(Case::replay(&office.history[1..]), None);
    assert_eq!(Case::replay([]), None);
}

fn kind(recorded: &Recorded) -> String {
    serde_json::to_value(recorded).unwrap()["event"].as_str().unwrap().to_owned()
}

/// Keeps the story-teller itself honest.
#[test]
#[should_panic(expected = "the story went otherwise")]
fn a_story_that_went_otherwise_is_told() {
    check("Markus asks\n    no: NotYourRequest");
}

#[test]
fn an_office_opens_on_a_working_day() {
    assert_eq!(spoken(Office::open().now), "Mon 2026-11-23 08:00");
}

#[test]
fn a_letter_is_signed_and_dated_today_or_not_at_all() {
    let office = play("Mon 2026-11-23 08:00 Markus asks\nas far as 4.tanda-tangan");
    let task = office.case().open_tasks().next().unwrap().id;
    let complete = |signature| match office.complete(task, "tandatangani", "", None, office.case().version) {
        Command::Complete { task, outcome, entries, assignee, seen, .. } => {
            Command::Complete { task, outcome, entries, assignee, seen, signature }
        }
        other => other,
    };
    let ask = |signature| {
        decide(office.lookup(), office.case(), &actor("Hendra"), office.now, complete(signature)).map(drop)
    };
    assert_eq!(ask(None), Err(Refusal::SignatureNeeded));
    for day in [jiff::civil::date(2026, 11, 22), jiff::civil::date(2027, 1, 4)] {
        let wrong = Signature { dated: day, ..office.signature() };
        assert_eq!(ask(Some(wrong)), Err(Refusal::WronglyDated { dated: day }));
    }
    assert_eq!(ask(Some(office.signature())), Ok(()));
}

#[test]
fn a_letter_with_a_reserved_number_is_dated_on_the_day_it_was_reserved() {
    let office = play("Wed 2026-12-30 08:00 Markus asks\nas far as 4.tanda-tangan");
    let now = moment("Mon 2027-01-04 09:00");
    let task = office.case().open_tasks().next().unwrap().id;
    let ask = |dated| {
        let signature = Signature { dated, reserved: true, ..office.signature() };
        let command = office.complete(task, "tandatangani", "", None, office.case().version);
        let Command::Complete { task, outcome, entries, assignee, seen, .. } = command else {
            panic!("a task is completed")
        };
        let signed = Command::Complete { task, outcome, entries, assignee, seen, signature: Some(signature) };
        decide(office.lookup(), office.case(), &actor("Hendra"), now, signed).map(drop)
    };
    for day in [jiff::civil::date(2026, 12, 30), jiff::civil::date(2027, 1, 4)] {
        assert_eq!(ask(day), Ok(()), "{day}");
    }
    // Neither before it was asked for nor tomorrow.
    for dated in [jiff::civil::date(2026, 12, 29), jiff::civil::date(2027, 1, 5)] {
        assert_eq!(ask(dated), Err(Refusal::WronglyDated { dated }));
    }
}

// ------------------------------------------------------------------------------------------------
// Letters go out

#[test]
fn a_letter_goes_out_when_it_is_signed_even_if_it_ends_the_case() {
    check(
        "
        Mon 2026-11-23 08:00 Markus asks
        as far as 10.tanda-tangan
        Hendra completes 10.tanda-tangan tandatangani
            task 11 is done: tandatangani
            letter 1 of task 11 is signed
            dispatch 1 of kode-1 is ordered by Hendra as sekretaris
            row 10 is done
            closed: selesai
        08:01 Mail delivers kode-1 1: markus@brmp.example
            dispatch 1 of kode-1 is on its way, @surel=\"markus@brmp.example\"
        Mail delivers kode-1 1: markus@brmp.example
            nothing to do
        Mail fails kode-1 1 for markus@brmp.example: 550 too late to say so
            nothing to do
        Mail delivers kode-1 2: markus@brmp.example
            nothing to do
        Mail delivers kode-9 1: markus@brmp.example
            no: NoSuchLetter
        Hendra delivers kode-1 1: markus@brmp.example
            no: NotYourRole, needed sistem
        the case
            ended Mon 2026-11-23 08:00: selesai
        ",
    );
}

#[test]
fn the_office_sends_a_letter_again_once_it_is_known_what_became_of_it() {
    check(
        "
        Mon 2026-11-23 08:00 Markus asks
        as far as 3.penjelasan
        Rina completes 3.penjelasan penjelasan
        08:05 Endang sends kode-1 again: tu@brmp.example
            no: LetterUnderWay since Mon 2026-11-23 08:00
        Mail fails kode-1 1 for markus@brmp.example: 550 5.1.1 no such user
            dispatch 1 of kode-1 failed: Refused, @jawaban-server=\"550 5.1.1 no such user\", @surel=\"markus@brmp.example\"
        Markus sends kode-1 again: markus@brmp.example
            no: NotYourRole, needed ketua
        Endang sends kode-2 again: tu@brmp.example
            no: NoSuchLetter
        Endang sends kode-1 again:
            no: RecordIncomplete, @surel is missing
        Endang sends kode-1 again: Markus Lado
            no: RecordIncomplete, @surel is not an e-mail address
        Endang sends kode-1 again: tu@brmp.example
            dispatch 2 of kode-1 is ordered by Endang as agenda, @surel=\"tu@brmp.example\"
        Mail delivers kode-1 2: tu@brmp.example
            dispatch 2 of kode-1 is on its way, @surel=\"tu@brmp.example\"
        Hendra sends kode-1 again: hendra@brmp.example
            dispatch 3 of kode-1 is ordered by Hendra as sekretaris, @surel=\"hendra@brmp.example\"
        ",
    );
}

#[test]
fn of_what_a_mail_server_says_no_more_is_kept_than_a_person_reads() {
    let mut office = play("Markus asks\nas far as 3.penjelasan\nRina completes 3.penjelasan penjelasan");
    let answer = "x".repeat(10_000);
    let result = DispatchResult::Failed { cause: DispatchFailure::GivenUp, to: None, answer };
    let note = Command::NoteDispatch { letter: "kode-1".into(), dispatch: 1, result };
    let noted = office.act(&actor("Mail"), note).unwrap();
    assert_eq!(noted[0].texts[text_key::SERVER_ANSWER].len(), 500);
    assert_eq!(noted[0].texts.get(text_key::EMAIL), None);
}
