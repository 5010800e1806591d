"""The port of the page: two servers that start together never share one."""

from __future__ import annotations

import contextlib
import socket

import pytest

from alliance_sim.cli.commands.serve import _open_socket
from alliance_sim.cli.errors import Refusal


def test_two_servers_that_start_together_have_ports_of_their_own():
    first, second = _open_socket("127.0.0.1", None), _open_socket("127.0.0.1", None)
    with contextlib.closing(first), contextlib.closing(second):
        assert first.getsockname()[1] != second.getsockname()[1]


def test_a_port_that_is_taken_is_refused_at_once():
    with contextlib.closing(_open_socket("127.0.0.1", 0)) as first:
        port = first.getsockname()[1]
        with pytest.raises(Refusal, match=rf"port {port} \(Address already in use\); give another --port"):
            _open_socket("127.0.0.1", port)


def test_a_port_that_was_just_left_can_be_taken_again():
    with contextlib.closing(_open_socket("127.0.0.1", 0)) as first:
        port = first.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            pass
    _open_socket("127.0.0.1", port).close()
