// Coming in and going out, and the two things everybody sets for themselves.

import { allow, journey, signIn } from "../harness.mjs";
import { comes, holds, same } from "../people.mjs";

journey("a wrong password, too many of them, and the way back to where one wanted to go", async (office) => {
  const nurul = await comes(office);
  const { page } = nurul;
  await page.goto("/requests/new");
  same(new URL(page.url()).pathname, "/sign-in", "Where a stranger comes to");
  const tries = async (password) => {
    await page.getByLabel("Surel dinas atau NIP").fill("nurul@brmp.example");
    await page.getByLabel("Kata sandi").fill(password);
    return nurul.posts(() => page.getByRole("button", { name: "Masuk", exact: true }).click());
  };
  allow(page, /422/);
  same(await tries("salah"), 422, "The answer");
  await nurul.reads("Surel atau NIP dan kata sandi tidak cocok.");
  same(await page.getByLabel("Surel dinas atau NIP").inputValue(), "nurul@brmp.example", "What was typed");
  same(await page.getByLabel("Kata sandi").inputValue(), "", "The password");
  // The page of a refused form has no address of its own: its switches lead back to where it was filled in.
  await nurul.presses("English");
  await page.waitForURL(/\/sign-in/);
  await page.getByRole("button", { name: "Bahasa Indonesia" }).click();
  await page.waitForURL(/\/sign-in/);
  await tries("percobaan-sigap");
  await page.waitForURL("**/requests/new");

  const guesser = await comes(office);
  await guesser.page.goto("/");
  allow(guesser.page, /422/);
  allow(guesser.page, /429/);
  for (let n = 1; n <= 6; n += 1) {
    await guesser.page.getByLabel("Surel dinas atau NIP").fill("tidak.ada@brmp.example");
    await guesser.page.getByLabel("Kata sandi").fill(`tebakan ${n}`);
    const status = await guesser.posts(() => guesser.presses("Masuk"));
    same(status, n <= 5 ? 422 : 429, `The answer to try ${n}`);
  }
  await guesser.reads("Terlalu banyak percobaan masuk");
  await guesser.reads("Tunggu lima belas menit");
});

journey("signing out ends the session, wherever its cookie is", async (office) => {
  const wahyu = await comes(office);
  await signIn(wahyu.page, "wahyu");
  const cookies = await wahyu.page.context().cookies();
  const session = cookies.find(({ name }) => name === "sigap_sesi");
  holds(session.httpOnly && session.sameSite === "Lax", "The session's cookie should be HttpOnly and SameSite=Lax.");
  await wahyu.presses("Keluar");
  await wahyu.page.waitForURL("**/sign-in");
  await wahyu.page.context().addCookies(cookies);
  await wahyu.page.goto("/requests");
  same(new URL(wahyu.page.url()).pathname, "/sign-in", "Where an ended session comes to");
});

journey("English and the theme are remembered", async (office) => {
  const lilis = await comes(office);
  const { page } = lilis;
  await signIn(page, "lilis");
  const language = () => page.evaluate(() => document.documentElement.lang);
  same(await language(), "id", "The language");
  await page.goto("/sop");
  await lilis.presses("English");
  await page.waitForURL("**/sop");
  same(await language(), "en", "The language");
  await page.getByRole("link", { name: "My requests" }).click();
  same(await language(), "en", "The language");
  await lilis.presses("Sign out");
  same(await language(), "en", "The language of a stranger who chose it");

  const elsewhere = await comes(office);
  await signIn(elsewhere.page, "lilis");
  same(await elsewhere.page.evaluate(() => document.documentElement.lang), "en", "The language at another browser");
  await elsewhere.presses("Bahasa Indonesia");
  same(await elsewhere.page.evaluate(() => document.documentElement.lang), "id", "The language");

  const theme = () => elsewhere.page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
  same(await theme(), "light", "The theme");
  await elsewhere.presses("gelap");
  same(await theme(), "dark", "The theme");
  await elsewhere.page.goto("/requests");
  same(await theme(), "dark", "The theme on another page");
  await elsewhere.presses("ikut perangkat");
  same(await theme(), "light", "The theme of the device");
});
