// Every page in its states, looked over: axe on desktop and phone, light and dark, a picture of each, no sideways
// scroll. The demo office has a case in every state; requests of our own are filed where a state is not to be had.

import { allow, journey, lookOver } from "../harness.mjs";
import { comes, fill, people, same } from "../people.mjs";

journey("pages: sign-in and what is not there", async (office) => {
  const { page } = await comes(office);
  await page.goto("/");
  await lookOver(page, "sign-in");
  allow(page, /422/);
  await page.getByLabel("Surel dinas atau NIP").fill("salah@brmp.example");
  await page.getByLabel("Kata sandi").fill("salah");
  await page.getByRole("button", { name: "Masuk", exact: true }).click();
  await page.locator(".errors").waitFor();
  await lookOver(page, "sign-in-wrong");
  allow(page, /404/);
  await page.goto("/tidak/ada");
  await lookOver(page, "not-found");
});

journey("pages: inboxes", async (office) => {
  for (const who of ["rina", "hendra", "budi"]) {
    const { page } = await comes(office, who);
    await page.goto("/inbox");
    await lookOver(page, `inbox-${who}`);
  }
});

journey("pages: lists, SOP, people", async (office) => {
  const { rina, wahyu } = await people(office, "rina", "wahyu");
  const pages = {
    cases: "/cases",
    "cases-overdue": "/cases?state=overdue&sort=due",
    "cases-none": "/cases?q=tidak+ada+yang+seperti+ini",
    register: "/register",
    incoming: "/register/incoming",
    outgoing: "/register/outgoing",
    dispositions: "/register/dispositions",
    sop: "/sop",
    phrases: "/phrases",
    workload: "/workload",
    skills: "/people/budi/skills",
  };
  for (const [name, address] of Object.entries(pages)) {
    await rina.page.goto(address);
    await lookOver(rina.page, name);
  }
  allow(rina.page, /422/);
  await rina.page.goto("/register?from=kemarin&until=1-1-2026");
  await lookOver(rina.page, "register-wrong");
  await rina.page.goto("/register/outgoing");
  await rina.unfoldsAll("");
  await rina.sendsInVain(rina.page.locator("form[action='/numbers']"));
  await lookOver(rina.page, "outgoing-mend");
  allow(rina.page, /422/);
  await rina.page.goto("/people/budi/skills");
  await rina.page.getByLabel("Keahlian lain").fill("x".repeat(41));
  await rina.page.getByRole("button", { name: "Simpan keahlian" }).click();
  await rina.page.locator(".errors").waitFor();
  await lookOver(rina.page, "skills-mend");
  await wahyu.page.goto("/people");
  await lookOver(wahyu.page, "people");
});

journey("pages: mandates and absences", async (office) => {
  const { rina, hendra } = await people(office, "rina", "hendra");
  const today = new Date(Date.now() + 7 * 3600e3).toISOString().slice(0, 10);
  await rina.page.goto("/mandates");
  await lookOver(rina.page, "mandates-none");
  await rina.unfoldsAll("");
  await rina.page.getByLabel("Siapa").selectOption("rina");
  await rina.page.locator("#absent-from").fill(today);
  await rina.page.locator("#absent-until").fill(today);
  await rina.page.locator("#absent-reason").fill("Dinas luar ke Kupang");
  await rina.page.getByRole("button", { name: "Catat ketidakhadiran" }).click();
  await rina.page.getByText("Dinas luar ke Kupang").waitFor();
  await hendra.page.goto("/inbox");
  await hendra.page.getByText("belum ada yang menggantikan").waitFor();
  await lookOver(hendra.page, "inbox-unattended");
  await hendra.page.getByRole("link", { name: "Tunjuk pengganti" }).click();
  allow(hendra.page, /422/);
  await hendra.page.locator("#from").fill("kemarin");
  await hendra.page.getByRole("button", { name: "Beri mandat" }).click();
  await hendra.page.locator(".errors").waitFor();
  await lookOver(hendra.page, "mandates-mend");
  await hendra.page.getByLabel("Penerima mandat").selectOption("budi");
  await hendra.page.getByLabel("Pelaksana harian (Plh.)").check();
  await hendra.page.locator("#from").fill(today);
  await hendra.page.locator("#until").fill(today);
  await hendra.page.locator("#basis").fill("ND-12/TU.040/H.1/11/2026");
  await hendra.page.getByRole("button", { name: "Beri mandat" }).click();
  await hendra.page.getByText("sebagai Plh. untuk").first().waitFor();
  await lookOver(hendra.page, "mandates");
  const { budi } = await people(office, "budi");
  await budi.page.goto("/inbox");
  await budi.page.getByText("untuk Rina").first().waitFor();
  await lookOver(budi.page, "inbox-deputy");
});

const CASES = {
  "case-review": "Surel dinas menolak lampiran di atas 10 MB",
  "case-explanation": "Kalender kegiatan menampilkan bulan lalu",
  "case-parallel": "Berita terbaru tidak tampil di halaman depan",
  "case-check": "Titik nirkabel aula mati",
  "case-suspended": "VPN menolak kata sandi baru",
  "case-correction": "Formulir kunjungan menolak tanggal",
  "case-completed": "Situs BRMP NTT menampilkan iklan judi",
  "case-rejected": "Permintaan laptop baru",
  "case-withdrawn": "Peta sebaran tidak tampil di ponsel",
};

journey("pages: a case in its states, as the team lead sees it", async (office) => {
  const { page } = await comes(office, "rina");
  for (const [name, subject] of Object.entries(CASES)) {
    await page.goto(`/cases?q=${encodeURIComponent(subject)}`);
    await page.getByRole("row").filter({ hasText: subject }).getByRole("link").first().click();
    await page.getByRole("heading", { level: 1, name: subject }).waitFor();
    if (name === "case-review") await page.getByRole("radio", { name: /^Setuju/ }).check();
    await lookOver(page, name);
  }
});

journey("pages: a case, everything unfolded, and with a form to mend", async (office) => {
  const { sari, hendra, rina, budi } = await people(office, "sari", "hendra", "rina", "budi");
  const no = await sari.asks({ subject: "Dilihat dari dekat" });
  await hendra.routes(no);
  await rina.opens(no);
  allow(rina.page, /422/);
  await rina.fillsTask("Kaji permintaan, lalu putuskan", { decides: "Tolak" });
  await rina.sendsInVain(rina.completion("Kaji permintaan, lalu putuskan"));
  await lookOver(rina.page, "case-mend");
  await rina.approves(no, "Budi Prasetyo");
  await budi.identifies(no, "Keduanya, diperiksa bersamaan");
  await lookOver(budi.page, "case-two-tasks");
  await rina.opens(no);
  await rina.unfoldsAll("");
  await lookOver(rina.page, "case-unfolded");
  await rina.page.goto(`/cases?q=${encodeURIComponent(CASES["case-correction"])}`);
  await rina.page.getByRole("row").filter({ hasText: CASES["case-correction"] }).getByRole("link").first().click();
  await rina.page.getByRole("button", { name: "Lihat naskah" }).click();
  await rina.page.locator(".preview img").waitFor();
  await lookOver(rina.page, "case-preview");
  await rina.opens(no);
  await rina.page.getByRole("link", { name: "Persetujuan ketua tim kerja" }).click();
  await rina.page.getByRole("img", { name: "Halaman 1 dari 1" }).waitFor();
  await lookOver(rina.page, "document");
});

journey("pages: the signing desk and the agenda officer's form", async (office) => {
  const { hendra, endang } = await people(office, "hendra", "endang");
  await hendra.page.goto("/inbox");
  await hendra.page.getByRole("link", { name: "Tanda tangani surat balasan" }).first().click();
  await hendra.page.getByRole("heading", { name: "Tanda tangani surat balasan" }).waitFor();
  await hendra.page.getByRole("radio", { name: /^Tanda tangani/ }).check();
  await lookOver(hendra.page, "case-signature");
  await hendra.page.goto("/signing");
  await lookOver(hendra.page, "signing");
  await endang.page.goto("/requests/new");
  await lookOver(endang.page, "letter-form");
  allow(endang.page, /422/);
  await fill(endang.page.locator("form", { hasText: "Apa yang terjadi" }), { "Tanggal surat": "kemarin" });
  same(await endang.posts(() => endang.presses("Catat permintaan")), 422, "The answer");
  await lookOver(endang.page, "letter-form-mend");
});

journey("pages: what a requester sees", async (office) => {
  const { page } = await comes(office, "markus");
  await page.goto("/requests/new");
  await lookOver(page, "request-form");
  await page.goto("/requests");
  await lookOver(page, "own-requests");
  for (const [name, subject] of Object.entries({
    "track-parallel": CASES["case-parallel"],
    "track-completed": CASES["case-completed"],
    "track-withdrawn": CASES["case-withdrawn"],
  })) {
    await page.goto("/requests");
    await page.getByRole("link", { name: subject }).click();
    await page.getByRole("heading", { level: 1, name: subject }).waitFor();
    if (name === "track-parallel") await page.locator("summary", { hasText: "Tambah keterangan" }).click();
    await lookOver(page, name);
  }
  await page.goto("/requests");
  await page.getByRole("link", { name: CASES["case-completed"] }).click();
  await page.getByRole("link", { name: "Surat balasan ke satker", exact: true }).click();
  await page.getByRole("img", { name: "Halaman 1 dari 1" }).waitFor();
  await page.getByText("Baca sebagai teks").click();
  await lookOver(page, "letter");
  await page.goto("/account/readings");
  await lookOver(page, "own-readings");
  await page.goBack();
  await page.getByRole("link", { name: "Periksa keaslian" }).click();
  await page.getByRole("heading", { name: "Pemeriksaan keaslian surat" }).waitFor();
  await lookOver(page, "verify");
});

journey("pages: in English", async (office) => {
  const { page } = await comes(office, "maulana");
  await page.goto("/inbox");
  await page.getByRole("button", { name: "English" }).click();
  await page.waitForFunction(() => document.documentElement.lang === "en");
  await lookOver(page, "inbox-english");
  await page.locator("ol.tasks a").first().click();
  await page.getByRole("heading", { name: "History" }).waitFor();
  await lookOver(page, "case-english");
  await page.getByRole("button", { name: "Bahasa Indonesia" }).click();
});
