import { describe, expect, test } from 'vitest';
import type { Access } from '../../src/cluster/cluster.ts';
import { lookUp, needDeletion, preflight } from '../../src/operations/preflight.ts';
import type { KubeObject } from '../../src/core/objects.ts';
import { asOurs } from '../../src/core/ownership.ts';
import { ShiftError } from '../../src/errors.ts';
import { namespace, service, tcpRoute } from '../helpers/manifests.ts';
import type { MemoryCluster } from '../helpers/memory-reader.ts';
import { memorySession } from '../helpers/memory-session.ts';
import { rejection } from '../helpers/refusal.ts';

const space: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
const echo = service('tcp-echo', { app: 'tcp-echo' });
const route = tcpRoute([{ name: 'tcp-echo' }]);
const wanted = [space, echo, route];

/** Checks the set-up against what is there, for a user who lacks some accesses. */
async function check(
  there: MemoryCluster['objects'],
  denies: (access: Access) => boolean = () => false,
  gateway: ShiftError[] = [],
) {
  const { session } = memorySession({ objects: there }, { denies });
  await preflight(await lookUp(wanted, session.cluster), gateway, session);
}

describe('a set-up can begin', () => {
  test('where nothing is', async () => {
    await expect(check([])).resolves.toBeUndefined();
  });

  test('where all of it is there already, and ours', async () => {
    await expect(check(wanted.map(asOurs))).resolves.toBeUndefined();
  });

  test('in a namespace of somebody else, by a user who may not write namespaces', async () => {
    const denies = ({ verb, resource }: Access) => resource === 'namespaces' && verb !== 'get';
    await expect(check([space], denies)).resolves.toBeUndefined();
    expect((await rejection(check([], denies))).message).toBe('no permission to patch, create namespaces');
  });
});

describe('a set-up is refused', () => {
  test('to a user who lacks permissions, with all of them by verb', async () => {
    const denies = ({ verb, resource }: Access) => verb === 'create' || resource === 'tcproutes';
    expect(await rejection(check([], denies))).toMatchObject({
      kind: 'forbidden',
      message: 'no permission to create namespaces, services; get, patch, create tcproutes.gateway.networking.k8s.io',
      hint: `ask for a Role that allows it; to check: kubectl auth can-i create namespaces -n ${namespace}`,
    });
  });

  test('where somebody else has an object of the same name', async () => {
    expect(await rejection(check([space, echo, asOurs(route)]))).toMatchObject({
      kind: 'conflict',
      exitCode: 4,
      message: `Service tcp-echo exists in namespace ${namespace}, and tcpshift did not make it`,
      hint: 'choose another namespace with -n, or remove it',
    });
  });

  test('where the namespace is going, also if it is ours', async () => {
    const going = { ...asOurs(space), status: { phase: 'Terminating' } };
    expect(await rejection(check([going]))).toMatchObject({
      kind: 'conflict',
      message: `namespace ${namespace} is being deleted`,
      hint: `run the command again when it is gone: kubectl wait --for=delete namespace/${namespace}`,
    });
  });

  test('where the gateway will not carry traffic', async () => {
    const reason = new ShiftError('unreachable', 'Service gw does not expose port 1', { hint: 'add the port' });
    expect(await rejection(check([], undefined, [reason]))).toMatchObject({
      kind: 'unreachable',
      message: reason.message,
      hint: 'add the port',
    });
  });

  test('with every reason at once, of which the first decides the exit code', async () => {
    const reason = new ShiftError('unreachable', 'no gateway', { hint: 'add one' });
    const error = await rejection(check([echo], ({ resource }) => resource === 'namespaces', [reason]));
    expect(error).toMatchObject({ kind: 'forbidden', exitCode: 5 });
    expect(error.message).toBe(
      `no permission to get, patch, create namespaces; Service tcp-echo exists in namespace ${namespace}, and tcpshift did not make it; no gateway`,
    );
  });
});

test('a deletion needs every object of it to be deletable', async () => {
  const { session } = memorySession({ objects: [] }, { denies: ({ resource }) => resource === 'services' });
  await expect(needDeletion([route], session)).resolves.toBeUndefined();
  expect(await rejection(needDeletion([route, echo], session))).toMatchObject({
    kind: 'forbidden',
    message: 'no permission to delete services',
    hint: `ask for a Role that allows it; to check: kubectl auth can-i delete services -n ${namespace}`,
  });
});

test('what the user may not read is a lack of permission, and what goes wrong otherwise is told as it is', async () => {
  const { session } = memorySession({ objects: [] }, { denies: ({ verb }) => verb === 'get' });
  const failing = (kind: 'forbidden' | 'cluster') => ({
    cluster: { ...session.cluster, get: () => Promise.reject(new ShiftError(kind, `it is ${kind}`, { hint: 'ask' })) },
  });
  const intended = await lookUp(wanted, failing('forbidden').cluster);
  expect((await rejection(preflight(intended, [], failing('forbidden')))).message).toMatch(
    /^no permission to get namesp/,
  );
  expect((await rejection(lookUp(wanted, failing('cluster').cluster))).message).toBe('it is cluster');
});
