import { expect, test } from 'vitest';
import { apiVersionOf, builtinKinds, bundledCrds, isBuiltin, kindsOf } from '../../src/sandbox/objects/kinds.ts';
import { openApiDocument, openApiIndex } from '../../src/sandbox/objects/openapi.ts';

const kinds = [...builtinKinds, ...bundledCrds().flatMap(kindsOf)];

interface Operation {
  parameters?: { name: string }[];
  requestBody?: { content: object };
}

type Document = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, any> };
};
const documentOf = (group: string, version: string) => openApiDocument(group, version, kinds) as Document;

test('the index lists every group and version once, with a hash of its own', () => {
  const { paths } = openApiIndex(kinds) as { paths: Record<string, { serverRelativeURL: string }> };
  expect(Object.keys(paths)).toEqual([
    'api/v1',
    'apis/apps/v1',
    'apis/discovery.k8s.io/v1',
    'apis/coordination.k8s.io/v1',
    'apis/events.k8s.io/v1',
    'apis/authorization.k8s.io/v1',
    'apis/apiextensions.k8s.io/v1',
    'apis/gateway.networking.k8s.io/v1',
    'apis/gateway.networking.k8s.io/v1beta1',
    'apis/gateway.networking.k8s.io/v1alpha2',
    'apis/networking.istio.io/v1',
    'apis/networking.istio.io/v1alpha3',
    'apis/networking.istio.io/v1beta1',
  ]);
  expect(paths['apis/apps/v1']!.serverRelativeURL).toMatch(/^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]{64}$/);
  const hashes = Object.values(paths).map(({ serverRelativeURL }) => serverRelativeURL.split('=')[1]);
  expect(new Set(hashes).size).toBe(hashes.length);
});

test('the hash changes with a custom kind’s schema', () => {
  const index = (list: typeof kinds) => JSON.stringify(openApiIndex(list));
  const changed = kinds.map((kind) =>
    kind.kind === 'TCPRoute' ? { ...kind, schema: { type: 'object' as const } } : kind,
  );
  expect(index(changed)).not.toBe(index(kinds));
  expect(index([...kinds])).toBe(index(kinds));
});

function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    key === '$ref' && typeof child === 'string' ? [child.replace('#/components/schemas/', '')] : references(child),
  );
}

test.each([...new Set(kinds.map((kind) => `${kind.group} ${kind.version}`))])('%s stands on its own', (name) => {
  const [group, version] = name.split(' ') as [string, string];
  const document = documentOf(group, version);
  const missing = references(document).filter((reference) => !(reference in document.components.schemas));
  expect(missing).toEqual([]);
  for (const kind of kinds.filter((each) => each.group === group && each.version === version)) {
    const tagged = Object.values(document.components.schemas).flatMap(
      (schema) => schema['x-kubernetes-group-version-kind'] ?? [],
    );
    expect(tagged).toContainEqual({ group, version, kind: kind.kind });
    expect(tagged).toContainEqual({ group, version, kind: `${kind.kind}List` });
  }
});

test('explain finds its way from a Deployment to a container’s field', () => {
  const { schemas } = documentOf('apps', 'v1').components;
  const at = (type: string, field: string) => {
    const property = schemas[type].properties[field];
    return (property.allOf ?? property.items.allOf)[0].$ref.replace('#/components/schemas/', '');
  };
  const spec = at('io.k8s.api.apps.v1.Deployment', 'spec');
  const pod = at(at(spec, 'template'), 'spec');
  const container = at(pod, 'containers');
  expect(container).toBe('io.k8s.api.core.v1.Container');
  expect(schemas[pod].properties.containers).toMatchObject({
    type: 'array',
    'x-kubernetes-list-map-keys': ['name'],
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-patch-merge-key': 'name',
    'x-kubernetes-patch-strategy': 'merge',
  });
  expect(schemas[container].properties.image.description).toMatch(/image/i);
  expect(schemas[container].description).not.toBe('');
});

test('a custom kind is described by its own definition', () => {
  const { schemas } = documentOf('gateway.networking.k8s.io', 'v1').components;
  const route = schemas['io.k8s.networking.gateway.v1.TCPRoute'];
  expect(route.properties.spec.properties.rules).toMatchObject({
    type: 'array',
    maxItems: 1,
    items: { properties: { backendRefs: { items: { properties: { weight: { maximum: 1_000_000, default: 1 } } } } } },
  });
  expect(route.properties.metadata.allOf).toEqual([
    { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' },
  ]);
});

test.each(kinds.map((kind) => [`${apiVersionOf(kind)} ${kind.kind}`, kind] as const))(
  '%s says that its writes can be validated, tried and applied',
  (_, kind) => {
    const { paths } = documentOf(kind.group, kind.version);
    const path = Object.keys(paths).find((each) => each.endsWith(`/${kind.plural}/{name}`))!;
    const names = (action: string) => paths[path]![action]!.parameters!.map(({ name }) => name);
    expect(names('patch')).toEqual(expect.arrayContaining(['dryRun', 'fieldManager', 'fieldValidation', 'force']));
    expect(names('put')).toEqual(expect.arrayContaining(['dryRun', 'fieldManager', 'fieldValidation']));
    expect(path.includes('{namespace}')).toBe(kind.namespaced);
    const types = Object.keys(paths[path]!['patch']!.requestBody!.content);
    expect(types.includes('application/strategic-merge-patch+json')).toBe(isBuiltin(kind));
  },
);
