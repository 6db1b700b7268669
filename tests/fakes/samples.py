"""A question with its material, and tool inputs that every step accepts."""

import json
import re
from typing import Any

from aqumen.events import Usage
from aqumen.material import Aim, Answer, Catalog, Mistake, Question, VerifiedMistake
from aqumen.models.request import JsonObject, Reply

SITE = re.compile(r"<<([^>]+)>>")
"""How the deployed site finds spans in a line: `/<<([^>]+)>>/g`."""

AIM = Aim(topic="SQL transactions", difficulty="Advanced", subtopic="Moving money between accounts")


def replied(tool_input: Any, *, stop_reason: str = "tool_use") -> Reply:
    """A reply that came through the tool; None stands for one that did not."""
    text = json.dumps(tool_input)
    return Reply(text, tool_input, stop_reason, Usage(), 1.0, 0.1)


def wrote(text: str, *, stop_reason: str = "end_turn") -> Reply:
    """A reply in plain text."""
    return Reply(text, None, stop_reason, Usage(), 1.0, 0.1)


def categories() -> JsonObject:
    return {
        "Beginner": ["Commit and rollback", "Autocommit mode pitfalls", "Atomic statements"],
        "Intermediate": ["Isolation level choice", "Lock wait timeouts", "Savepoint nesting"],
        "Advanced": [
            "Moving money between accounts",
            "Write skew detection",
            "Deadlock-free lock ordering",
            "Serialization failure retries",
        ],
    }


_NAMES = (
    ("Reads the balance without locking the row", "SELECT balance without FOR UPDATE"),
    ("Locks the accounts in the order of the request", "locks sender first, then receiver"),
    ("Retries the failed statement inside the aborted transaction", "except: cursor.execute again"),
    ("Keeps amounts in binary floating point numbers", "amount FLOAT or float(amount)"),
    ("Calls the payment gateway while holding locks", "requests.post before commit"),
    ("Takes the commit for a proof of delivery", "commit() then mark as delivered"),
)


def errors() -> JsonObject:
    return {
        "errors": [
            {
                "mistake": name,
                "why_wrong": "Two transfers at once then lose money, or one of them fails.",
                "match_hint": hint,
                "impact": "Major",
                "domain_specific": True,
                "likelihood_strong_avoids": 0.9,
                "likelihood_weak_makes": 0.6,
            }
            for name, hint in _NAMES
        ]
    }


CATALOG: Catalog = tuple(Mistake.model_validate(entry) for entry in errors()["errors"])


def question() -> JsonObject:
    return {
        "title": "Transfer between two accounts",
        "question_text": "Write the function transfer(connection, sender, receiver, amount) for "
        "the bank's back office, in Python with psycopg.",
        "context": "PostgreSQL 16 at READ COMMITTED; up to 40 transfers a second, many between "
        "the same two accounts in both directions.",
        "artifact_type": "code",
        "requirements": [
            "Money is neither lost nor made, whatever runs at the same time.",
            "No account falls below zero.",
            "A transfer that cannot be made raises InsufficientFunds.",
            "Transfers in both directions do not block each other for good.",
        ],
        "success_criteria": ["The function can be put to use as it is.", "Every path ends."],
    }


QUESTION = Question.model_validate(question())

TEXT = """### OUTPUT
def transfer(connection, sender, receiver, amount):
    with connection.transaction():
        row = connection.execute("SELECT balance FROM accounts WHERE id = %s", [sender]).fetchone()
        if row[0] < amount:
            raise InsufficientFunds(sender)
        connection.execute(TAKE, [amount, sender])

### RATIONALE
The check stands before the update.

### CONSIDERATIONS
Accounts exist.
"""
QUOTE = 'connection.execute("SELECT balance FROM accounts WHERE id = %s", [sender])'
ANSWER = Answer(text=TEXT, output="", rationale="", considerations="")


def findings(**present: str) -> JsonObject:
    """One finding an entry, all of them `no` but those given as e0="yes" and so on."""
    return {
        "findings": [
            {
                "mistake": entry.mistake,
                "quote": QUOTE,
                "reason": "The row is read without a lock.",
                "present": present.get(f"e{number}", "no"),
            }
            for number, entry in enumerate(CATALOG)
        ],
        "quality_score": 6,
    }


VERIFIED = tuple(VerifiedMistake(mistake=entry, quote=QUOTE) for entry in CATALOG[:2])
SPAN = 'row = execute("SELECT balance FROM accounts WHERE id = %s", [sender])'


def assessment() -> JsonObject:
    lines = ["# Back office: moves money between two accounts.", ""]
    lines += [f"step_{number} = prepare({number})" for number in range(28)]
    lines[7] = f"    <<{SPAN}>>"
    return {
        "title": "A transfer between accounts",
        "difficulty": "Beginner",
        "content_type": "code",
        "content": lines,
        "errors": [
            {
                "id": SPAN,
                "description": "The balance is read without locking the row, so two transfers "
                "may both pass the check.",
                "mistake": CATALOG[0].mistake,
            }
        ],
    }
