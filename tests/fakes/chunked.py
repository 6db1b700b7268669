"""An answer's bytes as they come, in chunks, and one who reads them."""

HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"


def chunk(data: bytes) -> bytes:
    """Return data as one chunk."""
    return b"%x\r\n%s\r\n" % (len(data), data)


class KeepingReader:
    """Keeps what it reads, and wants it at once, or does not."""

    def __init__(self, *, wants: bool) -> None:
        self.wants = wants
        self.came = b""

    def wanted(self) -> bool:
        """As it was told."""
        return self.wants

    def read(self, came: bytes) -> None:
        """Keep it; raises ArithmeticError for an exclamation mark."""
        if b"!" in came:
            raise ArithmeticError
        self.came += came
