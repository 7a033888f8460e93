// Signing in by what other servers say: a provider of single sign-on and a directory, both real, which the journeys
// start.

import { allow, axe, journey, lookOver } from "../harness.mjs";
import { Directory } from "../directory.mjs";
import { comes, holds, same } from "../people.mjs";
import { SignInProvider } from "../sign-in-provider.mjs";

/** Goes to the provider and says there who one is; the pages of the provider are another host's. */
async function signsInThere(person, provider, who) {
  const { page } = person;
  await page.goto("/cases");
  await page.getByRole("link", { name: "Masuk dengan akun kementerian" }).click();
  await page.waitForURL(`${provider.url}/who/**`);
  await saysWho(person, who);
}

async function saysWho({ page }, who) {
  await page.getByLabel("Siapa Anda?").fill(who);
  await page.getByRole("button", { name: "Masuk" }).click();
}

async function away(office) {
  const person = await comes(office);
  allow(person.page, /asked elsewhere/);
  return person;
}

journey("one signs in through the provider, which gives and ends roles and is not believed blindly", async (here) => {
  const provider = await SignInProvider.opens();
  const nurul = { email: "nurul@brmp.example", email_verified: true };
  provider.knows("nurul", { ...nurul, groups: ["semua", "helpdesk-anggota"] });
  provider.knows("tamu", { email: "tamu@lain.example", email_verified: true });
  provider.knows("penyamar", { email: "rina@brmp.example", email_verified: false });
  await here.elsewhere({}, async (office) => {
    const { url } = office.office;
    const path = (person) => new URL(person.page.url()).pathname;
    await provider.serves(url);

    const signedIn = await away(office);
    await signedIn.page.goto("/sign-in");
    await lookOver(signedIn.page, "sign-in-provider");
    await signsInThere(signedIn, provider, "nurul");
    await signedIn.page.waitForURL(`${url}/cases`);
    same(path(signedIn), "/cases", "Where one wanted to go");
    await signedIn.page.getByRole("link", { name: /^Kotak kerja/ }).waitFor(); // an anggota has one
    const asked = provider.asked[0];
    same(asked.get("code_challenge_method"), "S256", "The way of the challenge");
    for (const name of ["state", "nonce", "code_challenge"]) holds(asked.get(name)?.length >= 43, `${name} is too short to be random.`);

    // The group is gone, and with the next sign-in so is the role; meanwhile the provider has other keys.
    provider.knows("nurul", { ...nurul, groups: ["semua"] });
    await provider.serves(url);
    const again = await away(office);
    allow(again.page, /404/);
    await signsInThere(again, provider, "nurul");
    await again.page.waitForURL(`${url}/cases`); // only the office reads all cases
    await again.page.goto("/requests");
    same(await again.page.getByRole("link", { name: /^Kotak kerja/ }).count(), 0, "Ways to the inbox");

    // Whom the office does not know, and whoever only says to have an address.
    for (const [who, said] of [
      ["tamu", "Penyedia akun mengenal Anda, tetapi kantor ini belum."],
      ["penyamar", "tidak menyebut surel yang sudah diverifikasi"],
      ["siapa", "Masuk lewat penyedia akun tidak selesai"],
    ]) {
      const stranger = await away(office);
      await signsInThere(stranger, provider, who);
      await stranger.page.waitForURL(`${url}/sign-in?**`);
      await stranger.reads(said);
      if (who === "tamu") await lookOver(stranger.page, "sign-in-provider-stranger");
      await stranger.page.goto("/requests");
      same(path(stranger), "/sign-in", `Where ${who} comes to`);
    }

    // A state that somebody has changed on the way.
    const tampered = await away(office);
    const gone = await tampered.page.request.get(`${url}/sign-in/provider`, { maxRedirects: 0 });
    const changed = new URL(gone.headers().location);
    changed.searchParams.set("state", "0".repeat(64));
    await tampered.page.goto(changed.href);
    await saysWho(tampered, "nurul");
    await tampered.page.waitForURL(`${url}/sign-in?**`);
    await tampered.reads("Masuk lewat penyedia akun tidak selesai");

    // Without the provider there is still the password.
    await provider.closes();
    const left = await comes(office);
    await left.page.goto("/sign-in");
    await left.page.getByLabel("Surel dinas atau NIP").fill("nurul@brmp.example");
    await left.page.getByLabel("Kata sandi").fill("percobaan-sigap");
    await left.presses("Masuk");
    await left.page.waitForURL(`${url}/requests`);
  }, { file: provider.settings });
}, { seconds: 240 });

journey("the directory keeps a password: right, wrong, none, a made-up filter, and while it is down", async (here) => {
  const directory = await Directory.opens();
  await here.elsewhere(directory.environment, async (office) => {
    for (const login of ["nurul", "wahyu"]) {
      office.office.runs("user", "password-by", `${login}@brmp.example`, "directory");
    }
    const nurul = await comes(office);
    const { page } = nurul;
    const tries = async (login, password) => {
      await page.goto("/sign-in");
      await page.getByLabel("Surel dinas atau NIP").fill(login);
      const field = page.getByLabel("Kata sandi");
      await field.evaluate((field) => field.removeAttribute("required")); // a browser of one's own asks for nothing
      await field.fill(password);
      return nurul.posts(() => nurul.presses("Masuk"));
    };

    allow(page, /422/);
    for (const [login, password] of [
      ["nurul@brmp.example", "sandi direktori wahyu"],
      ["nurul@brmp.example", ""],
      ["nurul@brmp.example", "percobaan-sigap"], // the one that Sigap kept before
      ["*", "sandi direktori nurul"],
      ["nurul@brmp.example)(uid=*", "sandi direktori nurul"],
      ["nsafitri)(|(uid=*", "sandi direktori nurul"],
    ]) {
      same(await tries(login, password), 422, `The answer to ${login} with “${password}”`);
      await nurul.reads("Surel atau NIP dan kata sandi tidak cocok.");
    }
    same(await tries("tamu@lain.example", "sandi direktori tamu"), 422, "The answer to whom the office does not know");
    await nurul.reads("akun Anda di kantor ini belum memakai direktori");
    await axe(page);

    allow(page, /503/);
    await directory.stops();
    same(await tries("nurul@brmp.example", "sandi direktori nurul"), 503, "The answer while it is down");
    await nurul.reads("Direktori tidak dapat dihubungi");
    await lookOver(page, "sign-in-directory-down");
    const rina = await comes(office);
    await rina.page.goto("/sign-in");
    await rina.page.getByLabel("Surel dinas atau NIP").fill("rina@brmp.example");
    await rina.page.getByLabel("Kata sandi").fill("percobaan-sigap");
    await rina.presses("Masuk");
    await rina.page.waitForURL("**/inbox");
    await directory.starts();

    await tries("nsafitri", "sandi direktori nurul"); // by the name that only the directory knows
    await page.getByRole("link", { name: /^Kotak kerja/ }).waitFor(); // its group makes her an anggota
    await page.goto("/account");
    await nurul.reads("Kata sandi Anda disimpan di direktori kantor.");
    await lookOver(page, "account-directory");
  }, { file: directory.settings });
  await directory.closes();
}, { seconds: 240 });
