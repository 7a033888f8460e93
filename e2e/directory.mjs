// A real directory for the journeys: OpenLDAP's slapd, on a port and with data of its own.
//
//   const directory = await Directory.opens();
//   ...
//   await directory.closes();

import { spawn, spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "./harness.mjs";

// Debian has it where only root's PATH looks.
const SLAPD = ["/usr/sbin/slapd", "/usr/libexec/slapd"].find((file) => existsSync(file)) ?? "slapd";
const SCHEMAS = ["/etc/ldap/schema", "/etc/openldap/schema"].find((folder) => existsSync(folder)) ?? "/etc/ldap/schema";
const MODULES = ["/usr/lib/ldap", "/usr/lib64/openldap"].find((folder) => existsSync(folder));
const SEARCHER = "cn=sigap,dc=brmp,dc=example";
const PASSWORD = "sandi-pencari";
const OPENING_SECONDS_MAX = 20;

const fixture = (name) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

/** uid, name, e-mail address and password of everybody in it. */
const PEOPLE = [
  ["nsafitri", "Nurul Safitri", "nurul@brmp.example", "sandi direktori nurul"],
  ["wnugroho", "Wahyu Nugroho", "wahyu@brmp.example", "sandi direktori wahyu"],
  ["tamu", "Tamu Kantor", "tamu@lain.example", "sandi direktori tamu"],
];

export class Directory {
  said = "";

  static async opens() {
    const directory = new Directory();
    directory.folder = await mkdtemp(path.join(tmpdir(), "sigap-ldap-"));
    process.once("exit", () => {
      directory.child?.kill("SIGKILL");
      rmSync(directory.folder, { recursive: true, force: true });
    });
    await directory.#furnishes();
    directory.port = await freePort();
    await directory.starts();
    return directory;
  }

  /** The settings of an office whose passwords are kept here: over StartTLS. */
  get environment() {
    return { SIGAP_LDAP_BIND_PASSWORD: PASSWORD, SSL_CERT_FILE: fixture("mail-server.pem") };
  }

  get settings() {
    return `
      [ldap]
      url = "ldap://localhost:${this.port}"
      starttls = true
      bind_dn = "${SEARCHER}"
      base = "ou=orang,dc=brmp,dc=example"
      group_base = "ou=kelompok,dc=brmp,dc=example"
      [[ldap.roles]]
      claim = "groups"
      value = "cn=helpdesk-anggota,ou=kelompok,dc=brmp,dc=example"
      role = "anggota"
    `;
  }

  async #furnishes() {
    const file = (name) => path.join(this.folder, name);
    await mkdir(file("data"));
    // A key that only its owner reads, as some builds of slapd ask for.
    await copyFile(fixture("mail-server-key.pem"), file("key.pem"));
    const includes = ["core", "cosine", "inetorgperson"].map((name) => `include ${SCHEMAS}/${name}.schema`);
    const modules = MODULES && existsSync(path.join(MODULES, "back_mdb.so")) ? [`modulepath ${MODULES}`, "moduleload back_mdb"] : [];
    await writeFile(file("slapd.conf"), [
      ...includes,
      ...modules,
      `pidfile ${file("slapd.pid")}`,
      `TLSCertificateFile ${fixture("mail-server.pem")}`,
      `TLSCertificateKeyFile ${file("key.pem")}`,
      "security simple_bind=128", // no password without TLS
      // As many directories do: a name without a password is let in, as nobody in particular.
      "allow bind_anon_cred",
      "database mdb",
      `directory ${file("data")}`,
      'suffix "dc=brmp,dc=example"',
      "access to attrs=userPassword by anonymous auth by * none",
      `access to * by dn.exact="${SEARCHER}" read by anonymous auth by self read by * none`,
      "",
    ].join("\n"));
    const entry = (dn, ...lines) => [`dn: ${dn}`, dn.split(",")[0].replace("=", ": "), ...lines, ""];
    await writeFile(file("people.ldif"), [
      ...entry("dc=brmp,dc=example", "objectClass: dcObject", "objectClass: organization", "o: BRMP"),
      ...entry(SEARCHER, "objectClass: organizationalRole", "objectClass: simpleSecurityObject", `userPassword: ${PASSWORD}`),
      ...entry("ou=orang,dc=brmp,dc=example", "objectClass: organizationalUnit"),
      ...entry("ou=kelompok,dc=brmp,dc=example", "objectClass: organizationalUnit"),
      ...PEOPLE.flatMap(([uid, name, mail, password]) =>
        entry(`uid=${uid},ou=orang,dc=brmp,dc=example`, "objectClass: inetOrgPerson", `cn: ${name}`,
          `sn: ${name.split(" ").pop()}`, `mail: ${mail}`, `userPassword: ${password}`)),
      ...entry("cn=helpdesk-anggota,ou=kelompok,dc=brmp,dc=example", "objectClass: groupOfNames",
        "member: uid=nsafitri,ou=orang,dc=brmp,dc=example"),
    ].join("\n"));
    const filled = spawnSync(SLAPD, ["-Tadd", "-f", file("slapd.conf"), "-l", file("people.ldif")], { encoding: "utf8" });
    if (filled.status !== 0) {
      throw new Error(`slapd cannot be filled; it is the Debian package slapd.\n${filled.error?.message ?? filled.stderr}`);
    }
  }

  async starts() {
    this.child = spawn(SLAPD, ["-d", "0", "-f", path.join(this.folder, "slapd.conf"), "-h", `ldap://127.0.0.1:${this.port}`]);
    this.child.stderr.setEncoding("utf8").on("data", (text) => (this.said += text));
    this.ended = new Promise((resolve) => this.child.once("exit", resolve));
    for (const until = Date.now() + OPENING_SECONDS_MAX * 1000; !(await listens(this.port)); ) {
      if (this.child.exitCode !== null || Date.now() > until) throw new Error(`slapd does not listen:\n${this.said}`);
      await new Promise((wait) => setTimeout(wait, 50));
    }
  }

  async stops() {
    this.child.kill("SIGTERM");
    await this.ended;
  }

  async closes() {
    await this.stops();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
