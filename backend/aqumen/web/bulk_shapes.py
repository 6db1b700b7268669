"""What is asked of several runs at once, and answered."""

from pydantic import BaseModel, ConfigDict, Field

from aqumen.archive.export import Format

from .shapes import Id


class RunIds(BaseModel):
    """Which runs are meant."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"run_ids": ["01M81J10W4EW0KC9331TNW44FN", "01M81K3Q2R9GX0V6C8Y5ZP7D1H"]}]
        }
    )

    run_ids: list[Id] = Field(min_length=1, max_length=200)

    def each(self) -> list[str]:
        """Return them, each once."""
        return list(dict.fromkeys(self.run_ids))


class ExportOrder(RunIds):
    """Which runs are exported, and as what."""

    format: Format = "json"


class Removed(BaseModel):
    """What became of one run."""

    run_id: str
    status: int
    """As `DELETE /api/runs/{id}` would have answered: 204, 404 or 409."""
    detail: str | None = None


class Removal(BaseModel):
    """What became of each run, in the order asked."""

    deleted: int
    runs: list[Removed]
