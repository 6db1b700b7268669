"""Amazon Bedrock: the only room that knows AWS."""

from .client import Bedrock, Wiring

__all__ = ["Bedrock", "Wiring"]
