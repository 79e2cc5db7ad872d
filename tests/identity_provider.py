"""A small OpenID Connect provider on a free port: whoever comes is signed in as `person`, without a question."""

from __future__ import annotations

import json
import threading
import time
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route

from tests.serving import free_port

CLIENT_ID, CLIENT_SECRET = "orchestrator-flow", "a-client-secret"


class IdentityProvider:
    """Serves discovery, keys, authorisation and tokens until the block ends."""

    def __init__(self) -> None:
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.person: dict[str, Any] = {}
        self._key = self.published = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._nonces: dict[str, str | None] = {}
        routes = [
            Route("/.well-known/openid-configuration", self._discovery),
            Route("/keys", self._keys),
            Route("/authorize", self._authorize),
            Route("/token", self._token, methods=["POST"]),
        ]
        config = uvicorn.Config(Starlette(routes=routes), port=self.port, log_level="warning")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    async def _discovery(self, _: Request) -> JSONResponse:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def _keys(self, _: Request) -> JSONResponse:
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.published.public_key()))
        return JSONResponse({"keys": [{**key, "kid": "one", "use": "sig", "alg": "RS256"}]})

    async def _authorize(self, request: Request) -> RedirectResponse:
        asked = request.query_params
        code = uuid4().hex
        self._nonces[code] = asked.get("nonce")
        return RedirectResponse(
            f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}", 302
        )

    async def _token(self, request: Request) -> JSONResponse:
        form = await request.form()
        if str(form["code"]) not in self._nonces:
            return JSONResponse({"error": "invalid_grant"}, 400)
        nonce = self._nonces.pop(str(form["code"]))
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 600, **self.person}
        if nonce is not None:
            claims.setdefault("nonce", nonce)
        token = jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": "one"})
        return JSONResponse(
            {"access_token": uuid4().hex, "token_type": "Bearer", "id_token": token, "expires_in": 600}
        )

    def __enter__(self) -> IdentityProvider:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)
