// Loads every file in journeys/, in the order of their names, and runs the journeys they add:
// `node run.mjs [WORD…]`, with a WORD only those whose name contains it. `cargo xtask test journeys` builds the
// program first and says where it and the browser are.

import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { runJourneys } from "./harness.mjs";

const folder = new URL("./journeys/", import.meta.url);
const files = existsSync(folder) ? (await readdir(folder)).filter((name) => name.endsWith(".mjs")).sort() : [];
for (const file of files) await import(new URL(file, folder));
process.exit((await runJourneys(process.argv.slice(2))) ? 0 : 1);
