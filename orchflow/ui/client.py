"""The other end of the connection that draws the page."""

from __future__ import annotations

from typing import Any

from streamlit.runtime import context


def client_address() -> str:
    """The address of the browser, or of the last proxy before it that the settings do not name; "" where there is none.

    `st.context.ip_address` says nothing of this machine's own address, from which people come through a proxy beside it.
    """
    client: Any = context._get_client_context()
    address = getattr(client, "remote_ip", None)
    return address if isinstance(address, str) else ""
