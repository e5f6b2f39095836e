"""Every operation of the API with what its route demands, read from the application itself."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from metacortex.platform.security import Permission
from metacortex.platform.security.dependencies import (
    _signed_in_person,
    current_principal,
    permission_of,
    recent_proof,
)

SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Operation:
    """A method and path: the permissions it demands, and whether anybody, a person, or a fresh proof is asked for."""

    method: str
    path: str
    permissions: frozenset[Permission]
    is_authenticated: bool
    needs_person: bool
    needs_proof: bool

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def changes(self) -> bool:
        return self.method not in SAFE

    def address(self) -> str:
        """Return the path with an id of nothing in each place."""
        parts = [str(uuid4()) if part.startswith("{") else part for part in self.path.split("/")]
        return "/".join(parts)


def find_operations(app: FastAPI) -> list[Operation]:
    """Return the operations of the API, and of whatever else the application answers by HTTP."""
    found = []
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute):
            demands = list(_walk(context.dependant))
            permissions = frozenset(one for one in map(permission_of, demands) if one is not None)
            found += [
                Operation(
                    method=method,
                    path=str(context.path_format),
                    permissions=permissions,
                    is_authenticated=current_principal in demands,
                    needs_person=_signed_in_person in demands,
                    needs_proof=recent_proof in demands,
                )
                for method in sorted(context.methods or ())
            ]
    return found


def _walk(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    for part in dependant.dependencies:
        if part.call is not None:
            yield part.call
        yield from _walk(part)
