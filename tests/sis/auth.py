"""Who may read a district: OAuth 1.0a signatures (RFC 5849, two-legged) and OAuth 2 client credentials."""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import threading
import time
from urllib.parse import quote, unquote, urlsplit

from sis.query import pairs

_HASHES = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}
_OAUTH1_PARAMETER = re.compile(r'\s*([\w.~-]+)="([^"]*)"\s*')
# What an endpoint needs one of; the rest needs one of the last.
_SCOPES = {"demographics": ("roster-demographics.readonly",),
           "resources": ("resource-core.readonly", "resource.readonly"),
           None: ("roster-core.readonly", "roster.readonly")}


class Refused(Exception):
    """The request is not allowed. status 401 or 403; error is OAuth 2's word for it."""

    def __init__(self, text, status=401, error="invalid_client"):
        super().__init__(text)
        self.status = status
        self.error = error


def encode(text):
    """RFC 3986 percent-encoding as RFC 5849 wants it."""
    return quote(text, safe="~")


def base_string(method, url, parameters):
    """The text that is signed. url: with or without query, which is left out of it; parameters: all pairs."""
    parts = urlsplit(url)
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    if parts.port and parts.port != {"http": 80, "https": 443}.get(scheme):
        host = f"{host}:{parts.port}"
    encoded = sorted((encode(name), encode(value)) for name, value in parameters)
    joined = "&".join(f"{name}={value}" for name, value in encoded)
    return "&".join((method.upper(), encode(f"{scheme}://{host}{parts.path or '/'}"), encode(joined)))


def signature(kind, text, consumer_secret, token_secret=""):
    """The signature of a base string: kind is HMAC-SHA1 or HMAC-SHA256."""
    key = f"{encode(consumer_secret)}&{encode(token_secret)}".encode()
    return base64.b64encode(hmac.new(key, text.encode(), _HASHES[kind]).digest()).decode()


class Open:
    """Everybody may read: for trying things by hand."""

    def check(self, request, resource, skew=0):
        """Never refuses."""

    def forget(self):
        """There is nothing to forget."""


class OAuth1:
    """One consumer key. Each nonce is good once, each timestamp five minutes to either side."""

    def __init__(self, key, secret, methods=tuple(_HASHES), window=300):
        self.key, self.secret, self.methods, self.window = key, secret, tuple(methods), window
        self._seen = {}
        self._lock = threading.Lock()

    def check(self, request, resource, skew=0):
        """Raises Refused unless the request is signed with the key, over all of its query. skew: how far our clock is ahead."""
        given = self._parameters(request.headers.get("Authorization", ""))
        if given.get("oauth_consumer_key") != self.key:
            raise Refused("unknown consumer key")
        kind = given.get("oauth_signature_method")
        if kind not in self.methods or kind not in _HASHES:
            raise Refused("signature method not accepted here")
        if given.get("oauth_version", "1.0") != "1.0":
            raise Refused("oauth_version is not 1.0")
        self._check_signature(request, kind, given)
        self._check_once(given, time.time() + skew)

    def forget(self):
        """Forgets the nonces that were used."""
        with self._lock:
            self._seen.clear()

    @staticmethod
    def _parameters(header):
        scheme, _, rest = header.partition(" ")
        if scheme.lower() != "oauth":
            raise Refused("no OAuth signature")
        matches = [_OAUTH1_PARAMETER.fullmatch(part) for part in rest.split(",")]
        if not all(matches):
            raise Refused("the Authorization header cannot be read")
        return {unquote(match[1]): unquote(match[2]) for match in matches}

    def _check_signature(self, request, kind, given):
        signed = [(name, value) for name, value in given.items() if name not in ("oauth_signature", "realm")]
        text = base_string(request.method, request.url, signed + pairs(request.query))
        if not hmac.compare_digest(signature(kind, text, self.secret), given.get("oauth_signature", "")):
            raise Refused("the signature does not fit the request")

    def _check_once(self, given, now):
        stamp, nonce = given.get("oauth_timestamp", ""), given.get("oauth_nonce", "")
        if not re.fullmatch(r"\d{1,12}", stamp) or abs(int(stamp) - now) > self.window:
            raise Refused("the timestamp is too far from now")
        with self._lock:
            self._seen = {key: when for key, when in self._seen.items() if when > now - 2 * self.window}
            if not nonce or (stamp, nonce) in self._seen:
                raise Refused("the nonce was used before")
            self._seen[stamp, nonce] = now


class OAuth2:
    """One client. Tokens live for a while and can be forgotten, as after a restart of the SIS."""

    def __init__(self, client_id, secret, lifetime=3600, expires_in_as="number", client_auth=("basic", "body"),
                 scopes=None, narrows=True, needs_query="", form_in="body"):
        """expires_in_as: "number" or "string". scopes: what is granted at most; None grants what is asked. narrows: what
        goes beyond is left out; else the whole token is refused. needs_query: what the token URL must carry. form_in: "body", or
        "query" where grant and scope stand behind that."""
        self.narrows, self.needs_query, self.form_in = narrows, needs_query, form_in
        self.client_id, self.secret, self.lifetime = client_id, secret, lifetime
        self.expires_in_as, self.client_auth, self.scopes = expires_in_as, tuple(client_auth), scopes
        self._tokens = {}
        self._lock = threading.Lock()

    def check(self, request, resource, skew=0):
        """Raises Refused unless the request has a token that lives and reaches so far; tokens are timed by this machine's clock."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        with self._lock:
            ends, scope = self._tokens.get(token, (0, ()))
        if scheme.lower() != "bearer" or ends <= time.time():
            raise Refused("no token, or one that has expired", error="invalid_token")
        if scope is None:
            raise Refused("no scope was granted", status=403, error="insufficient_scope")
        wanted = _SCOPES.get(resource, _SCOPES[None])
        reach = {name.rpartition("/")[2] for name in scope}.intersection(*[sum(_SCOPES.values(), ())])
        if reach and not reach.intersection(wanted):
            raise Refused(f"the token does not reach {resource}", status=403, error="insufficient_scope")

    def forget(self):
        """Forgets all tokens."""
        with self._lock:
            self._tokens.clear()

    def token(self, request):
        """The answer to a token request as a dict; raises Refused."""
        form = self._form(request)
        if form.get("grant_type") != "client_credentials":
            raise Refused("only client_credentials are granted", status=400, error="unsupported_grant_type")
        if not self._knows(request.headers.get("Authorization", ""), form):
            raise Refused("unknown client or wrong secret")
        asked = form.get("scope", "").split()
        granted = asked if self.scopes is None else [scope for scope in asked if scope in self.scopes]
        if granted != asked and not self.narrows:
            raise Refused("a scope is not granted", status=400, error="invalid_scope")
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._tokens[token] = (time.time() + self.lifetime, None if asked and not granted else tuple(granted))
        lifetime = str(self.lifetime) if self.expires_in_as == "string" else self.lifetime
        return {"access_token": token, "token_type": "Bearer", "expires_in": lifetime, "scope": " ".join(granted)}

    def _form(self, request):
        start = f"{self.needs_query}&" if self.needs_query else ""
        if self.form_in == "query" and request.query.startswith(start) and not request.body:
            return dict(pairs(request.query.removeprefix(start)))
        if self.form_in == "query" or request.query != self.needs_query:
            raise Refused("the token address is another", status=404, error="invalid_request")
        return dict(pairs(request.body.decode("utf-8", "replace").replace("+", "%20")))

    def _knows(self, header, form):
        expected = (self.client_id, self.secret)
        scheme, _, blob = header.partition(" ")
        if scheme.lower() == "basic" and "basic" in self.client_auth:
            try:
                given = base64.b64decode(blob, validate=True).decode("utf-8").partition(":")[::2]
            except (binascii.Error, UnicodeDecodeError):
                return False
            return given == expected or tuple(map(unquote, given)) == expected
        return "body" in self.client_auth and (form.get("client_id"), form.get("client_secret")) == expected


class Bearer:
    """A fixed bearer; with key and application, one that a list of districts tells to who has the key (ClassLink's proxy)."""

    def __init__(self, bearer, key=None, application=None):
        self.bearer, self.key, self.application = bearer, key, application

    def check(self, request, resource, skew=0):
        """Raises Refused unless the request has the bearer."""
        if request.headers.get("Authorization", "") != f"Bearer {self.bearer}":
            raise Refused("not the bearer of this district", error="invalid_token")

    def forget(self):
        """There is nothing to forget."""

    def applications(self, request):
        """The list, of this district and another; raises Refused."""
        if self.key is None or request.headers.get("Authorization", "") != f"Bearer {self.key}":
            raise Refused("not a partner's key", error="invalid_token")
        other = {"id": 1, "tenant_name": "Birch", "bearer": "another-one", "oneroster_application_id": "other%3D"}
        return {"status": 1, "applications": [other, {**other, "id": 2, "tenant_name": "Maple", "bearer": self.bearer,
                                                      "oneroster_application_id": self.application}]}


_KINDS = {"open": Open, "oauth1": OAuth1, "oauth2": OAuth2, "bearer": Bearer}


def make(settings):
    """Credentials from {"kind": "open" | "oauth1" | "oauth2" | "bearer", …the arguments of that class}."""
    options = dict(settings or {"kind": "open"})
    kind = options.pop("kind", None)
    if kind not in _KINDS:
        raise ValueError(f"auth.kind must be one of {', '.join(_KINDS)}")
    return _KINDS[kind](**options)
