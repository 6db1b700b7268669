"""The one reader of the environment."""

import os
import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AliasChoices, Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from aqumen.access.addresses import networks
from aqumen.access.keys import keyring_of
from aqumen.errors import KeysUnreadable
from aqumen.models.known import KnownModels

_BACKEND = Path(__file__).parent.parent


class Settings(BaseSettings):
    """What an operator can choose; every name is an environment variable `AQUMEN_<NAME>`."""

    model_config = SettingsConfigDict(
        env_prefix="AQUMEN_",
        extra="ignore",
        frozen=True,
        # The database's URL holds a password.
        hide_input_in_errors=True,
    )

    model_backend: Literal["bedrock", "simulator"] = "bedrock"
    model_strong: str = "us.anthropic.claude-opus-4-6-v1"
    model_mid: str = "us.anthropic.claude-sonnet-4-6"
    model_weak: str = "us.anthropic.claude-haiku-4-5-20251001-v1:0"
    model_judge: str | None = None
    """The strong model unless set."""
    model_judge_2: str | None = None
    """Judges every answer as well, if set; a mistake then counts only if both judges show it."""
    models_file: Path | None = None
    """What is known about models beside, or instead of, what the product knows: prices, say."""

    database_url: str = Field(
        default=f"sqlite:///{_BACKEND / 'aqumen.db'}",
        validation_alias=AliasChoices("AQUMEN_DATABASE_URL", "DATABASE_URL"),
    )
    database_connections: int = Field(default=10, ge=3, le=1000)
    """To PostgreSQL, of this process; one of them listens."""

    max_concurrent_runs: int = Field(default=64, ge=1, le=2000)
    max_queued_runs: int = Field(default=200, ge=0, le=10_000)
    max_concurrent_calls: int | None = Field(default=None, ge=1, le=4000)
    """Over all runs; twice the runs unless set."""
    calls_per_run: int | None = Field(default=None, ge=1, le=32)
    """Model calls of one run that may be open at once; 2 unless set, 8 for several answers."""
    run_deadline_seconds: float = Field(default=600, gt=0, allow_inf_nan=False)
    certified_deadline_seconds: float = Field(default=1800, gt=0, allow_inf_nan=False)
    """The same for runs of rigor `certified`."""
    grace_seconds: float = Field(default=30, gt=0)
    """How long a streamed run goes on when nobody watches it."""
    lease_seconds: float = Field(default=15, ge=2, le=300)
    """How long a silent worker keeps its runs."""

    retention_days: float | None = Field(default=None, gt=0)
    """How long a run is kept after its end; for ever unless set."""
    retention_runs: int | None = Field(default=None, ge=1)
    """How many of the newest runs are kept; all unless set."""

    dispatcher: Literal["local", "dbos"] = "local"
    """Who hands out runs: each process its own, or DBOS all of them to any process."""
    cluster_concurrent_runs: int | None = Field(default=None, ge=1, le=100_000)
    """Over all processes; needs the dispatcher `dbos`, as does the next."""
    cluster_starts_per_minute: int | None = Field(default=None, ge=1, le=100_000)

    model_connect_timeout_seconds: float = Field(default=5, gt=0)
    model_gap_timeout_seconds: float = Field(default=120, gt=0)
    """The longest silence of a model before the call counts as stalled."""

    cors_origins: Annotated[tuple[str, ...], NoDecode] = (
        "http://localhost:5173",
        "http://localhost:3000",
        "http://localhost:8501",
        "https://demo.aqumen.ai",
        "https://dev.aqumen.ai",
    )
    """Separated by commas."""
    cors_origin_regex: str | None = r"https://[a-z0-9-]+\.(vercel|streamlit)\.app"
    """Preview domains; has to match the whole origin."""

    prompt_cache: Literal["on", "off"] = "off"
    """Whether long prompts that are repeated within a run are cached by the service."""

    auth: Literal["required", "off"] | None = None
    """Whether a key is needed; unless set, by all but those on this very machine."""
    api_keys: str | None = Field(default=None, repr=False)
    """The keys, as JSON, or the ARN of a secret in AWS Secrets Manager that holds them."""
    run_budget_usd: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    """What one run may cost; nothing is too much unless set, like the next."""
    daily_budget_usd: float | None = Field(default=None, gt=0)
    """What all runs together may cost a day (UTC), in all processes."""
    starts_per_minute: int | None = Field(default=None, ge=1, le=100_000)
    """Runs that one key, and one address, may ask for, of this process; no limit unless set."""
    streams_per_address: int | None = Field(default=None, ge=1, le=100_000)
    """Event streams that one address may have open, of this process; no limit unless set."""
    connections_per_address: int | None = Field(default=None, ge=1, le=100_000)
    """Connections that one address may have open at this process; no limit unless set."""
    runs_per_key: int | None = Field(default=None, ge=1, le=100_000)
    """Runs that one key may have open, over all processes; no limit unless set."""
    ticket_seconds: float = Field(default=300, ge=10, le=3600)
    """How long a ticket may be used to start a run."""
    public_max_attempts: int = Field(default=3, ge=1, le=5)
    """Of runs that tickets start which anybody may get."""
    public_tickets_per_hour: int = Field(default=20, ge=1, le=100_000)
    """For one address."""
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    """Whose X-Forwarded-For is believed: addresses or networks, separated by commas."""
    docs: Literal["on", "off"] = "on"
    """Whether /docs and /openapi.json are served."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    log_format: Literal["text", "json"] = "text"

    simulator_speed: float = Field(default=1.0, ge=0)
    """Divides the simulated models' times; 0 means no waiting."""

    aws_region: str | None = Field(
        default=None, validation_alias=AliasChoices("AWS_REGION", "AWS_DEFAULT_REGION")
    )
    """None leaves it to AWS's own configuration."""
    bedrock_endpoint_url: str | None = Field(
        default=None, validation_alias=AliasChoices("AWS_ENDPOINT_URL_BEDROCK_RUNTIME")
    )
    """None leaves it to AWS's own configuration."""

    @field_validator("models_file")
    @classmethod
    def _is_readable(cls, given: Path | None) -> Path | None:
        if given is None or given == Path():
            return None
        KnownModels.read(given)
        return given

    @field_validator("cors_origins", "trusted_proxies", mode="before")
    @classmethod
    def _listed(cls, given: object) -> object:
        if isinstance(given, str):
            return tuple(origin.strip() for origin in given.split(",") if origin.strip())
        return given

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        try:
            networks(given)
        except ValueError as wrong:
            raise ValueError("has to be addresses or networks such as 10.0.0.0/8") from wrong
        return given

    @field_validator("api_keys")
    @classmethod
    def _are_keys(cls, given: str | None) -> str | None:
        given = (given or "").strip() or None
        if given is not None and not given.startswith("arn:"):
            try:
                keyring_of(given)
            except KeysUnreadable as unreadable:
                raise ValueError(
                    unreadable.text.removeprefix("AQUMEN_API_KEYS").lstrip(": ")
                ) from None
        return given

    @field_validator("database_url")
    @classmethod
    def _with_driver(cls, url: str) -> str:
        """Hosts hand out `postgres://` and `postgresql://`; neither names the driver we have."""
        url = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url.strip())
        if not re.match(r"(sqlite(\+\w+)?:///|postgresql\+psycopg://)", url):
            raise ValueError("has to begin with sqlite:/// or postgresql://")
        return url

    @model_validator(mode="after")
    def _cluster_is_whole(self) -> Self:
        limited = self.cluster_concurrent_runs or self.cluster_starts_per_minute
        if self.dispatcher == "local" and limited:
            raise ValueError("limits over all processes need AQUMEN_DISPATCHER=dbos")
        if self.dispatcher == "dbos" and self.database_url.startswith("sqlite"):
            raise ValueError("AQUMEN_DISPATCHER=dbos needs a PostgreSQL database")
        return self

    @property
    def simulated(self) -> bool:
        """Whether answers come from simulated models."""
        return self.model_backend == "simulator"

    @property
    def calls(self) -> int:
        """Model calls that may be open at once, over all runs."""
        return self.max_concurrent_calls or 2 * self.max_concurrent_runs


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment with some names set: what a child process gets."""
    return {**os.environ, **more}
