import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leaders, sortOut } from '../../src/core/belongings.ts';
import type { KubeObject, ObjectMeta } from '../../src/core/objects.ts';
import { asOurs } from '../../src/core/ownership.ts';

/** An object whose uid is its kind and name. */
function object(kind: string, name: string, metadata: Partial<ObjectMeta> = {}, apiVersion = 'v1'): KubeObject {
  return { apiVersion, kind, metadata: { name, uid: `${kind}/${name}`, namespace: 'demo', ...metadata } };
}

const ownedBy = (...uids: string[]): Partial<ObjectMeta> => ({
  ownerReferences: uids.map((uid) => ({ apiVersion: 'v1', kind: 'Any', name: 'any', uid })),
});
const uids = (objects: readonly KubeObject[]) => objects.map(({ metadata }) => metadata.uid);

function sorted(...objects: KubeObject[]) {
  const { roots, strangers } = sortOut(objects);
  return { roots: uids(roots), strangers: uids(strangers) };
}

describe('what is in a namespace', () => {
  const service = asOurs(object('Service', 'echo'));
  const deployment = asOurs(object('Deployment', 'echo', {}, 'apps/v1'));

  test('is ours by its label, or goes with what is ours, through any number of owners', () => {
    const replicaSet = object('ReplicaSet', 'echo-1', ownedBy('Deployment/echo'), 'apps/v1');
    const pod = object('Pod', 'echo-1-a', ownedBy('ReplicaSet/echo-1'));
    const slice = asOurs(object('EndpointSlice', 'echo-x', ownedBy('Service/echo'), 'discovery.k8s.io/v1'));
    expect(sorted(pod, replicaSet, slice, deployment, service)).toEqual({
      roots: ['Deployment/echo', 'Service/echo'],
      strangers: [],
    });
  });

  test.each([
    ['has no label', object('Secret', 'theirs')],
    [
      'is labelled by somebody else',
      object('Secret', 'theirs', { labels: { 'app.kubernetes.io/managed-by': 'Helm' } }),
    ],
    ['has an owner elsewhere', object('Secret', 'theirs', ownedBy('of another namespace'))],
    ['has an owner elsewhere, and our label', asOurs(object('Secret', 'theirs', ownedBy('of another namespace')))],
    ['has one owner of ours, and one that stays', object('Secret', 'theirs', ownedBy('Service/echo', 'elsewhere'))],
    ['is a token that was asked for', object('Secret', 'theirs', token('default'))],
    ['are Endpoints without a Service', object('Endpoints', 'theirs')],
  ])('is a stranger where it %s', (_, theirs) => {
    expect(sorted(service, theirs, object('ServiceAccount', 'default')).strangers).toEqual(uids([theirs]));
  });

  test('does not count where every cluster has it', () => {
    const natives = [
      object('ServiceAccount', 'default'),
      object('Secret', 'default-token-x2x4x', token('default')),
      object('ConfigMap', 'kube-root-ca.crt'),
      object('ConfigMap', 'istio-ca-root-cert'),
    ];
    expect(sorted(...natives)).toEqual({ roots: [], strangers: [] });
    expect(sorted(object('ConfigMap', 'kube-root-ca.crt', {}, 'acme.io/v1')).strangers).toHaveLength(1);
  });

  test('does not count where OpenShift has it, on OpenShift', () => {
    const account = object('ServiceAccount', 'deployer');
    expect(sorted(account).strangers).toEqual(['ServiceAccount/deployer']);
    expect(sorted(account, object('ConfigMap', 'openshift-service-ca.crt')).strangers).toEqual([]);
  });

  test('is of a controller where it bears the name of its Service, whatever labels it has copied', () => {
    expect(sorted(service, asOurs(object('Endpoints', 'echo')))).toEqual({ roots: ['Service/echo'], strangers: [] });
    expect(sorted(asOurs(object('Endpoints', 'echo'))).roots).toEqual(['Endpoints/echo']);
  });

  test('is nobody’s while it is being deleted', () => {
    expect(sorted(object('Secret', 'theirs', { deletionTimestamp: '2030-01-01T00:00:00Z' })).strangers).toEqual([]);
  });
});

test('what goes with something that has gone before still goes; what has only its name does not', () => {
  const replicaSet = object('ReplicaSet', 'echo-1', ownedBy('Deployment/echo'), 'apps/v1');
  const { going } = sortOut([
    asOurs(object('Deployment', 'echo', {}, 'apps/v1')),
    replicaSet,
    asOurs(object('Service', 'echo')),
  ]);
  const after = [
    object('Pod', 'late', ownedBy('ReplicaSet/echo-1')),
    object('Endpoints', 'echo'),
    object('Service', 'echo', { uid: 'of another' }),
  ];
  expect(uids(sortOut(after, going).strangers)).toEqual(['of another']);
});

test('strangers are named without those that they brought along', () => {
  const theirs = [
    object('Deployment', 'db', {}, 'apps/v1'),
    object('ReplicaSet', 'db-1', ownedBy('Deployment/db'), 'apps/v1'),
    object('Pod', 'db-1-a', ownedBy('ReplicaSet/db-1')),
    object('Service', 'db'),
    object('Endpoints', 'db'),
  ];
  expect(uids(leaders(theirs))).toEqual(['Deployment/db', 'Service/db']);
  const each = [object('Pod', 'a', ownedBy('Pod/b')), object('Pod', 'b', ownedBy('Pod/a'))];
  expect(leaders(each)).toHaveLength(2);
});

/** Namespaces of up to twelve objects, some ours, that own each other as they like, also in circles, and are owned from elsewhere. */
const namespaces = fc
  .integer({ min: 1, max: 12 })
  .chain((count) =>
    fc.array(
      fc.record({
        ours: fc.boolean(),
        owners: fc.uniqueArray(fc.integer({ min: -1, max: count - 1 }), { maxLength: 2 }),
      }),
      { minLength: count, maxLength: count },
    ),
  )
  .map((all) =>
    all.map(({ ours, owners }, at) => {
      const one = object(
        'Thing',
        `${at}`,
        owners.length > 0 ? ownedBy(...owners.map((owner) => `Thing/${owner}`)) : {},
      );
      return ours ? asOurs(one) : one;
    }),
  );

/** What a garbage collector leaves of the objects when these are deleted: an object goes when the last of its owners has gone. */
function remains(objects: readonly KubeObject[], deleted: readonly KubeObject[]): KubeObject[] {
  const left = objects.filter((one) => !deleted.includes(one));
  const lives = new Set([...uids(left), 'Thing/-1']);
  const orphans = left.filter(
    ({ metadata: { ownerReferences = [] } }) =>
      ownerReferences.length > 0 && !ownerReferences.some(({ uid }) => lives.has(uid)),
  );
  return orphans.length === 0 ? left : remains(left, orphans);
}

test('the strangers are just what is left when ours are deleted, and somebody leads them', () => {
  fc.assert(
    fc.property(namespaces, (objects) => {
      const { roots, strangers } = sortOut(objects);
      expect(uids(strangers)).toEqual(uids(remains(objects, roots)));
      expect(leaders(strangers).length > 0).toBe(strangers.length > 0);
    }),
  );
});

function token(account: string): Partial<ObjectMeta> {
  return { annotations: { 'kubernetes.io/service-account.name': account } };
}
