import { badRequest } from '../../store/api-error.ts';
import { type Field, fieldsOf } from './messages.ts';
import { type WireField, wireFields } from './wire.ts';

export const protobufType = 'application/vnd.kubernetes.protobuf';
const magic = Buffer.from('6b387300', 'hex');

/** The object in a protobuf body. Throws ApiError 400 for one that only JSON can carry here, and for one that is damaged. */
export function decodeProtobuf(body: Buffer): Record<string, any> {
  if (!body.subarray(0, 4).equals(magic)) throw badRequest('the protobuf body has no Kubernetes header');
  try {
    const { typeMeta, raw } = decodeMessage('Unknown', body.subarray(4));
    return { ...typeMeta, ...decodeMessage(typeMeta.kind, raw) };
  } catch (error) {
    if (error instanceof RangeError) throw badRequest(`the protobuf body is damaged: ${error.message}`);
    throw error;
  }
}

function decodeMessage(message: string, data: Buffer): Record<string, any> {
  const fields = fieldsOf(message);
  if (!fields) throw badRequest(`the sandbox reads ${message} only from JSON`);
  const result: Record<string, any> = {};
  for (const wire of wireFields(data)) {
    const field = fields.get(wire.number);
    if (!field) throw badRequest(`the sandbox reads field ${wire.number} of ${message} only from JSON`);
    put(result, field, wire);
  }
  return result;
}

function put(result: Record<string, any>, field: Field, wire: WireField): void {
  const { name, type, many, keepsZero } = field;
  if (many === 'map') {
    const [key, value] = entry(wire.value as Buffer);
    result[name] = { ...result[name], [key]: decodeValue(type, value) };
    return;
  }
  const value = decodeValue(type, wire.value);
  if (many === 'list') result[name] = [...(result[name] ?? []), value];
  else if (keepsZero || !isZero(value)) result[name] = value;
}

/** Go leaves no field out, and means nothing by most zeros. */
function isZero(value: unknown): boolean {
  return value === '' || value === 0 || value === false || value === undefined;
}

function entry(data: Buffer): [key: string, value: WireField['value']] {
  const parts = new Map([...wireFields(data)].map(({ number, value }) => [number, value]));
  return [String(parts.get(1) ?? ''), parts.get(2) ?? Buffer.alloc(0)];
}

const messages: Readonly<Record<string, (message: Record<string, any>) => unknown>> = {
  Time: ({ seconds }) => (seconds ? `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z` : undefined),
  IntOrString: ({ type, intVal, strVal }) => (type === 1 ? strVal : (intVal ?? 0)),
  Quantity: ({ string }) => string,
};

function decodeValue(type: string, value: WireField['value']): unknown {
  if (type === 'int') return Number(BigInt.asIntN(64, value as bigint));
  if (type === 'bool') return value !== 0n;
  if (type === 'string') return value.toString();
  if (type === 'bytes') return (value as Buffer).toString('base64');
  if (type === 'raw') return value;
  const message = decodeMessage(type, value as Buffer);
  return messages[type] ? messages[type](message) : message;
}
