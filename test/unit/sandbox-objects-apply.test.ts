import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KubeObject, ManagedFieldsEntry } from '../../src/core/objects.ts';
import { conflictMessage, serverSideApply } from '../../src/sandbox/objects/apply.ts';
import { builtinKinds, bundledCrds, kindsOf, type Kind } from '../../src/sandbox/objects/kinds.ts';
import { trackUpdate } from '../../src/sandbox/objects/managed-fields.ts';

const kindNamed = (name: string): Kind =>
  [...builtinKinds, ...bundledCrds().flatMap(kindsOf)].find(({ kind, version }) => kind === name && version === 'v1')!;

const route = kindNamed('TCPRoute');
const service = kindNamed('Service');
const deployment = kindNamed('Deployment');
const noon = Date.parse('2026-01-01T12:00:00Z');

interface ApplyOptions {
  kind: Kind;
  live?: KubeObject | undefined;
  manager?: string;
  force?: boolean;
  now?: number;
}

function apply(applied: KubeObject, { kind, live, manager = 'one', force = false, now = noon }: ApplyOptions) {
  return serverSideApply({ live, applied, kind, manager, force, now });
}

function applied(object: KubeObject, options: ApplyOptions): KubeObject {
  const result = apply(object, options);
  expect(result.conflicts).toEqual([]);
  return result.object;
}

const serviceWith = (spec: object, metadata: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 's', namespace: 'n', ...metadata },
  spec,
});

const routeWith = (weights: number[], more: object = {}): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'TCPRoute',
  metadata: { name: 'r', ...more },
  spec: { rules: [{ backendRefs: weights.map((weight, index) => ({ name: `v${index + 1}`, port: 9000, weight })) }] },
});

const entryOf = (object: KubeObject, manager: string): ManagedFieldsEntry =>
  object.metadata.managedFields!.find((entry) => entry.manager === manager)!;

test('the first apply creates the object and owns its leaves, list items by their keys', () => {
  const object = applied(
    serviceWith({ selector: { app: 'x' }, ports: [{ name: 'tcp', port: 9000 }] }, { labels: { app: 'x' } }),
    { kind: service },
  );
  expect(object.metadata.managedFields).toEqual([
    {
      manager: 'one',
      operation: 'Apply',
      apiVersion: 'v1',
      time: '2026-01-01T12:00:00Z',
      fieldsType: 'FieldsV1',
      fieldsV1: {
        'f:metadata': { 'f:labels': { 'f:app': {} } },
        'f:spec': {
          'f:ports': { 'k:{"port":9000,"protocol":"TCP"}': { '.': {}, 'f:name': {}, 'f:port': {} } },
          'f:selector': {},
        },
      },
    },
  ]);
});

test('rules and their weights have one owner as a whole', () => {
  const object = applied(routeWith([80, 20]), { kind: route });
  expect(entryOf(object, 'one').fieldsV1).toEqual({ 'f:spec': { 'f:rules': {} } });
});

test('a field of another value that somebody else owns is a conflict, and the object stays', () => {
  const live = applied(routeWith([100]), { kind: route });
  const { object, conflicts } = apply(routeWith([80, 20]), { kind: route, live, manager: 'two' });
  expect(object).toEqual(live);
  expect(conflicts).toEqual([{ manager: 'one', fields: ['.spec.rules'], message: 'conflict with "one"' }]);
  expect(conflictMessage(conflicts)).toBe('Apply failed with 1 conflict: conflict with "one": .spec.rules');
});

test('a conflict with an update names the version', () => {
  const live = trackUpdate({ after: routeWith([100]), kind: route, manager: 'kubectl-edit', now: noon });
  const { conflicts } = apply(routeWith([1]), { kind: route, live });
  expect(conflicts[0]!.message).toBe('conflict with "kubectl-edit" using gateway.networking.k8s.io/v1');
});

test('several conflicts are listed by manager', () => {
  const live = applied(serviceWith({ type: 'NodePort', sessionAffinity: 'None' }), { kind: service });
  const { conflicts } = apply(serviceWith({ type: 'ClusterIP', sessionAffinity: 'ClientIP' }), {
    kind: service,
    live,
    manager: 'two',
  });
  expect(conflictMessage(conflicts)).toBe(
    'Apply failed with 2 conflicts: conflicts with "one":\n- .spec.sessionAffinity\n- .spec.type',
  );
});

test('force takes the field over', () => {
  const live = applied(routeWith([100]), { kind: route });
  const object = applied(routeWith([80, 20]), { kind: route, live, manager: 'two', force: true });
  expect(object.spec).toEqual(routeWith([80, 20]).spec);
  expect(object.metadata.managedFields!.map(({ manager }) => manager)).toEqual(['two']);
});

test('equal values are shared', () => {
  const live = applied(routeWith([100]), { kind: route });
  const object = applied(routeWith([100]), { kind: route, live, manager: 'two', now: noon + 1000 });
  expect(entryOf(object, 'one').fieldsV1).toEqual(entryOf(object, 'two').fieldsV1);
  const left = applied({ ...routeWith([100]), spec: undefined }, { kind: route, live: object, manager: 'two' });
  expect(left.spec).toEqual(live.spec);
});

test('a field that is applied no longer goes, unless somebody else owns it or it was never applied', () => {
  const first = applied(serviceWith({ type: 'NodePort' }, { labels: { a: '1', b: '2' } }), { kind: service });
  const live = trackUpdate({
    before: first,
    after: { ...first, spec: { ...first.spec, clusterIP: '10.0.0.1' } },
    kind: service,
    manager: 'registry',
    now: noon,
  });
  const object = applied(serviceWith({}, { labels: { a: '1' } }), { kind: service, live });
  expect(object.metadata.labels).toEqual({ a: '1' });
  expect(object.spec).toEqual({ clusterIP: '10.0.0.1' });
});

test('list items come and go by key, and the applied order is kept', () => {
  const ports = (...numbers: number[]) => numbers.map((port) => ({ name: `p${port}`, port }));
  const live = applied(serviceWith({ ports: ports(1, 2, 3) }), { kind: service });
  const other = applied(serviceWith({ ports: ports(4) }), { kind: service, live, manager: 'two' });
  expect(other.spec.ports).toEqual(ports(1, 2, 3, 4));
  const object = applied(serviceWith({ ports: ports(3, 1) }), { kind: service, live: other });
  expect(object.spec.ports).toEqual(ports(3, 4, 1));
});

test('a strategy of the live object that nobody applied stays', () => {
  const base: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: { replicas: 1 },
  };
  const live = applied(base, { kind: deployment });
  const withDefaults = { ...live, spec: { ...live.spec, paused: false } };
  const object = applied({ ...base, spec: { revisionHistoryLimit: 2 } }, { kind: deployment, live: withDefaults });
  expect(object.spec).toEqual({ paused: false, revisionHistoryLimit: 2 });
});

test('what an object without managers holds counts as an earlier update', () => {
  const live = routeWith([100]);
  const { conflicts } = apply(routeWith([50]), { kind: route, live });
  expect(conflicts[0]!.manager).toBe('before-first-apply');
});

test('status is left out of an apply to the object itself', () => {
  const object = applied({ ...routeWith([1]), status: { parents: [] } }, { kind: route });
  expect(entryOf(object, 'one').fieldsV1).toEqual({ 'f:spec': { 'f:rules': {} } });
});

// Nothing is empty here: an emptied list is gone, and there again when it is applied as empty, on a real API server as well.
const labels = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('1', '2'), {
  minKeys: 1,
  maxKeys: 4,
});
const ports = fc
  .uniqueArray(
    fc.record({ port: fc.integer({ min: 1, max: 6 }), name: fc.constantFrom('x', 'y'), nodePort: fc.constant(3) }),
    { selector: ({ port }) => port, minLength: 1, maxLength: 5 },
  )
  .map((list) => list.map(({ port, name, nodePort }) => ({ port, name, protocol: 'TCP', nodePort })));
const services = fc
  .record(
    {
      labels,
      selector: labels,
      ports,
      type: fc.constantFrom('ClusterIP', 'NodePort'),
      externalIPs: fc.array(fc.constantFrom('1.1.1.1', '2.2.2.2'), { minLength: 1, maxLength: 2 }),
    },
    { requiredKeys: [] },
  )
  .map(({ labels, ...spec }) => serviceWith(spec, labels ? { labels } : {}));

test('applying twice changes nothing', () => {
  fc.assert(
    fc.property(services, services, services, (first, second, third) => {
      let live = applied(first, { kind: service });
      live = applied(second, { kind: service, live, manager: 'two', force: true });
      live = applied(third, { kind: service, live, force: true });
      const again = applied(third, { kind: service, live, force: true, now: noon + 60_000 });
      expect(again).toEqual(live);
    }),
  );
});

/** True where every leaf of `part` is in `whole`, list items found by their port. */
function contains(whole: any, part: any): boolean {
  if (typeof part !== 'object') return whole === part;
  if (!Array.isArray(part)) return Object.keys(part).every((key) => contains(whole?.[key], part[key]));
  if (typeof part[0] !== 'object') return part.length === 0 || JSON.stringify(whole) === JSON.stringify(part);
  return part.every((item) =>
    contains(
      whole?.find(({ port }: { port: number }) => port === item.port),
      item,
    ),
  );
}

test('the result holds everything applied', () => {
  fc.assert(
    fc.property(services, services, services, (first, second, third) => {
      let live = applied(first, { kind: service });
      live = applied(second, { kind: service, live, manager: 'two', force: true });
      expect(contains(applied(third, { kind: service, live, force: true }), third)).toBe(true);
    }),
  );
});

const partOf = (prefix: string) =>
  fc
    .tuple(labels, ports)
    .map(([labels, ports]) =>
      serviceWith(
        { ports: ports.map((port) => ({ ...port, port: port.port + (prefix === 'x' ? 0 : 100) })) },
        { labels: Object.fromEntries(Object.entries(labels).map(([key, value]) => [prefix + key, value])) },
      ),
    );

test('what others own survives, whatever a manager applies or stops to apply', () => {
  fc.assert(
    fc.property(partOf('x'), partOf('x'), partOf('y'), (first, second, theirs) => {
      let live = applied(first, { kind: service });
      live = applied(theirs, { kind: service, live, manager: 'two' });
      live = applied(second, { kind: service, live });
      expect(contains(live, theirs)).toBe(true);
      expect(contains(live, second)).toBe(true);
      const names = (object: KubeObject) => Object.keys(object.metadata.labels ?? {});
      expect(new Set(names(live))).toEqual(new Set([...names(second), ...names(theirs)]));
      expect(live.spec?.ports?.length ?? 0).toBe(second.spec.ports.length + theirs.spec.ports.length);
    }),
  );
});

test('managers of disjoint fields commute', () => {
  const sorted = (object: KubeObject) => ({
    ...object,
    spec: { ports: (object.spec?.ports ?? []).toSorted((a: { port: number }, b: { port: number }) => a.port - b.port) },
  });
  fc.assert(
    fc.property(partOf('x'), partOf('y'), (mine, theirs) => {
      const order = (...writes: [KubeObject, string][]) =>
        writes.reduce<KubeObject | undefined>(
          (live, [object, manager]) => applied(object, { kind: service, live, manager }),
          serviceWith({}),
        )!;
      const [one, two] = [order([mine, 'one'], [theirs, 'two']), order([theirs, 'two'], [mine, 'one'])];
      const comparable = (object: KubeObject) => ({
        ...sorted(object),
        metadata: {
          ...object.metadata,
          managedFields: Object.fromEntries(
            object.metadata.managedFields!.map(({ manager, fieldsV1 }) => [manager, fieldsV1]),
          ),
        },
      });
      expect(comparable(one)).toEqual(comparable(two));
    }),
  );
});

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** A Service as `kubectl apply` leaves it, from the client's side. */
function appliedByClient(spec: object): KubeObject {
  const config = serviceWith(spec, { annotations: {} });
  const after = serviceWith(spec, { annotations: { [lastApplied]: JSON.stringify(config) } });
  return trackUpdate({ after, kind: service, manager: 'kubectl-client-side-apply', now: noon });
}

test('kubectl takes over from its own client side without force, and nobody else does', () => {
  const live = appliedByClient({ type: 'ClusterIP' });
  const wanted = serviceWith({ type: 'NodePort' });
  expect(apply(wanted, { kind: service, live, manager: 'tcpshift' }).conflicts).toHaveLength(1);
  const object = applied(wanted, { kind: service, live, manager: 'kubectl' });
  expect(object.spec).toEqual({ type: 'NodePort' });
  expect(object.metadata.annotations![lastApplied]).toBe(`${JSON.stringify(wanted)}\n`);
});

test('kubectl does not take over what was changed since', () => {
  const before = appliedByClient({ type: 'ClusterIP' });
  const after = { ...before, spec: { type: 'LoadBalancer' } };
  const live = trackUpdate({ before, after, kind: service, manager: 'kubectl-edit', now: noon });
  const { conflicts } = apply(serviceWith({ type: 'NodePort' }), { kind: service, live, manager: 'kubectl' });
  expect(conflicts.map(({ manager, fields }) => [manager, fields])).toEqual([['kubectl-edit', ['.spec.type']]]);
});

test('an annotation that is no configuration allows nothing', () => {
  const after = serviceWith({ type: 'ClusterIP' }, { annotations: { [lastApplied]: '{' } });
  const live = trackUpdate({ after, kind: service, manager: 'kubectl-client-side-apply', now: noon });
  const { conflicts } = apply(serviceWith({ type: 'NodePort' }), { kind: service, live, manager: 'kubectl' });
  expect(conflicts).toHaveLength(1);
});
