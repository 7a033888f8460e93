// A real mail server for the journeys: nodemailer's smtp-server, with STARTTLS and a password, which keeps what it
// takes on and refuses what it is told to.
//
//   const mails = await MailServer.opens();
//   mails.refuses("jefri@brmp.example", 550, "5.1.1 No such user");   // the next letter to Jefri
//   ...
//   const [mail] = await mails.waitFor("markus@brmp.example");        // { to, raw, header(name), text, attachment }
//   await mails.closes();

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { SMTPServer } from "smtp-server";

const USER = "sigap";
const PASSWORD = "sandi-server-surel";
const WAITING_SECONDS_MAX = 30;

const fixture = (name) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

export class MailServer {
  mails = [];
  answers = new Map(); // address → the refusals that come next

  static async opens() {
    const mails = new MailServer();
    mails.server = new SMTPServer({
      cert: await readFile(fixture("mail-server.pem")),
      key: await readFile(fixture("mail-server-key.pem")),
      disableReverseLookup: true,
      onAuth: ({ username, password }, session, done) =>
        username === USER && password === PASSWORD ? done(null, { user: username }) : done(new Error("Wrong password")),
      onRcptTo: ({ address }, session, done) => done(mails.answers.get(address)?.shift()),
      onData: (stream, session, done) => {
        const pieces = [];
        stream.on("data", (piece) => pieces.push(piece));
        stream.on("end", () => {
          const [{ address }] = session.envelope.rcptTo;
          mails.mails.push(new Mail(address, Buffer.concat(pieces).toString("latin1"), session.secure));
          done();
        });
      },
    });
    await new Promise((opened) => mails.server.listen(0, "127.0.0.1", opened));
    return mails;
  }

  /** The settings of an office that sends its letters here. */
  get settings() {
    const { port } = this.server.server.address();
    return {
      SIGAP_SMTP_URL: `smtp://${USER}:${PASSWORD}@localhost:${port}?tls=required`,
      SIGAP_MAIL_FROM: "Sigap <sigap@brmp.example>",
      SSL_CERT_FILE: fixture("mail-server.pem"), // where the program looks for authorities to trust
    };
  }

  /** Refuses the next letter to an address that is not yet refused. */
  refuses(address, responseCode, message) {
    const refusal = Object.assign(new Error(message), { responseCode });
    this.answers.set(address, [...(this.answers.get(address) ?? []), refusal]);
  }

  to(address) {
    return this.mails.filter((mail) => mail.to === address);
  }

  /** Waits for the first letter to an address, and returns all there are. */
  async waitFor(address) {
    for (const until = Date.now() + WAITING_SECONDS_MAX * 1000; Date.now() < until; ) {
      if (this.to(address).length > 0) return this.to(address);
      await new Promise((wait) => setTimeout(wait, 50));
    }
    throw new Error(`No letter to ${address} came within ${WAITING_SECONDS_MAX} s.`);
  }

  closes() {
    return new Promise((closed) => this.server.close(closed));
  }
}

/** A letter as it came: a text, and one file. */
class Mail {
  constructor(to, raw, secure) {
    const [head, text, file] = parts(raw);
    Object.assign(this, { to, raw, secure, head });
    this.text = quotedPrintable(content(text));
    this.attachment = Buffer.from(content(file), "base64");
  }

  header(name) {
    return this.head.match(new RegExp(`^${name}: (.*)$`, "im"))?.[1].trim();
  }
}

/** The head of a message, and its parts. */
function parts(raw) {
  const head = raw.slice(0, raw.indexOf("\r\n\r\n")).replace(/\r\n[ \t]/g, " ");
  const boundary = head.match(/boundary="([^"]+)"/)[1];
  return [head, ...raw.split(`--${boundary}`).slice(1, -1)];
}

function content(part) {
  return part.slice(part.indexOf("\r\n\r\n") + 4);
}

function quotedPrintable(text) {
  const bytes = text.replace(/=\r\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8").replaceAll("\r\n", "\n");
}
