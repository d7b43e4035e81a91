"""How fast files go to a place for files and come back, and what a place costs beside the home alone.

python benchmarks/files.py [--url URL] [--megabytes 100] [--small 200] [--json]

Without --url it measures the home alone, a folder, and an S3 server on loopback where .ci/s3 has installed one. That
server is a single Python process, so its figures say what our side costs and nothing about a real one; give --url
s3://bucket/folder (with AWS_ACCESS_KEY_ID and the like) for yours.
"""

import argparse
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from core.data import Table
from core.durable import sha256_of
from storage import Store
from storage.places import FILES_URL
from storage.remote import Remote


def measure(place: str, megabytes: int, small: int) -> dict[str, float | str]:
    """Rates of one place; an empty one is the home alone."""
    os.environ[FILES_URL] = place
    if not place:
        del os.environ[FILES_URL]
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "home")
        found: dict[str, float | str] = {"place": store.remote.shown if store.remote else "the home alone"}
        found["dataset_add_ms"], found["dataset_read_ms"] = dataset_ms(store)
        if store.remote:
            found |= large(store.remote, Path(folder), megabytes) | many(store.remote, Path(folder), small)
        store.close()
    return found


def dataset_ms(store: Store, turns: int = 5) -> tuple[float, float]:
    """Medians: to keep 5,000 rows, and to read them where they have been read before."""
    added, read = [], []
    for turn in range(turns):
        rows = pd.DataFrame({"text": [f"{turn} row {n}" for n in range(5000)], "label": ["a", "b"] * 2500})
        began = time.perf_counter()
        dataset = store.datasets.add(Table(rows, ()), name=f"{turn}", source="benchmark")
        added.append(time.perf_counter() - began)
        began = time.perf_counter()
        store.datasets.frame(dataset.id)
        read.append(time.perf_counter() - began)
    return round(1000 * sorted(added)[turns // 2], 1), round(1000 * sorted(read)[turns // 2], 1)


def large(remote: Remote, folder: Path, megabytes: int) -> dict[str, float | str]:
    """Megabytes a second of one large file, there and back, with its hash checked."""
    source = folder / "large"
    source.write_bytes(os.urandom(1_000_000) * megabytes)
    began = time.perf_counter()
    remote.put(source, "benchmark/large")
    put = time.perf_counter() - began
    began = time.perf_counter()
    remote.fetch("benchmark/large", folder / "back", sha256_of(source))
    fetched = time.perf_counter() - began
    remote.forget("benchmark/large")
    return {"put_mb_s": round(megabytes / put, 1), "fetch_mb_s": round(megabytes / fetched, 1)}


def many(remote: Remote, folder: Path, small: int) -> dict[str, float | str]:
    """Small files a second, there and back."""
    source = folder / "small"
    began = time.perf_counter()
    for number in range(small):
        source.write_text(f"file {number}")
        remote.put(source, f"benchmark/small/{number}")
    put = time.perf_counter() - began
    began = time.perf_counter()
    for number in range(small):
        remote.read(f"benchmark/small/{number}")
    read = time.perf_counter() - began
    remote.forget("benchmark/small")
    return {"small_puts_s": round(small / put, 1), "small_reads_s": round(small / read, 1)}


@contextmanager
def s3_on_loopback() -> Iterator[str | None]:
    """A bucket on the tests' S3 server, None where it is not installed."""
    python = Path(sys.prefix) / "s3" / "bin" / "python"
    if not python.exists():
        yield None
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen([str(python), "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], **quiet)
    try:
        while server.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        address = f"http://127.0.0.1:{port}"
        os.environ |= {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_ENDPOINT_URL": address}
        from pyarrow.fs import S3FileSystem

        bucket = f"bucket-{secrets.token_hex(4)}"
        S3FileSystem(endpoint_override=address, region="us-east-1", allow_bucket_creation=True).create_dir(bucket)
        yield f"s3://{bucket}/benchmark"
    finally:
        server.kill()
        server.wait(10)


def main() -> None:
    """Measures each place and prints a table."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--url", help="a place of yours, such as s3://bucket/folder")
    words.add_argument("--megabytes", type=int, default=100)
    words.add_argument("--small", type=int, default=200)
    words.add_argument("--json", action="store_true")
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as folder, s3_on_loopback() as bucket:
        places = [asked.url] if asked.url else ["", f"file://{folder}", *([bucket] if bucket else [])]
        found = [measure(place, asked.megabytes, asked.small) for place in places]
    print(json.dumps(found) if asked.json else pd.DataFrame(found).to_string(index=False, na_rep=""))


if __name__ == "__main__":
    main()
