use super::*;
use crate::definition::shipped;

#[test]
fn narrow() {
    insta::assert_snapshot!(text_table(shipped(), 80), @r"
                                KEMENTERIAN PERTANIAN RI
                        BADAN STANDARDISASI INSTRUMEN PERTANIAN
                  SEKRETARIAT BADAN STANDARDISASI INSTRUMEN PERTANIAN
    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
    Nomor SOP          891.2/OT.210/H.1/5/23
    Tanggal Pembuatan  02 Mei 2023
    Tanggal Revisi     29 Agustus 2024
    Tanggal Efektif    06 September 2024
    Disahkan oleh      Sekretaris Badan
                       Dr. H. Haris Syahbuddin, DEA
                       NIP 196804151992031001
    Nama SOP           HELPDESK PENANGANAN PERMASALAHAN TEKNIS TI SEKRETARIAT BSIP
    ────────────────────────────────────────────────────────────────────────────────
    Dasar Hukum
    1. Peraturan Presiden Nomor 95 Tahun 2018 tentang Sistem Pemerintahan Berbasis
       Elektronik.
    2. Peraturan Presiden Nomor 117 tahun 2022 mengenai kementerian pertanian
    3. Peraturan Menteri Komunikasi dan Informatika Nomor 10 Tahun 2018 tentang
       Pelaksanaan Kewajiban Pelayanan Universal Telekomunikasi dan Informatika
    4. Surat Edaran Menpan RB Nomor 18 Tahun 2022 tentang Keterpaduan layanan
    5. Peraturan Menteri Pertanian Nomor 33 Tahun 2023 tentang Penerapan SPBE di
       Kementerian Pertanian
    ────────────────────────────────────────────────────────────────────────────────
    Kualifikasi Pelaksana
    1. Mampu mengoperasikan komputer
    2. Memiliki keahlian pemograman
    3. memiliki kemampuan trouble shooting jaringan internet
    4. Memiliki kemampuan pengoperasian Linux
    ────────────────────────────────────────────────────────────────────────────────
    Keterkaitan
    Tidak diisi dalam SOP.
    ────────────────────────────────────────────────────────────────────────────────
    Peralatan/perlengkapan
    1. Komputer/PC
    2. VPN Kementan
    3. Aplikasi berbasis SSH
    4. Aplikasi berbasis FTP
    5. Tools Command Prompt
    ────────────────────────────────────────────────────────────────────────────────
    Peringatan
    Pekerjaan utama petugas helpdesk di Sub Bagian Informasi dan Pelaporan akan
    terbengkalai
    ────────────────────────────────────────────────────────────────────────────────
    Pencatatan dan Pendataan
    Tidak diisi dalam SOP.

            SOP HELPDESK PENANGANAN PERMASALAHAN TEKNIS TI SEKRETARIAT BSIP

    Sekr.  Sekretaris Badan
    Ketua  Ketua Kelompok/Tim Kerja Substansi
    Angg.  Anggota Tim Kerja
    ( ) mulai atau akhir   [ ] kegiatan   < > keputusan
    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
    No.   Kegiatan                                   Sekr.  Ketua  Angg.  Waktu
    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
    1     Melakukan Disposisi                        ( )
          Kelengkapan: surat disposisi

          ( ) Sekretaris Badan: Disposisikan permintaan (tersirat)
              Disposisikan kepada Ketua Tim → 2
    ────────────────────────────────────────────────────────────────────────────────
    2     Ketua Tim Datin mengkaji permintaan               < >           20 menit
          bantuan teknis dan memberikan
          persetujuan,
          Kelengkapan: Surat disposisi
          Output: Persetujuan ketua tim kerja
          Ket.: Tergantung kesibukan ketua tim kerja saat itu

          < > Ketua Kelompok/Tim Kerja Substansi: Kaji permintaan, lalu putuskan
              Setuju → 5 (tersirat)
              Tolak → 3
    ────────────────────────────────────────────────────────────────────────────────
    3     Jika permintaan ditolak, maka memberikan          Tolak         30 menit
          penjelasan lebih terperinci atau                  [ ]
          memberika solusi alternatif kepada staf
          yang mengajukan permintaan
          Kelengkapan: 1. Surat disposisi 2. Surat penjelasan terperinci

          [ ] Ketua Kelompok/Tim Kerja Substansi: Jelaskan penolakan atau beri
              solusi lain
              Penjelasan terperinci → 4
              Solusi alternatif → 4
    ────────────────────────────────────────────────────────────────────────────────
    4     Tim kerja memerintahkan anggota tim kerja         [ ]           1 hari
          mempersiapkan surat balasan kepada Satker                [ ]
          Pemohon bahwa permintaan ditolak, surat           < >
          dikoreksi tim kerja/Ketua kelompok dan di  ( )
          tanda tangani Sekretaris Badan
          Kelengkapan: surat ke satker pemohon

          [ ] Ketua Kelompok/Tim Kerja Substansi: Perintahkan penyiapan surat
              penolakan [4.perintah]
              Perintahkan → 4.konsep
          [ ] Anggota Tim Kerja: Siapkan konsep surat penolakan [4.konsep]
              Ajukan untuk dikoreksi → 4.koreksi
          < > Ketua Kelompok/Tim Kerja Substansi: Koreksi surat penolakan
              [4.koreksi]
              Teruskan untuk ditandatangani → 4.tanda-tangan
              Kembalikan kepada penyusun → 4.konsep (tersirat)
          ( ) Sekretaris Badan: Tanda tangani surat penolakan [4.tanda-tangan]
              Tanda tangani → Ditolak
              Kembalikan kepada Ketua Tim → 4.koreksi (tersirat)
    ────────────────────────────────────────────────────────────────────────────────
    5     Melakukan identifikasi kerusakan                         [ ]    2 jam
          Kelengkapan: Form Permintaan Bantuan Helpdesk TI yang disetujui,
            peralatan pendukung

          [ ] Anggota Tim Kerja: Identifikasi kerusakan (tersirat)
              Sistem aplikasi atau situs → 6a (tersirat)
              Server mati → 6b (tersirat)
              Keduanya, diperiksa bersamaan → 6a dan 6b (tersirat)
    ────────────────────────────────────────────────────────────────────────────────
    6a    Melakukan identifikasi Kerusakan sistem                  [ ]    1 hari
          aplikasi/website
          Kelengkapan: Hasil pemeriksaan
          Output: Rekomendasi perbaikan

          [ ] Anggota Tim Kerja: Periksa aplikasi atau situs (tersirat)
              Pemeriksaan selesai → 7
    ────────────────────────────────────────────────────────────────────────────────
    6b    Server Down                                              [ ]    1 hari
          Kelengkapan: Hasil pemeriksaan

          [ ] Anggota Tim Kerja: Periksa server (tersirat)
              Pemeriksaan selesai → 7
    ────────────────────────────────────────────────────────────────────────────────
    7     Melakukan perbaikan kerusakan                            [ ]    1 - 5 hari
          Kelengkapan: Laporan tahapan kegiatan perbaikan kerusakan

          menunggu 6a dan 6b (tersirat)
          [ ] Anggota Tim Kerja: Perbaiki, catat tahapannya (tersirat)
              Perbaikan selesai, minta pengecekan → 8
    ────────────────────────────────────────────────────────────────────────────────
    8     Ketua Tim Kerja Substansi melakukan               < >           1 hari
          pengecekan
          Kelengkapan: Laporan hasil pengecekan

          < > Ketua Kelompok/Tim Kerja Substansi: Periksa hasil perbaikan
              Lulus → 9
              Ulang perbaikan → 7 (tersirat)
    ────────────────────────────────────────────────────────────────────────────────
          ke halaman 2
    ────────────────────────────────────────────────────────────────────────────────
    9     Membuat laporan penyelesaian perbaikan                   [ ]    1 hari
          kerusakan
          Kelengkapan: Laporan kerusakan dan draft surat balasan ke Satker
          Output: Laporan hasil Helpdesk Penanganan Permasalahan Teknis TI

          [ ] Anggota Tim Kerja: Buat laporan penyelesaian dan konsep balasan
              (tersirat)
              Ajukan laporan → 10
    ────────────────────────────────────────────────────────────────────────────────
    10    Laporan hasil perbaikan kerusakan telah           < >
          di setujui ketua kelompok dan menyiapkan                 [ ]
          surat balasan ke satker bahwa helpdesk            < >
          selesai dilakukan, surat tersebut di       ( )
          koreksi tim kerja/ketua kelompok dan
          ditanda tanganu Sekretaris Badan

          < > Ketua Kelompok/Tim Kerja Substansi: Setujui laporan penyelesaian
              [10.setujui]
              Setujui laporan → 10.konsep
              Kembalikan laporan → 9 (tersirat)
          [ ] Anggota Tim Kerja: Siapkan surat balasan [10.konsep]
              Ajukan untuk dikoreksi → 10.koreksi
          < > Ketua Kelompok/Tim Kerja Substansi: Koreksi surat balasan
              [10.koreksi]
              Teruskan untuk ditandatangani → 10.tanda-tangan
              Kembalikan kepada penyusun → 10.konsep (tersirat)
          ( ) Sekretaris Badan: Tanda tangani surat balasan [10.tanda-tangan]
              Tanda tangani → Selesai
              Kembalikan kepada Ketua Tim → 10.koreksi (tersirat)
    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
          Total 10 hari 2 jam 50 menit

    Jalur dan waktunya
    ────────────────────────────────────────────────────────────────────────────────
    1 hari 50 menit          1 → 2 → 3 → 4 → Ditolak
    4–8 hari 2 jam 20 menit  1 → 2 → 5 → 6a → 7 → 8 → 9 → 10 → Selesai
    4–8 hari 2 jam 20 menit  1 → 2 → 5 → 6a+6b → 7 → 8 → 9 → 10 → Selesai
    4–8 hari 2 jam 20 menit  1 → 2 → 5 → 6b → 7 → 8 → 9 → 10 → Selesai
    ");
}

#[test]
fn wide() {
    insta::assert_snapshot!(text_table(shipped(), 140), @r"
                                                              KEMENTERIAN PERTANIAN RI
                                                      BADAN STANDARDISASI INSTRUMEN PERTANIAN
                                                SEKRETARIAT BADAN STANDARDISASI INSTRUMEN PERTANIAN
    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
    Nomor SOP          891.2/OT.210/H.1/5/23
    Tanggal Pembuatan  02 Mei 2023
    Tanggal Revisi     29 Agustus 2024
    Tanggal Efektif    06 September 2024
    Disahkan oleh      Sekretaris Badan
                       Dr. H. Haris Syahbuddin, DEA
                       NIP 196804151992031001
    Nama SOP           HELPDESK PENANGANAN PERMASALAHAN TEKNIS TI SEKRETARIAT BSIP
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    Dasar Hukum                                                             Kualifikasi Pelaksana
    1. Peraturan Presiden Nomor 95 Tahun 2018 tentang Sistem                1. Mampu mengoperasikan komputer
       Pemerintahan Berbasis Elektronik.                                    2. Memiliki keahlian pemograman
    2. Peraturan Presiden Nomor 117 tahun 2022 mengenai kementerian         3. memiliki kemampuan trouble shooting jaringan internet
       pertanian                                                            4. Memiliki kemampuan pengoperasian Linux
    3. Peraturan Menteri Komunikasi dan Informatika Nomor 10 Tahun 2018
       tentang Pelaksanaan Kewajiban Pelayanan Universal Telekomunikasi
       dan Informatika
    4. Surat Edaran Menpan RB Nomor 18 Tahun 2022 tentang Keterpaduan
       layanan
    5. Peraturan Menteri Pertanian Nomor 33 Tahun 2023 tentang Penerapan
       SPBE di Kementerian Pertanian
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    Keterkaitan                                                             Peralatan/perlengkapan
    Tidak diisi dalam SOP.                                                  1. Komputer/PC
                                                                            2. VPN Kementan
                                                                            3. Aplikasi berbasis SSH
                                                                            4. Aplikasi berbasis FTP
                                                                            5. Tools Command Prompt
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    Peringatan                                                              Pencatatan dan Pendataan
    Pekerjaan utama petugas helpdesk di Sub Bagian Informasi dan            Tidak diisi dalam SOP.
    Pelaporan akan terbengkalai

                                          SOP HELPDESK PENANGANAN PERMASALAHAN TEKNIS TI SEKRETARIAT BSIP

    Sekr.  Sekretaris Badan
    Ketua  Ketua Kelompok/Tim Kerja Substansi
    Angg.  Anggota Tim Kerja
    ( ) mulai atau akhir   [ ] kegiatan   < > keputusan
    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
    No.   Kegiatan                                 Sekr.  Ketua  Angg.  Kelengkapan             Waktu       Output               Ket.
    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
    1     Melakukan Disposisi                      ( )                  surat disposisi

          ( ) Sekretaris Badan: Disposisikan permintaan (tersirat)
              Disposisikan kepada Ketua Tim → 2
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    2     Ketua Tim Datin mengkaji permintaan             < >           Surat disposisi         20 menit    Persetujuan ketua    Tergantung
          bantuan teknis dan memberikan                                                                     tim kerja            kesibukan ketua
          persetujuan,                                                                                                           tim kerja saat
                                                                                                                                 itu

          < > Ketua Kelompok/Tim Kerja Substansi: Kaji permintaan, lalu putuskan
              Setuju → 5 (tersirat)
              Tolak → 3
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    3     Jika permintaan ditolak, maka                   Tolak         1. Surat disposisi      30 menit
          memberikan penjelasan lebih terperinci          [ ]           2. Surat penjelasan
          atau memberika solusi alternatif kepada                          terperinci
          staf yang mengajukan permintaan

          [ ] Ketua Kelompok/Tim Kerja Substansi: Jelaskan penolakan atau beri solusi lain
              Penjelasan terperinci → 4
              Solusi alternatif → 4
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    4     Tim kerja memerintahkan anggota tim             [ ]           surat ke satker         1 hari
          kerja mempersiapkan surat balasan                      [ ]    pemohon
          kepada Satker Pemohon bahwa permintaan          < >
          ditolak, surat dikoreksi tim             ( )
          kerja/Ketua kelompok dan di tanda
          tangani Sekretaris Badan

          [ ] Ketua Kelompok/Tim Kerja Substansi: Perintahkan penyiapan surat penolakan [4.perintah]
              Perintahkan → 4.konsep
          [ ] Anggota Tim Kerja: Siapkan konsep surat penolakan [4.konsep]
              Ajukan untuk dikoreksi → 4.koreksi
          < > Ketua Kelompok/Tim Kerja Substansi: Koreksi surat penolakan [4.koreksi]
              Teruskan untuk ditandatangani → 4.tanda-tangan
              Kembalikan kepada penyusun → 4.konsep (tersirat)
          ( ) Sekretaris Badan: Tanda tangani surat penolakan [4.tanda-tangan]
              Tanda tangani → Ditolak
              Kembalikan kepada Ketua Tim → 4.koreksi (tersirat)
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    5     Melakukan identifikasi kerusakan                       [ ]    Form Permintaan         2 jam
                                                                        Bantuan Helpdesk TI
                                                                        yang disetujui,
                                                                        peralatan pendukung

          [ ] Anggota Tim Kerja: Identifikasi kerusakan (tersirat)
              Sistem aplikasi atau situs → 6a (tersirat)
              Server mati → 6b (tersirat)
              Keduanya, diperiksa bersamaan → 6a dan 6b (tersirat)
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    6a    Melakukan identifikasi Kerusakan sistem                [ ]    Hasil pemeriksaan       1 hari      Rekomendasi
          aplikasi/website                                                                                  perbaikan

          [ ] Anggota Tim Kerja: Periksa aplikasi atau situs (tersirat)
              Pemeriksaan selesai → 7
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    6b    Server Down                                            [ ]    Hasil pemeriksaan       1 hari

          [ ] Anggota Tim Kerja: Periksa server (tersirat)
              Pemeriksaan selesai → 7
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    7     Melakukan perbaikan kerusakan                          [ ]    Laporan tahapan         1 - 5 hari
                                                                        kegiatan perbaikan
                                                                        kerusakan

          menunggu 6a dan 6b (tersirat)
          [ ] Anggota Tim Kerja: Perbaiki, catat tahapannya (tersirat)
              Perbaikan selesai, minta pengecekan → 8
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    8     Ketua Tim Kerja Substansi melakukan             < >           Laporan hasil           1 hari
          pengecekan                                                    pengecekan

          < > Ketua Kelompok/Tim Kerja Substansi: Periksa hasil perbaikan
              Lulus → 9
              Ulang perbaikan → 7 (tersirat)
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
          ke halaman 2
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    9     Membuat laporan penyelesaian perbaikan                 [ ]    Laporan kerusakan dan   1 hari      Laporan hasil
          kerusakan                                                     draft surat balasan ke              Helpdesk Penanganan
                                                                        Satker                              Permasalahan Teknis
                                                                                                            TI

          [ ] Anggota Tim Kerja: Buat laporan penyelesaian dan konsep balasan (tersirat)
              Ajukan laporan → 10
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    10    Laporan hasil perbaikan kerusakan telah         < >
          di setujui ketua kelompok dan                          [ ]
          menyiapkan surat balasan ke satker              < >
          bahwa helpdesk selesai dilakukan, surat  ( )
          tersebut di koreksi tim kerja/ketua
          kelompok dan ditanda tanganu Sekretaris
          Badan

          < > Ketua Kelompok/Tim Kerja Substansi: Setujui laporan penyelesaian [10.setujui]
              Setujui laporan → 10.konsep
              Kembalikan laporan → 9 (tersirat)
          [ ] Anggota Tim Kerja: Siapkan surat balasan [10.konsep]
              Ajukan untuk dikoreksi → 10.koreksi
          < > Ketua Kelompok/Tim Kerja Substansi: Koreksi surat balasan [10.koreksi]
              Teruskan untuk ditandatangani → 10.tanda-tangan
              Kembalikan kepada penyusun → 10.konsep (tersirat)
          ( ) Sekretaris Badan: Tanda tangani surat balasan [10.tanda-tangan]
              Tanda tangani → Selesai
              Kembalikan kepada Ketua Tim → 10.koreksi (tersirat)
    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
          Total 10 hari 2 jam 50 menit

    Jalur dan waktunya
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    1 hari 50 menit          1 → 2 → 3 → 4 → Ditolak
    4–8 hari 2 jam 20 menit  1 → 2 → 5 → 6a → 7 → 8 → 9 → 10 → Selesai
    4–8 hari 2 jam 20 menit  1 → 2 → 5 → 6a+6b → 7 → 8 → 9 → 10 → Selesai
    4–8 hari 2 jam 20 menit  1 → 2 → 5 → 6b → 7 → 8 → 9 → 10 → Selesai
    ");
}

#[test]
fn no_line_is_too_long_and_no_word_is_lost() {
    let sop = shipped();
    for width in [0, 80, 81, 99, 109, 110, 123, 160, 200, 500] {
        let text = text_table(sop, width);
        let width = width.clamp(WIDTH_MIN, WIDTH_MAX);
        for line in text.lines() {
            assert!(line.chars().count() <= width, "{width}: {line}");
            assert_eq!(line, line.trim_end());
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        let cells = sop
            .steps
            .iter()
            .flat_map(|step| step.requirements.iter().chain(&step.output).chain(&step.remark));
        for word in cells.chain(&sop.identity.legal_basis).flat_map(|cell| cell.split_whitespace()) {
            assert!(words.contains(&word), "{width}: {word}");
        }
    }
}

#[test]
fn words_are_broken_only_when_they_have_to_be() {
    let check = |text: &str, width: usize, lines: &str| assert_eq!(wrap(text, width).join("|"), lines);
    check("Melakukan Disposisi", 9, "Melakukan|Disposisi");
    check("Ketua Kelompok/Tim Kerja", 12, "Ketua|Kelompok/Tim|Kerja");
    check("Ketua Kelompok/Tim Kerja", 10, "Ketua|Kelompok/|Tim Kerja");
    check("Penanggungjawab", 6, "Penang|gungja|wab");
    check("  ", 6, "");
}

#[test]
fn norms_in_words() {
    let check = |days_min, days_max, minutes, words: &str| {
        assert_eq!(in_words(PathNorm { days_min, days_max, minutes }), words);
    };
    check(1, 1, 50, "1 hari 50 menit");
    check(4, 8, 140, "4–8 hari 2 jam 20 menit");
    check(0, 0, 60, "1 jam");
    check(0, 0, 0, "tanpa waktu");
}
