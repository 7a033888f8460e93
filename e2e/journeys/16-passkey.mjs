// A passkey as the second step of signing in, with the authenticator that Chromium brings for trying it.

import { journey, lookOver, signIn } from "../harness.mjs";
import { PASSWORD, comes, same } from "../people.mjs";

// Under a name, since addresses of numbers have no passkeys; browsers trust this one without TLS.
journey("a passkey is made, signs its owner in, and is removed", (office) => office.elsewhere({}, passkey, { name: "localhost" }), {
  seconds: 120,
});

async function passkey(office) {
  const dewi = await comes(office);
  const { page } = dewi;
  const browser = await page.context().newCDPSession(page);
  await browser.send("WebAuthn.enable");
  await browser.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true,
      isUserVerified: true, automaticPresenceSimulation: true,
    },
  });
  await signIn(page, "dewi");

  await page.goto("/account/second-factor");
  const form = page.locator("form[action='/account/second-factor/passkeys']");
  await form.getByLabel("Nama passkey").fill("Laptop kantor");
  await form.getByLabel("Kata sandi sekarang").fill(PASSWORD);
  await lookOver(page, "passkey-begin");
  await dewi.presses("Tambah passkey");
  await page.getByRole("heading", { name: "Buat passkey" }).waitFor();
  await lookOver(page, "passkey-make");
  await dewi.presses("Buat passkey");
  await page.getByRole("heading", { name: "Kode pemulihan" }).waitFor();
  const codes = await page.locator("main code").allInnerTexts();
  await page.goto("/account");
  await dewi.reads("Passkey “Laptop kantor”");
  await lookOver(page, "account-passkey");

  for (const turn of ["first", "second"]) {
    await dewi.presses("Keluar");
    await page.waitForURL("**/sign-in");
    await page.getByLabel("Surel dinas atau NIP").fill("dewi@brmp.example");
    await page.getByLabel("Kata sandi").fill(PASSWORD);
    await dewi.presses("Masuk");
    await page.getByRole("heading", { name: "Langkah kedua" }).waitFor();
    if (turn === "first") await lookOver(page, "sign-in-passkey");
    await dewi.presses("Pakai passkey");
    await page.waitForURL("**/inbox");
  }

  await page.goto("/account");
  await dewi.reads(/terakhir dipakai/);
  await page.locator("summary", { hasText: "Lepas faktor kedua" }).click();
  await lookOver(page, "account-passkey-removal");
  const removal = page.locator("form[action='/account/second-factor/removal']");
  await removal.getByLabel("Kata sandi sekarang").fill(PASSWORD);
  await removal.getByLabel("Kode").fill(codes[0]);
  await removal.getByRole("button").click();
  await dewi.reads("Faktor kedua dilepas. Anda masuk dengan kata sandi saja.");
  await dewi.presses("Keluar");
  await page.waitForURL("**/sign-in");
  await signIn(page, "dewi");
  same(new URL(page.url()).pathname, "/inbox", "Where Dewi comes to with her password alone");
}
