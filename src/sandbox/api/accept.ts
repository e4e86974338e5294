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

const versions = ['v1', 'v1beta1'];
const json = new Set(['application/json', 'application/*', '*/*']);

/** How to answer: in which form, and whether as YAML. Throws ApiError 406 where the client takes neither JSON nor YAML. */
export function formOf(header: string | undefined): { form: Form; yaml: boolean } {
  for (const { type, parameters } of accepted(header)) {
    const yaml = type === 'application/yaml';
    if (!json.has(type) && !yaml) continue;
    if (parameters.as === undefined) return { form: 'object', yaml };
    if (parameters.g !== 'meta.k8s.io' || !versions.includes(parameters.v ?? '')) continue;
    if (parameters.as === 'Table') return { form: 'table', yaml };
    if (parameters.as.startsWith('PartialObjectMetadata')) return { form: 'metadata', yaml };
  }
  const message = `406: Not Acceptable\n\nAvailable representations: application/json, application/yaml`;
  throw new ApiError(406, 'NotAcceptable', message, {});
}
