"""A form with one file, read piece by piece as it comes over the wire."""

from collections.abc import AsyncIterator

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from odyssee.domain.errors import FormExpected, InputInvalid, Problem

FILE = "file"
_MAX_FIELD_BYTES = 4096
_MAX_FIELDS = 20


class FileForm:
    """Takes the bytes of a form: gives those of its file on, and keeps its short fields."""

    def __init__(self, content_type: str) -> None:
        """Read the boundary.

        Raises:
            FormExpected: the body is no form.
        """
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise FormExpected
        self.fields: dict[str, str] = {}
        self.file_name: str | None = None
        """Null until a file came."""
        self._header = b""
        self._value = b""
        self._name = ""
        self._said = b""
        self._is_file = False
        self._ready: list[bytes] = []
        self._ended = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_begin": self._begin_header,
                "on_header_field": self._add_header,
                "on_header_value": self._add_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._end_headers,
                "on_part_data": self._add,
                "on_part_end": self._end,
                "on_end": self._end_form,
            },
        )

    async def read(self, request: Request) -> AsyncIterator[bytes]:
        """The bytes of the file, as they come.

        Raises:
            InputInvalid: the form is broken, has other fields, or no file.
        """
        try:
            async for chunk in request.stream():
                for piece in self._take(chunk):
                    yield piece
        except ClientDisconnect:  # nobody hears the answer; what came is taken back
            raise InputInvalid([Problem("", "bad_form")]) from None
        if self.file_name is None:
            raise InputInvalid([Problem(FILE, "missing")])
        if not self._ended:
            raise InputInvalid([Problem("", "bad_form")])

    def _take(self, chunk: bytes) -> list[bytes]:
        if chunk:
            try:
                self._parser.write(chunk)
            except FormParserError:
                raise InputInvalid([Problem("", "bad_form")]) from None
        ready, self._ready = self._ready, []
        return ready

    def _begin(self) -> None:
        self._name, self._said, self._is_file = "", b"", False

    def _begin_header(self) -> None:
        self._header = self._value = b""

    def _add_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]
        self._check_length(self._header)

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._check_length(self._value)

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            _kind, options = parse_options_header(self._value)
            self._name = options.get(b"name", b"").decode("utf-8", "replace")
            named = options.get(b"filename")
            if self._name == FILE and named is not None:
                if self.file_name is not None:
                    raise InputInvalid([Problem(FILE, "one_file_only")])
                self._is_file = True
                # Browsers write a quote so (WHATWG HTML, multipart/form-data encoding).
                self.file_name = named.decode("utf-8", "replace").replace("%22", '"')

    def _end_headers(self) -> None:
        if self._is_file:
            return
        if self._name == FILE:
            raise InputInvalid([Problem(FILE, "not_a_file")])
        if self._name not in {"lang", "legend", "sha256"} or len(self.fields) >= _MAX_FIELDS:
            raise InputInvalid([Problem("", "unknown_field")])

    def _add(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self._ready.append(data[start:end])
        else:
            self._said += data[start:end]
            self._check_length(self._said)

    def _end(self) -> None:
        if not self._is_file:
            self.fields[self._name] = self._said.decode("utf-8", "replace")

    def _end_form(self) -> None:
        self._ended = True

    @staticmethod
    def _check_length(told: bytes) -> None:
        if len(told) > _MAX_FIELD_BYTES:
            raise InputInvalid([Problem("", "bad_form")])
