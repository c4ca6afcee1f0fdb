"""An SMTP server for tests: keeps each accepted mail as one line of JSON {from, to, message (base64)}; refuses by its arguments."""

import argparse
import asyncio
import base64
import json

from aiosmtpd.smtp import SMTP


class Recorder:
    def __init__(self, options):
        self.path = options.mails
        self.failures_left = options.temporary_failures
        self.refused = {address.lower() for address in options.refuse}

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address.lower() in self.refused:
            return "550 5.1.1 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.failures_left > 0:
            self.failures_left -= 1
            return "451 4.3.0 try again later"
        mail = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "message": base64.b64encode(envelope.original_content).decode("ascii"),
        }
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps(mail) + "\n")
        return "250 OK"


async def serve(options):
    recorder = Recorder(options)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(recorder, hostname="localhost", enable_SMTPUTF8=True), "127.0.0.1", options.port)
    await server.serve_forever()


parser = argparse.ArgumentParser()
parser.add_argument("--port", type=int, required=True)
parser.add_argument("--mails", required=True)
parser.add_argument("--temporary-failures", type=int, default=0)
parser.add_argument("--refuse", action="append", default=[])
asyncio.run(serve(parser.parse_args()))
