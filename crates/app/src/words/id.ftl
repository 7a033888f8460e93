### Kata-kata Sigap dalam bahasa Indonesia. Setiap frasa juga ada dalam en.ftl.

# Bingkai
skip = Langsung ke isi
places = Tempat
place-inbox = Kotak kerja
place-ask = Ajukan
place-enter = Catat surat
place-own = Permintaan saya
place-cases = Kasus
place-register = Register
place-people = Pengguna
place-sop = SOP
sign-out = Keluar
office-name = Sekretariat Badan Perakitan dan Modernisasi Pertanian
foot-office = Helpdesk TI Sekretariat BRMP.
foot-sop = Berjalan menurut SOP { $number }, revisi { $revised }. Waktu dalam WIB.
switch-language = English
switch-theme = Tampilan:
theme-light = terang
theme-dark = gelap
theme-system = ikut perangkat
next = Berikutnya
and = {" dan "}
you = Anda
somebody = seseorang
erased = (isi dihapus)
optional = (boleh kosong)
mend = Perlu diperbaiki:
title-mend = Perlu diperbaiki: { $title }
errors-title =
    { $n ->
        [1] Satu isian perlu diperbaiki
       *[other] { $n } isian perlu diperbaiki
    }
outside-sop = di luar SOP
office-only = hanya kantor
kilobytes = { $n } kB

# Masuk
sign-in-title = Masuk ke helpdesk TI
sign-in-login = Surel dinas atau NIP
sign-in-password = Kata sandi
sign-in = Masuk
sign-in-wrong = Surel atau NIP dan kata sandi tidak cocok. Periksa keduanya, lalu coba lagi.
sign-in-rows = Sepuluh langkah, satu SOP
sign-in-rows-explained = Setiap permintaan berjalan menurut SOP yang disahkan. Anda selalu tahu siapa yang memegang dan sampai kapan.
demo-title = Kantor percobaan
demo-explained = Orang-orang ini karangan. Pilih satu untuk masuk sebagai dia.

# Peran
role-sekretaris = Sekretaris Badan
role-ketua = Ketua Tim
role-anggota = Anggota
role-pemohon = Pemohon
role-agenda = Petugas agenda
role-admin = Admin

# Waktu
weekday-1 = Senin
weekday-2 = Selasa
weekday-3 = Rabu
weekday-4 = Kamis
weekday-5 = Jumat
weekday-6 = Sabtu
weekday-7 = Minggu
month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = Mei
month-6 = Jun
month-7 = Jul
month-8 = Agu
month-9 = Sep
month-10 = Okt
month-11 = Nov
month-12 = Des
span-days = { $n } hari
span-hours = { $n } jam
span-minutes = { $n } menit
norm-minutes = { $amount } menit
norm-hours = { $amount } jam
norm-days = { $amount } hari
due = Jatuh tempo
due-left = Sisa { $span } kerja
due-late = Lewat { $span } kerja
due-detail = Jatuh tempo { $moment }
due-local = , yaitu { $hour }
due-held = Ditangguhkan, waktu berhenti
due-held-detail = “{ $reason }”, sejak { $since }.
due-held-since = Sejak { $since }.
due-held-left = Sisa { $span } kerja saat dilanjutkan.
due-none = Menunggu { $span } kerja
due-none-detail = Sejak { $since }. SOP tidak menetapkan waktu.

# Mengapa
why-question = Mengapa { $hour }?
why-norm = Norma baris { $step } ialah { $norm } waktu kerja.
why-caption = Perhitungan jatuh tempo
why-paused = Waktu berhenti { $from } sampai { $to }
why-moved = Jatuh tempo bergeser ke { $hour }
why-advisory = SOP menulis “{ $remark }”: norma ini anjuran.
why-source = Jam kerja menurut Perpres 21 Tahun 2023, kalender { $year } versi { $revision }.
why-start-moved = { $outside }; dihitung mulai { $day } { $hour }
why-day-of = hari { $number } dari { $of }
why-due = Jatuh tempo
why-due-moved = Jatuh tempo; { $hour } tidak dapat dipakai ({ $outside })
why-ramadan = (jam Ramadan)
outside-before-opening = sebelum buka pukul { $hour }
outside-rest = istirahat { $from }–{ $to }
outside-after-closing = sesudah tutup pukul { $hour }
day-off-saturday = Sabtu
day-off-sunday = Minggu
day-off-holiday = { $name } ({ $decree })
day-off-estimate = { $name }, tanggal perkiraan ({ $decree })

# Isian
fault-missing = Isilah bagian ini.
fault-choose-one = Pilih salah satu.
fault-choose-some = Pilih satu atau lebih.
fault-choose-member = Pilih anggota yang akan mengerjakannya.
fault-choose-unit = Pilih satuan kerja pemohon.
fault-too-long = Persingkat menjadi paling banyak { $n } huruf.
fault-not-an-option = Pilih dari pilihan yang ada.
fault-not-a-date = Tulis tanggal sebagai hari-bulan-tahun, misalnya 20-11-2026.
fault-not-an-hour = Tulis jam sebagai 09.12.
fault-in-future = Tulis tanggal yang sudah lewat atau hari ini, misalnya 20-11-2026.
date-hint = Hari-bulan-tahun, misalnya 20-11-2026.
hour-hint = WIB, misalnya 09.12.
attachments = Lampiran
files = Foto layar atau surat
attachments-hint = PDF, PNG atau JPG, paling besar { $megabytes } MB tiap berkas, paling banyak lima berkas.
file-again = Pilih lagi: { $names }. Peramban tidak menyimpan berkas pada formulir yang dikembalikan.
file-too-large = Berkas “{ $name }” lebih dari { $megabytes } MB. Perkecil, atau kirim sebagian.
file-harmful = Berkas “{ $name }” memuat perangkat perusak yang dikenal dan tidak disimpan. Periksa komputer Anda, lalu kirim berkas lain.
file-not-scanned = Berkas “{ $name }” belum dapat diperiksa dari virus, jadi tidak disimpan. Coba lagi beberapa saat lagi.
file-kind = Berkas “{ $name }” bukan PDF, PNG, atau JPG. Simpan dalam salah satu bentuk itu, lalu kirim lagi.
file-too-many = Berkas “{ $name }” terlalu banyak: paling banyak lima berkas sekali kirim.

# Ajukan
request-title = Ajukan permintaan bantuan teknis
request-title-enter = Catat surat permintaan
request-intro = Isilah sejauh yang Anda tahu; Tim Datin akan bertanya bila perlu.
request-intro-enter = Salin dari surat yang diterima. Waktu diterima dicatat terpisah dari waktu dicatat.
request-letter = Surat
request-who = Siapa yang meminta
request-what = Apa yang terjadi
request-name = Nama
request-contact = Telepon atau WhatsApp
request-contact-hint = Untuk dihubungi anggota tim.
request-subject = Hal
request-subject-hint = Satu kalimat, misalnya “Situs balai menampilkan iklan”.
request-received-on = Diterima tanggal
request-received-hour = Diterima pukul
request-choose-unit = Pilih satuan kerja
request-send = Kirim permintaan
request-enter = Catat permintaan
request-after = Sesudah permintaan masuk
own-empty = Belum ada permintaan. Permintaan yang Anda kirim muncul di sini beserta siapa yang memegangnya.
own-filed = { $no } · diajukan { $date }

# Lacak
track-title = Lacak permintaan { $no }
track-head = Permintaan { $no } · diajukan { $date }
track-said-by = { $what } oleh { $who }.
track-said = { $what } ({ $who }).
track-held = Ditangguhkan
track-completed = Selesai pada { $date }. Surat balasan untuk satker Anda ada pada bagian Dokumen.
track-rejected = Permintaan ini ditolak pada { $date }. Penjelasan dan surat untuk satker Anda ada pada bagian Dokumen.
track-withdrawn = Anda menarik permintaan ini pada { $date }.
track-way = Perjalanan permintaan Anda
track-news = Kabar

# Kasus
case-title = Kasus { $no }
case-of = Kasus { $no } · { $unit }
case-row-verbatim = SOP baris { $step }, apa adanya
case-changed = Kasus ini baru saja berubah.
case-reload = Muat keadaan terbaru
kept = Yang Anda tulis, supaya tidak hilang:
before = Dari { $who }: { $stage }
letter-now = Surat yang akan ditandatangani
strip = Perjalanan kasus menurut baris SOP
row = Baris { $step }
rail-title = Alur menurut SOP
rail-not-taken = Tidak ditempuh
rail-round = (putaran { $n })
rail-since = sejak { $moment }
rail-no-norm = tanpa norma
standing-waits = Menunggu { $waiting }.
standing-at = { $who } di langkah { $step }
standing-suspended = Ditangguhkan oleh { $who } sejak { $moment }.
standing-completed = Selesai { $moment }.
standing-rejected = Ditolak, surat ditandatangani { $moment }.
standing-withdrawn = Ditarik pemohon { $moment }.
decision = Keputusan
send-decision = Kirim keputusan
outcome-goes = Lanjut ke langkah { $steps }.
outcome-stays = Diteruskan: { $stage }.
outcome-ends = Menutup kasus: { $end }.
waits-for = Menunggu { $who }.
assign-to = Tugaskan kepada
reassign = Alihkan tugas
reassign-do = Alihkan
logged = Tahapan yang sudah dicatat
log-add = Catat tahapan
other-acts = Tindakan lain
act-suspend = Tangguhkan
act-suspend-text = Menunggu apa, atau siapa (pemohon membaca ini)
act-suspend-do = { act-suspend }
act-resume = Lanjutkan
act-resume-text = Catatan saat melanjutkan (boleh kosong)
act-resume-do = { act-resume }
act-reopen = Buka kembali
act-reopen-text = Mengapa dibuka kembali (pemohon membaca ini)
act-reopen-do = { act-reopen }
act-withdraw = Tarik permintaan
act-withdraw-text = Mengapa ditarik
act-withdraw-do = { act-withdraw }
act-note = Tambah catatan atau tanya pemohon
act-note-text = Catatan
act-note-do = Simpan catatan
act-note-own = Tambah keterangan
act-note-own-text = Yang perlu diketahui Tim Datin
act-note-own-do = Kirim keterangan
act-attach = Tambah berkas
act-attach-text = { files }
act-attach-read = Pemohon juga dapat membukanya.
act-attach-do = Kirim berkas
note-audience = Siapa yang boleh membaca
note-everyone = Pemohon dan kantor
note-office = Hanya kantor
request = Permintaan
fact-requester = Pemohon
fact-contact = Kontak
fact-unit = Satuan kerja
fact-received = Diterima
fact-entered = Dicatat
fact-letter = Nomor surat
fact-letter-date = Tanggal surat
fact-agenda = Nomor agenda

# Dokumen
documents = Dokumen
documents-by-row = Dokumen menurut baris SOP
document-step = Baris
document-name = Dokumen
document-state = Keadaan
document-filed = Diajukan { $date }
document-attached = Lampiran, { $date }
document-made = Dibuat { $date }
document-signed = Ditandatangani, nomor { $number }
document-back = Kembali ke { $no }

# Riwayat
history = Riwayat
record = Lihat isian
history-registered = { $who } mengajukan permintaan; nomor agenda { $agenda }.
history-entered = { $who } mencatat surat permintaan dengan nomor agenda { $agenda }.
history-assigned = { $who } mengalihkan tugas “{ $stage }” kepada { $to }.
history-logged = { $who } mencatat satu tahapan perbaikan.
history-completed = { $who } menyelesaikan “{ $stage }” pada langkah { $step }: { $outcome }.
history-handed = Diserahkan kepada { $to }.
history-signed = { $who } menandatangani surat nomor { $number }.
history-signed-as = { $who } ({ $capacity }) menandatangani surat nomor { $number }.
history-suspended = { $who } menangguhkan kasus ini.
history-resumed = { $who } melanjutkan kasus ini.
history-due-moved-suspension = Jatuh tempo langkah { $step } bergeser dari { $from } ke { $to } karena penangguhan.
history-due-moved-calendar = Jatuh tempo langkah { $step } bergeser dari { $from } ke { $to } karena kalender berubah.
history-overdue = Langkah { $step } lewat waktu.
history-noted = { $who } menulis catatan.
history-attached = { $who } menambahkan berkas { $file }.
history-closed-completed = Kasus ini selesai.
history-closed-rejected = Kasus ini ditutup: permintaan ditolak.
history-closed-withdrawn = { $who } menarik permintaan ini.
history-reopened = { $who } membuka kembali kasus ini.

# Penolakan tindakan
refusal-same-person = Anda sendiri yang mengerjakan “{ $did }” pada langkah { $step }. Yang menandatangani atau memeriksanya harus orang lain.
refusal-not-your-role = Tindakan ini milik { $role }. Minta { $role } melakukannya.
refusal-not-assigned = Tugas ini diserahkan kepada { $who }. Minta Ketua Tim mengalihkannya bila Anda yang akan mengerjakan.
refusal-not-your-request = Hanya pemohon kasus ini yang dapat melakukannya.
at-hour = pukul { $hour }
refusal-faster = { $who } lebih dulu menyelesaikan langkah ini { $hour }. Periksa keadaan terbaru, lalu putuskan lagi bila perlu.
refusal-not-open = Tugas ini tidak sedang menunggu. Periksa keadaan terbaru di bawah.
refusal-stale = { $who } mengubah tugas ini { $hour }, sesudah Anda membukanya. Isian Anda masih tersimpan di bawah; periksa, lalu kirim lagi.
refusal-outcome = Pilih keputusannya lebih dulu.
refusal-incomplete = Ada isian yang perlu diperbaiki.
refusal-signature-needed = Surat ini harus ditandatangani.
refusal-wrongly-dated = Tanggal berganti sementara surat ditandatangani. Tanda tangani sekali lagi.
refusal-nothing-logged = Catat sedikitnya satu tahapan perbaikan sebelum menyelesaikannya.
refusal-no-log = Tugas ini tidak mempunyai catatan tahapan.
refusal-finished = Kasus ini sudah berakhir ({ $end }). Ketua Tim dapat membukanya kembali.
refusal-running = Kasus ini masih berjalan, jadi tidak perlu dibuka kembali.
refusal-suspended = Kasus ini ditangguhkan sejak { $moment }. Lanjutkan dulu, lalu kirim lagi; isian Anda masih tersimpan.
refusal-not-suspended = Kasus ini tidak sedang ditangguhkan.
refusal-received-in-future = Waktu diterima belum terjadi. Tulis waktu yang sudah lewat.
refusal-no-calendar = Kalender kerja { $year } belum ada, jadi jatuh tempo tidak dapat dihitung. Minta admin memasang berkas kalendernya.

# Masalah
problem-sign-in = Masuk di tab baru
problem-home = Ke halaman awal
problem-not-found = Halaman ini tidak ada
problem-not-found-detail = Mungkin alamatnya salah ketik, atau bukan untuk Anda. Periksa nomornya, atau mulai dari halaman awal.
problem-method-not-allowed = Alamat ini tidak menerima itu
problem-method-not-allowed-detail = Halaman dibuka dengan cara yang tidak dikenal. Mulai dari halaman awal, lalu ulangi.
problem-cross-site = Formulir ini datang dari situs lain
problem-cross-site-detail = Demi keamanan, perubahan hanya diterima dari halaman Sigap sendiri. Buka halamannya di Sigap, lalu kirim lagi.
problem-signed-out = Sesi Anda berakhir
problem-signed-out-detail = Masuk dulu di tab baru, lalu kembali ke halaman ini dan kirim lagi; yang Anda tulis masih ada di halaman sebelumnya.
problem-too-large = Kiriman terlalu besar
problem-form-too-large = Tulisan terlalu panjang
problem-form-too-large-detail = Satu isian memuat paling banyak 10.000 huruf. Kembali, persingkat, lalu kirim lagi; bahan yang panjang dapat dilampirkan sebagai berkas.
problem-too-large-detail = Setiap berkas paling besar { $megabytes } MB. Kembali, perkecil berkasnya, lalu kirim lagi.
problem-bad-request = Permintaan ini tidak dapat dibaca
problem-bad-request-detail = Ada bagian alamat atau formulir yang bentuknya salah. Kembali ke halaman sebelumnya, lalu coba lagi.
problem-bad-cursor-detail = Tempat dalam daftar ini tidak dikenal. Buka daftarnya dari awal.
problem-upload-detail = Kiriman berkas terputus atau tidak lengkap. Kembali, lalu kirim lagi.
problem-too-many-tries = Terlalu banyak percobaan masuk
problem-too-many-tries-detail = Tunggu lima belas menit, lalu coba lagi. Bila lupa kata sandi, minta admin menggantinya.
problem-busy = Sigap sedang sibuk
problem-busy-detail = Tunggu sebentar, lalu ulangi.
problem-internal = Ada yang salah di pihak kami
problem-internal-detail = Coba lagi. Bila tetap gagal, sebutkan nomor { $reference } kepada admin.

# Kotak kerja
inbox-title = Kotak kerja
inbox-waiting = { $number } tugas menunggu Anda.
inbox-waiting-many = Lebih dari { $n } tugas menunggu Anda.
inbox-number =
    { $n ->
        [1] Satu
        [2] Dua
        [3] Tiga
        [4] Empat
        [5] Lima
        [6] Enam
        [7] Tujuh
        [8] Delapan
        [9] Sembilan
        [10] Sepuluh
        [11] Sebelas
       *[other] { $n }
    }
inbox-next = Yang pertama jatuh tempo { $when }.
inbox-late-next = { $number } sudah lewat waktu; berikutnya jatuh tempo { $when }.
inbox-some-late = { $number } sudah lewat waktu.
inbox-all-late =
    { $n ->
        [1] Waktunya sudah lewat.
       *[other] Semuanya sudah lewat waktu.
    }
inbox-when-today = pukul { $hour }
inbox-when-tomorrow = besok pukul { $hour }
inbox-when-day = { $day } pukul { $hour }
inbox-hours-ahead = Jam kerja hari ini { $opens }–{ $closes }, istirahat { $rest }.
inbox-hours-rest = Jam kerja hari ini sampai { $closes }, istirahat { $rest }.
inbox-hours-until = Jam kerja hari ini sampai { $closes }.
inbox-hours-over = Kantor sudah tutup sejak pukul { $closes }.
inbox-closed = Kantor tutup hari ini: { $why }.
inbox-late = Terlambat
inbox-today = Hari ini
inbox-tomorrow = Besok
inbox-later = Nanti
inbox-no-norm = Tanpa norma waktu
inbox-tasks = { $n } tugas
inbox-round = putaran { $n }
inbox-empty = Tidak ada tugas. Tugas baru muncul di sini begitu sampai pada langkah Anda.
inbox-first = Ke awal kotak kerja
inbox-load = Beban anggota tim
inbox-member = Anggota
inbox-open = Tugas
inbox-overdue = Lewat
inbox-warning = Peringatan dalam SOP:

# Daftar kasus
list-title = Kasus
list-explained = Setiap permintaan, di langkah mana, di tangan siapa, dan sampai kapan.
list-filter = Saring daftar kasus
list-narrow = Saring
list-from = Diterima dari
list-until = Sampai
list-fault-until = Tulis tanggal yang sama dengan tanggal awal atau sesudahnya.
list-words = Kata atau nomor
list-state = Keadaan
list-state-all = Semua
list-state-running = Berjalan
list-state-overdue = Lewat waktu
list-state-suspended = Ditangguhkan
list-unit = Satker
list-unit-all = Semua satker
list-step = Langkah
list-step-all = Semua langkah
list-sort = Urutan
list-sort-newest = Terbaru dulu
list-sort-due = Jatuh tempo dulu
list-sort-number = Menurut nomor
list-case = Kasus
list-received = Diterima
list-entered = dicatat { $date }
list-subject = Hal
list-performer = Pelaksana
list-time = Waktu
list-round = putaran { $n }
list-since = sejak { $date }
list-held = Ditangguhkan
list-no-norm = Tanpa norma
list-empty = Tidak ada kasus yang cocok. Longgarkan saringannya, atau cari dengan kata lain.
list-unreadable = Daftar belum dapat disaring. Perbaiki isian di atas, lalu saring lagi.
list-first = Ke awal daftar

# Register
register-title = Register
register-heading = Pencatatan dan pendataan
register-explained = Semua permintaan beserta tanggal selesainya setiap baris SOP, yang terbaru di atas.
register-fills-sop = Bagian ini kosong di SOP; register ini mengisinya.
register-filter = Saring register
register-caption = Register permintaan bantuan teknis TI
register-download = Unduh CSV
register-empty = Tidak ada permintaan yang cocok. Longgarkan saringannya.
register-agenda = Agenda
register-letter = Surat { $letter }
register-dates = Tanggal selesai setiap baris SOP, kasus { $no }
register-late = lewat
register-older = Yang lebih lama
register-col-no = Nomor kasus
register-col-agenda = Nomor agenda
register-col-letter-no = Nomor surat
register-col-letter-date = Tanggal surat
register-col-received = Diterima ({ $zone })
register-col-entered = Dicatat ({ $zone })
register-col-unit = Satuan kerja
register-col-requester = Pemohon
register-col-subject = Hal
register-col-category = Jenis masalah
register-col-urgency = Sifat
register-col-state = Keadaan
register-col-done = Baris { $step } selesai ({ $zone })
register-col-decision = Baris { $step } keputusan
register-col-rounds = Putaran terbanyak
register-col-closed = Ditutup ({ $zone })

# SOP
sop-title = SOP
sop-heading = Standar operasional prosedur
sop-since = SOP ini berlaku sejak { $date }.
sop-revisions = Setiap kasus berjalan menurut revisi yang berlaku saat kasus itu dimulai.
sop-identity = Identitas SOP
sop-empty-section = Tidak diisi dalam SOP.
sop-register = Sigap mengisinya dengan register.
sop-flow = Alur
sop-lanes-rest = Kegiatan dan mutu baku
sop-row = Baris
sop-now = Kasus sekarang
sop-now-short = Sekarang
sop-no-cases = Tidak ada
sop-cases = { $n } kasus
sop-overdue = { $n } lewat
sop-to-page = ke halaman { $page }
sop-from-page = dari halaman { $page }
sop-total-is-sum = Total yang tercetak ialah jumlah kolom.
sop-total-is-path = Total yang tercetak ialah panjang salah satu jalur.
sop-total-is-nothing = Total yang tercetak bukan jumlah kolom dan bukan panjang satu jalur pun.
sop-path =
    { $nth ->
        [1] Jalur
       *[other] jalur
    } { $end } memakan { $span }
sop-or = {" atau "}
sop-total-unused = Total ini tidak dipakai sebagai jatuh tempo.
sop-beside = Di luar naskah
sop-remarks = Catatan tentang naskah ({ $n })
sop-remarks-explained = Sigap membaca naskah dan menelusuri setiap jalurnya. Yang ditemukannya dicatat di sini untuk revisi berikutnya; tidak satu pun mengubah naskah.
sop-severity = Sifat
sop-remark = Catatan
sop-warning = Peringatan
sop-error = Kesalahan
sop-origins = Yang tertulis dan yang tersirat
sop-origins-explained = Naskah menulis kegiatan setiap baris. Supaya dapat dijalankan, setiap baris dibagi menjadi tahap; di sini tertulis mana yang dikatakan naskah dan mana yang disimpulkan, beserta sebabnya.
sop-written = tertulis
sop-inferred = tersirat
sop-join = Dimulai sesudah baris { $rows } selesai
sop-leads-to-row = ke baris { $row }
sop-leads-to-stage = ke tahap “{ $stage }”
sop-leads-to-stage-of = ke tahap “{ $stage }” pada baris { $row }
sop-leads-to-end = kasus { $end }

# Pengguna
people-title = Pengguna
people-explained = Akun kantor ini. Akun dibuat dengan perintah “sigap user” atau “sigap people” di server; setiap orang mengganti kata sandinya sendiri.
people-name = Nama
people-roles = Peran
people-sign-in = Nama masuk

letter-look = Lihat naskahnya seperti akan dicetak
letter-text = Baca sebagai teks
letter-download = Unduh PDF
letter-verify = Periksa keaslian
letter-page = Halaman { $n } dari { $of }
letter-signed = Nomor { $number }, ditandatangani { $moment }.
letter-recorded = Dicatat secara elektronik; tidak bertanda tangan.
letter-draft = Konsep: belum bernomor, belum bertanggal, belum ditandatangani.
letter-draft-title = Surat yang menunggu tanda tangan
letter-number = Nomor
letter-dated = Tanggal
letter-signer = Penanda tangan
letter-signed-at = Waktu
letter-means = Sertifikat
means-test = Sertifikat uji. Surat ini simulasi dan tidak berkekuatan hukum.
means-local = Sertifikat yang diterbitkan kantor ini, bukan sertifikat BSrE.
means-bsre = Sertifikat Balai Besar Sertifikasi Elektronik (BSrE).

sign-passphrase = Frasa sandi sertifikat
sign-with = Sertifikat atas nama { $holder }. Frasa sandi dipakai sekali ini dan tidak disimpan.
sign-test = Ini sertifikat uji, bukan sertifikat BSrE. Di kantor percobaan frasa sandinya sama dengan kata sandi untuk masuk.
sign-no-key = Anda belum mempunyai sertifikat untuk menandatangani. Minta admin memasangnya dengan `sigap signer import`, atau mendaftarkan NIK Anda dengan `sigap signer bsre`.
sign-no-passphrase = Tulis frasa sandi sertifikat Anda.
sign-wrong-passphrase = Frasa sandi tidak cocok dengan sertifikat Anda. Surat belum ditandatangani dan belum bernomor; tulis lagi.
sign-expired = Masa berlaku sertifikat Anda sudah lewat. Minta admin memasang yang baru dengan `sigap signer import`.
sign-failed = Surat belum dapat ditandatangani dan belum bernomor; kasus tetap di langkah ini. Coba lagi, atau beri tahu admin nomor gangguan { $reference }.
capacity-daily = Pelaksana harian (Plh.)
capacity-acting = Pelaksana tugas (Plt.)
capacity-on-behalf = Atas nama (a.n.)

verify-title = Pemeriksaan keaslian surat
verify-lead = Kantor ini menandatangani surat nomor { $number } seperti tertulis di bawah.
verify-letter = Surat ini
verify-file = Berkas Anda
verify-choose = Berkas PDF yang Anda terima
verify-hint = Berkas hanya diperiksa, tidak disimpan.
verify-do = Periksa berkas
verify-no-file = Pilih berkas PDF yang akan diperiksa.
verify-same = Berkas ini surat tersebut, tidak berubah sejak ditandatangani, dan tanda tangannya sah.
verify-same-untrusted = Berkas ini surat tersebut dan tidak berubah, tetapi sertifikatnya tidak dapat dipercaya.
verify-another = Tanda tangan berkas ini sah, tetapi ini bukan surat tersebut.
verify-modified = Berkas ini diubah sesudah ditandatangani.
verify-not-it = Berkas ini bukan surat tersebut.

# Naskah yang sedang ditulis
preview-do = Lihat naskah
preview-title = Naskah seperti akan dicetak
preview-kept-nowhere = Pratinjau dari isian saat ini. Belum ada yang disimpan.
preview-none = Isian ini tidak menghasilkan naskah.
preview-goes-on = Naskah ini masih berlanjut; halaman berikutnya tampak setelah naskah dibuat.
revised-title = Yang diubah dari konsep
revised-removed = Dihapus:
revised-added = Ditambahkan:
write-how = Alinea dipisahkan baris kosong. Awali baris dengan tanda hubung (-) atau nomor (1.) untuk daftar; tulis | kolom | kolom | untuk tabel.
write-phrases = Ubah frasa pembuka
phrases-title = Frasa surat
phrases-explained = Kalimat yang mengawali isian surat dan laporan. Isian kasus yang sudah ditulis tidak berubah; yang berubah hanya isian berikutnya.
phrases-names = Nama yang dapat dipakai
phrases-names-explained = Nama dalam kurung kurawal diganti dengan isi kasus. Alinea yang isinya belum ada dalam kasus tidak ditulis.
phrase-save = Simpan frasa
phrase-restore = Kembalikan ke frasa bawaan
phrase-written = Ditulis { $who }, { $moment }
phrase-unknown = Tidak ada isi kasus yang bernama { $name }. Pakai salah satu nama dalam daftar di atas.
phrase-unclosed = Ada kurung kurawal yang dibuka tetapi tidak ditutup. Tutup dengan tanda kurung kurawal, atau hapus.
phrase-stale = Frasa ini baru saja ditulis orang lain. Yang Anda tulis masih ada di bawah; gabungkan dengan yang terbaru, lalu simpan lagi. Yang terbaru: { $text }

# Meja tanda tangan
inbox-letters = { $n ->
    [1] Satu surat menunggu tanda tangan Anda
   *[other] { $n } surat menunggu tanda tangan Anda
  }
signing-title = Meja tanda tangan
signing-explained = Surat yang menunggu tanda tangan Anda. Pilih satu atau beberapa, tulis frasa sandi sekali; setiap surat ditandatangani dan dinomori sendiri-sendiri.
signing-empty = Tidak ada surat yang menunggu tanda tangan Anda.
signing-waiting = Menunggu ({ $n })
signing-page = Halaman pertama surat: { $title }
signing-return = Buka kasusnya, atau kembalikan surat ini
signing-sign = Tanda tangani yang dipilih
signing-do = Tanda tangani
signing-none-chosen = Pilih sedikitnya satu surat.
signing-signed = ditandatangani, nomor { $number }
signing-done = { $n ->
    [1] Satu surat ditandatangani.
   *[other] { $n } surat ditandatangani.
  }
signing-failed = { $n ->
    [1] Satu surat belum ditandatangani.
   *[other] { $n } surat belum ditandatangani.
  }

# Buku-buku register
tab-incoming = Surat masuk
tab-outgoing = Surat keluar
tab-dispositions = Disposisi
book-incoming = Agenda surat masuk
book-incoming-explained = Setiap permintaan yang dicatat, menurut nomor agenda, yang terbaru di atas.
book-outgoing = Agenda surat keluar
book-outgoing-explained = Setiap nomor surat yang diambil: ditandatangani, dicadangkan, atau dibatalkan. Tidak ada nomor yang terlewat tanpa keterangan.
book-dispositions = Buku disposisi
book-dispositions-explained = Setiap disposisi: kapan, oleh siapa, kepada siapa, dan dengan petunjuk apa.
book-from = Dari tanggal
book-this-month = Bulan ini
book-last-month = Bulan lalu
book-this-year = Tahun ini
book-empty = Belum ada catatan dalam masa ini.
book-too-long = Masa ini memuat lebih dari { $n } catatan, lebih banyak dari yang dapat dicetak sekaligus. Persempit tanggalnya, atau unduh CSV.
book-agenda = Agenda
book-entered = Dicatat
book-received = Diterima
book-unit = Dari satker
book-sender = Pengirim
book-letter-no = Nomor surat
book-letter-date = Tanggal surat
book-subject = Hal
book-channel = Lewat
book-channel-form = Formulir
book-channel-letter = Surat
book-case = Kasus
book-number = Nomor
book-dated = Tanggal
book-addressee = Kepada
book-signer = Penanda tangan
book-remark = Keterangan
book-reserved = Dicadangkan { $who }, { $moment }
book-was-reserved = { $reserved }: { $purpose }
book-voided = Dibatalkan { $who }, { $moment }: { $reason }. { $reserved }.
book-disposed = Tanggal
book-disposed-by = Oleh
book-urgency = Sifat
book-forwarded = Diteruskan kepada
book-requests = Dengan hormat harap
book-notes = Catatan

# Nomor cadangan
numbers-title = Nomor cadangan
number-reserve = Cadangkan nomor
number-reserve-do = Cadangkan nomor berikutnya
number-purpose = Keperluan
number-purpose-hint = Misalnya: surat tugas yang ditandatangani di atas kertas. Tertulis di agenda. Suratnya akan bertanggal hari ini.
number-by = Oleh { $who }.
number-void = Batalkan
number-void-do = Batalkan nomor ini
number-reason = Sebab pembatalan
number-too-many = Sudah ada { $n } nomor cadangan yang menunggu surat. Pakai atau batalkan dahulu.
number-gone = Nomor itu sudah dipakai atau sudah dibatalkan; tidak ada yang berubah.
sign-number = Nomor surat
sign-number-hint = Surat dengan nomor cadangan bertanggal hari nomor itu dicadangkan.
sign-number-next = Nomor berikutnya, tanggal hari ini
sign-number-reserved = { $number }, { $date }: { $purpose }
sign-number-gone = Nomor cadangan itu sudah dipakai atau dibatalkan. Surat belum ditandatangani; pilih nomor lagi.
history-number-reserved = Nomornya dicadangkan { $date }.

# Penandatanganan lewat BSrE dan cap waktu

sign-with-bsre = Ditandatangani lewat BSrE dengan NIK { $nik }. Frasa sandi BSrE Anda dikirim ke BSrE sekali ini dan tidak disimpan.
sign-no-access = Kantor ini belum terhubung dengan BSrE. Minta admin mengisi pengaturan `bsre_url`, lalu coba lagi. Surat belum ditandatangani dan belum bernomor.
sign-not-enrolled = { $status ->
    [NOT_REGISTERED] NIK Anda belum terdaftar di BSrE. Daftarkan diri lewat verifikator BSrE di instansi Anda.
    [EXPIRED] Sertifikat BSrE Anda sudah habis masa berlakunya. Ajukan sertifikat baru ke BSrE.
    [RENEW] Sertifikat BSrE Anda sedang diperbarui. Selesaikan pembaruannya di BSrE.
    [WAITING_FOR_VERIFICATION] Pendaftaran Anda di BSrE masih menunggu verifikasi.
    [NEW] Pendaftaran Anda di BSrE belum selesai. Aktifkan akun Anda dan terbitkan sertifikatnya.
    [NO_CERTIFICATE] Anda belum mempunyai sertifikat di BSrE. Terbitkan lebih dahulu.
    [SUSPEND] Sertifikat BSrE Anda sedang ditangguhkan. Hubungi verifikator BSrE di instansi Anda.
    [REVOKE] Sertifikat BSrE Anda sudah dicabut. Ajukan sertifikat baru ke BSrE.
   *[other] BSrE belum mengizinkan Anda menandatangani (status { $status }).
} Surat belum ditandatangani dan belum bernomor.
sign-not-signed = BSrE tidak menandatangani surat ini: layanannya tidak terhubung atau menolak. Surat belum bernomor; kasus tetap di langkah ini. Coba lagi, atau beri tahu admin nomor gangguan { $reference }.
sign-answer-lost = Jawaban BSrE tidak sampai, sehingga tidak diketahui apakah surat sudah ditandatangani di sana. Di sini surat belum bernomor dan kasus tetap di langkah ini. Beri tahu admin nomor gangguan { $reference } sebelum menandatangani lagi; tanda tangan pertama, bila ada, tidak pernah dikirim.
sign-not-the-letter = Yang dikembalikan BSrE bukan surat ini dengan tanda tangan yang utuh, jadi tidak diterima. Surat belum bernomor; kasus tetap di langkah ini. Beri tahu admin nomor gangguan { $reference }.
sign-no-time-stamp = Penanda waktu tidak memberi cap waktu yang sah, dan tanpa itu surat tidak ditandatangani. Surat belum bernomor; kasus tetap di langkah ini. Coba lagi, atau beri tahu admin nomor gangguan { $reference }.

# Surat lewat surel
fault-not-an-address = Tulis satu alamat surel, misalnya nama@kantor.go.id.
refusal-no-such-letter = Kasus ini tidak mempunyai surat itu. Periksa keadaan terbaru di bawah.
refusal-letter-under-way = Surat ini sedang dikirim sejak { $hour }. Tunggu hasilnya, lalu kirim ulang bila perlu.
mail-again = Kirim ulang surat { $number } lewat surel
mail-again-do = Kirim ulang
mail-address = Alamat surel
mail-under-way = Sedang dikirim lewat surel.
mail-sent = Dikirim ke { $address }, { $moment }.
mail-refused = Tidak terkirim ke { $address }: server surel menolaknya, { $moment }.
mail-given-up = Tidak terkirim ke { $address }: berkali-kali dicoba sampai { $moment }.
mail-answer = Jawabannya: “{ $answer }”.
mail-no-address = Tidak dikirim lewat surel: alamat surel pemohon tidak diketahui.
mail-not-set-up = Tidak dikirim lewat surel: kantor ini belum menyiapkan surel.
mail-on-page = Suratnya ada di halaman pemohon.
mail-hand-over = Serahkan suratnya dengan cara lain.
mail-missed-you = Tidak terkirim ke { $address }; unduh suratnya di sini.
history-mail-again = { $who } mengirim ulang surat nomor { $number } ke { $address }.
history-mail-sent = Surat nomor { $number } dikirim lewat surel ke { $address }.
history-mail-refused = Surat nomor { $number } ditolak server surel untuk { $address }.
history-mail-given-up = Surat nomor { $number } tidak terkirim ke { $address } sesudah berkali-kali dicoba.
history-mail-no-address = Surat nomor { $number } tidak dikirim lewat surel: alamat surel pemohon tidak diketahui.
history-mail-not-set-up = Surat nomor { $number } tidak dikirim lewat surel: kantor ini belum menyiapkan surel.

# The archive: the dossier of a case, the SOP on paper.
dossier-download = Unduh berkas kasus
dossier-hint = Satu PDF untuk arsip: riwayat, semua surat, dan catatan kejadiannya.
sop-pdf = Unduh SOP sebagai PDF

# Peran di samping SOP.
role-auditor = Auditor

# Akun saya
account-title = Akun saya
account-explained = Kata sandi, faktor kedua, dan perangkat tempat Anda sedang masuk.
account-password = Kata sandi
account-password-changed = Kata sandi diganti. Perangkat lain harus masuk lagi.
account-sessions-ended = Perangkat itu sudah dikeluarkan.
password-old = Kata sandi sekarang
password-new = Kata sandi baru
password-again = Kata sandi baru, sekali lagi
password-rules = Sedikitnya { $n } karakter. Beberapa kata yang tidak biasa berdampingan mudah diingat dan sulit ditebak.
password-ends-sessions = Setelah diganti, semua perangkat lain dikeluarkan dan harus masuk lagi.
password-change = Ganti kata sandi
password-too-short = Tulis kata sandi baru dengan sedikitnya { $n } karakter.
password-too-long = Tulis kata sandi baru dengan paling banyak { $n } karakter.
password-names-owner = Pilih kata sandi yang tidak memuat nama, surel, atau NIP Anda.
password-common = Kata sandi ini termasuk yang pertama ditebak: angka saja, sedikit karakter berulang, atau kata-kata yang lazim. Gabungkan kata-kata yang tidak biasa berdampingan.
password-differs = Kedua kata sandi baru tidak sama. Tulis keduanya lagi.
password-wrong = Kata sandi sekarang tidak cocok. Tulis lagi.
sessions-title = Perangkat yang sedang masuk
sessions-explained = Sesi berakhir sendiri setelah dua jam tidak dipakai, dan paling lama dua belas jam setelah masuk. Keluarkan perangkat yang tidak Anda kenal, lalu ganti kata sandi.
session-this = perangkat ini
session-browser-on = { $browser } di { $system }
session-browser-unknown = Peramban yang tidak dikenal
session-times = Masuk { $since }, terakhir dipakai { $last }
session-end = Keluarkan
sessions-end-others = Keluarkan semua perangkat lain
second-factor = Faktor kedua
second-factor-on = Saat masuk, Anda diminta salah satu dari ini setelah kata sandi.
second-factor-codes-left = Kode pemulihan yang tersisa: { $n }.
second-factor-required = Kantor ini mewajibkannya bagi Anda.
second-factor-explained = Setelah kata sandi, Anda diminta kode enam angka dari ponsel. Kata sandi yang bocor saja tidak cukup untuk masuk sebagai Anda.
second-factor-begin = Pasang faktor kedua
second-factor-remove = Lepas faktor kedua
second-factor-removed = Faktor kedua dilepas. Anda masuk dengan kata sandi saja.
second-factor-title = Pasang faktor kedua
second-factor-first = Kantor ini mewajibkan faktor kedua bagi Anda. Pasang dulu, lalu halaman lain terbuka.
second-factor-needs = Siapkan ponsel dengan aplikasi autentikator, misalnya Aegis, Google Authenticator, atau Microsoft Authenticator.
second-factor-make = Buat kode QR
second-factor-scan = 1. Pindai kode QR
second-factor-scan-explained = Buka aplikasi autentikator di ponsel, tambah akun, lalu pindai gambar ini.
second-factor-picture = Kode QR untuk aplikasi autentikator; kuncinya juga tertulis di bawah.
second-factor-type = Tidak bisa memindai? Ketik kunci ini:
second-factor-confirm = 2. Pastikan
second-factor-code = Kode enam angka dari aplikasi
second-factor-do = Pasang
recovery-title = Kode pemulihan
recovery-explained = Faktor kedua terpasang. Simpan sepuluh kode ini di tempat aman, bukan di ponsel yang sama. Tiap kode menggantikan ponsel Anda satu kali. Kode tidak ditampilkan lagi.
recovery-kept = Sudah saya simpan
recovery-print = Cetak
code-title = Kode dari ponsel
code-explained = Kata sandi cocok. Buka aplikasi autentikator di ponsel Anda.
code-label = Kode
code-hint = Enam angka dari aplikasi, atau satu kode pemulihan.
code-wrong = Kode tidak cocok atau sudah dipakai. Tunggu kode berikutnya, lalu tulis lagi.
code-other-account = Masuk sebagai orang lain

# Antarmuka untuk mesin, dan tokennya.
account-tokens = Buat, lihat, atau cabut token
tokens-title = Token API
tokens-explained = Dengan token, sebuah program melakukan di Sigap apa yang boleh Anda lakukan, dan tidak pernah lebih. Berikan hanya kepada program yang Anda percaya.
tokens-api = Yang dapat dilakukan program
tokens-valid = Token yang berlaku
tokens-none = Anda tidak punya token.
token-new = Buat token
token-name = Nama
token-name-hint = Agar Anda mengenalinya lagi, misalnya nama programnya.
token-scope = Yang dibolehkan
token-scope-hint = Pilih sesedikit yang diperlukan program itu.
token-scope-read = Hanya membaca
token-scope-act = Membaca dan bertindak
token-until = Berlaku sampai
token-until-hint = Tanggal-bulan-tahun; paling lama setahun dari sekarang.
token-make = Buat token
token-made = Token baru Anda
token-made-explained = Salin sekarang: token ini tidak disimpan di mana pun dan tidak dapat ditampilkan lagi.
token-dates = Dibuat { $made }, berlaku sampai { $until }, terakhir dipakai: { $used }
token-unused = belum pernah
token-revoke = Cabut
token-fault-until = Pilih hari ini atau sesudahnya, paling lama setahun dari sekarang.
token-too-many = Anda sudah punya { $n } token. Cabut yang tidak diperlukan lagi.
api-title = Antarmuka untuk program
api-explained = Semua yang dapat dilakukan di Sigap, untuk program. Uraian di bawah ini berbahasa Inggris.
api-document = Yang sama sebagai OpenAPI 3.1
api-field-unknown = Formulir tidak punya isian ini. Periksa namanya.
api-signature-needed = Hasil ini menandatangani surat. Surat ditandatangani di halaman Sigap, oleh penanda tangan sendiri.
api-limit = Minta 1 sampai { $n } baris.
problem-no-token = Tidak ada token yang berlaku
problem-no-token-detail = Kirim token yang berlaku sebagai `Authorization: Bearer sigap_…`. Token dibuat di halaman /account/tokens.
problem-only-reads = Token ini hanya boleh membaca
problem-only-reads-detail = Buat token dengan cakupan `act` untuk ini.
problem-not-json = Isinya bukan JSON
problem-not-json-detail = Kirim JSON, dengan `Content-Type: application/json`.
problem-unreadable = Ini tidak dapat dibaca
problem-unreadable-detail = Ada yang tidak sesuai dengan uraian: { $why }.
problem-mend = Ada yang perlu diperbaiki
problem-mend-detail = Lihat `errors` untuk setiap isian, lalu kirim lagi.
problem-refused = Aturan tidak membolehkan ini
problem-if-match-needed = Sebutkan versi yang sudah dibaca
problem-if-match-needed-detail = Baca kasusnya, lalu kirim `ETag`-nya sebagai `If-Match`.
problem-bad-if-match-detail = `If-Match` harus satu versi dalam tanda kutip, seperti `ETag` kasus itu.
problem-bad-key-detail = `Idempotency-Key` harus 1 sampai 100 karakter ASCII yang terlihat.
problem-changed = Kasus ini sudah berubah
problem-changed-detail = Seseorang bertindak sejak kasus ini dibaca. Baca lagi, lalu putuskan lagi.
problem-key-used = Kunci ini sudah dipakai untuk yang lain
problem-key-used-detail = Permintaan lain sudah dikirim dengan `Idempotency-Key` ini. Pilih kunci baru untuk permintaan baru.

# Pembagian tugas, beban kerja, dan keahlian.
place-workload = Beban
hours-of-limit = paling banyak { $time } dari { $limit } jam
hours-unknown = tidak diketahui
open-tasks = { $n } tugas terbuka
open-overdue = { $n } lewat waktu
away-days = { $days ->
    [0] Tidak masuk { $from }.
   *[other] Tidak masuk { $from } sampai { $until }.
}
choice-needed = Kasus ini memerlukan { $skills }.
choice-proposal = Usulan: { $name }, { $reasons }. Anda yang memilih.
choice-hours = paling banyak { $time } pekan ini
choice-has = memenuhi { $skills }
choice-lacks = belum memenuhi { $skills }
choice-tags = juga { $tags }
choice-away = Sedang tidak di kantor.
choice-limit = Batas { $limit } jam sepekan sudah tercapai.
choice-caption = Anggota, pekerjaan, dan keahliannya
choice-member = Anggota
choice-work = Pekerjaan, dan helpdesk pekan ini
choice-skills = Keahlian
choice-proposed = Usulan
choice-has-it = Tugas ini ada padanya sekarang
workload-link = Jam helpdesk setiap petugas
workload-title = Beban kerja
workload-explained = Jam helpdesk setiap petugas, pekan demi pekan, terhadap batas kantor ini: { $limit } jam sepekan.
workload-caption = Jam helpdesk setiap petugas menurut pekan
workload-officer = Petugas
workload-this-week = Pekan ini
workload-week = Pekan { $date }
workload-of-what = Dari kasus mana
workload-empty = Belum ada petugas yang dapat diberi tugas.
workload-how = Bagaimana jam ini dihitung
workload-how-explained = Tidak ada yang mencatat jam. Yang diketahui ialah sejak kapan sampai kapan sebuah tugas ada pada seseorang. Semua waktu kerja selama sedikitnya satu tugas ada padanya dihitung, jadi angkanya paling banyak sekian; waktu di luar itu pasti bukan helpdesk. Bila beberapa tugas ada padanya sekaligus, waktunya dibagi. Waktu ketika kasus ditangguhkan tidak dihitung. Batas sepekan ialah pilihan kantor ini: SOP memperingatkan, tetapi tidak menyebut angka.
skills = Keahlian
skills-of = Keahlian { $name }
skills-change = Ubah keahlian
skills-none = Keahlian belum dicatat
skills-explained = Yang dicatat di sini dibandingkan dengan yang diperlukan kasus ketika tugas dibagi.
skills-qualifications = Kualifikasi menurut SOP
skills-tags = Keahlian lain
skills-tags-hint = Pisahkan dengan koma, misalnya WordPress, Mikrotik. Paling banyak { $n }.
skills-tags-limits = Tulis paling banyak { $n } keahlian, masing-masing paling panjang { $chars } karakter.
skills-save = Simpan keahlian
skills-back = Kembali tanpa menyimpan
sop-needs = Kualifikasi yang diperlukan, menurut jenis masalah

# Apa yang dijabat seseorang, dan sejak kapan sampai kapan
people-position-and-unit = Jabatan dan satker
term-since = sejak { $from }
term-until = sampai { $until }
term-both = { $from } sampai { $until }
term-coming = mulai { $from }
term-coming-both = mulai { $from } sampai { $until }
term-over = berakhir { $until }
term-over-both = { $from } sampai { $until }, sudah berakhir
term-taken-back = batal, sedianya mulai { $from }
units-title = Satuan kerja
units-explained = Satker yang sudah berakhir tidak dapat dipilih lagi dalam permintaan baru; namanya tetap tertulis pada kasus lama. Surat dan register menyebut satker dengan namanya pada hari itu. Satker dicatat dengan perintah “sigap unit” di server.
unit-code = Kode
unit-name = Nama
unit-parent = Induk
unit-zone = Zona waktu
unit-term = Masa berlaku

# Masuk lewat server lain
provider-sign-in = Masuk dengan { $provider }
provider-out-of-reach = Penyedia akun tidak dapat dihubungi. Coba lagi sebentar lagi, atau masuk dengan kata sandi.
provider-unfinished = Masuk lewat penyedia akun tidak selesai: dibatalkan, terlalu lama, atau dimulai di peramban lain. Mulai lagi dari halaman ini.
provider-does-not-hold = Jawaban penyedia akun tidak dapat dipastikan, jadi Anda belum masuk. Mulai lagi; bila terulang, beri tahu admin.
provider-untold = Penyedia akun tidak menyebut surel yang sudah diverifikasi atau NIP Anda. Lengkapi di sana, atau beri tahu admin.
provider-stranger = Penyedia akun mengenal Anda, tetapi kantor ini belum. Minta admin mendaftarkan surel atau NIP Anda, lalu coba lagi.
directory-out-of-reach = Direktori tidak dapat dihubungi, jadi kata sandi Anda tidak dapat diperiksa. Coba lagi beberapa menit lagi; bila tetap begini, beri tahu admin.
directory-stranger = Kata sandi cocok, tetapi akun Anda di kantor ini belum memakai direktori. Minta admin mendaftarkannya, lalu coba lagi.
directory-keeps-password = Kata sandi Anda disimpan di direktori kantor. Gantilah di sana.

## Mandat dan ketidakhadiran
mandates-title = Mandat dan ketidakhadiran
mandates-explained = Siapa bertindak untuk siapa dan sampai kapan, serta siapa yang sedang tidak di kantor. Mandat mulai dan berakhir dengan sendirinya.
mandates-see = Lihat mandat
mandates-in-force = Sedang berlaku
mandates-to-come = Mendatang
mandates-over = Sudah berakhir
mandates-none = Tidak ada.
choose-somebody = Pilih orang
mandate-what = { $taker } sebagai { $capacity ->
    [on-behalf] a.n. { $giver }
    [acting] Plt. untuk { $giver }
   *[daily] Plh. untuk { $giver }
  }
mandate-days = { $from } sampai { $until }, { $basis }.
mandate-entered = Dicatat { $who }, { $when }.
mandate-revoked = Dicabut { $who }, { $when }: { $reason }
mandate-revoke = Cabut mandat
mandate-revoke-reason = Sebab dicabut
mandate-give = Beri mandat
mandate-fill = Isi mandat baru
mandate-giver = Pemberi mandat
mandate-taker = Penerima mandat
mandate-capacity = Bertindak sebagai
mandate-roles = Cakupan
mandate-roles-hint = Peran yang dilimpahkan. Tanpa pilihan, semua peran pemberi mandat.
mandate-from = Mulai tanggal
mandate-until = Sampai dengan tanggal
mandate-date-hint = Tanggal-bulan-tahun, misalnya 20-11-2026.
mandate-basis = Nomor surat dasar
mandate-basis-hint = Nota dinas atau surat perintah yang memberi mandat.
mandate-to-oneself = Seseorang tidak bertindak sebagai dirinya sendiri. Pilih orang lain.
mandate-taker-enters = Mandat tidak dicatat oleh penerimanya. Minta pemberi mandat atau petugas agenda mencatatnya.
mandate-taker-audits = Auditor membaca semuanya dan tidak mengubah apa pun, juga tidak untuk orang lain. Pilih orang lain.
mandate-reversed = Tanggal ini sebelum tanggal mulai.
mandate-past = Hari ini sudah lewat dari tanggal itu. Pilih hari ini atau sesudahnya.
mandate-no-roles = Pemberi mandat tidak memegang peran yang dapat dilimpahkan.
mandate-stays = Peran { $role } tetap pada pemegangnya dan tidak dapat dilimpahkan.
mandate-not-theirs = Pemberi mandat tidak memegang peran { $role } pada hari pertama.
mandate-loops = Pada { $date } mandat akan berputar kembali ke pemberinya ({ $through }). Pilih orang lain, atau tanggal lain.
acting-you = { $capacity ->
    [on-behalf] Anda bertindak a.n. { $giver }.
    [acting] Anda bertindak sebagai Plt. untuk { $giver }.
   *[daily] Anda bertindak sebagai Plh. untuk { $giver }.
  }
history-acting = { $who } ({ $capacity ->
    [on-behalf] a.n. { $giver }
    [acting] Plt. untuk { $giver }
   *[daily] Plh. untuk { $giver }
  }, { $basis })
inbox-for = untuk { $giver }
unattended = { $name } tidak di kantor sampai { $until } ({ $reason }) dan belum ada yang menggantikan. { $n } tugas menunggu, yang terlama sejak { $since }.
unattended-name = Tunjuk pengganti
absences-title = Tidak di kantor
absences-none = Tidak ada yang tercatat.
absence-said = { $from } sampai { $until }: { $reason }.
absence-back = Sudah kembali
absence-note = Catat ketidakhadiran
absence-who = Siapa
absence-reason = Sebab
absence-reason-hint = Misalnya dinas luar, cuti, atau sakit.

# Passkey, kode pemulihan baru, dan token setelah kata sandi diganti
second-factor-app = Aplikasi autentikator
second-factor-add = Tambah faktor kedua
second-factor-added = Faktor kedua ditambahkan. Kode pemulihan Anda tetap berlaku.
second-factor-one-removed = Faktor kedua itu dilepas. Yang lain tetap berlaku.
second-factor-which = Yang dilepas
second-step-title = Langkah kedua
second-step-explained = Kata sandi cocok. Pakai passkey Anda, atau tulis kode.
second-step-recovery = Kata sandi cocok. Passkey tidak dapat dipakai di sini; tulis satu kode pemulihan.
code-hint-recovery = Satu kode pemulihan.
recovery-again = Buat kode pemulihan baru
recovery-again-explained = Kode yang lama tidak berlaku lagi begitu yang baru dibuat.
password-ends-tokens = Cabut juga token program saya. Biarkan tercentang bila orang lain mungkin tahu kata sandi lama.
passkey-title = Passkey
passkey-explained = Kunci yang tersimpan di perangkat atau kunci keamanan Anda, dibuka dengan sidik jari, wajah, atau PIN. Situs tiruan tidak dapat memakainya.
passkey-name = Nama passkey
passkey-name-hint = Agar Anda mengenalinya nanti, misalnya “Laptop kantor”.
passkey-begin = Tambah passkey
passkey-make-title = Buat passkey
passkey-make-explained = Tekan tombol di bawah, lalu ikuti petunjuk peramban.
passkey-make = Buat passkey
passkey-leave = Batal
passkey-not-made = Passkey tidak dibuat. Coba lagi, atau pakai perangkat lain.
passkey-not-used = Passkey tidak dipakai. Coba lagi, atau tulis kode.
passkey-use = Pakai passkey
passkey-wrong = Jawaban passkey tidak diterima. Coba lagi, atau tulis kode.
passkey-named = Passkey “{ $name }”
passkey-used = Dibuat { $made }, terakhir dipakai { $used }
passkey-unused = Dibuat { $made }, belum pernah dipakai

# Webhook: program lain yang diberi tahu tentang kasus.
place-webhooks = Webhook
webhooks-title = Webhook
webhooks-explained = Sigap memberi tahu program lain begitu sesuatu terjadi pada kasus. Pesannya hanya berisi nomor kasus, jenis kejadian, waktu, versi, dan tautan, tanpa data orang.
webhooks-listed = Webhook yang ada
webhooks-none = Belum ada webhook.
webhook-new = Buat webhook
webhook-make = Buat webhook
webhook-name = Nama
webhook-name-hint = Agar dikenali lagi, misalnya nama program yang menerima.
webhook-address = Alamat
webhook-address-hint = Alamat https:// tempat program itu menerima pesan.
webhook-kinds = Kejadian
webhook-kinds-hint = Pilih yang diperlukan program itu saja.
webhook-too-many = Sudah ada { $n } webhook. Hapus yang tidak diperlukan lagi.
webhook-not-an-address = Tulis alamat lengkap, seperti https://contoh.go.id/sigap, tanpa nama pengguna dan tanpa tanda #.
webhook-not-encrypted = { $host } hanya dapat dicapai dengan https://. Alamat http:// hanya untuk jaringan yang disebut pengaturan webhooks.allow.
webhook-private = { $host } berada di jaringan pribadi. Minta pengelola server menambahkannya pada pengaturan webhooks.allow jika memang dimaksud.
webhook-unknown = { $host } tidak ditemukan. Periksa ejaannya.
webhook-of = Webhook { $name }
webhook-on = Aktif
webhook-failing = Aktif, tetapi pesan tidak sampai
webhook-off = Dimatikan
webhook-off-failing = Dimatikan karena gagal terus
webhook-off-gone = Dimatikan karena sudah tidak ada
webhook-off-explained = Tidak ada yang dikirim selama webhook ini mati. Yang terjadi sementara itu juga tidak dikirim kemudian.
webhook-failing-explained = Berhari-hari tidak ada pesan yang sampai, maka Sigap berhenti mengirim. Perbaiki program penerimanya, lalu nyalakan lagi.
webhook-gone-explained = Penerima menjawab 410: ia tidak mau menerima pesan lagi. Nyalakan hanya jika itu keliru.
webhook-failing-since = Tidak ada pesan yang sampai sejak { $since }. Sigap terus mencoba; setelah lima hari webhook ini dimatikan.
webhook-set-up = Pengaturan
webhook-state = Keadaan
webhook-made = Dibuat
webhook-secret-new = Rahasia penanda tangan
webhook-secret-explained = Salin sekarang ke program penerima: dengan rahasia ini ia memeriksa tanda tangan pesan (Standard Webhooks). Rahasia tidak ditampilkan lagi.
webhook-secret-change = Ganti rahasia
webhook-secret-old = Sampai { $until } pesan ditandatangani dengan rahasia lama juga.
webhook-try = Kirim pesan percobaan
webhook-enable = Nyalakan
webhook-disable = Matikan
webhook-remove = Hapus webhook
webhook-deliveries = Pengiriman
webhook-deliveries-explained = Paling banyak { $n } yang terbaru. Muat ulang halaman untuk melihat yang terakhir.
webhook-deliveries-none = Belum ada yang dikirim.
webhook-kind-registered = Permintaan masuk
webhook-kind-step-opened = Langkah dimulai
webhook-kind-step-completed = Langkah selesai
webhook-kind-step-overdue = Langkah lewat waktu
webhook-kind-due-moved = Jatuh tempo berubah
webhook-kind-task-assigned = Tugas dialihkan
webhook-kind-task-completed = Tugas selesai
webhook-kind-letter-signed = Surat ditandatangani
webhook-kind-letter-sent = Surat terkirim
webhook-kind-letter-not-sent = Surat gagal terkirim
webhook-kind-attached = Lampiran ditambahkan
webhook-kind-suspended = Kasus ditangguhkan
webhook-kind-resumed = Kasus dilanjutkan
webhook-kind-closed = Kasus ditutup
webhook-kind-reopened = Kasus dibuka lagi
webhook-kind-test = Pesan percobaan
delivery-waiting = Menunggu
delivery-delivered = Terkirim
delivery-given-up = Tidak terkirim
delivery-next = Dicoba lagi { $at }
delivery-no-answer = tidak ada jawaban
delivery-answer = jawaban { $status }
delivery-took = { $n } ms
delivery-repeat = Kirim lagi

# Batas permintaan.
problem-too-many-requests = Terlalu banyak permintaan
problem-too-many-requests-detail = Dalam satu menit ada lebih banyak permintaan daripada yang dapat dilayani untuk satu orang. Coba lagi setelah { $n } detik.

# Data pribadi: siapa membaca apa.
privacy-own = Data pribadi saya
readings-of-case = Siapa membaca kasus { $no }
readings-own = Siapa membaca permintaan saya
readings-explained = Setiap kali kasus, dokumen, atau lampiran dibuka, tercatat siapa membukanya, kapan, dan dari mana. Catatan disimpan { $days } hari. Membaca hal yang sama berkali-kali dalam waktu dekat menjadi satu baris.
readings-none = Belum ada yang membaca.
readings-older = Yang lebih lama
readings-link = Siapa membaca kasus ini
reading-at = Waktu
reading-often = { $first } sampai { $last }, { $n } kali
reading-who = Siapa
reading-you = { $name } (Anda)
reading-case = Kasus
reading-what = Yang dibaca
reading-way = Lewat
reading-address = Alamat jaringan
reading-page = Halaman
reading-program = Program dengan token { $token }
read-case = Kasus dan riwayatnya
read-tracking = Perjalanan permintaan
read-document = Dokumen: { $name }
read-attachment = Lampiran: { $name }
read-letter = Surat: { $name }
read-dossier = Berkas kasus
read-readings = Catatan siapa membaca

# Data pribadi: pemberitahuan, salinan, dan permohonan.
notice-link = Data pribadi
notice-title = Pemberitahuan data pribadi
notice-explained = Sigap menyimpan data pribadi untuk tugas pelayanan publik dan kewajiban hukum kantor ini (UU 27/2022, Pasal 20). Di bawah ini: apa yang disimpan, mengapa, berapa lama, dan siapa yang melihatnya.
notice-why = Mengapa
notice-long = Berapa lama
notice-who = Siapa yang melihat
notice-copy = Salinan data
notice-given-out = Bagian { $part } dalam berkas salinan.
notice-not-given-out = Tidak ikut dalam salinan.
notice-retention = Masa simpan kasus
notice-class = { $name }: { $active } tahun aktif dan { $inactive } tahun inaktif, terhitung dari akhir tahun kasus selesai (sumber: { $source }).
notice-rights = Hak Anda
notice-rights-explained = Anda dapat mengunduh data Anda, melihat siapa yang membacanya, serta meminta akses, perbaikan, atau penghapusan. Permohonan dijawab dalam 3×24 jam kalender. Tanpa akun, ajukan permohonan secara tertulis kepada kantor.
kept-account = Akun: nama, NIP, surel, jabatan, unit, dan peran beserta tanggalnya, keahlian, pilihan bahasa
kept-account-why = Agar setiap tindakan diketahui pelakunya, dan setiap orang hanya melihat yang boleh dilihatnya.
kept-account-long = Selama akun ada.
kept-account-who = Pemilik akun, pengelola akun, dan auditor. Rekan kerja melihat nama.
kept-signing-in = Masuk: perangkat, alamat jaringan, token program, faktor kedua, passkey
kept-signing-in-why = Agar Anda melihat di mana akun Anda dipakai, dan dapat mengakhirinya.
kept-signing-in-long = Sesi paling lama 12 jam; token sampai berakhir atau dicabut; faktor kedua sampai dilepas.
kept-signing-in-who = Pemilik akun saja.
kept-secrets = Sidik sandi, kode pemulihan, percobaan masuk, hitungan permintaan, kunci permintaan program
kept-secrets-why = Agar orang lain tidak dapat menebak sandi, masuk sebagai Anda, atau menghabiskan giliran semua orang. Tidak ikut dalam salinan, karena hanya berguna bagi pencurinya.
kept-secrets-long = Percobaan masuk 24 jam; hitungan permintaan beberapa menit; kunci permintaan 7 hari; kode sampai dipakai.
kept-secrets-who = Tidak seorang pun.
kept-signing-key = Sarana tanda tangan: sertifikat, atau NIK pada BSrE
kept-signing-key-why = Agar surat ditandatangani secara elektronik oleh pejabatnya.
kept-signing-key-long = Selama pejabat menandatangani di kantor ini.
kept-signing-key-who = Pemiliknya; orang lain melihat NIK tersamar.
kept-acting = Mandat dan ketidakhadiran: siapa bertindak untuk siapa, dan kapan seseorang tidak di kantor
kept-acting-why = Agar pekerjaan berjalan saat pejabat berhalangan, dan surat menyebut untuk siapa ia ditandatangani.
kept-acting-long = Bersama kasus yang ditangani dengannya.
kept-acting-who = Pemberi dan penerimanya, atasannya, pencatat agenda, pengelola akun, dan auditor.
kept-cases = Permintaan bantuan: nama, kontak, uraian, lampiran, surat, dan riwayatnya
kept-cases-why = Untuk menangani permintaan menurut SOP dan mempertanggungjawabkannya.
kept-cases-long = Sekurang-kurangnya selama masa simpan kasus di bawah; dimusnahkan hanya dengan daftar yang disetujui.
kept-cases-who = Pemohon, pelaksana SOP, pencatat agenda, dan auditor. Setiap pembacaan tercatat.
kept-work = Pekerjaan kantor: disposisi, tugas dan lamanya, frasa, nomor surat, webhook, daftar pemusnahan, dengan siapa yang mengerjakannya
kept-work-why = Untuk menjalankan dan mempertanggungjawabkan pekerjaan kantor. Bagian dari arsip kasus, sehingga tidak ikut dalam salinan.
kept-work-long = Bersama kasusnya.
kept-work-who = Pelaksana SOP, pencatat agenda, dan auditor.
kept-readings = Siapa membaca kasus, surat, dan lampiran: kapan dan dari alamat jaringan mana
kept-readings-why = Karena pemrosesan data pribadi wajib direkam (UU 27/2022, Pasal 31).
kept-readings-long = { $days } hari.
kept-readings-who = Auditor, dan pemohon untuk permintaannya sendiri.
kept-data-requests = Permohonan tentang data pribadi dan jawabannya
kept-data-requests-why = Agar dijawab tepat waktu dan dapat dibuktikan.
kept-data-requests-long = Selama akun ada.
kept-data-requests-who = Pemohonnya, pengelola akun, dan auditor.
data-link = Lihat, unduh, atau minta perbaikan data saya
data-explained = Di sini Anda melihat dan mengunduh data tentang Anda, dan meminta akses, perbaikan, atau penghapusan.
data-nip = NIP
data-export = Unduh semua data saya
data-export-hint = Satu berkas JSON: akun, sesi, permintaan, berkas, dan siapa membacanya. Catatan internal kantor tidak termasuk.
data-requests = Permohonan saya
data-requests-waiting = Permohonan data pribadi
data-requests-explained = Setiap permohonan dijawab dalam 3×24 jam kalender, termasuk hari libur. Data akun diperbaiki dengan daftar pengguna; tulis dalam jawaban apa yang diubah.
data-requests-none = Tidak ada permohonan yang menunggu.
data-request-kind = Yang diminta
data-request-access = Akses
data-request-correction = Perbaikan
data-request-text = Permohonan
data-request-text-hint = Sebutkan data mana, dan bagaimana seharusnya.
data-request-send = Kirim permohonan
data-request-too-many = { $n } permohonan Anda masih menunggu jawaban. Tunggu satu dijawab.
data-request-due = Dijawab paling lambat { $due }, sisa { $hours } jam
data-request-late = Lewat waktu: seharusnya dijawab { $due }
data-request-answered = Dijawab { $at } oleh { $who }
data-request-answer = Jawaban
data-request-reply = Jawab

# Pemusnahan arsip
problem-destroyed = Kasus ini sudah dimusnahkan
problem-destroyed-detail = Isi kasus ini dimusnahkan pada { $day } menurut berita acara nomor { $list }. Yang tersisa hanya nomor dan langkahnya di register.

# Berkas yang hilang atau berubah
problem-file-missing = Berkas ini hilang dari tempat penyimpanan
problem-file-missing-detail = Kasus dan catatannya utuh; yang tidak ditemukan hanya isi berkas ini. Sebutkan nomor { $reference } kepada admin: berkas dapat dipulihkan dari cadangan.
problem-file-altered = Berkas ini bukan lagi berkas yang disimpan
problem-file-altered-detail = Isinya berubah sejak disimpan, jadi tidak ditampilkan. Kasus dan catatannya utuh. Sebutkan nomor { $reference } kepada admin: berkas dapat dipulihkan dari cadangan.
problem-files-out-of-reach = Tempat penyimpanan berkas tidak menjawab
problem-files-out-of-reach-detail = Tidak ada yang berubah. Coba lagi beberapa saat lagi. Bila tetap gagal, sebutkan nomor { $reference } kepada admin.

# Retensi, daftar pemusnahan, dan permohonan penghapusan
place-retention = Retensi
retention-title = Retensi dan pemusnahan
retention-explained = Kasus disimpan menurut jadwal retensi. Kasus yang masa simpannya habis dimusnahkan hanya dengan daftar yang diusulkan satu orang dan disetujui orang lain.
retention-schedule = Jadwal retensi
retention-due = Kasus yang masa simpannya habis
retention-due-none = Belum ada kasus yang masa simpannya habis.
retention-cases = Kasus dalam daftar
retention-case = Nomor kasus
retention-class = Klasifikasi
retention-ended = Berakhir
retention-kept-until = Disimpan sampai akhir
retention-outcome = Keterangan
retention-outcome-destroyed = Dimusnahkan
retention-outcome-left = Tetap disimpan, dibuka kembali
retention-basis = Dasar pemusnahan
retention-basis-hint = Misalnya nomor jadwal retensi dan surat persetujuan pemusnahan.
retention-propose = Usulkan daftar
retention-none-chosen = Pilih sekurang-kurangnya satu kasus.
retention-lists = Daftar pemusnahan
retention-lists-none = Belum ada daftar.
retention-list = Daftar pemusnahan nomor { $list }
retention-list-line = { $n } kasus, diusulkan { $when } oleh { $who }
retention-state-proposed = Menunggu persetujuan
retention-state-withdrawn = Ditarik
retention-state-refused = Ditolak
retention-state-approved = Disetujui, belum dilaksanakan
retention-state-carried-out = Sudah dilaksanakan
retention-about = Tentang daftar ini
retention-digest = Sidik daftar (SHA-256)
retention-act-proposed = Diusulkan { $when } oleh { $who }.
retention-act-withdrawn = Ditarik { $when } oleh { $who }: { $reason }
retention-act-refused = Ditolak { $when } oleh { $who }: { $reason }
retention-act-approved = Disetujui { $when } oleh { $who }.
retention-act-carried-out = Dilaksanakan { $when } oleh { $who }.
retention-record = Unduh berita acara (PDF)
retention-approve = Setujui daftar
retention-password = Kata sandi Anda
retention-password-hint = Persetujuan dicatat atas nama Anda. Setelah daftar dilaksanakan, isi kasus tidak dapat dikembalikan.
retention-refuse = Tolak daftar
retention-refuse-reason = Alasan menolak
retention-own = Daftar ini Anda usulkan; orang lain yang menyetujuinya.
retention-withdraw = Tarik daftar
retention-withdraw-reason = Alasan menarik
retention-carry-out = Laksanakan pemusnahan
retention-carry-out-explained = Isi { $n } kasus dihapus untuk selamanya: permintaan, surat, lampiran, dan siapa yang membacanya. Kasus yang sementara itu dibuka kembali tetap disimpan.
retention-not-ended = Kasus { $case } belum berakhir atau dibuka kembali. Susun daftarnya lagi.
retention-listed = Kasus { $case } sudah ada di daftar nomor { $list }.
retention-answered = Permohonan ini sudah dijawab.
retention-not-the-proposer = Daftar ditarik oleh pengusulnya. Anda dapat menolaknya.
retention-not-waiting = Daftar ini tidak lagi menunggu persetujuan. Lihat apa yang terjadi dengannya di bawah.
retention-same-person = Pengusul tidak menyetujui atau menolak daftarnya sendiri. Mintalah orang lain.
retention-changed = Daftar ini bukan lagi yang diusulkan. Periksa sekali lagi sebelum melanjutkan.
retention-not-approved = Daftar ini belum disetujui.
data-request-erasure = Penghapusan
data-request-case = Kasus yang diminta dihapus
data-request-case-hint = Hanya untuk penghapusan: pilih salah satu permintaan Anda yang sudah berakhir.
data-request-choose-case = Pilih kasus
data-request-no-case = Pilih kasus yang sudah berakhir dan belum ada di daftar pemusnahan.
data-request-about = Kasus { $case }
data-request-kept = Kasus { $case } berakhir { $ended } dan disimpan sampai akhir { $year }.
data-request-not-ended = Kasus { $case } tidak dapat diusulkan: belum berakhir, sudah dimusnahkan, atau sudah ada di daftar.
data-request-legal-basis = Dasar hukum penghapusan sebelum masa simpan habis
data-request-legal-basis-hint = Wajib jika dikabulkan, sebab masa simpannya belum habis. Misalnya pasal dan putusan yang menjadi dasar.
data-request-grant = Kabulkan dan usulkan pemusnahan
data-request-erasure-basis = Permohonan penghapusan nomor { $request } dari subjek data (UU 27/2022, Pasal 43)
data-request-erasure-basis-legal = { $basis }; dasar hukum: { $legal }
data-request-list = Daftar pemusnahan nomor { $list }: { $state }

# Satker, koreksi data, dan arsip permintaan data
unit-former-name = sampai { $until }: { $name }
corrections-title = Perbaikan data
corrections-explained = Nilai lama yang ditimpa, nilai barunya, siapa memperbaiki, dan mengapa. Disimpan { $days } hari, lalu dihapus.
corrections-none = Belum ada data yang diperbaiki.
corrections-own = Perbaikan data saya
correction-at = Kapan
correction-whose = Data siapa
correction-what = Data
correction-before = Semula
correction-after = Menjadi
correction-by = Oleh
correction-why = Alasan
correction-empty = (kosong)
correction-on-server = Petugas di server
correction-email = Surel
correction-position = Jabatan
kept-corrections = Perbaikan data akun: nilai lama dan baru, siapa memperbaiki, kapan, dan mengapa
kept-corrections-why = Agar Anda dapat memeriksa bahwa kekeliruan sudah diperbaiki (UU 27/2022, Pasal 30).
kept-corrections-long = { $days } hari sejak perbaikan. Sesudahnya nilai lama dihapus.
kept-corrections-who = Pemilik data, pengelola akun, dan auditor.
data-requests-answered = Permohonan yang sudah dijawab
data-requests-answered-explained = Jawaban terakhir di atas, dengan siapa menjawab dan apakah dalam 3×24 jam.
data-requests-answered-none = Belum ada permohonan yang dijawab.
data-request-took = Dalam 3×24 jam: { $hours } jam
data-request-took-longer = Lewat 3×24 jam: { $hours } jam

## Told more exactly

reading-often-at-once = { $at }, { $n } kali
data-request-asked = Diajukan { $at }
request-for-self = Ajukan permintaan Anda sendiri
request-for-others = Catat surat dari orang lain
problem-too-slow = Kiriman terlalu lama
problem-too-slow-detail = Yang Anda kirim terlalu lama sampai dan diputus. Periksa jaringan Anda, lalu kirim lagi; berkas yang lebih kecil sampai lebih cepat.
problem-not-our-letter = Tidak ada surat dengan kode ini
problem-not-our-letter-detail = Kantor ini tidak pernah menandatangani surat dengan kode pada alamat ini. Bandingkan kode itu dengan yang tercetak pada surat, huruf demi huruf. Bila sama, surat itu bukan dari kantor ini.

# Pencarian dan kasus serupa
search-title = Cari
search-title-of = Cari: { $text }
search-explained = Di semua yang tertulis dalam kasus yang boleh Anda baca: permintaan, isian langkah, catatan, surat, dan nama lampiran.
search-box = Cari di semua kasus
search-do = Cari
search-narrow = Cari dan persempit
search-year = Tahun
search-year-all = Semua tahun
search-how = Ketik kata atau nomor. Semua kata harus ada; kata berimbuhan dan awal kata ikut ditemukan.
search-instead = Menampilkan hasil untuk
search-exactly = Cari persis seperti yang diketik
search-nothing = Tidak ada yang ditemukan.
search-wider = Cari di semua tahun, satker, dan keadaan
search-try-fewer = Kurangi kata, atau pakai kata lain untuk hal yang sama.
search-try-number = Nomor kasus atau surat dapat dicari utuh atau sebagian, misalnya 2026-0142.
search-newest-only = Sangat banyak kasus memuat kata ini. Yang ditampilkan { $n } kasus terbaru; tambah kata atau pilih tahun untuk yang lebih lama.
search-about = { $state } · { $unit } · { $date }
search-in-request = Permintaan
search-in-record = Isian langkah
search-in-note = Catatan
search-in-office-note = Catatan internal
search-in-letter = Surat
search-in-attachment = Lampiran
similar-title = Kasus serupa
similar-title-of = Kasus serupa dengan { $no }
similar-link = Lihat kasus serupa
similar-none = Tidak ada kasus terdahulu yang cukup serupa.
similar-same-system = sistem yang sama
similar-wrong = Yang rusak
similar-mended = Yang memperbaiki

# Yang diberitahukan kepada program tentang berkas, dan tentang nomor cadangan

problem-not-files = Isinya bukan formulir dengan berkas
problem-not-files-detail = Kirim berkas sebagai `multipart/form-data`, masing-masing sebagai bagian dengan namanya.
problem-number-gone = Nomor itu tidak menunggu lagi
problem-number-gone-detail = Nomor itu sudah dipakai atau sudah dibatalkan; tidak ada yang berubah. Baca nomor mana yang menunggu.
api-part-not-a-file = Bagian ini tidak bernama berkas. Kirim setiap bagian sebagai berkas dengan namanya.

# Beban yang dihitung sampai batas
counted-more = lebih dari { $n }
open-tasks-more = lebih dari { $n } tugas terbuka

# A database that does not answer, or cannot write

problem-database-out-of-reach = Basis data tidak menjawab
problem-database-out-of-reach-detail = Tunggu sebentar, lalu muat ulang. Bila Anda baru mengirim sesuatu, lihat dulu apakah sudah tersimpan sebelum mengirimnya lagi. Bila tetap gagal, sebutkan nomor { $reference } kepada admin.
problem-database-cannot-write = Basis data tidak dapat menyimpan
problem-database-cannot-write-detail = Ruang simpannya penuh atau bermasalah, jadi yang Anda kirim tidak diterima. Membaca masih dapat. Sebutkan nomor { $reference } kepada admin. Sesudah diperbaiki, kirim lagi bila belum tersimpan.
