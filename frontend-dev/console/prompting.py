"""The calls that are about prompts: reading, saving, and trying one on a finished run."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from pydantic import Field

from .client import Api
from .replies import Reply, Started


class PromptVersion(Reply):
    """One version of a prompt, without its text."""

    number: int
    version: str = ""
    author: str | None = None
    note: str | None = None
    created_at: str | None = None
    active: bool = False

    @property
    def title(self) -> str:
        """The version in a few words; they are other people's."""
        if self.number == 0:
            return "0 · shipped"
        said = [
            str(self.number),
            self.note or "no note",
            f"by {self.author}" if self.author else "",
        ]
        return " · ".join(part for part in said if part)


class Prompt(Reply):
    """One prompt: what runs are started with, and what else there is."""

    name: str
    steps: tuple[int, ...] = ()
    description: str = ""
    template: str = ""
    version: str = ""
    number: int = 0
    previous: int | None = None
    placeholders: tuple[str, ...] = ()
    shipped_changed: bool = False
    set_aside: str | None = None
    versions: tuple[PromptVersion, ...] = ()
    saved: int | None = None
    """The version a text was just saved as."""

    @property
    def title(self) -> str:
        """The prompt by its steps and its name."""
        steps = " and ".join(map(str, self.steps))
        return f"{steps} · {self.name.replace('_', ' ')}" if steps else self.name.replace("_", " ")


class PromptList(Reply):
    """Every prompt of the API."""

    prompts: tuple[Prompt, ...] = ()


class PromptText(Reply):
    """The text of one version, or of one run."""

    template: str = ""
    step_numbers: tuple[int, ...] = ()


class RunPrompts(Reply):
    """The prompt texts a run was asked with, by name."""

    prompts: dict[str, PromptText] = Field(default_factory=dict)


class ForeseenCall(Reply):
    """One of the calls a fork would make."""

    step_number: int
    description: str = ""
    label: str = ""
    model: str = ""
    likely_calls: float = 1.0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0


class Estimate(Reply):
    """About what several calls come to."""

    model_calls: int = 0
    cost_usd: float = 0.0


class Foreseen(Reply):
    """What a fork would ask, and about what that would cost."""

    from_step: int = 1
    from_attempt: int = 1
    calls: tuple[ForeseenCall, ...] = ()
    attempts_left: int = 1
    estimate: Estimate = Estimate()
    estimate_at_most: Estimate = Estimate()
    note: str = ""


def every(api: Api) -> tuple[Prompt, ...]:
    """Return every prompt with its versions."""
    return api.ask(PromptList, "GET", "/api/prompts").prompts


def text(api: Api, name: str, number: int) -> str:
    """Return the text of one version of a prompt."""
    return api.ask(PromptText, "GET", f"{_place(name)}/versions/{number}").template


def save(api: Api, name: str, body: Mapping[str, Any]) -> Prompt:
    """Save a prompt's next version; raises ApiRefused, with status 409 if it has changed."""
    return api.ask(Prompt, "PUT", _place(name), body)


def activate(api: Api, name: str, number: int, instead_of: int) -> Prompt:
    """Put a version in force in place of the one that was seen to be; raises as `save` does."""
    body = {"number": number, "instead_of": instead_of}
    return api.ask(Prompt, "POST", f"{_place(name)}/activate", body)


def of_run(api: Api, run_id: str) -> dict[str, PromptText]:
    """Return the prompt texts a run was asked with, by name; raises RunUnknown."""
    return api.ask(RunPrompts, "GET", f"{_run(run_id)}/prompts").prompts


def foresee(api: Api, run_id: str, fork: Mapping[str, Any]) -> Foreseen:
    """Return what a fork would ask, and about what that would cost."""
    return api.ask(Foreseen, "POST", f"{_run(run_id)}/fork", {**fork, "dry_run": True})


def fork(api: Api, run_id: str, fork: Mapping[str, Any], request_id: str) -> Started:
    """Start a fork, or attach to the one this request id has started already."""
    return api.ask(Started, "POST", f"{_run(run_id)}/fork", {**fork, "request_id": request_id})


def foresee_judge(api: Api, run_id: str, change: Mapping[str, str]) -> Foreseen:
    """Return what judging a run's answers again would ask, and about what that would cost."""
    return api.ask(Foreseen, "POST", f"{_run(run_id)}/rejudge", {**change, "dry_run": True})


def rejudge(api: Api, run_id: str, change: Mapping[str, str], request_id: str) -> Started:
    """Have a run's answers judged again, or attach to what this request id has started already."""
    body = {**change, "request_id": request_id}
    return api.ask(Started, "POST", f"{_run(run_id)}/rejudge", body)


def _place(name: str) -> str:
    return f"/api/prompts/{quote(name, safe='')}"


def _run(run_id: str) -> str:
    return f"/api/runs/{quote(run_id, safe='')}"
