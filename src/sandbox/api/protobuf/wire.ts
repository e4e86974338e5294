/** One field of a protobuf message as it lies on the wire: a number, or the bytes of everything else. */
export interface WireField {
  number: number;
  value: bigint | Buffer;
}

/** Reads one varint. Throws RangeError at the end of the data. */
function varint(data: Buffer, start: number): { value: bigint; end: number } {
  let value = 0n;
  for (let at = start; at < start + 10; at += 1) {
    const byte = data.readUInt8(at);
    value |= BigInt(byte & 0x7f) << BigInt(7 * (at - start));
    if (byte < 0x80) return { value, end: at + 1 };
  }
  throw new RangeError('a protobuf number is too long');
}

function bytes(data: Buffer, start: number, length: number): Buffer {
  if (start + length > data.length) throw new RangeError('a protobuf message ends too early');
  return data.subarray(start, start + length);
}

/** The fields of a message in order. Throws RangeError where the data is no protobuf. */
export function* wireFields(data: Buffer): Generator<WireField> {
  let at = 0;
  while (at < data.length) {
    const tag = varint(data, at);
    const number = Number(tag.value >> 3n);
    const head = varint.bind(undefined, data, tag.end);
    const type = Number(tag.value & 7n);
    if (type === 0) {
      const { value, end } = head();
      yield { number, value };
      at = end;
    } else if (type === 2) {
      const { value, end } = head();
      yield { number, value: bytes(data, end, Number(value)) };
      at = end + Number(value);
    } else {
      throw new RangeError(`no field of a Kubernetes object has wire type ${type}`);
    }
  }
}
