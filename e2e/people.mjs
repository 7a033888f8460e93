// The people of the office, as journeys call them: what they do is named as they would say it, and done through what
// they see: headings, labels and buttons.
//
//   const { markus, hendra, rina, budi } = await people(office, "markus", "hendra", "rina", "budi");
//   const no = await markus.asks({ subject: "Situs menampilkan iklan" });
//   await hendra.routes(no);
//   await rina.approves(no, "Budi Prasetyo");

/** With what officials sign in the trial office. */
const PASSPHRASE = "Frasa sandi sertifikat";
export const PASSWORD = "percobaan-sigap";

/** Lets people come in, each with a browser of their own: an object with a `Person` under each name. */
export async function people(office, ...names) {
  const come = async (who) => [who, await comes(office, who)];
  return Object.fromEntries(await Promise.all(names.map(come)));
}

/** One person with a browser of their own; `looks` are those of `office.open`. */
export async function comes(office, who, looks = {}) {
  return new Person(await office.open(who, looks));
}

const FILLED = {
  contact: "0812 5550 0199",
  subject: "Situs balai menampilkan iklan",
  kind: "Aplikasi atau situs",
  system: "ntt.brmp.example",
  description: "Halaman galeri memuat iklan sejak kemarin sore.",
  urgency: "Segera",
};

/** Somebody at a browser. */
export class Person {
  constructor(page) {
    this.page = page;
  }

  // ---- Asking and following ----

  /** Files a request through the form and returns its number. */
  async asks(request = {}) {
    await this.fillsRequest(request);
    await this.presses("Kirim permintaan");
    await this.page.waitForURL(/\/requests\/[^/]+-\d+$/);
    return this.page.url().split("/").pop();
  }

  /** Opens the form for a request and fills it in, without sending it. */
  async fillsRequest(request = {}) {
    const { contact, subject, kind, system, description, urgency, since, files } = { ...FILLED, ...request };
    await this.page.goto("/requests/new");
    const form = this.page.locator("form", { hasText: "Apa yang terjadi" });
    await fill(form, {
      "Telepon atau WhatsApp": contact,
      Hal: subject,
      "Jenis masalah": [kind],
      "Aplikasi, situs, atau server": system,
      Uraian: description,
      "Sejak kapan": since,
      Sifat: [urgency],
    });
    if (files) await form.getByLabel("Foto layar atau surat").setInputFiles(files);
  }

  /** Follows a request as its requester. */
  async follows(no) {
    await this.page.goto(`/requests/${no}`);
  }

  async withdraws(no, reason) {
    await this.follows(no);
    await this.unfolds("Tarik permintaan");
    await this.sends(this.page.locator("form", { hasText: "Mengapa ditarik" }), { "Mengapa ditarik": reason });
  }

  async adds(no, text) {
    await this.follows(no);
    await this.unfolds("Tambah keterangan");
    await this.sends(this.page.locator("form", { hasText: "Yang perlu diketahui" }), { "Yang perlu diketahui Tim Datin": text });
  }

  // ---- The ten rows ----

  /** Row 1: the Secretary routes the request to the team lead. */
  routes(no) {
    const fields = { Sifat: ["Segera"], "Dengan hormat harap": ["Proses lebih lanjut"], Catatan: "Mohon dikaji." };
    return this.completes(no, "Disposisikan permintaan", { fields });
  }

  /** Row 2: the team lead approves and hands the work to a member. */
  approves(no, member) {
    const fields = { "Pesan untuk anggota": "Hubungi pemohon lebih dulu." };
    return this.completes(no, "Kaji permintaan, lalu putuskan", { decides: "Setuju", gives: member, fields });
  }

  rejects(no, because = "Ditangani Bagian Umum.") {
    const fields = { "Alasan menolak": ["Bukan kewenangan Tim Datin"], "Penjelasan singkat": because };
    return this.completes(no, "Kaji permintaan, lalu putuskan", { decides: "Tolak", fields });
  }

  /** Row 3, with an explanation. */
  explains(no, text) {
    const fields = { "Penjelasan terperinci": text, [PASSPHRASE]: PASSWORD };
    return this.completes(no, "Jelaskan penolakan atau beri solusi lain", { decides: "Penjelasan terperinci", fields });
  }

  /** Row 3, with another way. */
  advises(no, text) {
    const fields = { "Solusi alternatif": text, [PASSPHRASE]: PASSWORD };
    return this.completes(no, "Jelaskan penolakan atau beri solusi lain", { decides: "Solusi alternatif", fields });
  }

  /** Row 4: the order to write the letter, */
  orders(no, member) {
    const fields = { "Arahan untuk penyusun": "Sebutkan jalan keluarnya." };
    return this.completes(no, "Perintahkan penyiapan surat penolakan", { gives: member, fields });
  }

  /** its draft, */
  draftsRejection(no, fields = {}) {
    return this.completes(no, "Siapkan konsep surat penolakan", { fields: { Hal: "Jawaban", "Isi surat": "Belum dapat kami penuhi.", ...fields } });
  }

  /** its correction, */
  correctsRejection(no, fields = {}) {
    return this.completes(no, "Koreksi surat penolakan", { decides: "Teruskan untuk ditandatangani", fields });
  }

  /** and its signature. */
  signsRejection(no) {
    return this.completes(no, "Tanda tangani surat penolakan", { decides: "Tanda tangani", fields: { [PASSPHRASE]: PASSWORD } });
  }

  /** Row 5: "Sistem aplikasi atau situs", "Server mati" or "Keduanya, diperiksa bersamaan". */
  identifies(no, cause) {
    const fields = { "Apa yang ditemukan": "Gejala dapat diulang." };
    return this.completes(no, "Identifikasi kerusakan", { decides: cause, fields });
  }

  /** Row 6a. */
  examinesApplication(no) {
    const fields = { "Hasil pemeriksaan": "Satu pengaya bermasalah.", "Rekomendasi perbaikan": "Ganti pengaya itu." };
    return this.completes(no, "Periksa aplikasi atau situs", { fields });
  }

  /** Row 6b. */
  examinesServer(no) {
    return this.completes(no, "Periksa server", { fields: { "Hasil pemeriksaan": "Satu layanan berhenti." } });
  }

  /** Row 7: one stage of the repair is logged. */
  async logs(no, text) {
    const task = await this.opens(no, "Perbaiki, catat tahapannya");
    const form = task.locator("form", { hasText: "Catat tahapan" });
    await this.sends(form, { "Yang dikerjakan": text });
    await task.getByRole("listitem").filter({ hasText: text }).waitFor();
  }

  /** Row 7: the repair is finished. */
  repairs(no, summary = "Pengaya diganti, berjalan baik.") {
    return this.completes(no, "Perbaiki, catat tahapannya", { fields: { "Ringkasan perbaikan": summary } });
  }

  /** Row 8: the team lead finds the repair good, */
  passes(no) {
    const fields = { "Hasil pengecekan": "Dicoba dari dua jaringan." };
    return this.completes(no, "Periksa hasil perbaikan", { decides: "Lulus", fields });
  }

  /** or sends it back to row 7. */
  sendsBack(no, what) {
    const fields = { "Hasil pengecekan": "Halaman utama sudah baik.", "Yang harus diulang": what };
    return this.completes(no, "Periksa hasil perbaikan", { decides: "Ulang perbaikan", fields });
  }

  /** Row 9: the report and the draft of the reply. */
  reports(no, fields = {}) {
    const report = { Kerusakan: "Pengaya lama.", "Kegiatan perbaikan": "Pengaya diganti.", "Konsep surat balasan ke satker": "Telah selesai kami tangani." };
    return this.completes(no, "Buat laporan penyelesaian dan konsep balasan", { fields: { ...report, ...fields } });
  }

  /** Row 10: the report is approved, */
  approvesReport(no) {
    return this.completes(no, "Setujui laporan penyelesaian", { decides: "Setujui laporan" });
  }

  /** the reply drafted, */
  draftsReply(no, fields = {}) {
    return this.completes(no, "Siapkan surat balasan", { fields: { Hal: "Helpdesk selesai", ...fields } });
  }

  /** corrected, */
  correctsReply(no, fields = {}) {
    return this.completes(no, "Koreksi surat balasan", { decides: "Teruskan untuk ditandatangani", fields });
  }

  /** and signed, which ends the case. */
  signsReply(no) {
    return this.completes(no, "Tanda tangani surat balasan", { decides: "Tanda tangani", fields: { [PASSPHRASE]: PASSWORD } });
  }

  // ---- Beside the rows ----

  async suspends(no, reason) {
    await this.opens(no);
    await this.unfolds("Tangguhkan");
    await this.sends(this.page.locator("form", { hasText: "Menunggu apa, atau siapa" }), { "Menunggu apa, atau siapa": reason });
  }

  async resumes(no, note = "") {
    await this.opens(no);
    await this.unfolds("Lanjutkan");
    await this.sends(this.page.locator("form", { hasText: "Catatan saat melanjutkan" }), { "Catatan saat melanjutkan": note });
  }

  async reopens(no, reason) {
    await this.opens(no);
    await this.unfolds("Buka kembali");
    await this.sends(this.page.locator("form", { hasText: "Mengapa dibuka kembali" }), { "Mengapa dibuka kembali": reason });
  }

  /** Writes a note, for "Pemohon dan kantor" or "Hanya kantor". */
  async notes(no, text, readers = "Pemohon dan kantor") {
    await this.opens(no);
    await this.unfolds("Tambah catatan atau tanya pemohon");
    const form = this.page.locator("form", { hasText: "Siapa yang boleh membaca" });
    await this.sends(form, { Catatan: text, "Siapa yang boleh membaca": [readers] });
  }

  /** The team lead gives an open task to somebody else. */
  async reassigns(no, task, member) {
    const section = await this.opens(no, task);
    await this.unfolds("Alihkan tugas", section);
    await this.sends(section.locator("form", { hasText: "Tugaskan kepada" }).last(), { "Tugaskan kepada": [member] });
  }

  // ---- Hands and eyes ----

  /** Opens a case, and returns the part of the page with this task on it. */
  async opens(no, task) {
    await this.page.goto(`/cases/${no}`);
    if (!task) return undefined;
    return this.task(task);
  }

  /** Goes to a case through the inbox, as one would in the morning. */
  async takes(no, task) {
    await this.page.goto("/inbox");
    const row = this.page.getByRole("listitem").filter({ hasText: no }).filter({ hasText: task });
    await row.getByRole("link", { name: task }).click();
    await this.page.waitForURL((url) => url.pathname === `/cases/${no}`);
    return this.task(task);
  }

  /** The part of the case page on screen that is about this task. */
  task(title) {
    return this.page.getByRole("region", { name: title, exact: true });
  }

  /** Completes a task and sees it go. Whoever has its form before them need not open the case again. */
  async completes(no, title, act = {}) {
    const here = new URL(this.page.url()).pathname === `/cases/${no}` && (await this.completion(title).isVisible());
    if (!here) await this.opens(no);
    await this.fillsTask(title, act);
    const heading = this.page.locator(`#${await this.task(title).getAttribute("aria-labelledby")}`);
    await this.sends(this.completion(title));
    await heading.waitFor({ state: "detached" });
  }

  /** Fills in a task's form without sending it. */
  async fillsTask(title, { fields = {}, decides, gives } = {}) {
    const form = this.completion(title);
    if (decides) await form.getByRole("radio", { name: begins(decides) }).check();
    if (gives) await form.getByRole("group", { name: "Tugaskan kepada" }).getByLabel(begins(gives)).check();
    await fill(form, fields);
  }

  /** The form that completes a task; a repair has another above it, for its log. */
  completion(title) {
    return this.task(title).locator("form[action$='/completion']");
  }

  /** Fills in a form and sends it; fails with what the page says if the office refuses. */
  async sends(form, fields = {}) {
    await fill(form, fields);
    const status = await this.posts(() => form.locator("button:not([formaction])").click());
    if (status >= 400) {
      const said = this.page.locator(".errors, main").first();
      throw new Error(`The office refuses (${status}):\n${await said.innerText()}`);
    }
  }

  /** Sends a form that will be refused, and returns what the page then says about it. */
  async sendsInVain(form, fields = {}) {
    await fill(form, fields);
    const status = await this.posts(() => form.locator("button:not([formaction])").click());
    if (status < 400) throw new Error(`The office should refuse this, but answers ${status}.`);
    return this.page.locator(".errors").innerText();
  }

  /** Does something that sends a form, and returns the status of the answer. */
  async posts(act) {
    const answered = this.page.waitForResponse((response) => response.request().method() === "POST");
    const [response] = await Promise.all([answered, act()]);
    await response.finished();
    // Without a script, or where a form is not swapped, the answer is a page of its own.
    await this.page.waitForLoadState("domcontentloaded");
    return response.status();
  }

  presses(button) {
    return this.page.getByRole("button", { name: button, exact: true }).click();
  }

  /** Opens what is folded. */
  async unfolds(summary, within = this.page) {
    await within.locator("summary", { hasText: begins(summary) }).click();
  }

  async unfoldsAll(summary) {
    const folded = this.page.locator("details:not([open]) > summary", { hasText: begins(summary) });
    while ((await folded.count()) > 0) await folded.first().click();
  }

  /** Waits until the page shows this text, in one of its parts if named. */
  async reads(text, within = this.page.locator("main")) {
    try {
      await within.getByText(text).locator("visible=true").first().waitFor();
    } catch {
      throw new Error(`${this.page.url()} does not say ${text}. It says:\n${await within.first().innerText()}`);
    }
  }

  /** Finds this text in the field of a task's form, where it was typed before or carried on from the row before. */
  async carriesOn(title, label, text) {
    const field = this.completion(title).getByLabel(exactly(label)).locator("visible=true");
    same(await field.inputValue(), text, `“${label}”`);
  }

  /** Finds on the page what was typed and not accepted: in a field, or among what is kept. */
  async readsTyped(text) {
    const values = await this.page.locator("textarea").evaluateAll((areas) => areas.map((area) => area.value));
    if (!values.includes(text)) await this.reads(text, this.page.locator(".errors"));
  }

  /** Reads in the summary of a refused form what has to be mended; the summary has the focus. */
  async mends(sentence) {
    const summary = this.page.locator(".errors");
    await this.reads(sentence, summary);
    holds(await summary.evaluate((element) => element === document.activeElement), "The summary should have the focus.");
  }

  /** Opens a document of the case on screen, and reads its text and who signed it. */
  async readsLetter(name, text, signer) {
    await this.page.getByRole("link", { name, exact: true }).last().click();
    await this.page.getByText("Baca sebagai teks").click();
    const letter = this.page.getByRole("article");
    await this.reads(text, letter);
    await this.reads(signer, letter);
  }

  /** From here on the page must not be loaded anew: see `stayed`. */
  stays() {
    return this.page.evaluate(() => (globalThis.stayed = true));
  }

  async stayed() {
    holds(await this.page.evaluate(() => globalThis.stayed === true), `${this.page.url()} was loaded anew.`);
  }

  /** Fails if the page shows this text. */
  async readsNot(text, within = this.page.locator("main")) {
    if (await within.getByText(text).locator("visible=true").count()) throw new Error(`${this.page.url()} says ${text}, and should not.`);
  }
}

/** Fails with `what` unless the two are equal. */
export function same(found, expected, what) {
  if (found !== expected) throw new Error(`${what} should be ${JSON.stringify(expected)}, but is ${JSON.stringify(found)}.`);
}

/** Fails with `what` unless it holds. */
export function holds(condition, what) {
  if (!condition) throw new Error(what);
}

/** Fills in fields by their labels: text for those one types in, a list of labels for those one chooses from. */
export async function fill(form, fields) {
  for (const [label, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (typeof value === "string") {
      await form.getByLabel(exactly(label)).locator("visible=true").fill(value);
      continue;
    }
    const group = form.getByRole("group", { name: begins(label) });
    if ((await group.count()) === 0) {
      await choose(form.getByLabel(exactly(label)), ...value);
      continue;
    }
    for (const option of value) await group.getByLabel(begins(option)).check();
  }
}

/** Chooses in a list by the beginning of what it shows. */
async function choose(list, option) {
  const visible = list.locator("visible=true");
  const label = (await visible.locator("option").allInnerTexts()).find((text) => text.startsWith(option));
  if (!label) throw new Error(`There is no “${option}” to choose.`);
  await visible.selectOption({ label });
}

/** The label itself, with or without a remark in brackets: that it may stay empty, who reads it. */
function exactly(label) {
  return new RegExp(`^\\s*${escaped(label)}(\\s*\\([^()]*\\))?\\s*$`);
}

function begins(text) {
  return new RegExp(`^\\s*${escaped(text)}`);
}

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
