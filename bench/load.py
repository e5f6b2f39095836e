"""Load for the benchmarks: senders that cost little themselves, since they share the machine with what they measure."""

import asyncio
import smtplib
import threading
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

import orjson
from tests.stand import write_mail

SENTENCES = (
    "We want a 3 BHK in Wakad, our budget is 85 lakh and we would like to see it next Saturday.",
    "The flat should have two balconies, covered parking and a garden, close to a school.",
    "My wife works in Hinjewadi, so the way there should not take more than twenty minutes.",
    "Is the price negotiable when we pay the booking amount at once, and what does the maintenance cost?",
    "Our present lease ends in March and the owner will not renew it, so we cannot wait for long.",
    "Please send the floor plan, the price list and the names of the banks that have approved the project.",
)


def build_mails(address: str, numbers: range) -> list[bytes]:
    """Build messages of 3 KB, every tenth with an attachment of 20 KB; each from another person."""
    mails = []
    for number in numbers:
        lines = [SENTENCES[(number + line) % len(SENTENCES)] for line in range(30)]
        message = write_mail(address, number=number, text="\n".join(lines))
        if number % 10 == 0:
            message.add_attachment(b"x" * 20_000, maintype="application", subtype="pdf", filename="plan.pdf")
        mails.append(message.as_bytes())
    return mails


def send_mails(port: int, address: str, mails: Sequence[bytes], connections: int) -> float:
    """Send messages over lasting SMTP connections; return the seconds until the last was accepted."""

    def send(part: Sequence[bytes]) -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=120) as mail:
            for message in part:
                mail.sendmail("sender@example.com", [address], message)

    threads = [threading.Thread(target=send, args=(mails[start::connections],)) for start in range(connections)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started


async def post_leads(
    url: str, count: int, connections: int, token: str = "", *, rate: float | None = None
) -> tuple[float, list[float]]:
    """Post leads over lasting connections, as fast as they go or at a rate; return the seconds in all and of each."""
    where = urlsplit(url)
    taken: list[float] = []

    async def post(start: int) -> None:
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        for number in range(start, count, connections):
            if rate is not None:
                await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
            body = orjson.dumps(
                {"name": f"Api {number}", "email": f"api.{number}.{rate}@example.com", "title": "Bench"}
            )
            head = (
                f"POST {where.path} HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Type: application/json\r\n"
                f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            started = time.perf_counter()
            writer.write(head.encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            status, length = int(answer[9:12]), int(answer.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            taken.append(time.perf_counter() - started)
            if status not in {201, 202}:
                message = f"POST {where.path} answered {status}"
                raise RuntimeError(message)
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(post(start) for start in range(connections)))
    return time.perf_counter() - begun, taken
