"""Who asks, and what their token lets them see."""

from __future__ import annotations

from starlette.requests import Request

from bot.sandbox.network.state import Networks, Token


class Refusal(Exception):
    """An error answer with its status."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status


class Asking:
    """Mastodon's rules of who may ask what, in the words of its errors."""

    def __init__(self, networks: Networks) -> None:
        self._networks = networks

    def known_token(self, request: Request) -> Token | None:
        """The token that the request carries, if it is one."""
        word = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        return self._networks.tokens.get(word)

    def token(self, request: Request) -> Token:
        """A valid token, whatever it may do."""
        token = self.known_token(request)
        if token is None:
            raise Refusal(401, "The access token is invalid")
        return token

    def user(self, request: Request, *scopes: str) -> str:
        """The id of the account whose token it is; one of the scopes is needed."""
        token = self.token(request)
        self._allow(token, *scopes)
        if not token.account:
            raise Refusal(422, "This method requires an authenticated user")
        if self._networks.accounts[token.account].disabled:
            raise Refusal(403, "Your login is currently disabled")
        return token.account

    def viewer(self, request: Request, scope: str) -> str:
        """The id of the account that looks, or nothing for a stranger or an app; a token needs the scope."""
        if "authorization" in request.headers:
            token = self.token(request)
            self._allow(token, scope)
            return token.account
        if not self._networks.open_to_strangers:
            raise Refusal(401, "This API requires an authenticated user")
        return ""

    def _allow(self, token: Token, *scopes: str) -> None:
        if not any(token.allows(scope) for scope in scopes):
            raise Refusal(403, "This action is outside the authorized scopes")
