"""Lets programs that are not ours judge our letters: `judge.py BINARIES`, called by `cargo xtask test`.

BINARIES is the folder into which cargo built `sigap` and the examples. The letters are the samples of
crates/letters, signed with a test authority, every signed letter of a trial office, and the dossiers of
some of its cases. Each judge says of each what is wrong with it, or nothing. pyHanko is loaded once for all letters, the others are
programs that run beside it. What they looked at stays in target/judges/letters.
"""

import concurrent.futures
import dataclasses
import datetime
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner
from pyhanko.cli import cli_root
from pyhanko.pdf_utils.generic import NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

BINARIES = Path(sys.argv[1])
ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "crates/letters/samples"
WORK = ROOT / "target/judges/letters"
JARS = ["preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "javax.activation", "jaxb-api"]
CLASSPATH = ":".join(f"/usr/share/java/{jar}.jar" for jar in JARS)


@dataclasses.dataclass
class Letter:
    name: str
    file: Path
    root: Path
    # What it says, in pieces that must be found in this order; of a trial letter only its number.
    says: list[str]
    # What its QR code holds; none without one.
    address: str | None
    is_a1b: bool
    case: str | None = None

    def copy(self, how):
        return WORK / how / f"{self.name}.pdf"


@dataclasses.dataclass
class Dossier:
    file: Path
    # The signed letters of its case.
    letters: list[bytes]


# Each takes seconds to print, and they are alike.
DOSSIERS_MAX = 6


# ---- The letters


def samples():
    printed, signed, root = WORK / "printed", WORK / "samples", WORK / "samples.pem"
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    must(BINARIES / "examples/print_samples", printed)
    must(BINARIES / "examples/sign_folder", printed, signed, root, now)
    for file in sorted(signed.glob("*.pdf")):
        sample = file.stem.removesuffix("-a1b")
        says, address = [], None
        if sample != "sop":
            says = re.split(r"[:;\n]", (printed / f"{sample}.txt").read_text())
            seal = json.loads((SAMPLES / f"{sample}.json").read_text())["frame"]["seal"]
            address = seal and seal["address"]
        yield Letter(file.stem, file, root, says, address, file.stem.endswith("-a1b"))


def trial_letters():
    data, exported, root = WORK / "office", WORK / "trial", WORK / "trial.pem"
    exported.mkdir()
    office = ["--data", data]
    server = [BINARIES / "sigap", "demo", "--addr", "127.0.0.1:0", *office]
    with subprocess.Popen(server, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as demo:
        try:
            address = next(line.split()[-1] for line in demo.stdout if "http://" in line)
            root.write_text(must(BINARIES / "sigap", "signer", "ca", *office))
            for letter in json.loads(must(BINARIES / "sigap", "letter", "list", "--format", "json", *office)):
                file = exported / f"{letter['code']}.pdf"
                must(BINARIES / "sigap", "letter", "export", letter["code"], "-o", file, *office)
                seal = f"{address}/v/{letter['code']}"
                yield Letter(letter["code"], file, root, [letter["number"]], seal, False, letter["case"])
        finally:
            demo.terminate()


def dossiers(letters):
    """Of the cases with the first letters, with the letters that must lie within, byte for byte."""
    cases = {}
    for letter in letters:
        if letter.case and (letter.case in cases or len(cases) < DOSSIERS_MAX):
            cases.setdefault(letter.case, []).append(letter.file.read_bytes())
    for case, within in cases.items():
        file = WORK / "dossiers" / f"{case}.pdf"
        must(BINARIES / "sigap", "case", "dossier", case, "-o", file, "--data", WORK / "office")
        yield Dossier(file, within)


def flip_a_byte(letter):
    """In the first stream, which is neither the signature nor the structure of the file."""
    pdf = bytearray(letter.file.read_bytes())
    pdf[pdf.index(b"stream\n") + 20] ^= 1
    letter.copy("flipped").write_bytes(pdf)


def append_a_revision(letter):
    """As an editor does it: the first page is turned, everything signed stays where it was."""
    with letter.file.open("rb") as before, letter.copy("appended").open("wb") as after:
        writer = IncrementalPdfFileWriter(before)
        page = writer.root["/Pages"]
        while "/Kids" in page:
            page = page["/Kids"][0]
        page["/Rotate"] = NumberObject(90)
        writer.update_container(page)
        writer.write(after)


# ---- The judges: each gives what is wrong, or nothing


def pyhanko(letter, command, file, verdict):
    arguments = ["sign", *command, "--trust-replace", "--trust", letter.root, file]
    done = CliRunner().invoke(cli_root, [str(argument) for argument in arguments])
    return None if re.search(verdict, done.output, re.MULTILINE) else done.output


def pyhanko_validates(letter):
    return pyhanko(letter, ["validate"], letter.file, ":INTACT:TRUSTED,UNTOUCHED$")


def pyhanko_finds_pades(letter):
    # A test authority publishes no list of revoked certificates.
    command = ["adesverify", "--no-revocation-check"]
    return pyhanko(letter, command, letter.file, ":INTACT:TRUSTED,UNTOUCHED$")


def pyhanko_sees_the_byte(letter):
    return pyhanko(letter, ["validate"], letter.copy("flipped"), ":INVALID$")


def pyhanko_sees_the_revision(letter):
    return pyhanko(letter, ["validate"], letter.copy("appended"), "ILLEGAL_MODIFICATIONS$")


def sigap_verifies(letter):
    code, said = sigap_verify(letter, letter.file)
    return None if code == 0 and json.loads(said)["valid"] is True else said


def sigap_sees(how):
    def judge(letter):
        code, said = sigap_verify(letter, letter.copy(how))
        return None if code == 1 and json.loads(said)["modified_after_signing"] is True else said

    return judge


def sigap_verify(letter, file):
    return run(BINARIES / "sigap", "letter", "verify", file, "--format", "json", "--ca", letter.root)


def pdfsig_trusts(letter):
    code, said = run("pdfsig", "-nssdir", f"sql:{WORK / 'nss'}", letter.file)
    wanted = ["Signature is Valid", "Certificate is Trusted", "Total document signed", "ETSI.CAdES.detached"]
    return None if code == 0 and all(word in said for word in wanted) else said


def qpdf_reads(letter):
    code, said = run("qpdf", "--check", letter.file)
    return None if code == 0 else said


def preflight_passes(letter):
    code, said = run("java", "-cp", CLASSPATH, "org.apache.pdfbox.preflight.Validator_A1b", letter.file)
    return None if code == 0 and "is a valid PDF/A-1b file" in said else said


def text_is_the_content(letter):
    code, text = run("pdftotext", "-raw", letter.file, "-")
    text, at = letters_and_digits(text), 0
    for piece in map(letters_and_digits, letter.says):
        found = text.find(piece, at)
        if code != 0 or found < 0:
            return f"not found in its place: {piece}"
        at = found + len(piece)
    return None


def letters_and_digits(text):
    return "".join(filter(str.isalnum, text))


def code_can_be_read(letter):
    pages = letter.copy("pages").with_suffix("")
    must("pdftoppm", "-r", "150", "-gray", "-png", letter.file, pages)
    _, read = run("zbarimg", "--quiet", "--raw", *sorted(pages.parent.glob(f"{pages.name}-*.png")))
    return None if letter.address in read.splitlines() else f"read: {read!r}, expected: {letter.address}"


def dossier_holds_the_letters(dossier):
    files = [file.read_bytes() for file in taken_out(dossier, "letters").iterdir()]
    missing = sum(letter not in files for letter in dossier.letters)
    return f"{missing} of {len(dossier.letters)} letters are not within" if missing else None


def manifest_is_true(dossier):
    files = taken_out(dossier, "manifest")
    manifest = files / "manifes.sha256"
    done = subprocess.run(["sha256sum", "--check", "--strict", manifest.name], cwd=files, capture_output=True)
    listed = {line.split(maxsplit=1)[1] for line in manifest.read_text().splitlines()}
    unlisted = {file.name for file in files.iterdir()} - listed - {manifest.name}
    return None if done.returncode == 0 and not unlisted else f"{done.stdout}{done.stderr} unlisted: {unlisted}"


def taken_out(dossier, what):
    files = dossier.file.with_name(f"{dossier.file.stem}-{what}")
    files.mkdir()
    must("pdfdetach", "-saveall", "-o", files, dossier.file)
    return files


PYHANKO = {
    "pyHanko validate": pyhanko_validates,
    "pyHanko adesverify": pyhanko_finds_pades,
    "pyHanko, one byte changed": pyhanko_sees_the_byte,
    "pyHanko, a revision appended": pyhanko_sees_the_revision,
}
PROGRAMS = {
    "sigap letter verify": sigap_verifies,
    "sigap, one byte changed": sigap_sees("flipped"),
    "sigap, a revision appended": sigap_sees("appended"),
    "pdfsig with our root": pdfsig_trusts,
    "qpdf --check": qpdf_reads,
    "Preflight, PDF/A-1b": preflight_passes,
    "pdftotext, the content": text_is_the_content,
    "zbarimg, the address": code_can_be_read,
}


DOSSIERS = {
    "pdfdetach, the letters": dossier_holds_the_letters,
    "sha256sum, the manifest": manifest_is_true,
    "qpdf --check, the dossier": qpdf_reads,
}


def looks_at(judge, letter):
    if judge is preflight_passes:
        return letter.is_a1b
    if judge is text_is_the_content:
        return bool(letter.says)
    return judge is not code_can_be_read or letter.address is not None


# ---- The session


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout.decode(errors="replace")


def must(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, check=True)
    return done.stdout.decode()


def prepare():
    shutil.rmtree(WORK, ignore_errors=True)
    for folder in ["flipped", "appended", "pages", "nss", "dossiers"]:
        (WORK / folder).mkdir(parents=True)
    letters = [*samples(), *trial_letters()]
    for letter in letters:
        flip_a_byte(letter)
        append_a_revision(letter)
    store = ["-d", f"sql:{WORK / 'nss'}"]
    must("certutil", "-N", "--empty-password", *store)
    for root in sorted({letter.root for letter in letters}):
        must("certutil", "-A", "-n", root.stem, "-t", "CT,CT,CT", "-i", root, *store)
    return letters


def main():
    letters = prepare()
    bundles = [*dossiers(letters)]
    print(f"{len(letters)} letters, {len(bundles)} dossiers")
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = {}
        for name, judge in PROGRAMS.items():
            seen = [letter for letter in letters if looks_at(judge, letter)]
            found[name] = [(letter, pool.submit(judge, letter).result) for letter in seen]
        for name, judge in DOSSIERS.items():
            found[name] = [(dossier, pool.submit(judge, dossier).result) for dossier in bundles]
        for name, judge in PYHANKO.items():
            found[name] = [(letter, lambda said=judge(letter): said) for letter in letters]
        for name, said in found.items():
            wrong = [(letter, complaint) for letter, tell in said if (complaint := tell()) is not None]
            print(f"  {name:30} {len(said) - len(wrong):4} passed {len(wrong):4} failed", flush=True)
            for letter, complaint in wrong:
                print(f"    {letter.file}\n      " + complaint.strip().replace("\n", "\n      "))
            passed, failed = passed + len(said) - len(wrong), failed + len(wrong)
            # A judge who saw nothing has found nothing right.
            failed += not said
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
