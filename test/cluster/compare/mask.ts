import { isDeepStrictEqual } from 'node:util';
import type { Answer } from '../stack/api.ts';

/** Fields whose values differ between any two clusters; only their presence is compared. */
const varying = new Set([
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'deletionTimestamp',
  'lastTransitionTime',
  'lastUpdateTime',
  'time',
  'clusterIP',
  'clusterIPs',
  'nodePort',
  'continue',
  'nodeName',
]);
const texts: readonly [RegExp, string][] = [
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uid>'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>'],
  [/\b(10\.\d+\.\d+\.\d+(:6443)?|127\.0\.0\.1:\d+)\b/g, '<address>'],
  [/(?<=resource version: \d+, current: )\d+|(?<=too old resource version: \d+ \()\d+/g, '<resourceVersion>'],
  // A patch that cannot be read is refused with the whole object, as its own managers of fields have it.
  [/(?<=is invalid: patch: Invalid value: "|^Invalid value: ")\{.*\}(?=": )/, '<object>'],
  // The real server prints its two structs after it.
  [/(?<=\(allow it to be set to 1 if it was previously negative\))\n[^]*$/, ''],
  // The real server also has forms that no kubectl asks for alone: YAML, protobuf, watches in them.
  [/(?<=Available representations: )(application\/json, .*|application\/json)$/, '<representations>'],
  // The column of a Table that tells an object's age.
  [/^(\d+[smhd])+$/, '<age>'],
];

/** An answer without what differs between any two clusters: status, the headers that clients read, and the masked body. */
export function masked({ status, headers, body }: Answer): unknown {
  const shown = mask(body);
  const told = Array.isArray(shown) ? shown.filter((_, at) => !isRepeat(shown, body, at)) : shown;
  return { status, type: headers['content-type'], warning: headers.warning, body: told };
}

/** Whether a watch's event shows nothing but that a controller wrote: they write at their own pace, and their part is masked. */
function isRepeat(shown: readonly any[], told: readonly any[], at: number): boolean {
  if (shown[at].type !== 'MODIFIED' || !JSON.stringify(told[at]).includes('"kube-controller-manager"')) return false;
  // Of a stream's Tables only the first names the columns.
  const [now, before] = [shown[at], shown[at - 1]].map((event) => ({ ...event?.object, columnDefinitions: null }));
  return isDeepStrictEqual(now, before);
}

function mask(value: unknown): unknown {
  if (typeof value === 'string') return texts.reduce((text, [pattern, name]) => text.replace(pattern, name), value);
  if (Array.isArray(value)) return value.map(mask);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(withoutUnseen(value)).map(([name, inner]) => [name, maskField(name, inner)]);
  return Object.fromEntries(fields);
}

function maskField(name: string, value: unknown): unknown {
  const isValue = ['string', 'number'].includes(typeof value) || Array.isArray(value);
  return varying.has(name) && isValue && value !== '' && value !== 'None' ? `<${name}>` : mask(value);
}

/** The object without what no comparison can hold on to, and what no user gets to see. */
function withoutUnseen(object: any): any {
  // kubectl prints no column's description.
  if (Array.isArray(object.columnDefinitions))
    return { ...object, columnDefinitions: object.columnDefinitions.map(described) };
  // Controllers write at their own pace, so that a read may come before them or after.
  if (object.spec?.template && object.spec.selector) return without(object, 'status');
  // Kinds beside TCPRoute have this version, and the sandbox does not have them.
  if (object.kind === 'APIGroup') return { ...object, versions: object.versions.filter(isSandboxed) };
  // The real server checks metadata up to four times on an update; kubectl prints no cause twice.
  if (Array.isArray(object.causes)) return { ...object, causes: unique(object.causes) };
  const { managedFields } = object;
  if (!Array.isArray(managedFields)) return object;
  const ours = managedFields.filter(({ manager }) => manager !== 'kube-controller-manager');
  return { ...object, managedFields: ours.toSorted((a, b) => (identity(a) < identity(b) ? -1 : 1)) };
}

function unique(causes: readonly unknown[]): unknown[] {
  return [...new Map(causes.map((cause) => [JSON.stringify(cause), cause])).values()];
}

/** Servers order the managers by time, which is masked. */
function identity({ operation, manager, apiVersion, subresource }: any): string {
  return JSON.stringify([operation, manager, apiVersion, subresource]);
}

function isSandboxed({ groupVersion }: any): boolean {
  return groupVersion !== 'gateway.networking.k8s.io/v1alpha3';
}

function described(column: any): unknown {
  return without(column, 'description');
}

function without(object: object, field: string): object {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== field));
}
