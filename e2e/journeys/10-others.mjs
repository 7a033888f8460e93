// What is not for somebody looks like what is not there.

import { allow, journey } from "../harness.mjs";
import { people, same } from "../people.mjs";

journey("somebody else's request, a guessed number and an absent one look the same", async (office) => {
  const { markus, sari, wahyu, rina } = await people(office, "markus", "sari", "wahyu", "rina");
  const no = await markus.asks({ subject: "Bukan untuk Sari" });
  const file = async (who, address) => {
    allow(who.page, /404/);
    const answer = await who.page.goto(address);
    same(answer.status(), 404, `The answer to ${address}`);
    return `${await who.page.title()}\n${await who.page.locator("main").innerText()}`;
  };
  const year = no.split("-")[0];
  const absent = await file(sari, `/requests/${year}-9999`);
  const addresses = (no) => [`/requests/${no}`, `/cases/${no}`, `/cases/${no}/documents/form`, `/cases/${no}/documents/1-0`, `/cases/${no}/attachments/1`];
  for (const address of [...addresses(no), ...addresses(`${year}-0001`), "/requests/bukan-nomor", "/tidak/ada"]) {
    same(await file(sari, address), absent, `What ${address} looks like`);
  }
  for (const address of ["/cases", "/register", "/register.csv", "/register/outgoing", "/register/incoming/csv", "/register/dispositions/pdf", "/inbox", "/people"]) {
    same(await file(sari, address), absent, `What ${address} looks like to a requester`);
  }
  for (const address of [...addresses(no), "/cases", "/register", "/register.csv", "/inbox", "/requests", "/requests/new"]) {
    same(await file(wahyu, address), absent, `What ${address} looks like to the admin`);
  }
  // Writing is no way in either.
  for (const act of ["notes", "withdrawal", "suspension", "reopening", "tasks/1/completion"]) {
    const answer = await sari.page.request.post(`/cases/${no}/${act}`, { form: { text: "Saya ikut campur." } });
    same(answer.status(), 404, `The answer to ${act}`);
  }
  await rina.opens(no);
  await rina.readsNot("Saya ikut campur.");
  await sari.page.goto("/requests");
  await sari.readsNot("Bukan untuk Sari");
});

journey("acts of another role are refused in a sentence and change nothing", async (office) => {
  const { markus, endang, budi, hendra } = await people(office, "markus", "endang", "budi", "hendra");
  const no = await markus.asks({ subject: "Bukan giliran Budi" });
  const form = { "t1-sifat": "biasa", "t1-harap": "proses", outcome: "teruskan" };
  for (const who of [budi, endang, markus]) {
    const answer = await who.page.request.post(`/cases/${no}/tasks/1/completion`, { form });
    same(answer.status(), 403, "The answer");
    const said = await answer.text();
    if (!said.includes("Tindakan ini milik Sekretaris Badan.")) throw new Error("It should say whose act this is.");
  }
  await hendra.takes(no, "Disposisikan permintaan");
});
