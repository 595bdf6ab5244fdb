"""Chromium without a window, and the files that its pages need."""
import base64
import functools
import http.server
import json
import os
import struct
import threading
import zlib

from sandbox import LOOPBACK, PATIENCE, Failure, wait_until
from servers import not_installed

# Nothing but our pages: no updates, no profile that stays, no other host.
FLAGS = ["--headless=new", "--remote-debugging-pipe", "--no-sandbox",
         "--user-data-dir=profile", "--no-first-run", "--disable-gpu",
         "--disable-dev-shm-usage", "--disable-background-networking",
         "--disable-component-update", "--disable-default-apps",
         "--disable-extensions", "--disable-sync", "--disable-breakpad",
         "--log-level=3", "--disable-lcd-text",
         "--disable-features=Translate,MediaRouter,OptimizationHints",
         "--password-store=basic", "--hide-scrollbars", "--mute-audio",
         "--force-color-profile=srgb", "--lang=en-GB", "about:blank",
         "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE " + LOOPBACK]


class Browser:
    """The DevTools protocol: messages that end with 0, through two pipes."""

    @staticmethod
    def missing():
        return not_installed("chromium")

    def __init__(self, sandbox):
        home = sandbox.directory("chromium-%d" % len(sandbox.processes))
        self.sending, self.receiving = (
            pipe(os.path.join(home, name)) for name in ("in", "out"))
        self.process = sandbox.start(
            "chromium", ["sh", "-c", 'exec "$@" 3<in 4>out', "sh",
                         "chromium", *FLAGS], cwd=home, env={"HOME": home})
        self.count, self.replies, self.listeners = 0, {}, {}
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        rest = b""
        while True:
            *messages, rest = (rest + os.read(
                self.receiving, 1 << 20)).split(b"\0")
            for message in map(json.loads, messages):
                if "id" in message:
                    self.replies[message["id"]] = message
                elif message.get("sessionId") in self.listeners:
                    self.listeners[message["sessionId"]](message)

    def send(self, method, session=None, **parameters):
        self.count += 1
        call = {"id": self.count, "method": method, "params": parameters}
        if session:
            call["sessionId"] = session
        data = json.dumps(call).encode() + b"\0"
        while data:
            data = data[os.write(self.sending, data):]
        return self.count

    def call(self, *arguments, **parameters):
        method, number = arguments[0], self.send(*arguments, **parameters)
        wait_until(lambda: number in self.replies or self.process.ended(),
                   3 * PATIENCE, method, [self.process])
        reply = self.replies.pop(number, {"error": "chromium has ended"})
        if "error" in reply:
            raise Failure("%s: %s" % (method, reply["error"]))
        return reply["result"]

    def close(self):
        """As a person closes the window."""
        self.send("Browser.close")

    def stop(self):
        self.process.stop()


def pipe(path):
    os.mkfifo(path)
    return os.open(path, os.O_RDWR)  # does not wait for the other end


LOADED = "u => location == u && document.readyState == 'complete'"


class Page:
    def __init__(self, browser, url, width=1000, height=640):
        self.browser = browser
        self.requests, self.problems = [], []
        target = browser.call("Target.createTarget", url="about:blank")
        self.session = browser.call(
            "Target.attachToTarget", flatten=True, **target)["sessionId"]
        browser.listeners[self.session] = self.listen
        for domain in "Network", "Page", "Runtime", "Log":
            self.call(domain + ".enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width,
                  height=height, deviceScaleFactor=1, mobile=False)
        self.call("Page.navigate", url=url)
        wait_until(lambda: self.run(LOADED, url), 3 * PATIENCE, url,
                   [browser.process])

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def listen(self, message):
        """What it asks for, and what it complains about."""
        method, p = message["method"], message["params"]
        if method == "Network.requestWillBeSent":
            self.requests.append(p["request"]["url"])
        elif method == "Network.webSocketCreated":
            self.requests.append(p["url"])
        elif method == "Runtime.exceptionThrown":
            details = p["exceptionDetails"]
            self.problems.append(details.get("exception", details).get(
                "description", details["text"]))
        elif method == "Runtime.consoleAPICalled" and p["type"] == "error":
            self.problems.append(" ".join(
                str(a.get("value", a.get("description"))) for a in p["args"]))
        elif method == "Log.entryAdded" and p["entry"]["level"] == "error":
            self.problems.append(p["entry"]["text"] + " " +
                                 p["entry"].get("url", ""))

    def evaluate(self, expression):
        """Its value, or that of the promise."""
        got = self.call("Runtime.evaluate", expression=expression,
                        awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in got:
            raise Failure("%s: %s" % (expression[:200], got["result"].get(
                "description", got["exceptionDetails"]["text"])))
        return got["result"].get("value")

    def run(self, function, *arguments):
        """The value of a function in JavaScript for these arguments."""
        return self.evaluate("(%s)(...%s)" % (function, json.dumps(arguments)))

    def type(self, text):
        self.call("Input.insertText", text=text)

    def press_enter(self):
        for kind in "keyDown", "keyUp":
            self.call("Input.dispatchKeyEvent", type=kind, key="Enter",
                      code="Enter", windowsVirtualKeyCode=13,
                      **({"text": "\r"} if kind == "keyDown" else {}))

    def screenshot(self):
        """A PNG with at most 256 colours."""
        width, height, palette, pixels = self.run(
            TO_PALETTE, self.call("Page.captureScreenshot")["data"])
        pixels = base64.b64decode(pixels)
        rows = b"".join(b"\0" + pixels[i:i + width]
                        for i in range(0, width * height, width))
        return b"\x89PNG\r\n\x1a\n" + b"".join((
            chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, 3, 0, 0, 0)),
            chunk(b"PLTE", bytes(palette)),
            chunk(b"IDAT", zlib.compress(rows, 9)), chunk(b"IEND", b"")))

    def close(self):
        del self.browser.listeners[self.session]
        self.call("Page.close")


def chunk(kind, data):
    """Of a PNG."""
    return (struct.pack(">I", len(data)) + kind + data
            + struct.pack(">I", zlib.crc32(kind + data)))


# Width, height, the most frequent colours, and for each pixel the number of
# the nearest one.
TO_PALETTE = """async (png) => {
  const blob = await (await fetch("data:image/png;base64," + png)).blob();
  const image = await createImageBitmap(blob);
  const { width, height } = image;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.drawImage(image, 0, 0);
  const pixels = new DataView(
    context.getImageData(0, 0, width, height).data.buffer);
  const count = new Map(), number = new Map();
  for (let i = 0; i < pixels.byteLength; i += 4) {
    const color = pixels.getUint32(i) >>> 8;
    count.set(color, (count.get(color) ?? 0) + 1);
  }
  const parts = (color) => [color >> 16, color >> 8 & 255, color & 255];
  const colors = [...count.keys()].sort((a, b) => count.get(b) - count.get(a));
  const palette = colors.slice(0, 256).map(parts);
  for (const color of colors) {
    const [r, g, b] = parts(color);
    const far = palette.map(
      ([x, y, z]) => (x - r) ** 2 + (y - g) ** 2 + (z - b) ** 2);
    number.set(color, far.indexOf(Math.min(...far)));
  }
  let numbers = "";
  for (let i = 0; i < pixels.byteLength; i += 4)
    numbers += String.fromCharCode(number.get(pixels.getUint32(i) >>> 8));
  return [width, height, palette.flat(), btoa(numbers)];
}"""


class Files:
    """A web server on loopback for the files of a directory."""

    def __init__(self, directory):
        self.server = http.server.ThreadingHTTPServer(
            (LOOPBACK, 0), functools.partial(Quiet, directory=directory))
        self.url = "http://%s:%d/" % self.server.server_address
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass
