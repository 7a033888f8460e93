// Every page as people see it, in several states, with the demo office's own cases: axe, pictures, no sideways scroll.

import { allow, journey, lookOver } from "../harness.mjs";
import { comes } from "../people.mjs";

const pages = (name, steps) => journey(`pages: ${name}`, steps, { seconds: 120 });

pages("sign-in", async (office) => {
  const stranger = await comes(office);
  await stranger.page.goto("/");
  await lookOver(stranger.page, "sign-in");
});

pages("inboxes", async (office) => {
  for (const who of ["rina", "hendra", "budi"]) {
    const { page } = await comes(office, who);
    await page.goto("/inbox");
    await lookOver(page, `inbox-${who}`);
  }
});

pages("cases", async (office) => {
  const { page } = await comes(office, "rina");
  for (const [name, subject] of Object.entries({
    "case-review": "Surel dinas menolak lampiran di atas 10 MB",
    "case-parallel": "Berita terbaru tidak tampil di halaman depan",
    "case-suspended": "VPN menolak kata sandi baru",
    "case-check": "Titik nirkabel aula mati",
    "case-letter": "Formulir kunjungan menolak tanggal",
    "case-completed": "Situs BRMP NTT menampilkan iklan judi",
    "case-rejected": "Permintaan laptop baru",
    "case-withdrawn": "Peta sebaran tidak tampil di ponsel",
    "case-reopened": "Situs lambat pada jam kerja",
    "case-paper": "Gambar berita tidak tampil",
  })) {
    await page.goto(`/cases?q=${encodeURIComponent(subject)}`);
    await page.getByRole("row").filter({ hasText: subject }).getByRole("link").first().click();
    await page.getByRole("heading", { level: 1, name: subject }).waitFor();
    await lookOver(page, name);
  }
});
