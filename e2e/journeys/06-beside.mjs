// What the ten rows do not write: waiting for somebody else, questions, withdrawal, reopening.

import { allow, journey } from "../harness.mjs";
import { holds, people } from "../people.mjs";

// Of row 5's two hours, whether the office is open now or not.
const LEFT = /^Sisa (2 jam|1 jam 5\d menit) kerja$/;

journey("suspended and resumed: the clock stands still, and everybody reads why", async (office) => {
  const { sari, hendra, rina, budi } = await people(office, "sari", "hendra", "rina", "budi");
  const no = await sari.asks({ subject: "Menunggu akses" });
  await hendra.routes(no);
  await rina.approves(no, "Budi Prasetyo");
  await budi.opens(no);
  await budi.reads(LEFT);
  await budi.reads(/Jatuh tempo .* WIB/);
  await budi.unfolds("Mengapa");
  await budi.reads("Norma baris 5 ialah 2 jam waktu kerja.");

  await budi.suspends(no, "Menunggu akses dari Pusdatin.");
  await budi.reads("Ditangguhkan, waktu berhenti");
  await budi.reads("Ditangguhkan oleh Budi Prasetyo sejak");
  await budi.readsNot("Apa yang ditemukan");
  await sari.follows(no);
  await sari.reads("Ditangguhkan, waktu berhenti");
  await sari.reads("Menunggu akses dari Pusdatin.");

  await rina.resumes(no, "Akses sudah diberikan.");
  await rina.reads("Akses sudah diberikan.");
  await budi.opens(no);
  await budi.reads(LEFT);
  await budi.identifies(no, "Server mati");
});

journey("withdrawn by the requester, then reopened by the team lead", async (office) => {
  const { nurul, hendra, rina } = await people(office, "nurul", "hendra", "rina");
  const no = await nurul.asks({ subject: "Ditarik lagi" });
  await nurul.withdraws(no, "Sudah berjalan sendiri.");
  await nurul.reads("Anda menarik permintaan ini pada");
  await nurul.readsNot("Tarik permintaan");

  await hendra.opens(no);
  await hendra.reads("Ditarik pemohon");
  await hendra.reads("Sudah berjalan sendiri.");
  await hendra.readsNot("Disposisikan kepada Ketua Tim");
  await hendra.page.goto("/inbox");
  await hendra.readsNot(no);

  await rina.reopens(no, "Pemohon menelepon: rusak lagi.");
  await hendra.takes(no, "Disposisikan permintaan");
  await hendra.routes(no);
  await nurul.follows(no);
  await nurul.reads("Permintaan sedang dikaji");
});

journey("a question to the requester and the answer; a note that stays in the office", async (office) => {
  const { jefri, rina, endang } = await people(office, "jefri", "rina", "endang");
  const no = await jefri.asks({ subject: "Ada yang kurang jelas" });
  await rina.notes(no, "Sejak pukul berapa?");
  await endang.notes(no, "Pemohon sudah dua kali menelepon.", "Hanya kantor");
  await endang.reads("hanya kantor");
  await jefri.follows(no);
  await jefri.reads("Sejak pukul berapa?");
  await jefri.readsNot("Pemohon sudah dua kali menelepon.");
  await jefri.unfolds("Tambah keterangan");
  allow(jefri.page, /422/);
  await jefri.posts(() => jefri.presses("Kirim keterangan"));
  await jefri.mends("Yang perlu diketahui Tim Datin: Isilah bagian ini.");
  await jefri.adds(no, "Sejak pukul 07.30.");
  await jefri.reads("Sejak pukul 07.30.");
  await rina.opens(no);
  await rina.reads("Sejak pukul 07.30.");
  await rina.reads("Pemohon sudah dua kali menelepon.");

  // An empty note is refused at its field, and who was to read it is not forgotten.
  await endang.opens(no);
  await endang.unfolds("Tambah catatan atau tanya pemohon");
  const form = endang.page.locator("form", { hasText: "Siapa yang boleh membaca" });
  allow(endang.page, /422/);
  await form.getByRole("radio", { name: "Hanya kantor" }).check();
  await endang.posts(() => endang.presses("Simpan catatan"));
  await endang.mends("Catatan: Isilah bagian ini.");
  holds(await form.getByRole("radio", { name: "Hanya kantor" }).isChecked(), "A note meant for the office should stay meant for it.");
});
