"""Names and addresses of the network in the settings: origins, host names, networks.

Each is understood as people write it, brought to the form browsers send, or refused with why and the cure.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_LONGEST_NAME = 253
_PARTS = re.compile(
    r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?"
    r"(?P<host>\[[^\[\]/]*\]|[^\[\]/:?#@\s]*)(?::(?P<port>[0-9]{1,5}))?(?P<rest>/?)",
    re.IGNORECASE,
)
_USUAL_PORT = {"http": "80", "https": "443"}
_DIFFER = frozenset("ßς\u200c\u200d")
"""Characters that browsers and Python write differently in punycode."""


def host_name(text: str) -> str:
    """A name of the DNS in small letters, in ASCII, without the dot at its end; empty when it is none. A bare
    IPv4 address is no name."""
    name = _ascii(text.lower()).removesuffix(".")
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name) or name.rpartition(".")[2].isdigit():
        return ""
    return name


def ip_literal(text: str) -> str:
    """An address as a URL holds it, IPv6 in brackets, in its shortest form; empty when it is none."""
    is_v6 = text.startswith("[") and text.endswith("]")
    try:
        if is_v6:
            return f"[{ipaddress.IPv6Address(text[1:-1])}]"
        return str(ipaddress.IPv4Address(text))
    except ValueError:
        return ""


def _ascii(name: str) -> str:
    if name.isascii():
        return name
    if _DIFFER & set(name):
        return ""
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _host(text: str) -> str:
    return ip_literal(text) or host_name(text)


def _origin(text: str) -> str:
    """As a browser sends it; empty when it is none."""
    found = _PARTS.fullmatch(text.strip())
    if found is None or (found["scheme"] or "").lower() not in _USUAL_PORT:
        return ""
    scheme, host = found["scheme"].lower(), _host(found["host"])
    port = str(int(found["port"])) if found["port"] else _USUAL_PORT[scheme]
    if not host or int(port) not in range(1, 65_536):
        return ""
    return f"{scheme}://{host}" if port == _USUAL_PORT[scheme] else f"{scheme}://{host}:{port}"


@dataclass(frozen=True, slots=True)
class Origin:
    """A web origin, as a browser sends it: scheme, host, port where it is not the usual one."""

    def normal(self, value: str) -> str:
        """Small letters, no "/" at the end, no usual port."""
        return _origin(value) or value

    def admits(self, value: object) -> bool:
        """Whether a browser could send it."""
        return isinstance(value, str) and value != "" and _origin(value) == value

    def fault(self, value: str) -> str:
        """By example where what was meant can be guessed."""
        if "*" in value:
            return "no site has * in its name: name each site"
        scheme, there, rest = value.strip().partition("://")
        if not there:
            return f'it must begin with "https://" or "http://"{self._instead(f"https://{value.strip()}")}'
        if scheme.lower() not in _USUAL_PORT:
            return 'it must begin with "https://" or "http://"'
        host = re.split(r"[/?#]", rest)[0]
        if host != rest.removesuffix("/"):
            return f"an origin ends with the host{self._instead(f'{scheme}://{host}')}"
        return "that is not the address of a site"

    def _instead(self, guess: str) -> str:
        guess = self.normal(guess)
        return f', as in "{guess}"' if self.admits(guess) else ""

    @property
    def words(self) -> str:
        """The form, by example."""
        return 'sites such as "https://shop.example"'


@dataclass(frozen=True, slots=True)
class HostName:
    """A name that a machine is reached by."""

    def normal(self, value: str) -> str:
        """Small letters, without scheme, port, and "/" or dot at the end."""
        found = _PARTS.fullmatch(value.strip())
        if found is None or (found["scheme"] or "https").lower() not in _USUAL_PORT:
            return value
        return _host(found["host"]) or value

    def admits(self, value: object) -> bool:
        """Whether it can stand in a browser's Host header, the port aside."""
        return isinstance(value, str) and bool(_host(value)) and _host(value) == value

    def fault(self, value: str) -> str:
        """By example where what was meant can be guessed."""
        if "*" in value:
            return "no host has * in its name: name each"
        bare = re.split(r"[/?#]", value.strip().partition("://")[2] or value.strip())[0]
        guess = self.normal(bare)
        instead = f', as in "{guess}"' if self.admits(guess) else ""
        return f"it must be the bare name of a host{instead}"

    @property
    def words(self) -> str:
        """The form, by example."""
        return 'host names such as "chat.example.org"'


@dataclass(frozen=True, slots=True)
class Network:
    """An internet address, or a network of them."""

    def normal(self, value: str) -> str:
        """Without the spaces and the brackets around it."""
        bare = value.strip()
        return bare[1:-1] if bare.startswith("[") and bare.endswith("]") else bare

    def admits(self, value: object) -> bool:
        """Whether it reads as an address or as a network, such as "10.0.0.0/8"."""
        try:
            ipaddress.ip_network(value if isinstance(value, str) else "", strict=False)
        except ValueError:
            return False
        return True

    def fault(self, value: str) -> str:
        """Names are not looked up, for a name may change its owner."""
        if value.strip().lower() == "localhost":
            return 'names are not looked up: write "127.0.0.1" and "::1"'
        return 'it must be an address or a network, as in "127.0.0.1" or "10.0.0.0/8"'

    @property
    def words(self) -> str:
        """The form, by example."""
        return 'addresses or networks such as "127.0.0.1" or "10.0.0.0/8"'
