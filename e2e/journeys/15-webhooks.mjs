// A program elsewhere is told what happens to cases. It checks each message with the library of the standard itself.

import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

import { journey, lookOver } from "../harness.mjs";
import { holds, people, same } from "../people.mjs";

const ARRIVING_SECONDS_MAX = 40; // A message that was refused is sent again after five seconds.

/** A program that takes messages, answering as told and then always 204. */
class Program {
  got = []; // { headers, body }
  answers = [];

  static async opens() {
    const program = new Program();
    program.server = createServer(async (request, response) => {
      let body = "";
      for await (const piece of request) body += piece;
      program.got.push({ headers: request.headers, body });
      response.writeHead(program.answers.shift() ?? 204).end();
    });
    await new Promise((opened) => program.server.listen(0, "127.0.0.1", opened));
    return program;
  }

  get address() {
    return `http://127.0.0.1:${this.server.address().port}/sigap`;
  }

  /** The `count` messages that have come in all; fails when they do not come. */
  async has(count) {
    for (const until = Date.now() + ARRIVING_SECONDS_MAX * 1000; this.got.length < count; ) {
      if (Date.now() > until) throw new Error(`${this.got.length} messages came within ${ARRIVING_SECONDS_MAX} s, not ${count}.`);
      await new Promise((later) => setTimeout(later, 100));
    }
    same(this.got.length, count, "Messages that came");
    return this.got;
  }

  closes() {
    return new Promise((closed) => this.server.close(closed));
  }
}

journey("a program is told what happens to a case, signed as the standard has it, and again when it fails", async (here) => {
  const program = await Program.opens();
  await here.elsewhere({ SIGAP_WEBHOOKS_ALLOW: '["127.0.0.1"]' }, async (office) => {
    const { wahyu, markus, hendra } = await people(office, "wahyu", "markus", "hendra");
    const { page } = wahyu;
    await page.goto("/webhooks");
    await lookOver(page, "webhooks");
    const form = page.locator("form[action='/webhooks']");
    const kinds = ["Permintaan masuk", "Langkah selesai"];
    await wahyu.sends(form, { Nama: "Papan pemantau", Alamat: program.address, Kejadian: kinds });
    const secret = await page.locator("main code", { hasText: "whsec_" }).innerText();

    // The first message is refused once, and comes again as the same one.
    program.answers.push(500);
    const no = await markus.asks({ subject: "Situs tidak tampil" });
    const [first, again] = await program.has(2);
    const verify = ({ headers, body }, key = secret) => new Webhook(key).verify(body, headers);
    const told = verify(again);
    same(told.type, "case.registered", "What happened");
    same(told.data.case, no, "The case");
    holds(told.data.link.endsWith(`/cases/${no}`), `The link is ${told.data.link}.`);
    same(again.headers["webhook-id"], first.headers["webhook-id"], "The id of the same message");
    holds(!again.body.includes("Markus") && !again.body.includes("Situs"), `No personal text: ${again.body}`);

    await page.getByRole("link", { name: "Webhook", exact: true }).click();
    await page.getByRole("link", { name: "Papan pemantau" }).click();
    await wahyu.reads(/jawaban 500/);
    await wahyu.reads(/jawaban 204/);
    await lookOver(page, "webhook");
    holds(!(await page.content()).includes("whsec_"), "A secret is shown once.");

    // After a change of the secret both sign for a while.
    await wahyu.presses("Ganti rahasia");
    const changed = await page.locator("main code", { hasText: "whsec_" }).innerText();
    await hendra.routes(no);
    const third = (await program.has(3))[2];
    same(verify(third).type, "case.step_completed", "What happened next, by the old secret");
    same(verify(third, changed).data.case, no, "The case, by the new secret");

    // What is changed on the way is found out.
    try {
      verify({ ...third, body: third.body.replace(no, "2026-0001") });
    } catch {
      return;
    }
    throw new Error("A message that was changed on the way passes.");
  });
  await program.closes();
}, { seconds: 240 }); // It furnishes an office of its own first.
