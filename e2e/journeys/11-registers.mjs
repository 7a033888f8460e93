// The books of the office, and letter numbers that are set aside.

import { allow, journey } from "../harness.mjs";
import { people, same } from "../people.mjs";

/** Sets the next number aside and returns it as it is written. */
async function reserves(who, purpose) {
  await who.page.goto("/register/outgoing");
  await who.unfolds("Cadangkan nomor");
  await who.sends(who.page.locator("form[action='/numbers']"), { Keperluan: purpose });
  const waiting = who.page.locator(".waiting > li").filter({ hasText: purpose });
  return waiting.locator("b").innerText();
}

/** The line of the agenda of outgoing letters with this number. */
function line(who, number) {
  return who.page.getByRole("row").filter({ has: who.page.getByRole("rowheader", { name: number, exact: true }) });
}

journey("a reserved number is used by a letter that is signed later, another is given up", async (office) => {
  const { lilis, endang, hendra, rina } = await people(office, "lilis", "endang", "hendra", "rina");
  const no = await lilis.asks({ subject: "Minta proyektor", kind: "Lainnya, atau belum tahu", urgency: "Biasa" });
  const used = await reserves(endang, "Penjelasan kepada Lilis");
  const given = await reserves(endang, "Undangan yang tidak jadi");

  await hendra.routes(no);
  await rina.rejects(no);
  const fields = { "Penjelasan terperinci": "Proyektor dipinjamkan Bagian Umum.", "Nomor surat": [used], "Frasa sandi sertifikat": "percobaan-sigap" };
  await rina.completes(no, "Jelaskan penolakan atau beri solusi lain", { decides: "Penjelasan terperinci", fields });
  await rina.reads(`menandatangani surat nomor ${used}. Nomornya dicadangkan`);

  allow(endang.page, /422/);
  await endang.page.goto("/register/outgoing");
  const waiting = endang.page.locator(".waiting > li").filter({ hasText: "Undangan yang tidak jadi" });
  await endang.unfolds("Batalkan", waiting);
  await endang.sendsInVain(waiting.locator("form"));
  await endang.mends("Sebab pembatalan: ");
  await endang.sends(waiting.locator("form"), { "Sebab pembatalan": "Rapat ditunda" });
  same(await endang.page.locator(".waiting > li").filter({ hasText: /Lilis|tidak jadi/ }).count(), 0, "How many of the two numbers wait");
  await endang.reads("Dicadangkan Endang Lestari", line(endang, used));
  await endang.reads("Penjelasan atas permintaan bantuan teknis TI", line(endang, used));
  await endang.reads("Rapat ditunda", line(endang, given));
});

journey("the books are narrowed, downloaded and printed", async (office) => {
  const { endang } = await people(office, "endang");
  await endang.page.goto("/register");
  for (const [tab, title] of [["Surat masuk", "Agenda surat masuk"], ["Surat keluar", "Agenda surat keluar"], ["Disposisi", "Buku disposisi"]]) {
    await endang.page.getByRole("navigation", { name: "Register" }).getByRole("link", { name: tab }).click();
    await endang.page.getByRole("heading", { level: 1, name: title }).waitFor();
    await endang.page.getByRole("link", { name: "Bulan ini" }).click();
    await endang.page.waitForURL(/from=01-/);
    for (const [link, type] of [["Unduh CSV", "text/csv; charset=utf-8"], ["Unduh PDF", "application/pdf"]]) {
      const address = await endang.page.getByRole("link", { name: link }).getAttribute("href");
      const answer = await endang.page.request.get(address);
      same(answer.headers()["content-type"], type, `What ${address} is`);
    }
  }
  allow(endang.page, /422/);
  const from = endang.page.getByLabel("Dari tanggal");
  await from.fill("kemarin");
  await from.press("Enter");
  await endang.reads("Tulis tanggal");
  await from.fill("01-01-2020");
  await endang.page.getByLabel("Sampai").fill("31-12-2020");
  await endang.page.getByLabel("Sampai").press("Enter");
  await endang.reads("Belum ada catatan dalam masa ini.");
});
