"""Lets programs that are not ours judge the interface for machines: `interface.py BINARIES`, called by
`cargo xtask test`.

BINARIES is the folder into which cargo built `sigap`. Redocly reads the description, and schemathesis tries
every operation of a trial office with all its checks: as somebody of the office, as somebody who asked for
help, and as who keeps the accounts. What they said stays in target/judges/interface.
"""

import datetime
import json
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

BINARIES = Path(sys.argv[1])
ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "target/judges/interface"
DESCRIPTION = "/api/v1/openapi.json"

# Who tries the operations, and how many examples each gets. Always the same ones: a change that breaks
# something shall be the only reason for a failure.
PEOPLE = {"rina": 12, "markus": 4, "wahyu": 2}
SEED = 20261123
# Bodies that are too long are among the examples.
LINE_CHARS_MAX = 300

# Beyond what schemathesis expects: the rules say no to much that has the right form (409, 422), a version
# that was made up has passed (412), and a missing If-Match has a status of its own (428, RFC 6585).
SETTINGS = """
[parameters]
"path.no" = "{no}"

[checks.positive_data_acceptance]
expected-statuses = ["2xx", 401, 403, 404, 409, 412, 422]

[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 415, 422, 428]

[checks.missing_required_header]
expected-statuses = [400, 401, 403, 415, 422, 428]

# The number of a case that is there takes the place of one that was made up to be refused. Only here does
# nothing else refuse it: a preview changes nothing, and asks for no version.
[[operations]]
include-operation-id = "previewLetter"
checks.negative_data_rejection.expected-statuses = [200, 400, 401, 403, 404, 405, 406, 409, 412, 415, 422, 428]
"""


def sigap(*arguments):
    command = [BINARIES / "sigap", *arguments, "--data", WORK / "office"]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout.strip()


def token(person):
    until = datetime.date.today() + datetime.timedelta(days=1)
    login = f"{person}@brmp.example"
    return sigap("user", "token", "add", login, "--name", "judge", "--scope", "act", "--until", str(until))


def redocly(address):
    """The description, against the recommended rules."""
    file = WORK / "openapi.json"
    with urllib.request.urlopen(address + DESCRIPTION) as answer:
        file.write_bytes(answer.read())
    program = ROOT / "e2e/node_modules/.bin/redocly"
    return said("redocly", [program, "lint", file, "--config", ROOT / "xtask/judges/redocly.yaml"])


def schemathesis(address, person):
    """Every operation, as one person."""
    bearer = f"Bearer {token(person)}"
    asked = urllib.request.Request(f"{address}/api/v1/cases?limit=1", headers={"Authorization": bearer})
    with urllib.request.urlopen(asked) as answer:
        cases = json.load(answer)["cases"]
    settings = WORK / f"{person}.toml"
    settings.write_text(SETTINGS.format(no=cases[0]["number"] if cases else "2026-0001"))
    arguments = ["--checks", "all", "--seed", str(SEED), "--max-examples", str(PEOPLE[person])]
    arguments += ["--phases", "examples,coverage,fuzzing", "--generation-database", "none"]
    program = [Path(sys.executable).parent / "schemathesis", "--config-file", settings, "run"]
    return said(person, [*program, address + DESCRIPTION, "-H", f"Authorization: {bearer}", *arguments])


def said(name, command):
    """Whether a judge is content, and its summary; what it said in full goes into a file."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=WORK, text=True)
    (WORK / f"{name}.log").write_text(done.stdout)
    summary = re.findall(r"^ *(\d+ generated.*|.*description is valid.*)$", done.stdout, re.MULTILINE)
    print(f"  {name:10} {' '.join(summary)}", flush=True)
    if done.returncode:
        lines = [line[:LINE_CHARS_MAX] for line in done.stdout.strip().splitlines()]
        print("    " + "\n    ".join(lines))
    return done.returncode == 0


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    server = [BINARIES / "sigap", "demo", "--addr", "127.0.0.1:0", "--data", WORK / "office"]
    with subprocess.Popen(server, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as demo:
        try:
            address = next(line.split()[-1] for line in demo.stdout if "http://" in line)
            content = [redocly(address), *(schemathesis(address, person) for person in PEOPLE)]
        finally:
            demo.terminate()
    print(f"{content.count(True)} passed, {content.count(False)} failed")
    return 0 if all(content) else 1


sys.exit(main())
