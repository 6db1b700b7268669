"""Puts the run's id on every answer once there is a run."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class RunIdHeader:
    """Adds `X-Run-Id` to the answers of requests whose `state.run_id` was set, errors included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def named(message: Message) -> None:
            run_id = scope.get("state", {}).get("run_id")
            if message["type"] == "http.response.start" and run_id is not None:
                MutableHeaders(scope=message)["X-Run-Id"] = run_id
            await send(message)

        await self._app(scope, receive, named)
