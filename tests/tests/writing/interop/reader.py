"""Reads messages as Python does: each comes behind its length on a line, each is answered with a line of JSON."""

import email
import email.policy
import hashlib
import json
import sys


def addresses(message, name):
    return [
        [address.display_name, address.addr_spec]
        for field in message.get_all(name, [])
        for address in field.addresses
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
        "from": addresses(message, "From"),
        "to": addresses(message, "To"),
        "cc": addresses(message, "Cc"),
        "bcc": addresses(message, "Bcc"),
        "message_id": message["Message-ID"],
        "references": (message["References"] or "").split(),
        "fields": [name.lower() for name in message.keys()],
        "text": None,
        "html": None,
        "files": [],
        "defects": defects(message),
    }
    for part in leaves(message):
        told["defects"] += [] if part is message else defects(part)
        kind, disposition = part.get_content_type(), part.get_content_disposition()
        if disposition is None and kind == "text/plain":
            told["text"] = part.get_content()
        elif disposition is None and kind == "text/html":
            told["html"] = part.get_content()
        else:
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
