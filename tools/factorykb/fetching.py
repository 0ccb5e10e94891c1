"""Fetches one file over HTTP from a server that is not to be trusted: limits on size, time, redirects and hosts."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import Timer
from time import monotonic
from urllib.parse import SplitResult, quote, urljoin, urlsplit

_AGENT = "factorykb/0.1 (keeps the pictures and checks the links of a knowledge base)"
_PIECE = 1 << 16
_WAIT = 10  # seconds for a single answer of the network
_IN_URL = "/%:@!$&'()*+,;=~?"
_REDIRECTS = (301, 302, 303, 307, 308)
_GONE = (404, 410)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a fetch may cost; `most_bytes` 0 means that no body is wanted. `seconds`: in all, with every connection,
    redirect and repetition; only the look-up of a name has the system's own limit. `local`: whether private and
    loopback addresses may be asked, which only tests do."""

    most_bytes: int = 20 * 1000 * 1000
    seconds: float = 30
    redirects: int = 5
    local: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole file as it came. `kind` is the declared type in lower case, without parameters."""

    data: bytes
    kind: str


class GoneError(Exception):
    """The server says that there is no such file."""


class RefusedError(Exception):
    """What is there may not or cannot be used; asking again would not change it."""


class UnreachableError(Exception):
    """No whole answer came this time; another time one may."""


def fetch(url: str, limits: Limits) -> Fetched:
    """Fetch a file by http or https. No cookies, no referrer and no proxy are used.

    Raises:
        GoneError: status 404 or 410.
        RefusedError: an address that may not be asked, too many redirects, too large, or another status of 4xx.
        UnreachableError: no connection, too slow, an answer cut short, a status of 5xx or 429.
    """
    return _followed(url, limits, monotonic() + limits.seconds, "GET")


def ask(url: str, limits: Limits) -> None:
    """Ask whether anything is at an address: by HEAD, and where that fails by GET, whose body is not read.

    Both together take no longer than `limits` say. HEAD has half of it: a server that does not answer it at all may
    still answer GET.

    Raises:
        GoneError, RefusedError, UnreachableError: as `fetch`.
    """
    without_body = replace(limits, most_bytes=0)
    start = monotonic()
    try:
        _followed(url, without_body, start + limits.seconds / 2, "HEAD")
    except (GoneError, RefusedError, UnreachableError):  # many servers know no HEAD and say so in many ways
        _followed(url, without_body, start + limits.seconds, "GET")


def _followed(url: str, limits: Limits, end: float, method: str) -> Fetched:
    for _ in range(limits.redirects + 1):
        try:
            found = _hop(url, limits, end, method)
        except (OSError, HTTPException, ValueError) as error:
            late = monotonic() >= end
            raise UnreachableError(_too_slow(limits) if late else _words(error)) from error
        if isinstance(found, Fetched):
            return found
        url = found
    raise RefusedError(f"more than {limits.redirects} redirects")


def host_of(url: str) -> str:
    """The host's name in an address; empty where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _hop(url: str, limits: Limits, end: float, method: str) -> Fetched | str:
    """The file, or where a redirect leads."""
    parts = _parts(url)
    line = _connected(parts, end, local=limits.local)

    def stop() -> None:
        with suppress(OSError):  # closed already
            socket.socket.shutdown(line, socket.SHUT_RDWR)

    # A server that sends a byte now and then would outlive any limit on a single wait.
    timer = Timer(max(0.0, end - monotonic()), stop)
    timer.daemon = True
    timer.start()
    try:
        if isinstance(line, ssl.SSLSocket):
            line.do_handshake()
        return _answer(parts, line, limits, end, method)
    finally:
        timer.cancel()
        line.close()


def _connected(parts: SplitResult, end: float, *, local: bool) -> socket.socket:
    """A connection over which nothing was said yet, no handshake either: the server has not to answer for it."""
    host = str(parts.hostname)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    line = _opened(_numbers(host, port, local=local), port, end)
    if parts.scheme == "http":
        return line
    try:
        return ssl.create_default_context().wrap_socket(
            line, server_hostname=host, do_handshake_on_connect=False
        )
    except OSError:
        line.close()
        raise


def _opened(numbers: list[str], port: int, end: float) -> socket.socket:
    """A connection to the first of a host's numbers that answers. Raises OSError of the last one."""
    number, *others = numbers
    try:
        # A number that is dead leaves time for those after it.
        line = socket.create_connection((number, port), timeout=_left(end, len(numbers)))
    except OSError:
        if not others:
            raise
        return _opened(others, port, end)
    line.settimeout(_left(end))
    return line


def _left(end: float, shares: int = 1) -> float:
    """Seconds for a single wait, or for one of several. Raises TimeoutError: there are none left."""
    left = end - monotonic()
    if left <= 0:
        raise TimeoutError
    return min(_WAIT, left / shares)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise RefusedError("not an address of http or https")
    if parts.username is not None:
        raise RefusedError("the address holds a name or password")
    return parts


def _numbers(host: str, port: int, *, local: bool) -> list[str]:
    """The numbers of a host's name; the connection goes to one of them, so that no second look-up can differ."""
    found = socket.getaddrinfo(host.encode("idna"), port, type=socket.SOCK_STREAM)
    numbers = list(dict.fromkeys(str(info[4][0]) for info in found))
    if not local and not all(map(_is_public, numbers)):
        raise RefusedError(f"{host} is on a private network")
    return numbers


def _is_public(number: str) -> bool:
    address = ipaddress.ip_address(number.partition("%")[0])
    inner = getattr(address, "ipv4_mapped", None) or address
    return bool(inner.is_global and not inner.is_multicast)


def _answer(
    parts: SplitResult, line: socket.socket, limits: Limits, end: float, method: str
) -> Fetched | str:
    connection = HTTPConnection(str(parts.hostname))
    connection.sock = line
    query = f"?{quote(parts.query, safe=_IN_URL)}" if parts.query else ""
    headers = {
        "Host": parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode(),
        "User-Agent": _AGENT,
        "Accept": "image/*" if limits.most_bytes else "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    connection.request(method, quote(parts.path or "/", safe=_IN_URL) + query, headers=headers)
    response = connection.getresponse()
    location = response.headers.get("Location", "")
    if response.status in _REDIRECTS and location:
        return urljoin(parts.geturl(), str(location))
    _check_status(response.status)
    kind = str(response.headers.get("Content-Type", "")).partition(";")[0].strip().lower()
    return Fetched(_body(response, limits, end) if limits.most_bytes else b"", kind)


def _check_status(status: int) -> None:
    if status in _GONE:
        raise GoneError(f"status {status}")
    if status == 429 or status >= 500:
        raise UnreachableError(f"status {status}")
    if status != 200:
        raise RefusedError(f"status {status}")


def _body(response: HTTPResponse, limits: Limits, end: float) -> bytes:
    too_large = RefusedError(f"larger than {limits.most_bytes / 1e6:g} MB")
    expected = response.length
    if expected is not None and expected > limits.most_bytes:
        raise too_large
    pieces: list[bytes] = []
    size = 0
    while piece := response.read1(_PIECE):
        size += len(piece)
        if size > limits.most_bytes:
            raise too_large
        pieces.append(piece)
    if monotonic() >= end:
        raise UnreachableError(_too_slow(limits))
    if expected is not None and size < expected:
        raise UnreachableError("the answer was cut short")
    return b"".join(pieces)


def _too_slow(limits: Limits) -> str:
    return f"took longer than {limits.seconds:g} seconds"


def _words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer in {_WAIT} seconds"
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"no whole answer ({text[:80]})"
