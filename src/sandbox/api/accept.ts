import { ApiError } from '../store/api-error.ts';

/** The forms in which a client may ask for objects. */
export type Form = 'object' | 'table' | 'metadata';

export interface Accepted {
  type: string;
  parameters: Readonly<Record<string, string>>;
}

/** The media types of an Accept header, in the client's order. */
export function accepted(header: string | undefined): Accepted[] {
  return (header ?? '*/*').split(',').map((range) => {
    const [type = '', ...rest] = range.split(';').map((part) => part.trim());
    return { type, parameters: Object.fromEntries(rest.map((pair) => pair.split('=', 2) as [string, string])) };
  });
}

const json = ['application/json', 'application/*', '*/*'];
const versions = ['v1', 'v1beta1'];

/** The form in which to answer. Throws ApiError 406 where the client takes none of them as JSON. */
export function formOf(header: string | undefined): Form {
  for (const { type, parameters } of accepted(header)) {
    if (!json.includes(type)) continue;
    if (parameters['as'] === undefined) return 'object';
    if (parameters['g'] !== 'meta.k8s.io' || !versions.includes(parameters['v'] ?? '')) continue;
    if (parameters['as'] === 'Table') return 'table';
    if (parameters['as'].startsWith('PartialObjectMetadata')) return 'metadata';
  }
  const message = '406: Not Acceptable\n\nAvailable representations: application/json';
  throw new ApiError(406, 'NotAcceptable', message, {});
}
