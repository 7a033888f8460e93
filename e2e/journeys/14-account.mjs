// What people do for the safety of their own account: another password, a second factor, and an end to sessions that
// were left open elsewhere.

import { createHmac } from "node:crypto";

import { allow, journey, lookOver, signIn } from "../harness.mjs";
import { PASSWORD, comes, holds, same } from "../people.mjs";

const NEW = "kuda lumping di loteng";

/** The code that an authenticator app shows `stepsLater` half minutes from now (RFC 6238). */
function codeOf(written, stepsLater = 0) {
  const bits = [...written.replaceAll(" ", "")]
    .map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  const secret = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + stepsLater));
  const hash = createHmac("sha1", secret).update(step).digest();
  const number = hash.readUInt32BE(hash[hash.length - 1] & 0xf) & 0x7fffffff;
  return String(number).padStart(10, "0").slice(-6);
}

async function changesPassword(who, old, fresh) {
  await who.page.getByLabel("Kata sandi sekarang").first().fill(old);
  await who.page.getByLabel("Kata sandi baru", { exact: true }).fill(fresh);
  await who.page.getByLabel("Kata sandi baru, sekali lagi").fill(fresh);
  return who.posts(() => who.presses("Ganti kata sandi"));
}

async function givesPassword(page, password) {
  await page.getByLabel("Surel dinas atau NIP").fill("dewi@brmp.example");
  await page.getByLabel("Kata sandi").fill(password);
  await page.getByRole("button", { name: "Masuk", exact: true }).click();
}

// In an office of its own: elsewhere journeys share what their people's browsers keep of being signed in.
journey("another password and a second factor, and signing in with both", (office) => office.elsewhere({}, account), {
  seconds: 120,
});

async function account(office) {
  const dewi = await comes(office);
  const { page } = dewi;
  allow(page, /422/);
  await signIn(page, "dewi");
  const elsewhere = await comes(office);
  await signIn(elsewhere.page, "dewi");

  await page.getByRole("link", { name: /^Dewi/ }).click();
  await page.getByRole("heading", { name: "Akun saya" }).waitFor();
  await dewi.reads("perangkat ini");
  await lookOver(page, "account");
  same(await changesPassword(dewi, PASSWORD, "Rahasia-2026"), 422, "The answer to a common password");
  await dewi.reads("Kata sandi ini termasuk yang pertama ditebak");
  await lookOver(page, "account-mend");
  await changesPassword(dewi, PASSWORD, NEW);
  await dewi.reads("Kata sandi diganti.");
  await elsewhere.page.goto("/inbox");
  same(new URL(elsewhere.page.url()).pathname, "/sign-in", "Where the other device comes to");

  await page.getByRole("link", { name: "Pasang faktor kedua" }).click();
  await lookOver(page, "second-factor");
  await dewi.presses("Buat kode QR");
  const picture = page.getByRole("img", { name: /^Kode QR/ });
  await picture.waitFor();
  holds(await picture.evaluate((image) => image.naturalWidth > 0), "The picture of the key should be seen.");
  const written = await page.locator("main code").innerText();
  await lookOver(page, "second-factor-scan");
  await page.getByLabel("Kata sandi sekarang").fill(NEW);
  await page.getByLabel("Kode enam angka dari aplikasi").fill(codeOf(written));
  await dewi.presses("Pasang");
  await page.getByRole("heading", { name: "Kode pemulihan" }).waitFor();
  const codes = await page.locator("main code").allInnerTexts();
  same(codes.length, 10, "The number of recovery codes");
  await lookOver(page, "recovery-codes");
  await dewi.presses("Keluar");

  await page.waitForURL("**/sign-in");
  await givesPassword(page, NEW);
  await page.getByRole("heading", { name: "Kode dari ponsel" }).waitFor();
  await lookOver(page, "sign-in-code");
  await page.getByLabel("Kode", { exact: true }).fill("000000");
  same(await dewi.posts(() => dewi.presses("Masuk")), 422, "The answer to a wrong code");
  await dewi.reads("Kode tidak cocok atau sudah dipakai.");
  // The app's next code is good already: telephones run fast and slow.
  await page.getByLabel("Kode", { exact: true }).fill(codeOf(written, 1));
  await dewi.presses("Masuk");
  await page.waitForURL("**/inbox");

  // The telephone is lost: a recovery code stands in for it, and takes the second factor away.
  await page.goto("/account");
  await page.locator("summary", { hasText: "Lepas faktor kedua" }).click();
  await lookOver(page, "account-second-factor");
  const removal = page.locator("form[action='/account/second-factor/removal']");
  await removal.getByLabel("Kata sandi sekarang").fill(NEW);
  await removal.getByLabel("Kode").fill(codes[0]);
  await removal.getByRole("button").click();
  await dewi.reads("Faktor kedua dilepas.");
  await changesPassword(dewi, NEW, PASSWORD);
  await dewi.reads("Kata sandi diganti.");

  await signIn(elsewhere.page, "dewi");
  await page.goto("/account");
  await dewi.presses("Keluarkan semua perangkat lain");
  await dewi.reads("Perangkat itu sudah dikeluarkan.");
  await elsewhere.page.goto("/inbox");
  same(new URL(elsewhere.page.url()).pathname, "/sign-in", "Where the other device comes to");
}
