"""Several people at once on one server: failures, waiting times and memory.

The server and all visitors run on this machine and communicate over the loopback
address. Each part starts a server of its own and ends by itself.
"""

import argparse
import asyncio
import contextlib
import re
import shutil
import statistics
import tempfile
import time
import uuid
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import websockets
from playwright.async_api import async_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from skloss.app.session.holding import SECONDS_HELD
from tests.chromium import FLAGS
from tests.pages.server import Server

PATIENCE = 120_000
RUNNING = '[data-testid="stApp"][data-test-script-state="running"]'
NOT_RUNNING = '[data-testid="stApp"][data-test-script-state="notRunning"]'
# Pages between which a visitor goes while the comparison runs.
ROUND = ("Data", "Compare losses", "Losses", "Theory", "Compare losses")


def main():
    """Run the parts that the command line names, and print their figures."""
    options = _options()
    folder = Path(tempfile.mkdtemp(prefix="skloss-load-"))
    parts = {
        "browsers": lambda: browsers(folder, options.people, options.megabytes),
        "clients": lambda: clients(folder, options.clients),
        "uploads": lambda: uploads(folder, options.uploads),
    }
    try:
        for name in options.parts or parts:
            asyncio.run(asyncio.wait_for(parts[name](), options.minutes * 60))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help="browsers, clients or uploads")
    parser.add_argument("--people", type=int, default=5)
    parser.add_argument("--megabytes", type=float, default=10.0)
    parser.add_argument("--clients", type=int, default=25)
    parser.add_argument("--uploads", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=30.0, help="limit of a part")
    return parser.parse_args()


@contextlib.contextmanager
def serving(folder):
    """Start a server; stop it at the end, also after a failure."""
    server = Server(folder / f"{uuid.uuid4().hex}.log").wait()
    try:
        yield server
    finally:
        server.stop()
        lines = server.complaints()
        print("  lines of warnings in the server's log:", len(lines), *lines[-1:])


def memory(server):
    """Return the resident memory of the server in MB."""
    return psutil.Process(server.process.pid).memory_info().rss / 2**20


def table_of(folder, person, megabytes):
    """Write a table whose column names are those of one person; return its path."""
    rng = np.random.default_rng(person)
    frame = pd.DataFrame(
        {f"secret{person}_{k}": rng.normal(size=1000).round(6) for k in range(12)}
    )
    frame["price"] = (frame.iloc[:, 0] + rng.standard_t(3, 1000)).round(4)
    copies = max(1, round(megabytes * 2**20 / len(frame.to_csv(index=False))))
    path = folder / f"person{person}.csv"
    pd.concat([frame] * copies).to_csv(path, index=False)
    return path


async def settled(page):
    """Wait until the script of a page has run; return the seconds since the call."""
    began = time.monotonic()
    with contextlib.suppress(Exception):  # a short run may be over already
        await page.locator(RUNNING).wait_for(timeout=300)
    await page.locator(NOT_RUNNING).wait_for()
    return time.monotonic() - began


async def opened(playwright, url):
    """Start a browser of its own and open the first page."""
    path = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
    page = await browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_default_timeout(PATIENCE)
    await page.goto(url)
    await page.locator("h1").first.wait_for()
    return browser, page


async def upload(page, path):
    """Upload a table on the first page, and wait for its question."""
    field = page.locator('[data-testid="stFileUploaderDropzoneInput"]').first
    await field.set_input_files(path)
    await page.locator(".st-key-to-next button").wait_for()


async def visit(playwright, url, folder, person, everyone, megabytes):
    """Upload, compare, look around, stop, and read the result, as one person."""
    found = {"reruns": [], "foreign": 0, "failed": "", "text": ""}
    browser, page = await opened(playwright, url)
    try:
        began = time.monotonic()
        await upload(page, table_of(folder, person, megabytes))
        found["upload"] = time.monotonic() - began
        await everyone.wait()
        await page.locator(".st-key-to-next button").click()
        await page.locator(".st-key-compare-first button").click()
        await page.locator(".st-key-running").first.wait_for()
        for title in ROUND:
            found["reruns"].append(await go(page, title))
            found["text"] += await page.content()
        began = time.monotonic()
        await page.locator(".st-key-stop button").first.click()
        await page.locator(".st-key-running").first.wait_for(state="detached")
        found["stop"] = time.monotonic() - began
        await settled(page)
        found["text"] += await page.content()
        others = re.findall(r"(?:secret|person)(\d+)[_.]", found["text"])
        found["foreign"] = sum(other != str(person) for other in others)
        if str(person) not in others:
            found["failed"] = "the own table is not shown"
        if await page.locator('[data-testid="stException"]').count():
            found["failed"] = "an exception is shown"
    except Exception as error:
        found["failed"] = f"{type(error).__name__}: {str(error)[:200]}"
    finally:
        await browser.close()
    return found


async def go(page, title):
    """Follow a link of the navigation; return the seconds until its page is there."""
    began = time.monotonic()
    await page.locator(".st-key-nav a:visible", has_text=title).first.click()
    await page.locator("h1", has_text=title).first.wait_for()
    await page.locator(".st-key-nav").first.wait_for()
    return time.monotonic() - began


async def browsers(folder, people, megabytes):
    """Let people upload, compare and stop at the same time, each in a browser."""
    load = psutil.getloadavg()[0]
    print(f"{people} browsers, {megabytes:g} MB each; load of the machine {load:.1f}")
    with serving(folder) as server:
        async with async_playwright() as playwright:
            browser, _ = await opened(playwright, server.url)
            await asyncio.sleep(10)  # torch is loaded in the background
            start = peak = memory(server)
            await browser.close()
            everyone = asyncio.Event()
            visits = [
                asyncio.ensure_future(
                    visit(playwright, server.url, folder, k, everyone, megabytes)
                )
                for k in range(people)
            ]
            asyncio.get_running_loop().call_later(20, everyone.set)
            while not all(one.done() for one in visits):
                peak = max(peak, memory(server))
                await asyncio.sleep(0.5)
            found = [one.result() for one in visits]
        left = await memory_after_release(server)
    reruns = sorted(s for one in found for s in one["reruns"])
    stops = sorted(one["stop"] for one in found if "stop" in one)
    print("  failed sessions:", [one["failed"] for one in found if one["failed"]])
    print(
        "  names of other people's files and columns:",
        sum(one["foreign"] for one in found),
    )
    print("  upload until the table is shown: ", _seconds(_of(found, "upload")))
    print("  change of the page: ", _seconds(reruns))
    print("  stop until the result: ", _seconds(stops))
    print(f"  memory: start {start:.0f} MB, peak {peak:.0f} MB, end {left:.0f} MB")


async def memory_after_release(server):
    """Return the memory once all sessions have been released."""
    await asyncio.sleep(SECONDS_HELD + 8)
    return memory(server)


def _of(found, name):
    return sorted(one[name] for one in found if name in one)


def _seconds(values):
    if not values:
        return "none"
    last = values[min(len(values) - 1, int(0.95 * len(values)))]
    return (
        f"median {statistics.median(values):.2f} s, 95th percentile {last:.2f} s "
        f"({len(values)})"
    )


async def clients(folder, count):
    """Open many sessions that only speak the websocket's protocol."""
    print(f"{count} lightweight clients")
    with serving(folder) as server:
        await client(server, "/")  # the first visitor loads the modules
        await asyncio.sleep(10)
        start = memory(server)
        began = time.monotonic()
        found = await asyncio.gather(
            *(client(server, "/compare", stay=5.0) for _ in range(count)),
            return_exceptions=True,
        )
        seconds = time.monotonic() - began
        failed = [repr(one)[:120] for one in found if isinstance(one, BaseException)]
        first = sorted(one for one in found if not isinstance(one, BaseException))
        peak = memory(server)
        left = await memory_after_release(server)
    print("  failed sessions:", failed)
    print(f"  first page: {_seconds(first)}, all within {seconds:.1f} s")
    print(f"  memory: start {start:.0f} MB, with all {peak:.0f} MB, end {left:.0f} MB")


async def client(server, path, stay=0.0):
    """Connect, load a sample's page twice, and return the seconds of the first time."""
    url = server.url.replace("http", "ws") + "/_stcore/stream"
    async with websockets.connect(
        url, subprotocols=["streamlit"], origin=server.url, max_size=None
    ) as connection:
        query = "sample=diabetes&loss=huber&loss=squared_error"
        seconds = await run_script(connection, path, query)
        await asyncio.sleep(stay)
        await run_script(connection, path, query)
    return seconds


async def run_script(connection, path, query):
    """Request a run and wait for its end; raise an error if the page shows one."""
    request = BackMsg()
    request.rerun_script.query_string = query
    request.rerun_script.page_name = path.strip("/")
    began = time.monotonic()
    await connection.send(request.SerializeToString())
    async with asyncio.timeout(PATIENCE / 1000):
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(await connection.recv())
            if answer.delta.new_element.HasField("exception"):
                raise RuntimeError(answer.delta.new_element.exception.message)
            if answer.WhichOneof("type") == "script_finished" and (
                answer.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
            ):
                return time.monotonic() - began


async def uploads(folder, count):
    """Upload one table after the other, each in a session of its own."""
    print(f"{count} uploads in sequence, 2 MB each")
    with serving(folder) as server:
        async with async_playwright() as playwright:
            browser, page = await opened(playwright, server.url)
            paths = [table_of(folder, person, 2.0) for person in range(5)]
            levels = []
            for number in range(count):
                await upload(page, paths[number % len(paths)])
                levels.append(memory(server))
                await page.goto(server.url)  # a new session
            await browser.close()
        left = await memory_after_release(server)
    steps = range(0, count, max(1, count // 8))
    print("  memory in MB after uploads:", {k + 1: round(levels[k]) for k in steps})
    print(f"  last {levels[-1]:.0f} MB, after all were released {left:.0f} MB")


if __name__ == "__main__":
    main()
