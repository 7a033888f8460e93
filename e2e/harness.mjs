// What a journey works with: one demo office for the whole run, browsers for its people, and the checks that
// every page must stand. `run.mjs` loads the files in journeys/ and calls `runJourneys`.
//
//   import { journey, allow, axe, lookOver } from "../harness.mjs";
//
//   journey("a request is rejected", async (office) => {
//     const rina = await office.open("rina");            // a page, signed in
//     await rina.goto("/inbox");
//     ...
//     await lookOver(rina, "inbox");                     // axe, 320 px, pictures
//   });
//
// Every page a journey opened must have stayed clean when the journey ends: no console error, no broken
// Content-Security-Policy, no failed request, nothing asked of another host. A journey that provokes a refusal
// says so with `allow(page, /409/)`.

import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, rmSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { chromium } from "playwright-core";

const here = path.dirname(fileURLToPath(import.meta.url));
const artifacts = path.join(here, "artifacts");

const JOURNEYS_AT_ONCE = 2; // Each files its own requests, so they do not meet; more only take turns on two cores.
const JOURNEY_SECONDS_MAX = 120; // Several times what it takes, for slow and busy machines.
const ACTION_SECONDS_MAX = 10;
const OPENING_SECONDS_MAX = 120; // The demo office is made anew by a debug build, its forty cases through `decide`.
const CLOSING_SECONDS_MAX = 10;
const LOG_LINES_SHOWN_MAX = 40;

const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const NARROWEST_PX = 320;

const CHROMIUM_FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

// ---- Writing journeys --------------------------------------------------------------------------------------------

const journeys = [];

/** Adds a journey; `steps` is called with its visit to the office. They begin in the order of their files. */
export function journey(name, steps, { seconds = JOURNEY_SECONDS_MAX } = {}) {
  if (journeys.some((other) => other.name === name)) throw new Error(`Two journeys are called “${name}”.`);
  journeys.push({ name, steps, seconds });
}

/** Signs `who` in on this page through the sign-in form, wherever the office shows it to a stranger. */
export async function signIn(page, who) {
  const { login, password } = await page.visit.office.signInOf(who);
  await page.goto("/");
  const passwordField = page.locator("input[autocomplete=current-password]");
  await page.locator("input[autocomplete=username]").fill(login);
  await passwordField.fill(password);
  await passwordField.press("Enter");
  try {
    await passwordField.waitFor({ state: "detached" });
  } catch {
    const shown = (await page.locator("main").innerText()).slice(0, 400);
    throw new Error(`${login} could not sign in. The page says:\n${shown}`);
  }
}

/** Lets a problem pass that the journey provokes on purpose; it fails the journey if it then does not happen. */
export function allow(page, pattern) {
  page.watch.allowed.push(pattern);
}

/** Fails on anything the browser complained about on this page. Called for every page when its journey ends. */
export function consoleClean(page) {
  const { problems, allowed } = page.watch;
  const wrong = problems.filter((problem) => !allowed.some((pattern) => pattern.test(problem)));
  for (const pattern of allowed) {
    if (!problems.some((problem) => pattern.test(problem))) wrong.push(`expected, but did not happen: ${pattern}`);
  }
  if (wrong.length > 0) throw new Error(`The browser complains on ${page.url()}:\n${indent(wrong)}`);
}

/** Runs axe-core with all its default rules, or those with a tag; any violation fails. */
export async function axe(page, tag) {
  if (page.noJavaScript) throw new Error("axe needs JavaScript: check this page in a journey that has it.");
  await settle(page);
  // Playwright evaluates past the Content-Security-Policy; a <script> element would rightly be refused.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(await axeSource());
  const violations = await page.evaluate(async (tag) => {
    // Loading stylesheets anew serves only a rule that is off by default.
    const options = { resultTypes: ["violations"], preload: false, ...(tag && { runOnly: tag }) };
    const { violations } = await globalThis.axe.run(document, options);
    return violations.map(({ id, impact, help, helpUrl, nodes }) => ({
      id, impact, help, helpUrl,
      places: nodes.map(({ target, failureSummary }) => ({ selector: target.flat().join(" "), why: failureSummary })),
    }));
  }, tag);
  if (violations.length === 0) return;
  const report = violations.map(({ id, impact, help, helpUrl, places }) =>
    [`${id} (${impact}): ${help}`, ...places.map(({ selector, why }) => `  ${selector}\n${indent([why], "      ")}`), `  ${helpUrl}`]
      .join("\n"));
  const { width } = page.viewportSize();
  throw new Error(`axe finds ${violations.length} kinds of violation on ${page.url()} at ${width} px:\n${indent(report)}`);
}

/** Fails if the page scrolls sideways at 320 px, and names what sticks out. */
export async function noSideScroll(page) {
  await atSize(page, { width: NARROWEST_PX, height: PHONE.height }, async () => {
    const { width, out } = await page.evaluate(() => {
      const { scrollWidth: width, clientWidth } = document.documentElement;
      if (width <= clientWidth) return { width, out: [] };
      const end = (element) => {
        const { left, right } = element.getBoundingClientRect();
        const spills = getComputedStyle(element).overflowX === "visible"; // then its text may be wider than its box
        return Math.round(spills ? Math.max(right, left + element.scrollWidth) : right);
      };
      const sticksOut = (element) => end(element) > clientWidth;
      // The innermost culprits say the most: what contains them sticks out because they do.
      const out = [...document.body.querySelectorAll("*")]
        .filter((element) => sticksOut(element) && ![...element.children].some(sticksOut))
        .map((element) => `${element.cloneNode().outerHTML} ends at ${end(element)} px`);
      return { width, out: out.slice(0, 10) };
    });
    if (width > NARROWEST_PX) {
      throw new Error(`${page.url()} scrolls sideways at ${NARROWEST_PX} px: it is ${width} px wide.\n${indent(out)}`);
    }
  });
}

/** Takes the page's picture on desktop and phone, light and dark: `artifacts/NAME-1440-light.png` and so on. */
export async function shot(page, name) {
  await inEveryLook(page, (look) => picture(page, `${name}-${look}`));
}

/** All that a finished page must stand: axe and a picture on desktop and phone, light and dark, and 320 px. */
export async function lookOver(page, name) {
  await inEveryLook(page, async (look) => {
    await picture(page, `${name}-${look}`);
    await axe(page, look.endsWith("dark") ? "cat.color" : undefined); // in the dark only colours are others
  });
  await noSideScroll(page);
}

// ---- The office --------------------------------------------------------------------------------------------------

/** The demo office under test. */
class Office {
  said = ""; // what it printed for people: its address and the sign-ins
  log = ""; // all it wrote
  sessions = new Map(); // login → what a browser keeps of being signed in, or the promise of it
  free = new Map(); // who with which looks → their pages that no journey uses now

  /** Starts `sigap demo` in a fresh folder and waits for the address it prints. */
  async begin() {
    this.folder = await mkdtemp(path.join(tmpdir(), "sigap-e2e-"));
    // Neither a server nor its folder outlives the run, however that ends. (Ctrl-C comes here by way of Playwright.)
    process.once("exit", () => {
      this.child?.kill("SIGKILL");
      rmSync(this.folder, { recursive: true, force: true });
    });
    await this.#start("demo", {});
  }

  /**
   * Closes the office and serves it again, as one in earnest, with settings of its own: variables, the text of a
   * `file`, and a `name` under which it is reached.
   */
  async servesWith(settings, { file, name } = {}) {
    await this.close();
    if (file) {
      this.config = path.join(this.folder, "sigap.toml");
      await writeFile(this.config, file);
    }
    if (!name) return this.#start("serve", settings);
    const port = await freePort();
    const url = `http://${name}:${port}`;
    await this.#start("serve", { ...settings, SIGAP_PUBLIC_URL: url }, port);
    this.url = url;
  }

  /** What one gives the program so that it finds this office. */
  #here() {
    return ["--data", path.join(this.folder, "data"), ...(this.config ? ["--config", this.config] : [])];
  }

  /** Runs another command of the program beside the server, and returns what it prints. */
  runs(...command) {
    const ran = spawnSync(fromEnvironment("SIGAP_BIN"), [...command, ...this.#here()], { env: environment(), encoding: "utf8" });
    if (ran.status !== 0) throw new Error(`\`sigap ${command.join(" ")}\` fails:\n${ran.stderr}`);
    return ran.stdout;
  }

  async #start(command, settings, port = 0) {
    this.child = spawn(
      fromEnvironment("SIGAP_BIN"),
      [command, "--addr", `127.0.0.1:${port}`, ...this.#here()],
      { env: { ...environment(), NO_COLOR: "1", ...settings }, stdio: ["ignore", "pipe", "pipe"] },
    );
    this.howItEnded = undefined;
    const saidBefore = this.said.length;
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        if (stream === this.child.stdout) this.said += text;
        this.log += text;
        appendFileSync(path.join(artifacts, "server.log"), text);
      });
    }
    this.ended = new Promise((resolve) => {
      this.child.once("error", (error) => resolve(`could not be started (${error.message})`));
      this.child.once("exit", (code, signal) => resolve(`ended with ${signal ?? `code ${code}`}`));
    });
    this.ended.then((how) => (this.howItEnded = how));

    const address = () => this.said.slice(saidBefore).match(/http:\/\/127\.0\.0\.1:\d+(?=\s)/)?.[0];
    this.url = await this.#waitFor(address, OPENING_SECONDS_MAX, "print a line with http://127.0.0.1:PORT");
  }

  /** The sign-in that the demo printed for `who`: a line of columns two spaces apart, login, password, the rest. */
  signInOf(who) {
    const find = () => [...this.said.matchAll(/^ *(\S+) {2,}(\S+) {2,}\S.*$/gm)]
      .map(([, login, password]) => ({ login, password }))
      .find(({ login }) => login === who || login.split("@")[0] === who);
    return this.#waitFor(find, ACTION_SECONDS_MAX, `print a sign-in for “${who}” (login, password, name: two spaces apart)`);
  }

  /** Stops the office as an operator would. It must end by itself, without an error and without having panicked. */
  async close() {
    const endedUnasked = this.howItEnded;
    this.child.kill("SIGTERM");
    const how = await Promise.race([this.ended, after(CLOSING_SECONDS_MAX)]);
    if (endedUnasked) throw new Error(`The office ${endedUnasked} before it was asked to.\n${lastLines(this.log)}`);
    if (how !== "ended with code 0") {
      throw new Error(`After SIGTERM the office ${how ?? `still ran for ${CLOSING_SECONDS_MAX} s`}; it should end with code 0.`);
    }
    if (/panicked at/.test(this.log)) throw new Error(`The office panicked; see ${shown("server.log")}.`);
  }

  async #waitFor(find, seconds, what) {
    for (const until = Date.now() + seconds * 1000; ; await after(0.05)) {
      const found = find();
      if (found) return found;
      if (this.howItEnded) throw new Error(`The office ${this.howItEnded} and did not ${what}.\n${lastLines(this.log)}`);
      if (Date.now() > until) throw new Error(`The office did not ${what} within ${seconds} s.\n${lastLines(this.log)}`);
    }
  }
}

/** One journey's visit to the office: its doors, and the pages that came in through them. */
class Visit {
  pages = [];

  constructor(office, browser) {
    this.office = office;
    this.browser = browser;
  }

  /**
   * Opens a page of its own browser profile, signed in as `who` (a login, or the part before its @), or as a
   * stranger. Looks: `phone`, `dark`, `noJavaScript`. Someone's session is made once a run and then shared, since
   * the office rightly slows down many sign-ins; a journey that signs out opens a stranger and calls `signIn`.
   */
  async open(who, { phone = false, dark = false, noJavaScript = false } = {}) {
    const looks = { phone, dark, noJavaScript };
    const seat = who && JSON.stringify([who, looks]);
    const page = this.office.free.get(seat)?.pop() ?? (await this.#come(who, looks));
    page.seat = seat;
    page.visit = this;
    page.watch.problems.length = page.watch.allowed.length = 0;
    this.pages.push(page);
    return page;
  }

  /** Lets `steps` visit an office of their own, served as `servesWith` says. */
  async elsewhere(settings, steps, { file, name } = {}) {
    const office = new Office();
    await office.begin();
    await office.servesWith(settings, { file, name });
    const visit = new Visit(office, this.browser);
    try {
      await steps(visit);
      visit.pages.forEach(consoleClean);
    } catch (error) {
      this.pages.push(...visit.pages); // as evidence
      throw error;
    }
    await visit.close(false);
    await office.close();
  }

  /** Ends the visit. Profiles start slowly, so a page in good order is left for the next journey of the same person. */
  async close(inOrder) {
    const { free } = this.office;
    for (const page of this.pages.splice(0)) {
      if (inOrder && page.seat && !page.isClosed()) {
        await page.goto("about:blank");
        free.set(page.seat, [...(free.get(page.seat) ?? []), page]);
      } else {
        await page.context().close();
      }
    }
  }

  /** A profile has one page only: the browser would not paint the others of it. */
  async #come(who, looks) {
    const { sessions } = this.office;
    const session = who && (await sessions.get(who));
    const page = await this.#newPage(looks, session);
    if (!who || session) return page;
    const made = signIn(page, who).then(() => page.context().storageState());
    if (!sessions.has(who)) {
      sessions.set(who, made);
      made.catch(() => sessions.delete(who)); // whoever comes next tries again
    }
    await made;
    return page;
  }

  async #newPage({ phone, dark, noJavaScript }, storageState) {
    const context = await this.browser.newContext({
      baseURL: this.office.url,
      viewport: phone ? PHONE : DESKTOP,
      isMobile: phone,
      hasTouch: phone,
      colorScheme: dark ? "dark" : "light",
      javaScriptEnabled: !noJavaScript,
      locale: "id-ID",
      timezoneId: "Asia/Jakarta",
      reducedMotion: "reduce", // a picture or a contrast taken in the middle of a transition means nothing
      storageState,
    });
    context.setDefaultTimeout(ACTION_SECONDS_MAX * 1000);
    const page = await context.newPage();
    page.visit = this;
    page.noJavaScript = noJavaScript;
    page.watch = watch(page, new URL(this.office.url).host);
    return page;
  }
}

// ---- Running -----------------------------------------------------------------------------------------------------

/** Runs the journeys whose name contains one of `words` (all without any), prints each, ends with the count. */
export async function runJourneys(words) {
  const chosen = journeys.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  let passed = 0;
  let failed = 0;
  const report = async (name, seconds, trial) => {
    const began = Date.now();
    try {
      await within(seconds, trial());
      passed += 1;
      console.log(`ok ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
      return true;
    } catch (error) {
      failed += 1;
      console.log(`not ok ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)\n${indent([told(error)])}`);
      return false;
    }
  };

  await rm(artifacts, { recursive: true, force: true });
  await mkdir(artifacts, { recursive: true });
  let browser;
  let office;
  const opened = chosen.length > 0
    ? await report("the office opens", OPENING_SECONDS_MAX + JOURNEY_SECONDS_MAX, async () => {
        browser = await chromium.launch({ executablePath: fromEnvironment("CHROME_PATH"), args: CHROMIUM_FLAGS });
        office = new Office();
        await office.begin();
      })
    : await report("there are journeys", 1, async () => {
        throw new Error(journeys.length === 0
          ? "No file in e2e/journeys/ adds a journey."
          : `No journey's name contains ${words.join(" or ")}. They are:\n${indent(journeys.map(({ name }) => name))}`);
      });
  const waiting = opened ? [...chosen] : [];
  const run = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { name, steps, seconds } = next;
      const visit = new Visit(office, browser);
      const logBefore = office.log.length;
      const fine = await report(name, seconds, async () => {
        if (office.howItEnded) throw new Error(`The office ${office.howItEnded} during an earlier journey.`);
        await steps(visit);
        visit.pages.forEach(consoleClean);
      });
      if (!fine) await keepEvidence(visit, name, office.log.slice(logBefore));
      await visit.close(fine);
    }
  };
  await Promise.all(Array.from({ length: JOURNEYS_AT_ONCE }, run));
  await browser?.close();
  // Last, because a browser's open event stream is the usual reason why a server does not come to its end.
  if (opened) await report("the office closes when asked", 2 * CLOSING_SECONDS_MAX, () => office.close());

  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}

/** Pictures and source of each page as the failure left them, and what the server wrote meanwhile. */
async function keepEvidence(visit, name, log) {
  for (const [index, page] of visit.pages.entries()) {
    if (page.isClosed()) continue;
    const file = `failed-${name.replace(/[^\p{L}\p{N}]+/gu, "-")}-${index + 1}`;
    try {
      await page.screenshot({ path: path.join(artifacts, `${file}.png`), fullPage: true });
      await writeFile(path.join(artifacts, `${file}.html`), await page.content());
      console.log(`    ${page.url()}\n      ${shown(`${file}.png`)}\n      ${shown(`${file}.html`)}`);
    } catch (error) {
      console.log(`    ${page.url()}: no picture, ${error.message}`);
    }
  }
  console.log(`    ${shown("server.log")}${log ? ", during this journey:\n" + indent([lastLines(log)], "      ") : ": nothing during this journey"}`);
}

// ---- Helpers, in the order they are called -----------------------------------------------------------------------

/** Notes everything a browser can complain about on this page. */
function watch(page, host) {
  const problems = [];
  page.on("console", (message) => {
    // The request and response events below tell the same with method and address.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource:")) {
      problems.push(`console error: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => problems.push(`uncaught: ${error.message}`));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && url.host !== host) problems.push(`asked elsewhere: ${request.method()} ${url}`);
  });
  page.on("requestfailed", (request) => {
    // A download, or leaving a page with an open event stream, ends a request early; that is no failure.
    const why = request.failure()?.errorText;
    if (why !== "net::ERR_ABORTED") problems.push(`failed: ${request.method()} ${request.url()} ${why}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`status ${response.status()}: ${response.request().method()} ${response.url()}`);
  });
  return { problems, allowed: [] };
}

async function inEveryLook(page, act) {
  const wasDark = await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    for (const size of [DESKTOP, PHONE]) await atSize(page, size, () => act(`${size.width}-${colorScheme}`));
  }
  await page.emulateMedia({ colorScheme: wasDark ? "dark" : "light" });
}

async function atSize(page, size, act) {
  const before = page.viewportSize();
  await page.setViewportSize(size);
  await settle(page);
  try {
    return await act();
  } finally {
    await page.setViewportSize(before);
  }
}

/** The page is loaded, its fonts are there, and it has been painted once more. */
async function settle(page) {
  await page.waitForLoadState("load");
  if (page.noJavaScript) return; // the promises below would never be kept; nothing there changes after loading
  await page.evaluate(async () => {
    await document.fonts.ready;
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
  });
}

async function picture(page, name) {
  await page.screenshot({ path: path.join(artifacts, `${name}.png`), fullPage: true, caret: "initial" });
}

let axeText;
async function axeSource() {
  axeText ??= await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  return axeText;
}

/** A developer's own settings must not change what is tested. */
function environment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("SIGAP_")));
}

/** A port that nobody listens on, for a server that has to be told its address beforehand. */
export async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

function fromEnvironment(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set. Run the journeys with \`cargo xtask test journeys\`.`);
  return value;
}

/** The message and the line of the journey; the whole stack where the mistake may be in this file. */
function told(error) {
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const inJourney = frames.filter((line) => line.includes("/journeys/"));
  const shown = inJourney.length > 0 || error.constructor === Error ? inJourney : frames;
  return [stripVTControlCharacters(String(error.message ?? error)), ...shown].join("\n");
}

async function within(seconds, trial) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It took longer than ${seconds} s.`)), seconds * 1000);
  });
  try {
    return await Promise.race([trial, late]);
  } finally {
    clearTimeout(timer);
  }
}

function after(seconds) {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

function shown(artifact) {
  return path.join("e2e", "artifacts", artifact);
}

function lastLines(text) {
  return text.trimEnd().split("\n").slice(-LOG_LINES_SHOWN_MAX).join("\n");
}

function indent(texts, by = "    ") {
  return texts.map((text) => text.split("\n").map((line) => by + line).join("\n")).join("\n");
}
