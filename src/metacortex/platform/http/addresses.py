"""Where a request comes from: the peer, or what trusted proxies say it is."""

from collections.abc import Iterator
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from starlette.types import Scope

from metacortex.platform.http.settings import http_settings

Address = IPv4Address | IPv6Address
_CUSTOMER_BITS = 64


def client_address(scope: Scope) -> str:
    """Return the address of the client of a connection; never raises.

    X-Forwarded-For counts only as far as trusted proxies (METACORTEX_TRUSTED_PROXIES) wrote it: of its entries, read
    from the right, the first that is not one of them is the client, for anything left of it may be forged.
    """
    peer = (scope.get("client") or ("",))[0]
    nearest = _read_address(peer)
    if nearest is None:
        return str(peer)
    if not _is_trusted(nearest):
        return str(nearest)
    for entry in _forwarded(scope):
        address = _read_address(entry)
        if address is None:
            break
        nearest = address
        if not _is_trusted(nearest):
            break
    return str(nearest)


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """Return what stands for one customer in a limit: an IPv4 address, or the /64 that an IPv6 customer has whole."""
    read = _read_address(address)
    return str(IPv6Network((read, _CUSTOMER_BITS), strict=False)) if isinstance(read, IPv6Address) else str(read or "")


def _forwarded(scope: Scope) -> Iterator[str]:
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    for line in reversed(lines):
        yield from reversed(line.split(","))


def _is_trusted(address: Address) -> bool:
    return any(address in network for network in http_settings().trusted_proxies)


@lru_cache(maxsize=4096)
def _read_address(text: str) -> Address | None:
    """Read an address, with or without brackets and port; one IPv4 address has one form."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
