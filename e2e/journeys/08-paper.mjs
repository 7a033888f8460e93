// A letter on paper, entered by the agenda officer: when it was received is not when it was entered.

import { allow, journey } from "../harness.mjs";
import { fill, holds, people, same } from "../people.mjs";

const day = (date) => new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Jakarta" }).format(date).replaceAll("/", "-");
const daysAgo = (days) => new Date(Date.now() - days * 24 * 3600 * 1000);

const letter = (fields) => ({
  "Nomor surat": "B-77/TU.120/XI/2026",
  "Tanggal surat": day(daysAgo(3)),
  "Diterima tanggal": day(daysAgo(1)),
  "Diterima pukul": "09.12",
  "Satuan kerja": ["IP2MP Genteng"],
  Nama: "Suparno",
  "Telepon atau WhatsApp": "0812 5550 0161",
  Hal: "Jaringan kantor terputus",
  "Jenis masalah": ["Jaringan atau VPN"],
  Uraian: "Sejak kemarin tidak ada sambungan.",
  Sifat: ["Segera"],
  ...fields,
});

journey("a letter on paper is entered, with the time it was received", async (office) => {
  const { endang, hendra } = await people(office, "endang", "hendra");
  await endang.page.goto("/requests/new");
  await fill(endang.page.locator("form", { hasText: "Apa yang terjadi" }), letter({}));
  await endang.presses("Catat permintaan");
  await endang.page.waitForURL(/\/cases\/[^/]+-\d+$/);
  const no = endang.page.url().split("/").pop();
  const fact = (name) => endang.page.locator("dt", { hasText: new RegExp(`^${name}$`) }).locator("+ dd").innerText();
  holds(/ 09\.12 WIB$/.test(await fact("Diterima")), `Received: ${await fact("Diterima")}`);
  const entered = await fact("Dicatat");
  holds(entered !== (await fact("Diterima")) && /WIB$/.test(entered), `Entered: ${entered}`);
  same(await fact("Nomor surat"), "B-77/TU.120/XI/2026", "The number of the letter");
  await endang.reads("Endang Lestari mencatat surat permintaan dengan nomor agenda");

  await endang.page.goto("/register");
  const entry = endang.page.getByRole("row").filter({ hasText: no });
  await endang.reads("B-77/TU.120/XI/2026", entry);
  await endang.reads(/dicatat/, entry);
  await hendra.takes(no, "Disposisikan permintaan");
});

journey("wrong dates are said at their fields, what was typed stays, the summary has the focus", async (office) => {
  const { endang } = await people(office, "endang");
  const { page } = endang;
  await page.goto("/requests/new");
  const form = page.locator("form", { hasText: "Apa yang terjadi" });
  const wrong = { "Tanggal surat": "31-02-2026", "Diterima tanggal": "1-1-2099", "Sejak kapan": "kemarin sore", Nama: "" };
  await fill(form, letter(wrong));
  allow(page, /422/);
  same(await endang.posts(() => endang.presses("Catat permintaan")), 422, "The answer");
  await endang.mends("Tanggal surat: Tulis tanggal sebagai hari-bulan-tahun, misalnya 20-11-2026.");
  await endang.mends(/Diterima tanggal: Tulis .*yang sudah lewat/);
  await endang.mends("Sejak kapan: Tulis tanggal sebagai hari-bulan-tahun, misalnya 20-11-2026.");
  await endang.mends("Nama: Isilah bagian ini.");
  same(await page.title(), "Perlu diperbaiki: Catat surat permintaan · Sigap", "The title");
  const kept = { "Tanggal surat": "31-02-2026", "Diterima tanggal": "1-1-2099", "Diterima pukul": "09.12", Uraian: "Sejak kemarin tidak ada sambungan." };
  for (const [label, value] of Object.entries(kept)) same(await form.getByLabel(label).inputValue(), value, `“${label}”`);
  for (const label of Object.keys(wrong)) {
    const field = form.getByLabel(label);
    same(await field.getAttribute("aria-invalid"), "true", `aria-invalid of “${label}”`);
    const described = await field.getAttribute("aria-describedby");
    await endang.reads(/^Perlu diperbaiki: (Tulis|Isilah)/, page.locator(described.split(" ").map((id) => `[id="${id}"]`).join(",")));
  }
  // Each line of the summary leads to its field.
  await page.locator(".errors").getByRole("link", { name: /^Nama/ }).click();
  same(await page.evaluate(() => document.activeElement.id), await form.getByLabel("Nama").getAttribute("id"), "The field with the focus");

  await fill(form, letter({ "Tanggal surat": "2-13-2026", "Diterima pukul": "pagi", "Sejak kapan": "" }));
  same(await endang.posts(() => endang.presses("Catat permintaan")), 422, "The answer");
  await endang.mends("Tulis jam sebagai 09.12.");
  await fill(form, letter({ "Sejak kapan": "" }));
  await endang.presses("Catat permintaan");
  await page.waitForURL(/\/cases\/[^/]+-\d+$/);
});
