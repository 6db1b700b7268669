"""Take a body out of the chunks it comes in (RFC 9112, section 7.1)."""

from http.client import HTTPException

_LINE_END = b"\r\n"
_LONGEST_LINE = 2**12
_HEX = 16


class Chunks:
    """Knows where in the body the next bytes belong."""

    def __init__(self) -> None:
        self.over = False
        """Whether the last chunk, and what may follow on it, has come."""
        self._rest = b""
        """Bytes of a line whose end has not come."""
        self._left = 0
        """Bytes the current chunk still lacks, its line end included."""
        self._last = False
        """Whether the last chunk has begun: lines follow on it, up to an empty one."""

    def take(self, came: bytes) -> bytes:
        """Return what the next bytes hold, without the chunks; raises HTTPException."""
        held, at, parts = self._rest + came, 0, []
        while not self.over and at < len(held):
            if self._left:
                piece = held[at : at + self._left]
                # The line end goes with its chunk, and may be cut off it.
                parts.append(piece[: max(0, self._left - len(_LINE_END))])
                self._left -= len(piece)
                at += len(piece)
                continue
            end = held.find(_LINE_END, at)
            if end < 0:
                break
            self._read(held[at:end])
            at = end + len(_LINE_END)
        self._rest = b"" if self._left else held[at:]
        if len(self._rest) > _LONGEST_LINE:
            raise HTTPException("a chunk without a size")
        return b"".join(parts)

    def _read(self, line: bytes) -> None:
        if self._last:
            self.over = not line
            return
        try:
            size = int(line.split(b";", 1)[0], _HEX)
        except ValueError as error:
            raise HTTPException("a chunk without a size") from error
        if size < 0:
            raise HTTPException("a chunk without a size")
        self._last = size == 0
        self._left = size + len(_LINE_END) if size else 0
