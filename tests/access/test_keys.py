"""Keys: how they are written down and recognized."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqumen.access.keys import Key, Keyring, digest, keyring_of, new_key
from aqumen.errors import KeysUnreadable

PLAIN = "a-key-that-somebody-has-thought-of-himself"


def line(**more: object) -> str:
    entry = {"name": "console", "scopes": ["read"], "digest": digest("console", PLAIN), **more}
    return json.dumps({name: value for name, value in entry.items() if value is not None})


def test_a_key_is_known_by_its_digest() -> None:
    made = new_key()
    keyring = keyring_of(line(digest=digest("console", made)))

    found = keyring.key_of(made)

    assert found is not None
    assert (found.name, found.scopes) == ("console", frozenset({"read"}))
    assert keyring.key_of(f"{made}x") is None
    assert keyring.key_of("") is None


def test_of_a_key_that_is_written_plainly_the_digest_is_kept() -> None:
    keyring = keyring_of(line(digest=None, key=PLAIN))

    found = keyring.key_of(PLAIN)

    assert found is not None
    assert PLAIN not in repr(found)
    assert PLAIN not in repr(vars(found))


def test_a_digest_is_no_key_and_belongs_to_one_name() -> None:
    stolen = digest("console", PLAIN)

    assert keyring_of(line()).key_of(stolen) is None
    assert digest("other", PLAIN) != stolen


def test_keys_stand_in_a_list_or_one_a_line() -> None:
    two = [line(), line(name="other", digest=digest("other", PLAIN[::-1]))]

    for text in ("\n".join(two), f"[{', '.join(two)}]"):
        keyring = keyring_of(text)
        other = keyring.key_of(PLAIN[::-1])
        assert len(keyring) == 2
        assert other is not None
        assert other.name == "other"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("secret", "neither a JSON list nor an object a line"),
        ('{"name": "x"', "neither a JSON list nor an object a line"),
        (line(scopes=["all"]), "key 1 scopes 0: Input should be"),
        (line(scopes=[]), "key 1 scopes"),
        (line(digest=None), "key 1 digest: Field required."),
        (line(digest=None, key="short"), "a key has to have 32 to 512 characters"),
        (line(name="A Name"), "key 1 name"),
        (line(more=1), "key 1 more"),
        (line(scopes=["public", "read"]), "the scope public goes with no other"),
        (line(scopes=["public"]), "a public key needs the origins of its web pages"),
        (line(scopes=["public"], origins=["https://a.b"]), "a public key needs daily_usd"),
        (line(daily_usd=0), "key 1 daily_usd"),
        (line(origins=["demo.aqumen.ai"]), "key 1 origins 0"),
        (f"{line()}\n{line()}", "names console more than once"),
        ("[7]", "key 1"),
    ],
)
def test_what_is_wrong_is_said_without_saying_the_keys(text: str, sentence: str) -> None:
    with pytest.raises(KeysUnreadable) as refused:
        keyring_of(text)

    assert sentence in refused.value.text
    assert "secret" not in refused.value.text
    assert digest("console", PLAIN) not in refused.value.text
    assert refused.value.__cause__ is None


@given(st.text(max_size=200))
def test_no_text_but_a_key_is_taken_for_one_and_none_is_a_crash(text: str) -> None:
    keyring = Keyring([Key(name="console", scopes=frozenset({"read"}), digest="0" * 64)])

    assert keyring.key_of(text) is None
    try:
        read = keyring_of(text)
    except KeysUnreadable:
        return
    assert not len(read)
