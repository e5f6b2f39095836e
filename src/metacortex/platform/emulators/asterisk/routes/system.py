"""Applications, the server itself, devices and endpoints."""

from typing import Any, Final

from metacortex.platform.emulators.asterisk.apps import App
from metacortex.platform.emulators.asterisk.clock import timestamp
from metacortex.platform.emulators.asterisk.requests import Call, Handler, Refusal, Reply, reply

DEVICE_STATES: Final = frozenset(
    {"UNKNOWN", "NOT_INUSE", "INUSE", "BUSY", "INVALID", "UNAVAILABLE", "RINGING", "RINGINUSE", "ONHOLD"}
)


def app_of(call: Call) -> App:
    """The application that the path names."""
    if (app := call.switch.apps.get(call.ids[0])) is None:
        raise Refusal(404, "Application not found")
    return app


def list_apps(call: Call) -> Reply:
    """GET /applications."""
    return reply([app.shown() for app in call.switch.apps.values()])


def get_app(call: Call) -> Reply:
    """GET /applications/{name}."""
    return reply(app_of(call).shown())


def filter_events(call: Call) -> Reply:
    """PUT /applications/{name}/eventFilter: no body lets everything through again."""
    app = app_of(call)
    allowed, disallowed = call.body.get("allowed", []), call.body.get("disallowed", [])
    only, silenced = event_types(allowed), event_types(disallowed)
    if "allowed" in call.body or not call.body:
        app.allowed, app.only = allowed, only
    if "disallowed" in call.body or not call.body:
        app.disallowed, app.silenced = disallowed, silenced
    return reply(app.shown())


def event_types(given: Any) -> frozenset[str]:
    """The event types of one half of a filter."""
    if not isinstance(given, list) or not all(
        isinstance(one, dict) and isinstance(one.get("type"), str) for one in given
    ):
        raise Refusal(400, "Bad request - invalid filter")
    return frozenset(one["type"] for one in given)


def subscribe(call: Call) -> Reply:
    """POST /applications/{name}/subscription: `channel:` without an id means all of them."""
    app = app_of(call)
    if not (sources := call.words("eventSource")):
        raise Refusal(400, "Missing parameter eventSource")
    for source in sources:
        subscribe_to(call, app, source)
    return reply(app.shown())


def subscribe_to(call: Call, app: App, source: str) -> None:
    """Begin to watch one source."""
    kind, colon, name = source.partition(":")
    if not colon or kind not in {"channel", "bridge", "endpoint", "deviceState"}:
        raise Refusal(400, "Invalid event source scheme")
    if kind == "endpoint":
        app.endpoints.add(name)
    elif kind == "deviceState":
        app.devices.add(name)
    elif not name:
        watch_all(call, app, channels=kind == "channel", bridges=kind == "bridge")
    elif kind == "channel" and (channel := call.switch.channel(name)) is not None:
        call.switch.watch(app, channel)
    elif kind == "bridge" and (bridge := call.switch.bridges.get(name.lower())) is not None:
        call.switch.watch_bridge(app, bridge)
    else:
        raise Refusal(422, "Event source does not exist")


def watch_all(call: Call, app: App, *, channels: bool, bridges: bool) -> None:
    """Let an application have the events of every channel or bridge, those to come included."""
    app.every_channel |= channels
    app.every_bridge |= bridges
    if app not in call.switch.watching_all:
        call.switch.watching_all.append(app)


def unsubscribe(call: Call) -> Reply:
    """DELETE /applications/{name}/subscription."""
    app = app_of(call)
    if not (sources := call.words("eventSource")):
        raise Refusal(400, "Missing parameter eventSource")
    for source in sources:
        unsubscribe_from(call, app, source)
    return reply(app.shown())


def unsubscribe_from(call: Call, app: App, source: str) -> None:
    """Stop watching one source; 409 if it was not watched."""
    kind, colon, name = source.partition(":")
    watched = {"channel": app.channels, "bridge": app.bridges, "endpoint": app.endpoints, "deviceState": app.devices}
    if not colon or kind not in watched:
        raise Refusal(400, "Invalid event source scheme")
    if kind in {"channel", "bridge"} and not name:
        app.every_channel &= kind != "channel"
        app.every_bridge &= kind != "bridge"
        return
    if name not in watched[kind]:
        raise Refusal(409, "Application not subscribed to event source")
    watched[kind].discard(name)
    if kind == "channel" and (channel := call.switch.channel(name)) is not None:
        channel.watchers.discard(app.name)
    if kind == "bridge" and (bridge := call.switch.bridges.get(name.lower())) is not None:
        bridge.watchers.discard(app.name)


def info(call: Call) -> Reply:
    """GET /asterisk/info, or the parts that `only` names."""
    started = call.switch.started_at
    parts = {
        "build": {"os": "emulated", "kernel": "", "machine": "", "options": "", "date": "", "user": ""},
        "system": {"version": "23.4.1", "entity_id": call.switch.asterisk_id},
        "config": {"name": "", "default_language": "en", "setid": {"user": "", "group": ""}},
        "status": {"startup_time": started, "last_reload_time": started},
    }
    wanted = call.words("only")
    if set(wanted) - set(parts):
        raise Refusal(400, "Invalid value for only")
    return reply({name: part for name, part in parts.items() if not wanted or name in wanted})


def ping(call: Call) -> Reply:
    """GET /asterisk/ping."""
    return reply({"asterisk_id": call.switch.asterisk_id, "ping": "pong", "timestamp": timestamp()})


def get_global(call: Call) -> Reply:
    """GET /asterisk/variable."""
    return reply({"value": call.switch.variables.get(call.need("variable"), "")})


def set_global(call: Call) -> Reply:
    """POST /asterisk/variable."""
    call.switch.variables[call.need("variable")] = call.get("value")
    return None


def list_devices(call: Call) -> Reply:
    """GET /deviceStates."""
    return reply([{"name": name, "state": state} for name, state in call.switch.devices.items()])


def get_device(call: Call) -> Reply:
    """GET /deviceStates/{name}."""
    return reply({"name": call.ids[0], "state": call.switch.devices.get(call.ids[0], "UNKNOWN")})


def set_device(call: Call) -> Reply:
    """PUT /deviceStates/{name}: only those that begin with `Stasis:`."""
    name, state = call.ids[0], call.need("deviceState")
    if not name.startswith("Stasis:"):
        raise Refusal(409, "Uncontrolled device specified")
    if state not in DEVICE_STATES:
        raise Refusal(400, "Invalid device state")
    call.switch.devices[name] = state
    for app in list(call.switch.apps.values()):
        if name in app.devices or "" in app.devices:
            call.switch.emit_to(app, "DeviceStateChanged", device_state={"name": name, "state": state})
    return None


def delete_device(call: Call) -> Reply:
    """DELETE /deviceStates/{name}."""
    if not call.ids[0].startswith("Stasis:"):
        raise Refusal(409, "Uncontrolled device specified")
    if call.switch.devices.pop(call.ids[0], None) is None:
        raise Refusal(404, "Device name is missing")
    return None


def endpoint_shown(name: str, channel_ids: set[str]) -> dict[str, Any]:
    """An endpoint as JSON (model Endpoint of endpoints.json)."""
    technology, _, resource = name.partition("/")
    state = "offline" if "offline" in resource else "online"
    return {"technology": technology, "resource": resource, "state": state, "channel_ids": sorted(channel_ids)}


def list_endpoints(call: Call) -> Reply:
    """GET /endpoints and /endpoints/{technology}: those that were dialled so far."""
    wanted = call.ids[0].lower() if call.ids else ""
    known = call.switch.endpoints.items()
    return reply(
        [endpoint_shown(name, ids) for name, ids in known if not wanted or name.lower().startswith(wanted + "/")]
    )


def get_endpoint(call: Call) -> Reply:
    """GET /endpoints/{technology}/{resource}: an endpoint of a name that begins with `unknown` is not there."""
    if call.ids[1].startswith("unknown"):
        raise Refusal(404, "Endpoint not found")
    name = "/".join(call.ids)
    return reply(endpoint_shown(name, call.switch.endpoints.get(name, set())))


ROUTES: Final[dict[str, Handler]] = {
    "GET applications": list_apps,
    "GET applications/*": get_app,
    "PUT applications/*/eventFilter": filter_events,
    "POST applications/*/subscription": subscribe,
    "DELETE applications/*/subscription": unsubscribe,
    "GET asterisk/info": info,
    "GET asterisk/ping": ping,
    "GET asterisk/variable": get_global,
    "POST asterisk/variable": set_global,
    "GET deviceStates": list_devices,
    "GET deviceStates/*": get_device,
    "PUT deviceStates/*": set_device,
    "DELETE deviceStates/*": delete_device,
    "GET endpoints": list_endpoints,
    "GET endpoints/*": list_endpoints,
    "GET endpoints/*/*": get_endpoint,
}
