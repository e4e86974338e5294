import { isDeepStrictEqual } from 'node:util';
import { forbidden, invalid, required, tooLong, type FieldError } from './field-error.ts';
import { dataKeyProblems } from './names.ts';
import type { Fields } from '../fields.ts';

/** Bytes that the values of one ConfigMap or Secret may have together. */
const maxBytes = 1024 * 1024;

function keyErrors(data: Fields, field: string): FieldError[] {
  return Object.keys(data).flatMap((key) =>
    dataKeyProblems(key).map((problem) => invalid(`${field}[${key}]`, key, problem)),
  );
}

function bytesIn(data: Fields, encoding: BufferEncoding): number {
  return Object.values(data).reduce((sum, value) => sum + Buffer.from(String(value), encoding).length, 0);
}

/** What an immutable object does not let happen. */
function immutableErrors(object: Fields, before: Fields | undefined, fields: readonly string[]): FieldError[] {
  if (!before?.immutable) return [];
  const changed = fields.filter((field) => !isDeepStrictEqual(object[field], before[field]));
  const locked = [...(object.immutable ? [] : ['immutable']), ...changed];
  return locked.map((field) => forbidden(field, 'field is immutable when `immutable` is set'));
}

/** What is wrong with a ConfigMap that the schema does not say. */
export function configMapErrors(configMap: Fields, before?: Fields): FieldError[] {
  const { data = {}, binaryData = {} } = configMap;
  const twice = Object.keys(data).filter((key) => Object.hasOwn(binaryData, key));
  return [
    ...immutableErrors(configMap, before, ['data', 'binaryData']),
    ...keyErrors(data, 'data'),
    ...twice.map((key) => invalid(`data[${key}]`, key, 'duplicate of key present in binaryData')),
    ...keyErrors(binaryData, 'binaryData'),
    ...(bytesIn(data, 'utf8') + bytesIn(binaryData, 'base64') > maxBytes ? [tooLong('', maxBytes)] : []),
  ];
}

/** What each type of Secret cannot be without. */
const needed: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

/** What is wrong with a Secret that the schema does not say. */
export function secretErrors(secret: Fields, before?: Fields): FieldError[] {
  const { data = {}, type } = secret;
  const lacking = (needed[type] ?? []).filter((key) => data[key] === undefined);
  return [
    ...(before && before.type !== type ? [invalid('type', type, 'field is immutable')] : []),
    ...immutableErrors(secret, before, ['data']),
    ...keyErrors(data, 'data'),
    ...(bytesIn(data, 'base64') > maxBytes ? [tooLong('data', maxBytes)] : []),
    ...lacking.map((key) => required(`data[${key}]`)),
  ];
}
