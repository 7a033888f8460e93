// Letters go out by e-mail, to a real mail server that the journey starts.

import { createHash } from "node:crypto";
import { allow, journey, lookOver } from "../harness.mjs";
import { MailServer } from "../mail-server.mjs";
import { comes, holds, people, same } from "../people.mjs";

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

journey("a signed letter is mailed once, byte by byte what the page gives; what is refused is said", async (here) => {
  const mails = await MailServer.opens();
  await here.elsewhere(mails.settings, async (office) => {
    const { hendra, rina, markus, jefri, sari } = await people(office, "hendra", "rina", "markus", "jefri", "sari");
    const explained = async (person) => {
      const no = await person.asks({ subject: "Minta kamera rapat" });
      await hendra.routes(no);
      await rina.rejects(no);
      await rina.explains(no, "Kamera rapat disediakan Bagian Umum.");
      return no;
    };

    // It arrives, over TLS and once, with the letter that the page gives.
    const no = await explained(markus);
    const [mail] = await mails.waitFor("markus@brmp.example");
    holds(mail.secure, "The connection should be encrypted.");
    await rina.reads("Dikirim ke markus@brmp.example");
    await rina.reads(/Surat nomor .* dikirim lewat surel ke markus@brmp\.example\./);
    await lookOver(rina.page, "mail-sent");
    const link = rina.page.getByRole("link", { name: "Surat penjelasan terperinci", exact: true });
    const given = await rina.page.request.get(`${await link.getAttribute("href")}/pdf`);
    same(sha256(mail.attachment), sha256(await given.body()), "The attached letter");
    same(mail.header("Auto-Submitted"), "auto-generated", "Auto-Submitted");
    holds(/^<[0-9A-Z-]{19}\.1@brmp\.example>$/.test(mail.header("Message-ID")), `Message-ID: ${mail.header("Message-ID")}`);
    for (const said of ["Yth. Markus Lado,", `Nomor kasus : ${no}`, `/requests/${no}\n`]) {
      holds(mail.text.includes(said), `The letter does not say “${said}”:\n${mail.text}`);
    }
    // What the e-mail says can be followed.
    const verify = mail.text.match(/\/v\/\S+/)[0];
    const stranger = await comes(office);
    await stranger.page.goto(verify);
    await stranger.reads("Pemeriksaan keaslian surat");
    await markus.follows(no);
    await markus.reads("Dikirim ke m***@brmp.example");
    await lookOver(markus.page, "mail-tracked");

    // A mail server that refuses for good is not asked again; the office sends it elsewhere.
    mails.refuses("jefri@brmp.example", 550, "5.1.1 No such user here");
    const refused = await explained(jefri);
    await rina.reads("Tidak terkirim ke jefri@brmp.example: server surel menolaknya");
    await rina.reads("5.1.1 No such user here");
    await rina.opens(refused);
    const again = rina.page.locator("details", { hasText: "Kirim ulang surat" });
    await again.locator("summary").click();
    await lookOver(rina.page, "mail-refused");
    allow(rina.page, /422/);
    await rina.sendsInVain(again.locator("form"), { "Alamat surel": "jefri" });
    await rina.mends("Alamat surel: Tulis satu alamat surel, misalnya nama@kantor.go.id.");
    await rina.sends(again.locator("form"), { "Alamat surel": "tu.sulut@brmp.example" });
    const [elsewhere] = await mails.waitFor("tu.sulut@brmp.example");
    holds(elsewhere.header("Message-ID").includes(".2@"), "A letter that is sent again is another message.");
    await rina.reads("Dikirim ke tu.sulut@brmp.example");
    await rina.reads(/Rina Wulandari mengirim ulang surat nomor .* ke tu\.sulut@brmp\.example\./);
    same(mails.to("jefri@brmp.example").length, 0, "Letters that Jefri's server took on");

    // One that is busy is asked again by itself.
    mails.refuses("sari@brmp.example", 451, "4.3.0 Try again later");
    mails.refuses("sari@brmp.example", 451, "4.3.0 Try again later");
    await explained(sari);
    await rina.reads("Sedang dikirim lewat surel.");
    await mails.waitFor("sari@brmp.example");
    await rina.reads("Dikirim ke sari@brmp.example");
    same(mails.mails.length, 3, "Letters that arrived in all");
  });
  await mails.closes();
}, { seconds: 240 }); // It furnishes an office of its own first.
