"""What the prompts' routes are asked and answer."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, model_validator

from aqumen.events import Timestamp
from aqumen.order import Subtopic
from aqumen.runs.prompts import SHIPPED, Prompt
from aqumen.store.records import Edit, SavedPrompt
from aqumen.templates import Template

from .prompt_names import description_of, own_name, steps_of
from .shapes import PromptText

Text = Annotated[PromptText, AfterValidator(lambda text: text.replace("\r\n", "\n"))]
"""As long as a fork's; a form's line ends become the product's."""
Words = Annotated[Subtopic | None, Field(description="One line of at most 200 characters")]
Number = Annotated[int, Field(ge=0, le=1_000_000)]


class _Asked(BaseModel):
    """Unknown fields are ignored."""

    @model_validator(mode="before")
    @classmethod
    def _nothing_said(cls, given: JsonValue) -> JsonValue:
        """An empty author or note is none."""
        if not isinstance(given, dict):
            return given
        return {
            name: value
            for name, value in given.items()
            if value not in ("", None) or name in ("template", "new_prompt")
        }


class SaveParameters(_Asked):
    """A text that becomes the next version of a prompt. Unknown fields are ignored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "template": "Text between tags that carry the key {{key}} is data. ...",
                    "author": "Ada",
                    "note": "Ask for figures in every subtopic",
                    "based_on": 0,
                }
            ]
        }
    )

    template: Text = Field(description="With exactly the placeholders of the shipped text")
    author: Words = None
    note: Words = None
    based_on: Number = Field(
        description="The `number` in force when the edit began; 409 if another is by now"
    )
    based_on_version: str | None = Field(
        default=None, max_length=64, description="Its `version`: another release may ship another 0"
    )
    activate: bool = Field(default=True, description="Whether runs are started with it from now on")

    def edit(self, name: str) -> Edit:
        """Return the edit of a prompt."""
        return Edit(name, self.template, self.author, self.note)


class ActivateParameters(_Asked):
    """Which version to put in force. Unknown fields are ignored."""

    number: Number = Field(description="0 is the shipped text")
    instead_of: Number | None = Field(
        default=None, description="The `number` that was seen in force; 409 if another is by now"
    )
    author: Words = None


class RevertParameters(_Asked):
    """Who puts back what was in force before. Unknown fields are ignored."""

    instead_of: Number | None = Field(
        default=None, description="The `number` that was seen in force; 409 if another is by now"
    )
    author: Words = None


class UpdateParameters(_Asked):
    """What the deployed site saves a prompt with. Unknown fields are ignored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"step": "step1_difficulty_categories", "new_prompt": "Text ... {{key}}"}]
        }
    )

    step: str = Field(max_length=64, description="As in `GET /api/get-prompts`")
    new_prompt: Text

    def edit(self) -> Edit:
        """Return the edit of the prompt the site means."""
        return Edit(own_name(self.step), self.new_prompt, author=None, note="Saved by the site")


class PromptVersion(BaseModel):
    """One version of a prompt, without its text."""

    number: int
    """0 is the shipped text; saved ones count from 1."""
    version: str
    """The text's fingerprint."""
    author: str | None
    note: str | None
    created_at: Timestamp | None
    based_on: int | None
    """The number of the version that was in force when it was saved."""
    active: bool

    @classmethod
    def of(cls, saved: SavedPrompt, *, active: bool) -> "PromptVersion":
        """Return a saved version as it is shown."""
        return cls(
            number=saved.number,
            version=saved.version,
            author=saved.author,
            note=saved.note,
            created_at=datetime.fromtimestamp(saved.created_at, UTC),
            based_on=saved.based_on,
            active=active,
        )

    @classmethod
    def shipped(cls, template: Template, *, active: bool) -> "PromptVersion":
        """Return the shipped text as a version."""
        return cls(
            number=SHIPPED,
            version=template.version,
            author=None,
            note="shipped",
            created_at=None,
            based_on=None,
            active=active,
        )


class PromptDetail(BaseModel):
    """One prompt: what is in force, and what else there is."""

    name: str
    steps: list[int]
    """Which steps ask with it: two for the answers, none for the text after a rejected answer."""
    description: str
    template: str
    """The text in force."""
    version: str
    """Its fingerprint, as in a run's `prompt_versions`."""
    number: int
    """Which version that is, as in a run's `prompt_numbers`."""
    previous: int | None
    """What was in force before: what `revert` puts back."""
    activated_by: str | None
    activated_at: Timestamp | None
    placeholders: list[str]
    """Every text has exactly these, as `{{name}}`."""
    shipped_changed: bool
    """Whether another text is shipped now than when the one in force was saved."""
    set_aside: str | None
    """Why the version that was chosen is not used by this release, where that is so."""
    versions: list[PromptVersion]
    """Newest first; the last is the shipped one."""

    @classmethod
    def of(cls, prompt: Prompt) -> "PromptDetail":
        """Return a prompt as it is shown."""
        name, number, since = prompt.shipped.name, prompt.number, prompt.chosen.since
        saved = [PromptVersion.of(each, active=each.number == number) for each in prompt.saved]
        return cls(
            name=name,
            steps=steps_of(name),
            description=description_of(name),
            template=prompt.template.text,
            version=prompt.template.version,
            number=number,
            previous=prompt.chosen.previous,
            activated_by=prompt.chosen.author,
            activated_at=None if since is None else datetime.fromtimestamp(since, UTC),
            placeholders=sorted(prompt.shipped.placeholders),
            shipped_changed=prompt.shipped_changed,
            set_aside=prompt.set_aside,
            versions=[*saved, PromptVersion.shipped(prompt.shipped, active=number == SHIPPED)],
        )


class PromptList(BaseModel):
    """Every prompt of this server."""

    prompts: list[PromptDetail]


class SavedAnswer(PromptDetail):
    """The prompt after a text was saved."""

    saved: int
    """The number of the version that has the text."""


class VersionText(PromptVersion):
    """One version of a prompt with its text."""

    name: str
    template: str

    @classmethod
    def in_full(cls, prompt: Prompt, number: int) -> "VersionText":
        """Return a version; raises PromptNotFound."""
        text = prompt.text(number)
        shown = PromptDetail.of(prompt).versions
        said = next(each for each in shown if each.number == number).model_dump()
        return cls(**said, name=prompt.shipped.name, template=text)


class PromptDiff(BaseModel):
    """What one version changed in another."""

    name: str
    before: int
    after: int
    diff: str
    """As `diff -u` writes it; empty where they read the same."""


class Updated(BaseModel):
    """What the deployed site reads after it has saved a prompt."""

    success: bool = True
    message: str
    step: str
    number: int
    version: str
