"""What looks like data is taken out of the texts of errors."""

from __future__ import annotations

import pytest

from orchflow.warehouse.scrubbing import scrubbed


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("The model does not answer", "The model does not answer"),
        ("Request failed with status code 429", "Request failed with status code Too Many Requests"),
        ("HTTP/1.1 404: no such thing", "HTTP Not Found: no such thing"),
        ("Cannot read 'Anna Schmidt'", "Cannot read …"),
        ('Unexpected token in "the salary of Bob', "Unexpected token in …"),
        ("can't open the user's file `/home/anna/q3.xls`", "can't open the user's file …"),
        ("he said 'it's Anna's' and left", "he said … and left"),
        ("„Anna“ and «Bob» and “Eve”", "… and … and …"),
        ("mail anna.schmidt+x@example.org (sent)", "mail … (sent)"),
        ("customer 4711, order A-77-b, +49 30 1234", "customer …, order …"),
        ("GET https://x.example/people?name=anna failed", "GET … failed"),
        ('{"name": "Anna", "age": 44, "id": "9f-1"}', "{…}"),
        ("id=4711 of run 2026-11-22T10:00:00Z", "id=… of run …"),
        ("number ١٢٣ and ４５", "number … and …"),
        ("", ""),
    ],
)
def test_quotations_addresses_and_numbers_go(text: str, left: str) -> None:
    assert scrubbed(text) == left
