"""Whether a token can be believed.

In: a token in the compact form of RFC 7515. Out: a `Token`. Never: a look at claims before the signature is good.

What RFC 8725 asks for, by its sections:

- 3.1, 3.2: the algorithm is one that the service lists and the key is made for; `none` and shared secrets do not exist.
- 3.3: the signature is checked before anything that it covers; `crit` is refused, since no extension is known here.
- 3.8: the issuer is compared as it is, and the key comes from that issuer.
- 3.9: the audience is one of the service's.
- 3.10: what a header says about where to get a key (`jku`, `x5u`, `jwk`) is never looked at.
- 3.11, 3.12: `typ` says what the token is for (RFC 9068, 4), so that an ID token is no access token.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, Final

import jwt

from katana.runtime._ctx import Ctx
from katana.runtime._problem_statuses import ServiceUnavailable
from katana.runtime.auth import insufficient_scope
from katana.runtime.jwt._jwk import ALGORITHMS
from katana.runtime.jwt._keys import Keys, KeysUnavailable
from katana.runtime.jwt._token import InvalidToken, Token, scopes_of

_log = logging.getLogger("katana.jwt")
_LONGEST: Final = 16 << 10
_PARAMETERS: Final = frozenset({"b64", "crit"})


class TokenVerifier:
    """Believes the tokens of one issuer that are meant for this service.

    Args:
        issuer: the claim `iss`, exactly; also where the keys are looked up unless `keys` says otherwise.
        audience: what this service is called in the claim `aud`; one name of several is enough.
        keys: default: those that the issuer names by OpenID Connect Discovery.
        algorithms: the signatures that are believed, out of `ES*`, `EdDSA`, `PS*` and `RS*`.
        typ: that header, with or without `application/`; None: any, and also none. Many providers write
            `JWT`, or nothing; see that they do not call ID tokens the same and give them your audience.
        required: claims that have to be there, besides `iss`, `aud` and `exp`.
        leeway: seconds by which the clocks of issuer and service may differ.

    Raises:
        ValueError: an algorithm that is none of those, no audience, or an issuer whose keys cannot be trusted.
    """

    def __init__(
        self,
        *,
        issuer: str,
        audience: str | Iterable[str],
        keys: Keys | None = None,
        algorithms: Iterable[str] = ("ES256", "EdDSA", "PS256", "RS256"),
        typ: str | None = "at+jwt",
        required: Iterable[str] = (),
        leeway: float = 30.0,
    ) -> None:
        self._issuer = issuer
        self._audience = [audience] if isinstance(audience, str) else list(audience)
        self._algorithms = frozenset(algorithms)
        if unknown := self._algorithms - ALGORITHMS:
            raise ValueError(f"{min(unknown)!r} is none of {', '.join(sorted(ALGORITHMS))}")
        if not issuer or not self._audience or not all(self._audience) or not self._algorithms:
            raise ValueError("an issuer, an audience and an algorithm are needed")
        self._keys = keys if keys is not None else Keys.of(issuer)
        self._type = None if typ is None else _media_type(typ)
        self._options: Any = {"require": ["iss", "aud", "exp", *required]}
        self._leeway = leeway

    async def caller(self, ctx: Ctx, token: str, scopes: Iterable[str] = ()) -> Token | None:
        """What a hook of `Security` returns: the token, or None, which answers 401.

        Raises:
            Forbidden: the token does not grant all `scopes` (RFC 6750, 3.1).
            ServiceUnavailable: the issuer's keys cannot be had, so nobody can say.
        """
        try:
            found = await self.verify(token)
        except InvalidToken as error:
            _log.info("refused a token: %s (request_id=%s)", error, ctx.request_id)
            return None
        except KeysUnavailable as error:
            _log.error("no token can be checked: %s", error)
            raise ServiceUnavailable("token.keys_unavailable", retry_after=5) from None
        needed = tuple(scopes)
        if not found.scopes.issuperset(needed):
            raise insufficient_scope(ctx, needed)
        return found

    async def verify(self, token: str) -> Token:
        """The token, checked.

        Raises:
            InvalidToken: it cannot be believed.
            KeysUnavailable: the issuer's keys cannot be had.
        """
        algorithm, kid = self._read_header(token)
        key = await self._keys.find(kid, algorithm)
        if key is None:
            raise InvalidToken("no key of the issuer fits")
        try:
            claims = jwt.decode(
                token,
                key.key,
                algorithms=[algorithm],
                audience=self._audience,
                issuer=self._issuer,
                leeway=self._leeway,
                options=self._options,
            )
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            raise InvalidToken(f"{type(error).__name__}: {error}") from None
        subject = claims.get("sub", "")
        return Token(subject=subject if isinstance(subject, str) else "", scopes=scopes_of(claims), claims=claims)

    def _read_header(self, token: str) -> tuple[str, str | None]:
        """Algorithm and name of the key, as far as the header may say so."""
        if len(token) > _LONGEST:
            raise InvalidToken(f"longer than {_LONGEST} characters")
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            raise InvalidToken(f"{type(error).__name__}: {error}") from None
        algorithm, kid, type_ = header.get("alg"), header.get("kid"), header.get("typ")
        if not isinstance(algorithm, str) or algorithm not in self._algorithms:
            raise InvalidToken("its algorithm is not allowed")
        if _PARAMETERS & header.keys():
            raise InvalidToken("it needs extensions that are not understood")
        if self._type is not None and (not isinstance(type_, str) or _media_type(type_) != self._type):
            raise InvalidToken(f"its type is not {self._type}")
        if kid is not None and not isinstance(kid, str):
            raise InvalidToken("its key has no name")
        return algorithm, kid


def _media_type(text: str) -> str:
    """A `typ` without the prefix that it may leave out (RFC 7515, 4.1.9)."""
    return text.lower().removeprefix("application/")
