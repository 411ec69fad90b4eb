"""Tokens of an OpenID Connect provider, checked (RFC 7519, RFC 8725, RFC 9068).

In: a token from a request. Out: a `Token` that can be believed, or None. Never: a token that was signed with a shared
secret, or not at all; and never an algorithm that the token chose among more than the service and the key allow. Needs
PyJWT and cryptography: `pip install katana[jwt]`.
"""

from katana.runtime.jwt._keys import Keys, KeysUnavailable
from katana.runtime.jwt._token import InvalidToken, Token
from katana.runtime.jwt._verifier import TokenVerifier

__all__ = ("InvalidToken", "Keys", "KeysUnavailable", "Token", "TokenVerifier")
