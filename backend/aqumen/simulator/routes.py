"""The endpoints of the simulated service, Bedrock's and its own."""

import asyncio

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from aqumen.errors import InvalidOrder

from .answers import whole
from .asked import Refused, read
from .faults import HttpFault
from .service import Service
from .streaming import ConverseStream, error_response


class Endpoints:
    """What is not streamed."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def converse(self, request: Request) -> Response:
        """Answer in one piece, after the time the stream would have taken."""
        service = self._service
        with service.calls.one() as received:
            raw = await request.body()
            course = service.course(request.path_params["model_id"], raw, received)
            if isinstance(course, HttpFault):
                return error_response(course)
            timing = course.timing
            seconds = timing.first_seconds + timing.gap_seconds * timing.pieces
            await asyncio.sleep(seconds)
            service.calls.answer(received, course.exchange.step, course.answer.usage())
            return JSONResponse(whole(course.answer, round(seconds * 1000)))

    async def count_tokens(self, request: Request) -> Response:
        """Count the tokens a `converse` request would use."""
        model_id = request.path_params["model_id"]
        try:
            raw = bytes(JSONResponse((await request.json())["input"]["converse"]).body)
            exchange = read(model_id, raw, self._service.known.facts(model_id))
        except Refused as refused:
            return error_response(refused.fault)
        except (KeyError, TypeError, ValueError):
            return error_response(HttpFault(400, "ValidationException", "Malformed input."))
        return JSONResponse({"inputTokens": exchange.input_tokens})

    async def faults(self, request: Request) -> Response:
        """Show the faults that are to come (GET), add some (POST) or forget them (DELETE)."""
        faults = self._service.faults
        if request.method == "DELETE":
            faults.clear()
        if request.method == "POST":
            try:
                faults.script(str((await request.json())["spec"]))
            except InvalidOrder as exc:
                return JSONResponse({"error": exc.text}, 400)
            except (KeyError, TypeError, ValueError):
                return JSONResponse({"error": 'Send {"spec": "name@STEPxTIMES"}.'}, 400)
        return JSONResponse({"pending": faults.pending})

    async def calls(self, _request: Request) -> Response:
        """Show how many calls came and how they went."""
        return JSONResponse(self._service.calls.as_json())

    async def received(self, _request: Request) -> Response:
        """Show the newest calls one by one."""
        return JSONResponse(self._service.calls.newest())


def app(service: Service) -> Starlette:
    """Return the ASGI application. `Simulator` serves it: streams need its `line`s."""
    ends = Endpoints(service)
    return Starlette(
        routes=[
            Route("/model/{model_id:path}/converse-stream", ConverseStream(service)),
            Route("/model/{model_id:path}/converse", ends.converse, methods=["POST"]),
            Route("/model/{model_id:path}/count-tokens", ends.count_tokens, methods=["POST"]),
            Route("/simulator/faults", ends.faults, methods=["GET", "POST", "DELETE"]),
            Route("/simulator/calls", ends.calls),
            Route("/simulator/calls/newest", ends.received),
        ]
    )
