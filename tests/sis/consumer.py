"""A plain reader of OneRoster for the tests of the pretend SIS: signs, pages by what it received, hides nothing."""

import base64
import http.client
import json
import secrets
import time
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from sis import auth
from sis.query import pairs
from sis.vocabulary import RESOURCES


@dataclass
class Reply:
    """One answer, unread."""

    status: int
    headers: object
    body: bytes

    def json(self):
        """The body as data."""
        return json.loads(self.body)


def encode_query(parameters):
    """A query with blanks as %20."""
    return "&".join(f"{quote(name, safe='')}={quote(str(value), safe='')}" for name, value in parameters.items())


class Consumer:
    """Reads one district over one connection that is kept open."""

    def __init__(self, base_url, sign=None, timeout=10):
        """sign: a function (method, url, query) → the Authorization header."""
        parts = urlsplit(base_url)
        self.base_url, self.path, self.sign = base_url, parts.path, sign
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def raw(self, path, query="", headers=None):
        """One GET; the query as it shall stand on the wire."""
        given = dict(headers or {})
        if self.sign:
            given["Authorization"] = self.sign("GET", f"{self.base_url}/{path}", query)
        self.connection.request("GET", f"{self.path}/{path}" + (f"?{query}" if query else ""), headers=given)
        reply = self.connection.getresponse()
        return Reply(reply.status, reply.headers, reply.read())

    def get(self, path, **parameters):
        """One GET with these parameters."""
        return self.raw(path, encode_query(parameters))

    def all(self, path, envelope, limit=50, **parameters):
        """All records of a collection, advancing by those received."""
        found = []
        while True:
            records = self.get(path, limit=limit, offset=len(found), **parameters).json()[envelope]
            if not records:
                return found
            found += records


def oauth1(key, secret, kind="HMAC-SHA1", **fixed):
    """A sign function for OAuth 1.0a; fixed: oauth_ parameters that shall not be made up, without the prefix."""
    def sign(method, url, query):
        given = {"consumer_key": key, "nonce": secrets.token_hex(8), "signature_method": kind,
                 "timestamp": str(int(time.time())), "version": "1.0", **fixed}
        named = {f"oauth_{name}": value for name, value in given.items()}
        text = auth.base_string(method, url, list(named.items()) + pairs(query))
        named.setdefault("oauth_signature", auth.signature(kind, text, secret))
        return "OAuth " + ", ".join(f'{name}="{auth.encode(value)}"' for name, value in named.items())
    return sign


def bearer(token):
    """A sign function that shows a token."""
    return lambda method, url, query: f"Bearer {token}"


def basic(client_id, secret):
    """The Authorization header of HTTP Basic."""
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def ask_token(url, body, headers=None):
    """One token request; body as it shall stand on the wire."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    connection.request("POST", parts.path + (f"?{parts.query}" if parts.query else ""), body,
                       {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})})
    reply = connection.getresponse()
    found = Reply(reply.status, reply.headers, reply.read())
    connection.close()
    return found


# ---- looking at what came --------------------------------------------------------------------------------------------

def nth_record(world, collection="users", nth=1):
    """The n-th record of a world in the order of ids, which is what the switches of faults go by."""
    return sorted(world[collection], key=lambda record: record["sourcedId"])[nth - 1]


def page(consumer, path="users", **parameters):
    """A page of twenty in the order of ids."""
    return consumer.get(path, **{"limit": 20, "sort": "sourcedId", **parameters})


def first_record(consumer, path="users"):
    """The first record of an endpoint in the order of ids."""
    return page(consumer, path).json()[RESOURCES[path].collection][0]


def user_ids(reply):
    """The ids on a page of users."""
    return [user["sourcedId"] for user in reply.json()["users"]]
