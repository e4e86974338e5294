import { apiVersionOf, isBuiltin, type Kind } from './kinds.ts';

export type OpenApiPart = Record<string, unknown>;

const parameter = (name: string, type: string, where = 'query') => ({
  name,
  in: where,
  ...(where === 'path' ? { required: true } : {}),
  schema: { type, uniqueItems: true },
});

const writing = ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => parameter(name, 'string'));
const reading = ['fieldSelector', 'labelSelector', 'resourceVersion'].map((name) => parameter(name, 'string'));

export const patchName = 'io.k8s.apimachinery.pkg.apis.meta.v1.Patch';

const patchTypes = ['application/apply-patch+yaml', 'application/json-patch+json', 'application/merge-patch+json'];
/** From its presence here kubectl tells the kinds that it may send strategic merge patches for. */
const strategicPatch = 'application/strategic-merge-patch+json';

const gvkOf = ({ group, version, kind }: Kind) => ({ group, kind, version });

function operation(kind: Kind, action: string, more: OpenApiPart): OpenApiPart {
  return {
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvkOf(kind),
    responses: { 200: { description: 'OK' } },
    ...more,
  };
}

function one(kind: Kind, component: string): OpenApiPart {
  const schema = { $ref: `#/components/schemas/${component}` };
  const body = (types: readonly string[], content: object) => ({
    content: Object.fromEntries(types.map((type) => [type, { schema: content }])),
    required: true,
  });
  const patch = { $ref: `#/components/schemas/${patchName}` };
  return {
    get: operation(kind, 'get', {}),
    put: operation(kind, 'put', { parameters: writing, requestBody: body(['*/*'], schema) }),
    delete: operation(kind, 'delete', { parameters: [parameter('dryRun', 'string')] }),
    patch: operation(kind, 'patch', {
      parameters: [...writing, parameter('force', 'boolean')],
      requestBody: body(isBuiltin(kind) ? [...patchTypes, strategicPatch] : patchTypes, patch),
    }),
    parameters: [
      parameter('name', 'string', 'path'),
      ...(kind.namespaced ? [parameter('namespace', 'string', 'path')] : []),
    ],
  };
}

function many(kind: Kind, component: string): OpenApiPart {
  const schema = { $ref: `#/components/schemas/${component}` };
  return {
    get: operation(kind, 'list', { parameters: reading }),
    post: operation(kind, 'post', {
      parameters: writing,
      requestBody: { content: { '*/*': { schema } }, required: true },
    }),
    delete: operation(kind, 'deletecollection', { parameters: reading }),
    ...(kind.namespaced ? { parameters: [parameter('namespace', 'string', 'path')] } : {}),
  };
}

/** The paths that serve a kind, with the query parameters that kubectl looks for before it asks for validation, dry runs or server-side apply. */
export function pathsOfKind(kind: Kind, component: string): OpenApiPart {
  const base = `/${kind.group ? 'apis' : 'api'}/${apiVersionOf(kind)}`;
  const collection = `${base}/${kind.namespaced ? 'namespaces/{namespace}/' : ''}${kind.plural}`;
  const subresources = kind.subresources.map((name) => [`${collection}/{name}/${name}`, one(kind, component)]);
  return {
    ...(kind.namespaced
      ? { [`${base}/${kind.plural}`]: { get: operation(kind, 'list', { parameters: reading }) } }
      : {}),
    [collection]: many(kind, component),
    [`${collection}/{name}`]: one(kind, component),
    ...Object.fromEntries(subresources),
  };
}
