// Files: what is taken in, who may fetch it and how, what is not taken in and what is then said.

import { allow, journey } from "../harness.mjs";
import { holds, people, same } from "../people.mjs";
import { EICAR, VirusScanner } from "../virus-scanner.mjs";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const PDF = Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
const EXE = Buffer.concat([Buffer.from("MZ\x90\x00\x03\x00\x00\x00", "latin1"), Buffer.alloc(512)]);

const picture = { name: "foto layar é.png", mimeType: "image/png", buffer: PNG };
const letter = { name: "surat.pdf", mimeType: "application/pdf", buffer: PDF };

journey("files come with the request and later, and are fetched by those who may", async (office) => {
  const { taufik, rina, sari } = await people(office, "taufik", "rina", "sari");
  const no = await taufik.asks({ subject: "Dengan lampiran", files: [picture] });
  await taufik.follows(no);
  await taufik.unfolds("Tambah berkas");
  const form = taufik.page.locator("form[action$='/attachments']");
  await form.getByLabel("Foto layar atau surat").setInputFiles([letter]);
  await taufik.sends(form);
  await taufik.reads("menambahkan berkas surat.pdf");

  for (const { name, mimeType, buffer } of [picture, letter]) {
    const link = taufik.page.getByRole("link", { name });
    const [download] = await Promise.all([taufik.page.waitForEvent("download"), link.click()]);
    same(download.suggestedFilename(), name, "The name of the file");
    const address = await link.getAttribute("href");
    const answer = await taufik.page.request.get(address);
    const headers = answer.headers();
    same(answer.status(), 200, "The answer");
    same(headers["content-type"], mimeType, "The kind of the file");
    same(headers["x-content-type-options"], "nosniff", "x-content-type-options");
    holds(headers["content-disposition"].startsWith("attachment;"), `It comes as ${headers["content-disposition"]}.`);
    holds(headers["content-security-policy"].includes("sandbox"), "It should be kept in a sandbox.");
    holds(buffer.equals(await answer.body()), "It should be what was sent.");
    same((await rina.page.request.get(address)).status(), 200, "The answer to the team lead");
    same((await sari.page.request.get(address)).status(), 404, "The answer to another requester");
  }
  // A download does not end the page that it was started from: it still hears what happens.
  await rina.notes(no, "Lampiran sudah dibaca.");
  await taufik.reads("Lampiran sudah dibaca.");
});

journey("files of other kinds are refused in a sentence, and what was typed is kept", async (office) => {
  const { taufik } = await people(office, "taufik");
  const wrong = {
    "program.exe": { name: "program.exe", mimeType: "application/x-msdownload", buffer: EXE },
    "catatan.png": { name: "catatan.png", mimeType: "image/png", buffer: Buffer.from("Ini sebenarnya teks.") },
  };
  for (const [name, file] of Object.entries(wrong)) {
    await taufik.fillsRequest({ subject: `Lampiran ${name}`, description: "Uraian yang panjang sekali.", files: [file] });
    allow(taufik.page, /422/);
    same(await taufik.posts(() => taufik.presses("Kirim permintaan")), 422, "The answer");
    await taufik.mends(`Berkas “${name}” bukan PDF, PNG, atau JPG.`);
    same(await taufik.page.getByLabel("Uraian").inputValue(), "Uraian yang panjang sekali.", "What was typed");
    same(await taufik.page.getByLabel("Hal", { exact: true }).inputValue(), `Lampiran ${name}`, "What was typed");
    holds(await taufik.page.getByRole("radio", { name: "Aplikasi atau situs" }).isChecked(), "What was chosen should be kept.");
  }

  const no = await taufik.asks({ subject: "Lampiran menyusul" });
  await taufik.unfolds("Tambah berkas");
  const form = taufik.page.locator("form[action$='/attachments']");
  await form.getByLabel("Foto layar atau surat").setInputFiles([wrong["program.exe"], letter]);
  same(await taufik.posts(() => taufik.presses("Kirim berkas")), 422, "The answer");
  await taufik.reads("Berkas “program.exe” bukan PDF, PNG, atau JPG.");
  await taufik.follows(no);
  await taufik.readsNot("program.exe");
});

journey("a file with a virus is not kept, nor is any while the scanner is away", async (here) => {
  const scanner = await VirusScanner.opens();
  await here.elsewhere(scanner.settings, async (office) => {
    const { taufik } = await people(office, "taufik");
    const infected = { name: "foto.png", mimeType: "image/png", buffer: Buffer.concat([PNG, Buffer.from(EICAR)]) };
    const refused = async (file, sentence) => {
      await taufik.fillsRequest({ subject: "Layar mati", description: "Uraian yang panjang sekali.", files: [file] });
      allow(taufik.page, /422/);
      same(await taufik.posts(() => taufik.presses("Kirim permintaan")), 422, "The answer");
      await taufik.mends(sentence);
      same(await taufik.page.getByLabel("Uraian").inputValue(), "Uraian yang panjang sekali.", "What was typed");
    };
    await refused(infected, "Berkas “foto.png” memuat perangkat perusak yang dikenal");
    const no = await taufik.asks({ subject: "Layar mati", files: [picture] });
    await taufik.follows(no);
    await taufik.reads("foto layar é.png");

    await scanner.stops();
    await refused(letter, "Berkas “surat.pdf” belum dapat diperiksa dari virus");
    await scanner.starts();
    await taufik.asks({ subject: "Layar masih mati", files: [letter] });
  });
  await scanner.closes();
});
