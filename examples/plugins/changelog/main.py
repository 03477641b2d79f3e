"""Gives the text of a release of a changelog. Speaks the protocol by hand: one request on stdin, messages on stdout."""

import json
import re
import sys


def say(**message):
    print(json.dumps(message), flush=True)


def releases(text):
    """Yields (number, text) for each heading such as `## 1.2.0 - 2026-01-31`."""
    parts = re.split(r"^## v?(\d+\.\d+\.\d+).*$", text, flags=re.MULTILINE)
    return list(zip(parts[1::2], (part.strip() for part in parts[2::2])))


def main():
    request = json.load(sys.stdin)
    inputs = request["inputs"]
    try:
        with open(inputs["file"], encoding="utf-8") as file:
            found = releases(file.read())
    except OSError as error:
        say(type="result", status="failure", message=f"cannot read {inputs['file']}: {error.strerror}")
        return 1
    wanted = inputs.get("release")
    chosen = next((one for one in found if wanted in (None, one[0])), None)
    if chosen is None:
        say(type="result", status="failure", message=f"{inputs['file']} has no release {wanted or 'at all'}")
        return 1
    say(type="log", level="info", message=f"release {chosen[0]} of {len(found)}")
    say(type="output", name="release", value=chosen[0])
    say(type="output", name="text", value=chosen[1])
    say(type="result", status="success")
    return 0


if __name__ == "__main__":
    sys.exit(main())
