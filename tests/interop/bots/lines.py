"""Commands and events of the bots that are written in Python."""
import os


def tell(*fields):
    """An event: one line, tabs between the fields."""
    clean = [str(f or "").replace("\t", " ").replace("\n", " ")
             for f in fields]
    print("\t".join(clean), flush=True)


class Input:
    """Standard input, of which select() tells: no line waits in a buffer."""

    def __init__(self):
        self.rest = b""
        self.over = False

    def lines(self):
        """Those that have come, when there is something to read."""
        data = os.read(0, 65536)
        self.over = not data
        *lines, self.rest = (self.rest + data).split(b"\n")
        return [line.decode() for line in lines if line]


def run(bot, line):
    """/NAME WORD... is bot.do_NAME(WORD, ...)."""
    words = line.split(" ")
    method = getattr(bot, "do_" + words[0].lstrip("/"), None)
    if method is None:
        return tell("error", "command", line)
    return method(*words[1:])
