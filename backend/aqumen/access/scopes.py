"""What a key may do, by name."""

from typing import Literal

Scope = Literal["generate", "read", "prompts", "admin", "public"]
"""
generate   start runs of one's own, cancel, share and delete them
read       see one's own runs
prompts    change the prompts of everybody's runs
admin      all of this, with everybody's runs
public     ask for tickets, from one's own web pages: what a site may show to anybody
"""
SCOPES: tuple[Scope, ...] = ("generate", "read", "prompts", "admin", "public")
