// A real provider of single sign-on for the journeys: oidc-provider, with a page on which one types who one is.
//
//   const provider = await SignInProvider.opens();
//   provider.knows("rina", { email: "rina@brmp.example", email_verified: true, groups: ["helpdesk-ketua"] });
//   await here.elsewhere({}, async (office) => {
//     await provider.serves(office.office.url);     // it has to know where it may send people back to
//     ...
//   }, provider.settings);
//   await provider.closes();

import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { Provider } from "oidc-provider";

const CLIENT = "sigap";
const SECRET = "sandi-klien-sigap";

export class SignInProvider {
  accounts = new Map(); // what one types → what the provider says of them
  asked = []; // the queries with which people came to sign in

  static async opens() {
    const provider = new SignInProvider();
    provider.server = createServer((request, response) => provider.#answers(request, response));
    await new Promise((opened) => provider.server.listen(0, "127.0.0.1", opened));
    provider.url = `http://127.0.0.1:${provider.server.address().port}`;
    return provider;
  }

  /** The settings file of an office whose people sign in here. */
  get settings() {
    return `
      [oidc]
      issuer = "${this.url}"
      client_id = "${CLIENT}"
      client_secret = "${SECRET}"
      label = "akun kementerian"
      scopes = ["email", "groups"]
      second_factor = ["mfa"]
      [[oidc.roles]]
      claim = "groups"
      value = "helpdesk-anggota"
      role = "anggota"
    `;
  }

  /** Says something of whoever types this, from now on; `amr` is how they show who they are. */
  knows(who, claims, amr = ["pwd"]) {
    this.accounts.set(who, { claims, amr });
  }

  /** Serves an office at an address, with keys that are new each time. */
  async serves(office) {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const findAccount = (context, accountId) => ({ accountId, claims: () => ({ sub: accountId, ...this.accounts.get(accountId).claims }) });
    this.provider = new Provider(this.url, {
      clients: [{ client_id: CLIENT, client_secret: SECRET, redirect_uris: [`${office}/sign-in/provider/return`] }],
      claims: { openid: ["sub", "amr"], email: ["email", "email_verified"], groups: ["groups"] },
      cookies: { keys: [randomUUID()] },
      features: { devInteractions: { enabled: false } },
      findAccount,
      interactions: { url: (context, { uid }) => `/who/${uid}` },
      jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig", alg: "RS256" }] },
      // Everybody agrees that the office may know them.
      loadExistingGrant: async ({ oidc }) => {
        const grant = new oidc.provider.Grant({ accountId: oidc.session.accountId, clientId: oidc.client.clientId });
        grant.addOIDCScope("openid email groups");
        await grant.save();
        return grant;
      },
      pkce: { required: () => true },
      ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 600, IdToken: 60, Interaction: 600, Session: 600 },
    });
  }

  async #answers(request, response) {
    const url = new URL(request.url, this.url);
    if (!url.pathname.startsWith("/who/")) {
      if (url.pathname === "/auth") this.asked.push(url.searchParams);
      return this.provider.callback()(request, response);
    }
    if (request.method === "GET") {
      response.setHeader("Content-Type", "text/html; charset=utf-8");
      return response.end(
        '<!doctype html><html lang="id"><title>Penyedia</title><link rel="icon" href="data:,">' +
          '<form method="post"><label>Siapa Anda? <input name="who"></label> <button>Masuk</button></form>',
      );
    }
    const typed = new URLSearchParams(await text(request));
    const accountId = typed.get("who");
    const known = this.accounts.get(accountId);
    const result = known
      ? { login: { accountId, amr: known.amr } }
      : { error: "access_denied", error_description: "Nobody of that name" };
    return this.provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }

  closes() {
    this.server.closeAllConnections();
    return new Promise((closed) => this.server.close(closed));
  }
}
