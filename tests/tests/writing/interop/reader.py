"""Reads messages as Python does: each comes behind its length on a line, each is answered with a line of JSON."""

import email
import email.policy
import email.utils
import hashlib
import json
import sys
from email.header import decode_header, make_header


def addresses(source, name):
    """By the older of its parsers: the newer one puts a space between encoded words of a name, against RFC 2047 6.2."""
    fields = email.message_from_bytes(source, policy=email.policy.compat32).get_all(name, [])
    return [
        [str(make_header(decode_header(display_name))), address]
        for display_name, address in email.utils.getaddresses(fields)
        if address
    ]


def leaves(part):
    if part.get_content_maintype() == "multipart":
        for child in part.iter_parts():
            yield from leaves(child)
    else:
        yield part


def defects(part):
    found = [repr(defect) for defect in part.defects]
    for name, field in part.items():
        found += [name + ": " + repr(defect) for defect in getattr(field, "defects", [])]
    return found


def read(source):
    message = email.message_from_bytes(source, policy=email.policy.default)
    told = {
        "subject": message["Subject"],
        "from": addresses(source, "From"),
        "to": addresses(source, "To"),
        "cc": addresses(source, "Cc"),
        "bcc": addresses(source, "Bcc"),
        "message_id": message["Message-ID"],
        "text": None,
        "files": [],
        "defects": defects(message),
    }
    for part in leaves(message):
        told["defects"] += [] if part is message else defects(part)
        kind, disposition = part.get_content_type(), part.get_content_disposition()
        if disposition is None and kind == "text/plain":
            told["text"] = part.get_content()
        elif disposition is not None:
            content = part.get_payload(decode=True)
            told["files"].append({
                "name": part.get_filename(),
                "media_type": kind,
                "content_id": part["Content-ID"],
                "sha256": None if content is None else hashlib.sha256(content).hexdigest(),
            })
    return told


while length := sys.stdin.buffer.readline():
    print(json.dumps(read(sys.stdin.buffer.read(int(length)))), flush=True)
