// A real virus scanner for the journeys: ClamAV's daemon, on a socket of its own, which knows one signature, that of
// the file with which scanners are tried (EICAR).
//
//   const scanner = await VirusScanner.opens();
//   ...
//   await scanner.closes();

import { spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

// Debian has it where only root's PATH looks.
const CLAMD = existsSync("/usr/sbin/clamd") ? "/usr/sbin/clamd" : "clamd";
const OPENING_SECONDS_MAX = 30;

/** What every scanner takes for harmful, and what does no harm. In two parts, lest one finds it here. */
export const EICAR = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD", "-ANTIVIRUS-TEST-FILE!$H+H*"].join("");

export class VirusScanner {
  said = "";

  static async opens() {
    const scanner = new VirusScanner();
    scanner.folder = await mkdtemp(path.join(tmpdir(), "sigap-clamd-"));
    process.once("exit", () => {
      scanner.child?.kill("SIGKILL");
      rmSync(scanner.folder, { recursive: true, force: true });
    });
    const file = (name) => path.join(scanner.folder, name);
    await writeFile(file("eicar.ndb"), `Eicar-Test:0:*:${Buffer.from(EICAR).toString("hex")}\n`);
    await writeFile(file("clamd.conf"), [
      `DatabaseDirectory ${scanner.folder}`,
      `LocalSocket ${scanner.socket}`,
      "Foreground yes",
      "MaxThreads 2",
      "",
    ].join("\n"));
    await scanner.starts();
    return scanner;
  }

  get socket() {
    return path.join(this.folder, "clamd.ctl");
  }

  /** The settings of an office whose files it looks through. */
  get settings() {
    return { SIGAP_CLAMD: `unix:${this.socket}` };
  }

  async starts() {
    this.child = spawn(CLAMD, [`--config-file=${path.join(this.folder, "clamd.conf")}`]);
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => (this.said += text));
    }
    let failure;
    this.child.once("error", (error) => (failure = error.message));
    this.ended = new Promise((resolve) => this.child.once("exit", resolve));
    for (const until = Date.now() + OPENING_SECONDS_MAX * 1000; !existsSync(this.socket); ) {
      if (failure || this.child.exitCode !== null || Date.now() > until) {
        throw new Error(`clamd does not listen; it is the Debian package clamav-daemon.\n${failure ?? this.said}`);
      }
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
