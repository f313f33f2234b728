"""The frame of sealed bytes, a second time: libsodium and libzstd called directly, for tests that send or read sealed
messages by hand. It knows nothing of the C code, so a change of the format on either side shows."""
import base64
import ctypes
import ctypes.util
import os
import uuid

_sodium = ctypes.CDLL(ctypes.util.find_library("sodium") or "libsodium.so.23")
_zstd = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")
_zstd.ZSTD_compressBound.restype = _zstd.ZSTD_compress.restype = _zstd.ZSTD_decompress.restype = ctypes.c_size_t
_zstd.ZSTD_getFrameContentSize.restype = ctypes.c_ulonglong
if _sodium.sodium_init() < 0:
    raise RuntimeError("libsodium cannot start")

MAGIC, BY_PLACE, BY_FACTS = b"RcS", b"\x01", b"\x02"
RAW, PACKED = 0, 1
# The master key of tests; made up, and used nowhere else.
MASTER = base64.b64encode(b"a master key for tests, 32 bytes").decode()


def _aead(decrypt, key, nonce, data, bound):
    call = "crypto_aead_xchacha20poly1305_ietf_" + ("decrypt" if decrypt else "encrypt")
    out = ctypes.create_string_buffer(len(data) + 16)
    size = ctypes.c_ulonglong()
    lengths = [ctypes.c_ulonglong(len(data)), bound, ctypes.c_ulonglong(len(bound))]
    arguments = [out, ctypes.byref(size)] + ([None, data] if decrypt else [data]) + lengths + ([] if decrypt else [None]) + [nonce, key]
    if getattr(_sodium, call)(*arguments) != 0:
        raise ValueError("the seal is broken")
    return out.raw[:size.value]


def _bound(head, district, field, facts):
    said = b"\n" + facts if head[3:4] == BY_FACTS else b""
    return head + str(district).encode() + b"\n" + field.encode() + said


def facts_of(headers):
    """What a payload on a topic is bound to: headers in their order, with lengths."""
    parts = [(name.encode(), value.encode()) for name, value in headers.items() if name == "ce_id" or name.startswith("rc_") and name != "rc_sealed"]
    return b"".join(b"%d:%b%d:%b" % (len(name), name, len(value), value) for name, value in parts)


def pack(plain):
    out = ctypes.create_string_buffer(_zstd.ZSTD_compressBound(ctypes.c_size_t(len(plain))))
    size = _zstd.ZSTD_compress(out, ctypes.c_size_t(len(out)), plain, ctypes.c_size_t(len(plain)), 1)
    return out.raw[:size]


def unpack(packed):
    out = ctypes.create_string_buffer(_zstd.ZSTD_getFrameContentSize(packed, ctypes.c_size_t(len(packed))) or 1)
    size = _zstd.ZSTD_decompress(out, ctypes.c_size_t(len(out)), packed, ctypes.c_size_t(len(packed)))
    if size > len(out):
        raise ValueError("damaged packed bytes")
    return out.raw[:size]


def seal(key_id, key, district, field, plain, form=PACKED, nonce=None, facts=b""):
    """The frame of plain; key_id is 16 bytes, key 32. Without facts: of version 1."""
    nonce = nonce or os.urandom(24)
    head = MAGIC + (BY_FACTS if facts else BY_PLACE) + bytes([form]) + key_id
    body = pack(plain) if form == PACKED else plain
    return head + nonce + _aead(False, key, nonce, body, _bound(head, district, field, facts))


def open_with(key, district, field, sealed, facts=b""):
    """The plain text of a frame, or ValueError."""
    if sealed[:3] != MAGIC or sealed[3:4] not in (BY_PLACE, BY_FACTS):
        raise ValueError("not sealed")
    plain = _aead(True, key, sealed[21:45], sealed[45:], _bound(sealed[:21], district, field, facts))
    return unpack(plain) if sealed[4] == PACKED else plain


def key_id_of(sealed):
    return sealed[5:21]


def master_id(master=MASTER):
    out = ctypes.create_string_buffer(16)
    what, key = b"rollcall master key id 1", base64.b64decode(master)
    _sodium.crypto_generichash(out, ctypes.c_size_t(16), what, ctypes.c_ulonglong(len(what)), key, ctypes.c_size_t(32))
    return out.raw


def wrap(district, name, key, master=MASTER):
    return seal(master_id(master), base64.b64decode(master), district, name, key, RAW)


def unwrap(district, name, wrapped, master=MASTER):
    return open_with(base64.b64decode(master), district, name, wrapped)


def data_keys(connection, district, master=MASTER):
    """{key id: key} of a district, active key first, read as the superuser."""
    rows = connection.execute("SELECT key_id, wrapped FROM rollcall.district_data_key WHERE district_id = %s AND wrapped <> '' "
                              "ORDER BY state = 'active' DESC", [district]).fetchall()
    return {row[0].bytes: unwrap(district, f"data-key:{row[0].hex}", bytes(row[1]), master) for row in rows}


def open_from(connection, district, field, sealed, master=MASTER, facts=b""):
    """The plain text of a frame, by the district's keys in the database."""
    return open_with(data_keys(connection, district, master)[key_id_of(sealed)], district, field, sealed, facts)


def opened(connection, record, master=MASTER):
    """The payload of a record of support.kafka, unsealed where it is sealed."""
    if "rc_sealed" not in record.headers:
        return record.value
    field = "topic:" + record.topic.removeprefix("rollcall.").removesuffix(".v1")
    return open_from(connection, record.headers["rc_district"], field, record.value, master, facts_of(record.headers))


def make_data_key(connection, district, master=MASTER):
    """An active data key for a district that has none: (id, key)."""
    key_id, key = uuid.uuid4(), os.urandom(32)
    connection.execute("INSERT INTO rollcall.district_data_key (district_id, key_id, wrapped) VALUES (%s, %s, %s)",
                       [district, key_id, wrap(district, f"data-key:{key_id.hex}", key, master)])
    return key_id.bytes, key
