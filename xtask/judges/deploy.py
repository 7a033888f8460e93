"""Lets programs that are not ours judge how Sigap is put into service: `deploy.py BINARIES`, called by
`cargo xtask test`.

BINARIES is the folder into which cargo built `sigap`. HAProxy reads the balancer, systemd the unit and how much it
leaves to the process; the compose file and the container file are held against each other, against the balancer
and against what `sigap` itself takes from their settings.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import yaml

BINARIES = Path(sys.argv[1]).resolve()
ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
SIGAP = BINARIES / "sigap"

# What is left to the process, of 10; deploy/README.md tells it.
EXPOSURE = 1.2

# Who starts the compose file says this much.
SAID = {
    "POSTGRES_PASSWORD": "rahasia",
    "SIGAP_PUBLIC_URL": "https://sigap.example",
    "SIGAP_FILES": "s3://berkas/sigap",
    "SIGAP_S3_ENDPOINT": "http://127.0.0.1:9",
    "SIGAP_S3_ACCESS_KEY_ID": "kunci",
    "SIGAP_S3_SECRET_ACCESS_KEY": "rahasia",
}


def read(name):
    return (DEPLOY / name).read_text()


def run(*command, **more):
    done = subprocess.run(
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        **more,
    )
    return done.returncode, done.stdout


def lines(text, word):
    """The rest of each line that begins with a word."""
    found = (line.strip() for line in text.splitlines())
    return [line[len(word) :].strip() for line in found if line.startswith(word + " ")]


def only(what, found):
    assert len(found) == 1, f"{what}: one is expected, {found} found"
    return found[0]


# ---- The judges: each complains by an assertion


def haproxy():
    """HAProxy takes the balancer's configuration."""
    code, said = run("haproxy", "-c", "-f", DEPLOY / "haproxy.cfg")
    assert code == 0 and "warning" not in said.lower(), said


def unit(folder):
    """The unit with the binary that is here, since systemd looks whether it is there."""
    text = read("sigap.service")
    command = only("ExecStart", re.findall(r"^ExecStart=(.*)$", text, re.M))
    program = command.split()[0]
    assert program == "/usr/local/bin/sigap" and "target/release/sigap /usr/local/bin/" in read("README.md"), program
    file = folder / "sigap.service"
    file.write_text(text.replace(program, str(SIGAP)))
    return file, command


def systemd_verifies():
    """systemd finds nothing wrong with the unit."""
    with tempfile.TemporaryDirectory() as folder:
        code, said = run("systemd-analyze", "verify", "--man=no", unit(Path(folder))[0])
    assert code == 0 and not said.strip(), said


def systemd_security():
    """What is left to the process is no more than the guide tells."""
    with tempfile.TemporaryDirectory() as folder:
        threshold = f"--threshold={round(EXPOSURE * 10)}"
        code, said = run("systemd-analyze", "security", "--offline=true", threshold, unit(Path(folder))[0])
    assert code == 0, said
    assert f"{EXPOSURE} of 10" in read("README.md").replace("\n", " "), "deploy/README.md tells another figure"


def unit_starts_what_there_is():
    """`sigap` knows the options of the unit, and where it says that things lie is where systemd makes room."""
    with tempfile.TemporaryDirectory() as folder:
        _, command = unit(Path(folder))
        _, subcommand, *options = shlex.split(command)
        _, help_text = run(SIGAP, subcommand, "--help")
        for option in options[::2]:
            assert f"{option} <" in help_text, f"sigap {subcommand} has no {option}"
    given = dict(zip(options[::2], options[1::2]))
    state = only("StateDirectory", re.findall(r"^StateDirectory=(.*)$", read("sigap.service"), re.M))
    assert given["--data"] == f"/var/lib/{state}", given
    settings = only("ConfigurationDirectory", re.findall(r"^ConfigurationDirectory=(.*)$", read("sigap.service"), re.M))
    assert given["--config"].startswith(f"/etc/{settings}/"), given


def guide_has_settings_that_are_read():
    """The settings file of the guide is one that `sigap` takes."""
    toml = only("settings in deploy/README.md", re.findall(r"<<'TOML'\n(.*?)\nTOML\n", read("README.md"), re.S))
    tomllib.loads(toml)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sigap.toml"
        file.write_text(toml)
        code, said = run(SIGAP, "migrate", "--config", file, "--data", Path(folder) / "kantor")
    assert code == 0, said


def interpolated(value, said):
    """What a compose file makes of ${NAME}, ${NAME:-otherwise} and ${NAME:?complaint}."""

    def replace(match):
        name, sign, rest = match["name"], match["sign"], match["rest"] or ""
        found = said.get(name, "")
        if sign == ":-":
            return found or interpolated(rest, said)
        assert found or sign != ":?", f"nobody says {name}"
        return found

    return re.sub(
        r"\$\{(?P<name>\w+)(?:(?P<sign>:[-?])(?P<rest>(?:[^${}]|\$\{[^}]*\})*))?\}", replace, str(value)
    )


def compose_settings():
    """Every setting that the compose file makes is one that `sigap` reads, and of a kind that it takes."""
    environment = yaml.safe_load(read("compose.yaml"))["services"]["sigap"]["environment"]
    # The names as the program has them: a variable that nobody reads is passed over in silence.
    source = (ROOT / "crates/sigap/src/office.rs").read_text()
    known = re.findall(r'^            "([a-z0-9_.]+)",$', source, re.M)
    assert len(known) > 30, known
    names = {f"SIGAP_{name.upper().replace('.', '_')}" for name in known}
    image = dict(pair.split("=", 1) for rest in lines(read("Containerfile"), "ENV") for pair in rest.split())
    for name in [*environment, *image]:
        assert name in names, f"nobody reads {name}"
    for name in re.findall(r"\bSIGAP_\w+", read("sigap.service") + read("README.md")):
        assert name in names, f"nobody reads {name}"
    made = {name: interpolated(value, SAID) for name, value in environment.items()}
    assert made["SIGAP_DATABASE"] == "postgres://sigap:rahasia@database/sigap", made["SIGAP_DATABASE"]
    # Taken as they are, but for the database and the folder, which are not on this machine.
    with tempfile.TemporaryDirectory() as folder:
        given = {**image, **made, "SIGAP_DATABASE": f"sqlite://{folder}/kantor.db", "SIGAP_DATA": folder}
        code, said = run(SIGAP, "migrate", env={"PATH": os.environ["PATH"], **given}, cwd=folder)
    assert code == 0, said
    # And each for itself: one that is taken whatever stands in it is not read at all.
    for name, wrong in [("SIGAP_HTTPS", "barangkali"), ("SIGAP_TRUSTED_PROXIES", "[di-mana]"), ("SIGAP_LOG", "[1]")]:
        with tempfile.TemporaryDirectory() as folder:
            given = {"PATH": os.environ["PATH"], "SIGAP_DATA": folder, name: wrong}
            code, said = run(SIGAP, "migrate", env=given, cwd=folder)
        assert code != 0, f"{name}={wrong} is taken"


def compose_holds_together():
    """Services, volumes, ports and numbers of the compose file, of the image and of the balancer fit."""
    file = yaml.safe_load(read("compose.yaml"))
    services, volumes = file["services"], file["volumes"]
    used = set()
    for name, service in services.items():
        assert service.get("image") or service.get("build"), f"{name} has no image"
        for other in service.get("depends_on", []):
            assert other in services, f"{name} waits for {other}, which is no service"
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (DEPLOY / source).exists(), f"{name} is given {source}, which is not there"
            else:
                assert source in volumes, f"{name} has a volume {source} that is not declared"
                used.add(source)
    assert used == set(volumes), f"declared and not used: {set(volumes) - used}"
    waits = services["sigap"]["depends_on"]["database"]["condition"]
    assert waits == "service_healthy" and services["database"]["healthcheck"]["test"], "who waits for a database"
    build = services["sigap"]["build"]
    assert (DEPLOY / build["context"]).resolve() == ROOT, build
    assert (ROOT / build["dockerfile"]).resolve() == DEPLOY / "Containerfile", build
    # The image keeps its keys where the volume is, and listens where the balancer asks.
    image = read("Containerfile")
    keys = only("keys", [volume for volume in services["sigap"]["volumes"] if volume.startswith("keys:")])
    assert keys.split(":")[1] == only("VOLUME", lines(image, "VOLUME")), keys
    port = only("EXPOSE", lines(image, "EXPOSE"))
    assert f"SIGAP_ADDR=0.0.0.0:{port}" in image, port
    nodes = re.search(r"^\s*server-template \S+ (\d+) (\S+):(\d+) ", read("haproxy.cfg"), re.M)
    assert nodes, "the balancer has no nodes"
    assert (int(nodes[1]), nodes[2]) == (services["sigap"]["deploy"]["replicas"], "sigap"), nodes[0]
    assert nodes[3] == port, nodes[0]
    listens = re.search(r"^\s*bind :(\d+)$", read("haproxy.cfg"), re.M)
    assert services["proxy"]["ports"][0].split(":")[1] == listens[1], services["proxy"]["ports"]
    # Who is killed while they end have not ended: 8 s for people, 8 s for the outbox.
    assert int(services["sigap"]["stop_grace_period"].rstrip("s")) > 16
    assert int(only("TimeoutStopSec", re.findall(r"^TimeoutStopSec=(.*)$", read("sigap.service"), re.M))) > 16
    # What somebody has to say, the guide tells.
    for name in re.findall(r"\$\{(\w+):\?", read("compose.yaml")):
        assert f"{name}=" in read("README.md"), f"deploy/README.md does not tell of {name}"


def container_file():
    """What the container file copies is there, and it builds as the guide does, by the compiler that we need."""
    text = read("Containerfile")
    build = only("cargo build", [rest for rest in lines(text, "RUN") if rest.startswith("cargo build")])
    is_told = re.search(rf"^{re.escape(build)}( &&|$)", read("README.md"), re.M)
    assert is_told, f"deploy/README.md does not build by `{build}`"
    manifest = tomllib.loads((ROOT / "Cargo.toml").read_text())
    rust = manifest["workspace"]["package"]["rust-version"]
    assert lines(text, "FROM")[0].startswith(f"rust:{rust}-"), lines(text, "FROM")
    assert "crates/sigap" in manifest["workspace"]["default-members"], "what `cargo build` builds"
    for copy in lines(text, "COPY"):
        words = copy.split()
        if words[0].startswith("--from="):
            assert words[0] == "--from=build" and words[1] == "/source/target/release/sigap", copy
            assert words[2] == "/usr/local/bin/sigap", copy
        else:
            for source in words[:-1]:
                assert (ROOT / source).exists(), f"{source} is not there to be copied"
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert "target" in ignored and not {"Cargo.lock", "crates", "sops", "calendars", "stationery"} & set(ignored)
    assert only("CMD", lines(text, "CMD")) == '["serve"]' and only("ENTRYPOINT", lines(text, "ENTRYPOINT")) == '["sigap"]'
    code, said = run(SIGAP, "serve", "--help")
    assert code == 0, said


JUDGES = [
    haproxy,
    systemd_verifies,
    systemd_security,
    unit_starts_what_there_is,
    guide_has_settings_that_are_read,
    compose_settings,
    compose_holds_together,
    container_file,
]


def main():
    passed = failed = 0
    for judge in JUDGES:
        try:
            judge()
        except (AssertionError, OSError, KeyError, ValueError) as complaint:
            failed += 1
            print(f"  {judge.__doc__.splitlines()[0]} NO:\n    {complaint!s}", flush=True)
        else:
            passed += 1
            print(f"  {judge.__doc__.splitlines()[0]}", flush=True)
    print("No image was built: that takes a daemon. Everything short of it was judged.")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
