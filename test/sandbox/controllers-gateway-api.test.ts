import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Condition, KubeObject } from '../../src/core/objects.ts';
import { resolveBackends } from '../../src/sandbox/controllers/gateway-api/backends.ts';
import { judgeListeners } from '../../src/sandbox/controllers/gateway-api/listeners.ts';
import { kinds } from '../../src/sandbox/controllers/kinds.ts';
import { echoDeployment, gateway, namespace, service, tcpRoute } from '../helpers/manifests.ts';
import { freePort } from '../helpers/free-port.ts';
import { askTimes, countBy } from '../helpers/tcp.ts';
import { startWorld, type World } from '../helpers/world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

const v1 = service('tcp-echo-v1', { app: 'tcp-echo', version: 'v1' });
const v2 = service('tcp-echo-v2', { app: 'tcp-echo', version: 'v2' });

/** The conditions by type, as `status/reason`. */
function reasons(conditions: readonly Condition[]): Record<string, string> {
  return Object.fromEntries(conditions.map(({ type, status, reason }) => [type, `${status}/${reason}`]));
}

function isCurrent({ metadata }: KubeObject, conditions: readonly Condition[] | undefined): boolean {
  const known = conditions?.filter(({ reason }) => reason !== 'Pending') ?? [];
  return known.length > 0 && known.every(({ observedGeneration }) => observedGeneration === metadata.generation);
}

/** The first parent's conditions, once they are of this generation. */
async function parentConditions(name = 'tcp-echo'): Promise<Condition[]> {
  const { status } = await world.until(kinds.tcpRoute, name, (route) =>
    isCurrent(route, route.status?.parents?.[0]?.conditions),
  );
  return status.parents[0].conditions;
}

async function routeReasons(name?: string): Promise<Record<string, string>> {
  return reasons(await parentConditions(name));
}

function message(conditions: readonly Condition[], type: string): string | undefined {
  return conditions.find((condition) => condition.type === type)?.message;
}

async function gatewayState(ready: (object: KubeObject) => boolean): Promise<KubeObject> {
  return world.until(
    kinds.gateway,
    'tcp-echo-gateway',
    (object) => isCurrent(object, object.status?.conditions) && ready(object),
  );
}

async function listenerReasons(): Promise<Record<string, string>[]> {
  const { status } = await gatewayState(({ status }) => status.listeners?.length > 0);
  return status.listeners.map(({ conditions }: { conditions: Condition[] }) => reasons(conditions));
}

function listeners(...all: object[]): KubeObject {
  return gateway(all.map((listener, index) => ({ name: `tcp-${index}`, port: world.port, ...listener })));
}

const fine = { Accepted: 'True/Accepted', ResolvedRefs: 'True/ResolvedRefs' };

describe('a TCPRoute', () => {
  test('that fits is accepted, with its references resolved', async () => {
    world.apply(v1, listeners({}), tcpRoute([{ name: 'tcp-echo-v1' }], { sectionName: 'tcp-0' }));
    expect(await routeReasons()).toEqual(fine);
    const { status } = await world.until(kinds.tcpRoute, 'tcp-echo', () => true);
    expect(status.parents[0]).toMatchObject({
      controllerName: 'istio.io/gateway-controller',
      parentRef: { name: 'tcp-echo-gateway', sectionName: 'tcp-0' },
    });
  });

  const denials: [what: string, listener: object, parentRef: object, accepted: string, told: string][] = [
    ['another section', {}, { sectionName: 'tcp-9' }, 'False/NoMatchingParent', 'sectionName "tcp-9" not found'],
    ['another port', {}, { port: 9 }, 'False/NoMatchingParent', 'port 9 not found'],
    [
      'a listener for other kinds',
      { allowedRoutes: { kinds: [{ kind: 'TLSRoute' }] } },
      {},
      'False/NotAllowedByListeners',
      'kind TCPRoute is not allowed',
    ],
    ['a listener of another protocol', { protocol: 'HTTP' }, {}, 'False/NotAllowedByListeners', 'kind TCPRoute'],
    [
      'a listener that takes no namespace with its label',
      { allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { team: 'other' } } } } },
      {},
      'False/NotAllowedByListeners',
      `namespace "${namespace}" is not allowed`,
    ],
  ];
  test.each(denials)('for %s is not', async (...[, listener, parentRef, accepted, told]) => {
    world.apply(v1, listeners(listener), tcpRoute([{ name: 'tcp-echo-v1' }], parentRef));
    const conditions = await parentConditions();
    expect(reasons(conditions)).toMatchObject({ Accepted: accepted, ResolvedRefs: 'True/ResolvedRefs' });
    expect(message(conditions, 'Accepted')).toContain(told);
  });

  test('from another namespace is not, where the listener takes its own alone', async () => {
    const route = tcpRoute([{ name: 'tcp-echo-v1' }], { namespace });
    route.metadata.namespace = 'default';
    world.apply(v1, listeners({}), route);
    const found = () => world.registry.get(kinds.tcpRoute, 'tcp-echo', 'default')!.status?.parents?.[0].conditions;
    await world.settled(kinds.tcpRoute, () => found() !== undefined);
    expect(reasons(found())).toMatchObject({ Accepted: 'False/NotAllowedByListeners' });
  });

  test('from a namespace that the selector takes is accepted', async () => {
    const from = { from: 'Selector', selector: { matchExpressions: [{ key: 'team', operator: 'In', values: ['a'] }] } };
    const home = world.registry.get(kinds.namespace, namespace)!;
    world.registry.update({ ...home, metadata: { ...home.metadata, labels: { team: 'a' } } }, { manager: 'test' });
    world.apply(v1, listeners({ allowedRoutes: { namespaces: from } }), tcpRoute([{ name: 'tcp-echo-v1' }]));
    expect(await routeReasons()).toEqual(fine);
  });

  test('without a section is accepted by every listener', async () => {
    world.apply(v1, listeners({}, { port: await freePort() }), tcpRoute([{ name: 'tcp-echo-v1' }]));
    expect(message(await parentConditions(), 'Accepted')).toBe('Route was valid, bound to 2 parents');
    const state = await gatewayState(({ status }) => status.listeners?.[1]?.attachedRoutes === 1);
    expect(state.status.listeners.map(({ attachedRoutes }: { attachedRoutes: number }) => attachedRoutes)).toEqual([
      1, 1,
    ]);
  });

  const bad: [what: string, ref: object, resolved: string, told: string][] = [
    [
      'a Service that is not there',
      { name: 'absent' },
      'False/BackendNotFound',
      'backend(absent.shop.svc.cluster.local) not found',
    ],
    ['another kind', { name: 'x', kind: 'Pod' }, 'False/InvalidKind', 'group "" kind "Pod"'],
    ['another namespace', { name: 'x', namespace: 'default' }, 'False/RefNotPermitted', 'missing a ReferenceGrant'],
    ['a port of UDP', { name: 'udp' }, 'False/UnsupportedProtocol', 'port 9000 of Service udp has protocol UDP'],
  ];
  test.each(bad)('to %s is accepted, and says why it is not resolved', async (_, ref, resolved, told) => {
    world.apply(v1, service('udp', {}, { protocol: 'UDP' }), listeners({}));
    world.apply(
      tcpRoute([
        { name: 'tcp-echo-v1', weight: 80 },
        { weight: 20, ...ref },
      ]),
    );
    const conditions = await parentConditions();
    expect(reasons(conditions)).toEqual({ Accepted: 'True/Accepted', ResolvedRefs: resolved });
    expect(message(conditions, 'ResolvedRefs')).toContain(told);
  });

  test('without the port of its Service resolves to nothing at all', () => {
    const { route, verdict } = resolveBackends(world.registry, tcpRoute([{ name: 'x', port: undefined }]));
    expect(route).toBeUndefined();
    expect(verdict).toMatchObject({ status: 'False', reason: 'InvalidDestination' });
  });

  test('to another namespace is resolved with a grant there', async () => {
    const far = service('far', {});
    far.metadata.namespace = 'default';
    const grant = {
      ...kinds.referenceGrant,
      metadata: { name: 'grant', namespace: 'default' },
      spec: {
        from: [{ group: 'gateway.networking.k8s.io', kind: 'TCPRoute', namespace }],
        to: [{ group: '', kind: 'Service', name: 'far' }],
      },
    };
    world.apply(far, listeners({}), tcpRoute([{ name: 'far', namespace: 'default' }]));
    expect(await routeReasons()).toMatchObject({ ResolvedRefs: 'False/RefNotPermitted' });
    world.apply(grant);
    await world.until(kinds.tcpRoute, 'tcp-echo', ({ status }) =>
      status.parents[0].conditions.every(({ status }: Condition) => status === 'True'),
    );
    expect(await routeReasons()).toEqual(fine);
  });

  test('does not mind what is wrong with a backend of weight 0', async () => {
    world.apply(v1, listeners({}), tcpRoute([{ name: 'tcp-echo-v1' }, { name: 'absent', weight: 0 }]));
    expect(await routeReasons()).toEqual(fine);
  });

  test('to a Gateway of another class, or to none, gets no status', async () => {
    world.apply(v1, gateway([{ name: 'tcp', port: world.port }], { gatewayClassName: 'nginx' }));
    world.apply(tcpRoute([{ name: 'tcp-echo-v1' }]), tcpRoute([{ name: 'tcp-echo-v1' }], { name: 'nowhere' }, 'lost'));
    world.apply({ ...gateway([{ name: 'tcp', port: world.port }]), metadata: { name: 'ours', namespace } });
    world.apply(tcpRoute([{ name: 'tcp-echo-v1' }], { name: 'ours' }, 'last'));
    expect(await routeReasons('last')).toEqual(fine);
    for (const name of ['tcp-echo', 'lost']) {
      expect(world.registry.get(kinds.tcpRoute, name, namespace)!.status?.parents ?? []).toEqual([]);
    }
    const conditions: Condition[] =
      world.registry.get(kinds.gateway, 'tcp-echo-gateway', namespace)!.status?.conditions ?? [];
    expect(conditions.every(({ reason }) => reason === 'Pending')).toBe(true);
  });

  test('keeps what other controllers say of it', async () => {
    world.apply(v1, listeners({}), tcpRoute([{ name: 'tcp-echo-v1' }]));
    await parentConditions();
    const route = world.registry.get(kinds.tcpRoute, 'tcp-echo', namespace)!;
    const other = { ...route.status.parents[0], controllerName: 'example.com/other' };
    const status = { parents: [...route.status.parents, other] };
    world.registry.update({ ...route, status }, { manager: 'other', subresource: 'status' });
    world.apply(tcpRoute([{ name: 'tcp-echo-v1', weight: 5 }]));
    const changed = await world.until(kinds.tcpRoute, 'tcp-echo', ({ status, metadata }) =>
      status.parents.some(
        ({ conditions }: { conditions: Condition[] }) => conditions[0]!.observedGeneration === metadata.generation,
      ),
    );
    expect(changed.status.parents).toContainEqual(other);
    expect(changed.status.parents).toHaveLength(2);
  });
});

describe('a listener', () => {
  test('of protocol TCP has its conditions, and takes TCPRoutes', async () => {
    world.apply(listeners({}));
    expect(await listenerReasons()).toEqual([
      {
        Accepted: 'True/Accepted',
        Conflicted: 'False/NoConflicts',
        Programmed: 'True/Programmed',
        ResolvedRefs: 'True/ResolvedRefs',
      },
    ]);
    const { status } = await gatewayState(() => true);
    expect(status.listeners[0].supportedKinds).toEqual([{ group: 'gateway.networking.k8s.io', kind: 'TCPRoute' }]);
  });

  test.each([
    ['UDP', 'protocol "UDP" is unsupported'],
    ['tcp', 'protocol "tcp" is unsupported. hint: "TCP" (uppercase) may be supported'],
  ])('of protocol %s is not accepted', async (protocol, told) => {
    world.apply(listeners({ protocol }));
    expect(await listenerReasons()).toMatchObject([{ Accepted: 'False/UnsupportedProtocol' }]);
    const { status } = await gatewayState(() => true);
    expect(message(status.listeners[0].conditions, 'Accepted')).toBe(told);
  });

  test('that allows a kind which its protocol cannot carry says so', async () => {
    world.apply(listeners({ allowedRoutes: { kinds: [{ kind: 'TCPRoute' }, { kind: 'HTTPRoute' }] } }));
    expect(await listenerReasons()).toMatchObject([{ ResolvedRefs: 'False/InvalidRouteKinds' }]);
    const { status } = await gatewayState(() => true);
    expect(status.listeners[0].supportedKinds).toEqual([{ group: 'gateway.networking.k8s.io', kind: 'TCPRoute' }]);
  });

  test('on a port that another one has already is in conflict', () => {
    const judged = judgeListeners(listeners({}, {}, { protocol: 'HTTP' }));
    expect(judged.map(({ verdicts }) => reasons(verdicts)['Conflicted'])).toEqual([
      'False/NoConflicts',
      'True/HostnameConflict',
      'True/ProtocolConflict',
    ]);
    expect(judged.map(({ carries }) => carries)).toEqual([true, false, false]);
  });
});

describe('a Gateway', () => {
  test('gets a Deployment and a Service of its own, and their address', async () => {
    world.apply(listeners({}));
    const programmed = await gatewayState(({ status }) => status.addresses !== undefined);
    expect(reasons(programmed.status.conditions)).toEqual({
      Accepted: 'True/Accepted',
      Programmed: 'True/Programmed',
      ResolvedRefs: 'True/ResolvedRefs',
    });
    expect(programmed.status.addresses).toEqual([{ type: 'IPAddress', value: '127.0.0.1' }]);
    const name = 'tcp-echo-gateway-istio';
    const front = world.registry.get(kinds.service, name, namespace)!;
    expect(front.spec.ports).toMatchObject([
      { name: 'status-port', port: 15021 },
      { name: 'tcp-0', port: world.port },
    ]);
    expect(message(programmed.status.conditions, 'Programmed')).toContain(
      `${name}.${namespace}.svc.cluster.local:${world.port}`,
    );
    const pods = world.registry.list(kinds.pod, namespace);
    expect(pods[0]!.metadata.labels).toMatchObject({ 'gateway.networking.k8s.io/gateway-name': 'tcp-echo-gateway' });
    expect(front.metadata.ownerReferences).toMatchObject([{ kind: 'Gateway', uid: programmed.metadata.uid }]);
  });

  test('waits for its address until its pods run', async () => {
    world.apply(listeners({}));
    const first = await gatewayState(() => true);
    expect(reasons(first.status.conditions)).toMatchObject({ Programmed: 'False/AddressNotAssigned' });
  });

  test('with an address of its own choice is not programmed', async () => {
    world.apply(
      gateway([{ name: 'tcp', port: world.port }], { addresses: [{ type: 'IPAddress', value: '10.0.0.1' }] }),
    );
    const state = await gatewayState(() => true);
    expect(reasons(state.status.conditions)).toMatchObject({ Programmed: 'False/UnsupportedAddress' });
  });

  test('opens a listener that is added, and closes the one that it replaces', async () => {
    world.apply(listeners({}));
    await gatewayState(({ status }) => status.addresses !== undefined);
    const other = await freePort();
    world.apply(v1, v2, echoDeployment('v1', 'one'), gateway([{ name: 'other', port: other }]));
    world.apply(tcpRoute([{ name: 'tcp-echo-v1' }]));
    await world.until(kinds.deployment, 'tcp-echo-v1', ({ status }) => status?.availableReplicas === 1);
    await world.quiet();
    expect(await askTimes(other, 1)).toEqual(['one']);
    await expect(askTimes(world.port, 1)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('of a class that becomes ours is taken on', async () => {
    world.apply(gateway([{ name: 'tcp', port: world.port }], { gatewayClassName: 'mine' }));
    world.apply({
      ...kinds.gatewayClass,
      metadata: { name: 'mine' },
      spec: { controllerName: 'istio.io/gateway-controller' },
    });
    const state = await gatewayState(({ status }) => status.addresses !== undefined);
    expect(reasons(state.status.conditions)).toMatchObject({ Programmed: 'True/Programmed' });
  });
});

describe('connections', () => {
  async function programmed(...objects: KubeObject[]): Promise<void> {
    world.apply(v1, v2, echoDeployment('v1', 'one'), echoDeployment('v2', 'two'), listeners({}), ...objects);
    for (const name of ['tcp-echo-v1', 'tcp-echo-v2']) {
      await world.until(kinds.deployment, name, ({ status }) => status?.availableReplicas === 1);
    }
    await gatewayState(({ status }) => status.addresses !== undefined);
  }

  test('of an invalid backend are accepted and closed, in its part', async () => {
    await programmed(
      tcpRoute([
        { name: 'tcp-echo-v1', weight: 3 },
        { name: 'absent', weight: 1 },
      ]),
    );
    expect(countBy(await askTimes(world.port, 12))).toEqual({ one: 9, '': 3 });
  });

  test('of a port that the Service does not have are accepted and closed', async () => {
    await programmed(tcpRoute([{ name: 'tcp-echo-v1' }, { name: 'tcp-echo-v2', port: 1 }]));
    expect(countBy(await askTimes(world.port, 4))).toEqual({ one: 2, '': 2 });
  });

  test('are all closed where every weight is 0, and where no route is attached', async () => {
    await programmed(tcpRoute([{ name: 'tcp-echo-v1', weight: 0 }]));
    expect(await askTimes(world.port, 2)).toEqual(['', '']);
    world.remove(kinds.tcpRoute, 'tcp-echo');
    await gatewayState(({ status }) => status.listeners[0].attachedRoutes === 0);
    expect(await askTimes(world.port, 2)).toEqual(['', '']);
  });

  test('count an omitted weight as 1', async () => {
    await programmed(tcpRoute([{ name: 'tcp-echo-v1' }, { name: 'tcp-echo-v2', weight: 3 }]));
    expect(countBy(await askTimes(world.port, 8))).toEqual({ one: 2, two: 6 });
  });

  test('go where the oldest of several routes says', async () => {
    await programmed(
      tcpRoute([{ name: 'tcp-echo-v2' }], {}, 'a-route'),
      tcpRoute([{ name: 'tcp-echo-v1' }], {}, 'b-route'),
    );
    await gatewayState(({ status }) => status.listeners[0].attachedRoutes === 2);
    expect(await askTimes(world.port, 3)).toEqual(['two', 'two', 'two']);
  });
});
