"""rate.py URL RATE SECONDS [PATH...] - requests at a rate, over connections that are kept, and whether each was answered.

Prints one line: sent N answered N failed N refused N p50_ms N p99_ms N. An answer is whole when its length is right and its status is below 500. "refused": nobody
took the connection, so nothing was lost; "failed": a connection was taken and no whole answer came, the number that must be 0. With SIGUSR1 a stop is expected:
the first refusal ends the run.
"""
import asyncio
import signal
import sys
import time
import urllib.parse

url = urllib.parse.urlsplit(sys.argv[1])
rate, seconds, paths = float(sys.argv[2]), float(sys.argv[3]), sys.argv[4:] or ["/health"]
count = {"sent": 0, "answered": 0, "failed": 0, "refused": 0}
times: list[float] = []
why: dict[str, int] = {}
idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
stopping = False


async def answer(reader: asyncio.StreamReader) -> bool:
    """Reads one answer; true when the connection may be used again."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    if int(head.split(" ", 2)[1]) >= 500:
        raise ValueError(head.split("\r\n", 1)[0])
    length = next((int(line.split(":")[1]) for line in head.split("\r\n") if line.startswith("content-length:")), None)
    if length is not None:
        await reader.readexactly(length)
    elif "transfer-encoding: chunked" in head:
        while size := int(await reader.readuntil(b"\r\n"), 16):
            await reader.readexactly(size + 2)
        await reader.readexactly(2)
    else:
        await reader.read()
        return False
    return "connection: close" not in head


async def one(path: str) -> None:
    global stopping
    began = time.monotonic()
    ask = f"GET {path} HTTP/1.1\r\nHost: {url.netloc}\r\n\r\n".encode()
    count["sent"] += 1
    for fresh in (False, True):
        if not fresh and not idle:
            continue
        try:
            reader, writer = idle.pop() if not fresh else await asyncio.open_connection(url.hostname, url.port)
        except OSError:
            count["refused"] += 1
            return
        try:
            writer.write(ask)
            again = await asyncio.wait_for(answer(reader), 20)
        except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError, ValueError) as e:
            writer.close()
            # a kept connection that the server had closed while it rested: what every client sends once more
            if not fresh and isinstance(e, (OSError, asyncio.IncompleteReadError)) and not getattr(e, "partial", b""):
                continue
            # while the server ends: the system had queued it, the server never took it
            if fresh and stopping and isinstance(e, ConnectionResetError):
                count["refused"] += 1
                return
            count["failed"] += 1
            why[repr(e)[:80]] = why.get(repr(e)[:80], 0) + 1
            return
        count["answered"] += 1
        times.append(time.monotonic() - began)
        if again and not stopping:
            idle.append((reader, writer))
        else:
            writer.close()
        return


async def main() -> None:
    global stopping

    def stop() -> None:
        global stopping
        stopping = True

    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, stop)
    began, n, running = time.monotonic(), 0, set()
    while time.monotonic() - began < seconds and not (stopping and count["refused"]):
        while n < (time.monotonic() - began) * rate:
            task = asyncio.create_task(one(paths[n % len(paths)]))
            running.add(task)
            task.add_done_callback(running.discard)
            n += 1
        await asyncio.sleep(0.002)
    if running:
        await asyncio.wait(running)
    times.sort()
    print(*(f"{k} {v}" for k, v in count.items()), "p50_ms %.1f p99_ms %.1f" % tuple(1000 * times[int(len(times) * q)] if times else -1 for q in (0.5, 0.99)),
          *(f"# {v}x {k}" for k, v in why.items()))


asyncio.run(main())
