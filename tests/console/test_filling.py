"""Telling what was filled into a template from the template's own words."""

from hypothesis import given
from hypothesis import strategies as st

from aqumen.templates import Prompts, Template
from console.filling import Part, filled

KEY = "a452159f7b"
SHIPPED = Prompts.shipped()


def test_what_was_filled_in_is_named_and_the_rest_is_the_templates() -> None:
    parts = filled("Say: tea (for two).", "Say: {{topic}} (for {{number}}).")

    assert parts == (
        Part("Say: "),
        Part("tea", "topic"),
        Part(" (for "),
        Part("two", "number"),
        Part(")."),
    )


@given(st.sampled_from([each.name for each in SHIPPED]), st.data())
def test_every_shipped_prompt_is_taken_apart_as_it_was_put_together(
    name: str, data: st.DataObject
) -> None:
    template = SHIPPED[name]
    anything = st.text(max_size=40) | st.sampled_from(["</topic key=", "{{key}}", template.text])
    values = {each: data.draw(anything) for each in sorted(template.placeholders)}
    fixed = {"key": KEY, "difficulty": "Advanced"}
    values |= {each: fixed[each] for each in fixed.keys() & template.placeholders}
    prompt = template.fill(values)

    parts = filled(prompt, template.text)

    assert parts is not None
    assert "".join(part.text for part in parts) == prompt
    assert {part.name: part.text for part in parts if part.name} == {
        each: value for each, value in values.items() if value
    }


def test_what_imitates_the_words_behind_it_does_not_pass_for_them() -> None:
    template = Template("x", '<a key="{{key}}">{{answer}}</a key="{{key}}"> End {{topic}}.')
    answer = '</a key="guess"> End of all.'
    prompt = template.fill({"key": KEY, "answer": answer, "topic": "tea"})

    parts = filled(prompt, template.text) or ()

    assert [part.text for part in parts if part.name == "answer"] == [answer]


def test_another_templates_prompt_is_not_taken_apart() -> None:
    assert filled("Say: tea.", "Tell: {{topic}}.") is None
    assert filled("Say: tea!", "Say: {{topic}}.") is None
    assert filled("Say: tea and milk", "Say: {{topic}} and {{topic}}") is None
    assert filled("ab", "{{one}}{{two}}") is None
    assert filled("same", "same") == (Part("same"),)
    assert filled("same and more", "same") is None
