// Several people at one case: who was faster, what changes on an open page, what happens to what was typed.

import { allow, journey, lookOver } from "../harness.mjs";
import { comes, people, same } from "../people.mjs";

const REVIEW = "Kaji permintaan, lalu putuskan";

journey("two people at once: the slower one sees who was faster and keeps what was typed", async (office) => {
  const { markus, hendra, rina } = await people(office, "markus", "hendra", "rina");
  const no = await markus.asks({ subject: "Dua orang memutuskan" });
  await hendra.routes(no);
  const deputy = await comes(office, "rina");
  const refusal = { decides: "Tolak", fields: { "Alasan menolak": ["Permintaan ganda"], "Penjelasan singkat": "Sudah diajukan kemarin." } };
  await deputy.opens(no);
  await deputy.fillsTask(REVIEW, refusal);
  await rina.approves(no, "Budi Prasetyo");

  allow(deputy.page, /409/);
  const said = await deputy.sendsInVain(deputy.completion(REVIEW));
  if (!/Rina Wulandari lebih dulu menyelesaikan langkah ini pukul \d\d\.\d\d\./.test(said)) throw new Error(`It says:\n${said}`);
  await deputy.reads("Sudah diajukan kemarin.");
  await lookOver(deputy.page, "case-faster");
  await deputy.reads("Menunggu Budi Prasetyo di langkah 5.");
});

journey("two people in the same moment: exactly one of them is accepted", async (office) => {
  const { markus, hendra } = await people(office, "markus", "hendra");
  const no = await markus.asks({ subject: "Dalam saat yang sama" });
  const deputy = await comes(office, "hendra");
  const both = [hendra, deputy];
  for (const one of both) {
    await one.opens(no);
    const fields = { Sifat: ["Biasa"], "Dengan hormat harap": ["Tanggapan dan saran"], Catatan: "Sama-sama." };
    await one.fillsTask("Disposisikan permintaan", { fields });
  }
  const statuses = await Promise.all(both.map((one) => one.posts(() => one.presses("Disposisikan kepada Ketua Tim"))));
  same(statuses.filter((status) => status === 409).length, 1, "The number of those who were slower");
  const slower = both[statuses.indexOf(409)];
  allow(slower.page, /409/);
  await slower.reads("Hendra Prawira lebih dulu menyelesaikan langkah ini");
  await slower.reads("Sama-sama.");
});

journey("what is typed survives a task that was given to somebody else, and a case that was suspended", async (office) => {
  const { markus, hendra, rina, budi } = await people(office, "markus", "hendra", "rina", "budi");
  const no = await markus.asks({ subject: "Dialihkan di tengah jalan" });
  await hendra.routes(no);
  await rina.approves(no, "Budi Prasetyo");
  const task = "Identifikasi kerusakan";
  await budi.opens(no);
  await budi.fillsTask(task, { decides: "Server mati", fields: { "Apa yang ditemukan": "Lampu server padam." } });
  await rina.suspends(no, "Menunggu akses dari Pusdatin.");
  allow(budi.page, /409/);
  await budi.sendsInVain(budi.completion(task));
  await budi.reads("Kasus ini ditangguhkan sejak");
  await budi.readsTyped("Lampu server padam.");

  await rina.resumes(no);
  await budi.opens(no);
  await budi.fillsTask(task, { decides: "Server mati", fields: { "Apa yang ditemukan": "Lampu server padam." } });
  await rina.reassigns(no, task, "Dewi Kartikasari");
  allow(budi.page, /403/);
  await budi.sendsInVain(budi.completion(task));
  await budi.reads("Tugas ini diserahkan kepada Dewi Kartikasari.");
  await budi.readsTyped("Lampu server padam.");
});

journey("live: a colleague's work appears without reloading, and what is being typed is left alone", async (office) => {
  const { markus, hendra, rina, endang } = await people(office, "markus", "hendra", "rina", "endang");
  await hendra.page.goto("/inbox");
  await hendra.stays();
  const no = await markus.asks({ subject: "Tanpa memuat ulang" });
  await markus.stays();
  await hendra.page.getByRole("listitem").filter({ hasText: no }).waitFor();
  await hendra.stayed();

  await rina.opens(no);
  await rina.reads("Menunggu Sekretaris Badan di langkah 1.");
  await rina.stays();
  const lead = await comes(office, "rina");
  await lead.page.goto("/inbox");
  await lead.stays();
  await hendra.routes(no);
  await rina.task(REVIEW).waitFor();
  await lead.page.getByRole("listitem").filter({ hasText: no }).waitFor();
  await markus.reads("Permintaan sedang dikaji");

  await rina.fillsTask(REVIEW, { decides: "Setuju", gives: "Budi Prasetyo", fields: { "Pesan untuk anggota": "Mulai dari galeri." } });
  await endang.notes(no, "Surat aslinya menyusul.");
  await rina.reads("Kasus ini baru saja berubah.");
  await rina.reads("Surat aslinya menyusul.");
  await rina.carriesOn(REVIEW, "Pesan untuk anggota", "Mulai dari galeri.");
  await lookOver(rina.page, "case-changed");
  await rina.sends(rina.completion(REVIEW));
  await rina.reads("Menunggu Budi Prasetyo di langkah 5.");

  // Done with that, Rina's page follows again.
  await endang.notes(no, "Surat aslinya sudah datang.");
  await rina.reads("Surat aslinya sudah datang.");
  await rina.readsNot("Kasus ini baru saja berubah.");
  await markus.reads("Sebab kerusakan sedang dicari oleh Budi Prasetyo.");
  for (const one of [rina, lead, markus]) await one.stayed();
});
