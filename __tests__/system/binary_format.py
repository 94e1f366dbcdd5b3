"""The binary format, written from docs/serializable.md with nothing but the standard library."""

import struct

INTS = {3: ">b", 4: ">h", 5: ">i", 6: ">q", 8: ">B", 9: ">H", 10: ">I"}
FLOATS = {11: ">f", 12: ">d"}
types = {}


class Enum:
    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        return type(self) is type(other) and self.value == other.value


class Message:
    fields = ()

    def __init__(self, **values):
        for name, default in self.fields:
            setattr(self, name, values.get(name, default() if callable(default) else default))

    def __eq__(self, other):
        return type(self) is type(other) and vars(self) == vars(other)


def define(type_id):
    def decorate(cls):
        cls.type_id = type_id
        types[type_id] = cls
        return cls

    return decorate


def write_int(value):
    for type_id, limit in ((3, 127), (4, 32767), (5, 2147483647), (6, 2**63 - 1)):
        if -limit <= value <= limit or type_id == 6:
            return struct.pack(">H", type_id) + struct.pack(INTS[type_id], value)


def write(value):
    if value is None:
        return struct.pack(">H", 15)
    if isinstance(value, bool):
        return struct.pack(">HB", 1, value)
    if isinstance(value, int):
        return write_int(value)
    if isinstance(value, float):
        return struct.pack(">Hf", 11, value)
    if isinstance(value, str):
        data = value.encode("utf-8")
        return struct.pack(">H", 13) + write_int(len(data)) + data
    if isinstance(value, bytes):
        return struct.pack(">H", 14) + write_int(len(value)) + value
    if isinstance(value, (list, tuple)):
        return struct.pack(">H", 16) + write_int(len(value)) + b"".join(map(write, value))
    if isinstance(value, dict):
        pairs = b"".join(write(key) + write(item) for key, item in value.items())
        return struct.pack(">H", 17) + write_int(len(value)) + pairs
    if isinstance(value, (set, frozenset)):
        return struct.pack(">H", 18) + write_int(len(value)) + b"".join(map(write, value))
    if isinstance(value, Enum):
        return struct.pack(">H", value.type_id) + write(value.value)
    if isinstance(value, Message):
        items = [getattr(value, name) for name, _ in value.fields]
        return struct.pack(">H", value.type_id) + write_int(len(items)) + b"".join(map(write, items))
    raise TypeError(type(value))


class Reader:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, form):
        (value,) = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return value

    def bytes(self, size):
        self.at += size
        if self.at > len(self.data):
            raise ValueError("too short")
        return self.data[self.at - size : self.at]

    def value(self):
        type_id = self.take(">H")
        if type_id == 1:
            return bool(self.take(">B"))
        if type_id in INTS:
            return self.take(INTS[type_id])
        if type_id in FLOATS:
            return self.take(FLOATS[type_id])
        if type_id == 13:
            return self.bytes(self.value()).decode("utf-8")
        if type_id == 14:
            return self.bytes(self.value())
        if type_id == 15:
            return None
        if type_id == 16:
            return [self.value() for _ in range(self.value())]
        if type_id == 17:
            return {self.value(): self.value() for _ in range(self.value())}
        if type_id == 18:
            return {self.value() for _ in range(self.value())}
        cls = types[type_id]
        if issubclass(cls, Enum):
            return cls(self.value())
        count = self.value()
        names = [name for name, _ in cls.fields]
        if count > len(names):
            raise ValueError("surplus fields")
        return cls(**{name: self.value() for name in names[:count]})


def read(data):
    reader = Reader(data)
    value = reader.value()
    if reader.at != len(data):
        raise ValueError("trailing bytes")
    return value
