// A letter from its first word to its signature: the office's phrases, the pages while they are written, what was
// corrected, and several letters signed in one go.

import { journey } from "../harness.mjs";
import { PASSWORD, fill, people, same } from "../people.mjs";

journey("a letter begins as the office writes it, is looked at while it is written, and corrected in sight", async (office) => {
  const { nurul, hendra, rina, dewi } = await people(office, "nurul", "hendra", "rina", "dewi");
  await rina.page.goto("/phrases");
  await rina.sends(rina.page.locator("form[action='/phrases/4.konsep/hal-penolakan']").first(), {
    "Siapkan konsep surat penolakan: hal": "Jawaban atas permintaan {satker}",
  });
  await rina.reads("Ditulis Rina Wulandari");

  const no = await nurul.asks({ subject: "Minta pemindai" });
  await hendra.routes(no);
  await rina.rejects(no, "Pengadaan ditangani Bagian Umum.");
  await rina.explains(no, "Kirim nota dinas kepada Bagian Umum.");
  await rina.orders(no, "Dewi Kartikasari");

  await dewi.takes(no, "Siapkan konsep surat penolakan");
  const body = dewi.page.getByLabel("Isi surat");
  const begun = await body.inputValue();
  same(begun.includes("perihal Minta pemindai, dengan hormat kami sampaikan"), true, `The letter begins with: ${begun}`);
  same((await dewi.page.getByLabel("Hal", { exact: true }).inputValue()).startsWith("Jawaban atas permintaan B"), true, "The subject");
  await dewi.page.getByRole("button", { name: "Lihat naskah" }).click();
  const first = dewi.page.locator(".preview img");
  await first.waitFor();
  const before = await first.getAttribute("src");
  await body.fill(`${begun}\n\n- Bagian Umum, lantai 2\n- Tim Datin, lantai 4`);
  await dewi.page.waitForFunction((before) => document.querySelector(".preview img")?.src !== before, before);
  await dewi.draftsRejection(no, { "Isi surat": "Kami tolak permintaan Saudara." });

  await rina.takes(no, "Koreksi surat penolakan");
  await rina.correctsRejection(no, { "Isi surat sesudah koreksi": "Belum dapat kami penuhi permintaan Saudara." });
  await hendra.opens(no);
  const marks = hendra.page.locator(".task .revised");
  same(await marks.locator("del").textContent(), "Dihapus: Kami tolak", "What was removed");
  same(await marks.locator("ins").textContent(), "Ditambahkan: Belum dapat kami penuhi", "What was added");
});

journey("several letters are signed in one go", async (office) => {
  const { nurul, hendra, rina, dewi } = await people(office, "nurul", "hendra", "rina", "dewi");
  const numbers = [];
  for (const subject of ["Minta kamera", "Minta proyektor"]) {
    const no = await nurul.asks({ subject });
    await hendra.routes(no);
    await rina.rejects(no);
    await rina.explains(no, "Ditangani Bagian Umum.");
    await rina.orders(no, "Dewi Kartikasari");
    await dewi.draftsRejection(no);
    await rina.correctsRejection(no);
    numbers.push(no);
  }
  await hendra.page.goto("/inbox");
  await hendra.page.getByRole("link", { name: "surat menunggu tanda tangan Anda" }).click();
  for (const no of numbers) await hendra.page.locator("label", { hasText: no }).click();
  const desk = hendra.page.locator("form[action='/signing']");
  await fill(desk, { "Frasa sandi sertifikat": PASSWORD });
  await hendra.posts(() => desk.getByRole("button", { name: "Tanda tangani" }).click());
  await hendra.reads("2 surat ditandatangani.");
  for (const no of numbers) {
    await nurul.follows(no);
    await nurul.reads("Permintaan ini ditolak pada");
  }
});
