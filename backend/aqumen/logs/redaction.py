"""What may not stand in a log: keys, tickets, students' links, accounts, passwords."""

import re
from functools import reduce

REDACTED = "[redacted]"

_NAMES = (
    r"(?:aws[_-]?)?(?:secret(?:[_-]?access)?[_-]?key|session[_-]?token)|x-amz-(?:security-token|"
    r"signature|credential)|(?:x-)?api[_-]?key|password|passwd|secret|token|ticket|cookie"
)
_PATTERNS = (
    # A header's whole value: of a signature, each part says something.
    (
        r"\b((?:proxy-)?authorization)\b([\"']?\s*[:=,]\s*(?:b?[\"'])?)[^\"'\r\n]+",
        rf"\1\2{REDACTED}",
    ),
    (rf"\b({_NAMES})\b([\"']?\s*[:=]\s*(?:b?[\"'])?)[^\s\"',;&)}}\]]+", rf"\1\2{REDACTED}"),
    (r"\b(bearer\s+|basic\s+(?=\S{16}))[A-Za-z0-9._~+/=-]{8,}", rf"\1{REDACTED}"),
    (r"\barn:aws[a-z-]*:[^\s\"',;)}\]]+", f"arn:{REDACTED}"),
    (r"\b(?:AKIA|ASIA|AROA|AIDA|ABSK)[A-Za-z0-9+/=_-]{12,}", REDACTED),
    (r"\baq([kt])_[A-Za-z0-9._-]{8,}", rf"aq\1_{REDACTED}"),
    # Only where such a token can begin: looked for within one, a long one would take for ever.
    (r"(?<![\w-])eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?", REDACTED),
    (r"(://)[^/\s\"'@]+@", rf"\1{REDACTED}@"),
    (r"(/api/play/)[^/?\s\"']+", rf"\1{REDACTED}"),
)
_REPLACEMENTS = [(re.compile(pattern, re.IGNORECASE), by) for pattern, by in _PATTERNS]
_QUERY = re.compile(r"\?.*", re.DOTALL)


def redacted(text: str) -> str:
    """Return a text with everything in it that opens a door, or names an account, taken out."""
    return reduce(lambda left, each: each[0].sub(each[1], left), _REPLACEMENTS, text)


def without_query(address: str) -> str:
    """Return the address of a request as a log may have it: its query holds topics and tickets."""
    return redacted(_QUERY.sub(f"?{REDACTED}", address))
