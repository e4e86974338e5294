import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { once } from 'node:events';
import type { Condition, KubeObject } from '../../src/core/objects.ts';
import { kinds } from '../../src/sandbox/controllers/kinds.ts';
import { echoDeployment, namespace, service } from '../helpers/manifests.ts';
import { ask } from '../helpers/tcp.ts';
import { startWorld, type World } from '../helpers/world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

const name = 'tcp-echo-v1';

function pods(): KubeObject[] {
  return world.registry.list(kinds.pod, namespace);
}

function sets(): KubeObject[] {
  return world.registry.list(kinds.replicaSet, namespace);
}

function condition({ status }: KubeObject, type: string): Condition | undefined {
  return (status?.conditions as Condition[] | undefined)?.find((entry) => entry.type === type);
}

/** As `kubectl rollout status` decides it. */
function isRolledOut({ spec, status, metadata }: KubeObject): boolean {
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0, observedGeneration } = status ?? {};
  const all = [replicas, updatedReplicas, availableReplicas].every((count) => count === spec.replicas);
  return all && observedGeneration === metadata.generation;
}

function rolledOut(): Promise<KubeObject> {
  return world.until(kinds.deployment, name, isRolledOut);
}

function deploymentWith(container: object, spec: object = {}): KubeObject {
  const deployment = structuredClone(echoDeployment('v1', 'one', spec));
  Object.assign(deployment.spec.template.spec.containers[0], container);
  return deployment;
}

function waitingPod(reason: string): Promise<KubeObject> {
  const found = () => pods().find(({ status }) => status?.containerStatuses?.[0].state.waiting?.reason === reason);
  return world.settled(kinds.pod, () => found() !== undefined).then(() => found()!);
}

describe('a Deployment', () => {
  test('becomes available, and says so', async () => {
    world.apply(echoDeployment('v1', 'one'));
    const deployment = await rolledOut();
    expect(deployment.status).toMatchObject({
      replicas: 1,
      readyReplicas: 1,
      updatedReplicas: 1,
      availableReplicas: 1,
      terminatingReplicas: 0,
    });
    expect(deployment.status.unavailableReplicas).toBeUndefined();
    expect(condition(deployment, 'Available')).toMatchObject({ status: 'True', reason: 'MinimumReplicasAvailable' });
    expect(condition(deployment, 'Progressing')).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
    expect(deployment.metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '1' });
  });

  test('owns a ReplicaSet, which owns the pods, all with the hash of the template', async () => {
    world.apply(echoDeployment('v1', 'one'));
    const deployment = await rolledOut();
    const [set] = sets();
    const [pod] = pods();
    const hash = set!.metadata.labels!['pod-template-hash'];
    expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]+$/);
    expect(set!.metadata.name).toBe(`${name}-${hash}`);
    expect(set!.metadata.ownerReferences).toMatchObject([
      { kind: 'Deployment', uid: deployment.metadata.uid, controller: true },
    ]);
    expect(pod!.metadata.name).toMatch(new RegExp(`^${name}-${hash}-`));
    expect(pod!.metadata.ownerReferences).toMatchObject([
      { kind: 'ReplicaSet', uid: set!.metadata.uid, controller: true },
    ]);
    expect(pod!.metadata.labels).toEqual({ app: 'tcp-echo', version: 'v1', 'pod-template-hash': hash });
  });

  test('scales up and down', async () => {
    world.apply(echoDeployment('v1', 'one'));
    await rolledOut();
    world.apply(echoDeployment('v1', 'one', { replicas: 4 }));
    await rolledOut();
    expect(new Set(pods().map(({ status }) => status.podIP)).size).toBe(4);
    expect(sets()[0]!.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/desired-replicas': '4',
      'deployment.kubernetes.io/max-replicas': '5',
    });
    world.apply(echoDeployment('v1', 'one', { replicas: 0 }));
    const empty = await rolledOut();
    expect(pods()).toEqual([]);
    expect(empty.status.replicas).toBeUndefined();
  });

  test('replaces a pod that is deleted', async () => {
    world.apply(echoDeployment('v1', 'one'));
    await rolledOut();
    const [first] = pods();
    world.remove(kinds.pod, first!.metadata.name);
    await world.settled(kinds.pod, () => pods().some((pod) => condition(pod, 'Ready')?.status === 'True'));
    expect(pods().map(({ metadata }) => metadata.uid)).not.toContain(first!.metadata.uid);
  });

  test('rolls over to changed arguments, numbers the revisions, and keeps the old ReplicaSet', async () => {
    world.apply(echoDeployment('v1', 'one', { replicas: 3 }));
    await rolledOut();
    world.apply(echoDeployment('v1', 'uno', { replicas: 3 }));
    const deployment = await rolledOut();
    expect(deployment.metadata.annotations!['deployment.kubernetes.io/revision']).toBe('2');
    expect(new Set(sets().map(({ spec }) => spec.replicas))).toEqual(new Set([0, 3]));
    const answers = pods().map(async (pod) => ask(await world.controllers.connectPod(pod, 9000)));
    expect(await Promise.all(answers)).toEqual(['uno hello', 'uno hello', 'uno hello']);
  });

  test('goes back to an old ReplicaSet under a new revision', async () => {
    for (const prefix of ['one', 'uno', 'one']) {
      world.apply(echoDeployment('v1', prefix));
      await rolledOut();
    }
    expect(sets()).toHaveLength(2);
    const current = sets().find(({ spec }) => spec.replicas === 1)!;
    expect(current.metadata.annotations!['deployment.kubernetes.io/revision']).toBe('3');
  });

  test('keeps as many old ReplicaSets as asked for', async () => {
    for (const prefix of ['a', 'b', 'c', 'd']) {
      world.apply(echoDeployment('v1', prefix, { revisionHistoryLimit: 1 }));
      await rolledOut();
    }
    await world.settled(kinds.replicaSet, () => sets().length === 2);
    expect(sets().map(({ metadata }) => metadata.annotations!['deployment.kubernetes.io/revision'])).toContain('4');
  });

  test('recreates without ever having old and new pods together', async () => {
    const strategy = { type: 'Recreate' };
    world.apply(echoDeployment('v1', 'one', { replicas: 2, strategy }));
    await rolledOut();
    const hashes: number[] = [];
    const end = world.registry.watch(kinds.pod, () => {
      hashes.push(new Set(pods().map(({ metadata }) => metadata.labels!['pod-template-hash'])).size);
    });
    world.apply(echoDeployment('v1', 'uno', { replicas: 2, strategy }));
    await rolledOut();
    end();
    expect(Math.max(...hashes)).toBe(1);
  });

  test('does not roll out while it is paused', async () => {
    world.apply(echoDeployment('v1', 'one'));
    await rolledOut();
    world.apply(echoDeployment('v1', 'uno', { paused: true, replicas: 2 }));
    await world.until(kinds.deployment, name, ({ status }) => status.availableReplicas === 2);
    expect(sets()).toHaveLength(1);
  });

  test('says when the rollout takes too long', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    onTestFinished(() => void vi.useRealTimers());
    world.apply(deploymentWith({ image: 'nginx:1.29' }, { progressDeadlineSeconds: 60 }));
    await waitingPod('ImagePullBackOff');
    await world.quiet();
    vi.advanceTimersByTime(59_000);
    await world.quiet();
    const early = world.registry.get(kinds.deployment, name, namespace)!;
    expect(condition(early, 'Progressing')?.status).toBe('True');
    vi.advanceTimersByTime(2000);
    const late = await world.until(
      kinds.deployment,
      name,
      (deployment) => condition(deployment, 'Progressing')?.status === 'False',
    );
    expect(condition(late, 'Progressing')?.reason).toBe('ProgressDeadlineExceeded');
    expect(condition(late, 'Available')).toMatchObject({ status: 'False', reason: 'MinimumReplicasUnavailable' });
    expect(late.status.unavailableReplicas).toBe(1);
  });
});

describe('a pod', () => {
  test('runs on the node with an address and the conditions of a kubelet', async () => {
    world.apply(echoDeployment('v1', 'one'));
    await rolledOut();
    const [pod] = pods();
    expect(pod!.spec.nodeName).toBe('sandbox');
    expect(pod!.status).toMatchObject({ phase: 'Running', podIP: expect.stringMatching(/^10\.244\./) });
    const types = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'];
    expect(types.map((type) => condition(pod!, type)?.status)).toEqual(['True', 'True', 'True', 'True']);
    expect(pod!.status.containerStatuses).toMatchObject([{ name: 'tcp-echo', ready: true, restartCount: 0 }]);
  });

  test('takes its connections with it', async () => {
    world.apply(echoDeployment('v1', 'one'));
    await rolledOut();
    const [pod] = pods();
    const socket = await world.controllers.connectPod(pod!, 9002);
    socket.resume();
    world.remove(kinds.pod, pod!.metadata.name);
    await once(socket, 'end');
    await expect(world.controllers.connectPod(pod!, 9002)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('of the client runs nothing and is ready', async () => {
    const command = ['/bin/sh', '-c', 'exit 1'];
    world.apply(deploymentWith({ image: 'docker.io/curlimages/curl:8.16.0', command, args: [] }));
    const deployment = await rolledOut();
    expect(deployment.status.readyReplicas).toBe(1);
  });

  test('with an image that the sandbox does not have waits, and says what there is', async () => {
    world.apply(deploymentWith({ image: 'docker.io/library/nginx:1.29' }));
    const pod = await waitingPod('ImagePullBackOff');
    expect(pod.status.phase).toBe('Pending');
    expect(pod.status.containerStatuses[0].state.waiting.message).toMatch(
      /nginx:1\.29.*the sandbox runs only tcp-echo/,
    );
    expect(condition(pod, 'Ready')).toMatchObject({ status: 'False', reason: 'ContainersNotReady' });
  });

  test.each([
    ['without a prefix', { args: ['9000'] }],
    ['with a port that is none', { args: ['x', 'one'] }],
    ['with a shell, which the image does not have', { command: ['/bin/sh', '-c'], args: ['9000', 'one'] }],
  ])('of tcp-echo %s does not start', async (_, container) => {
    world.apply(deploymentWith(container));
    const pod = await waitingPod('CrashLoopBackOff');
    expect(condition(pod, 'Ready')?.status).toBe('False');
  });
});

describe('the endpoints of a Service', () => {
  function slices(): KubeObject[] {
    return world.registry
      .list(kinds.endpointSlice, namespace)
      .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'tcp-echo');
  }

  function addresses(): string[] {
    return slices().flatMap(({ endpoints }) =>
      endpoints.flatMap((endpoint: { addresses: string[] }) => endpoint.addresses),
    );
  }

  test('are its pods, with the labels of the controller', async () => {
    world.apply(service('tcp-echo', { app: 'tcp-echo' }), echoDeployment('v1', 'one', { replicas: 2 }));
    await world.settled(kinds.endpointSlice, () => addresses().length === 2);
    const [slice] = slices();
    expect(slice!.metadata.labels).toMatchObject({
      'kubernetes.io/service-name': 'tcp-echo',
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    });
    expect(slice!.ports).toEqual([{ name: 'tcp', port: 9000, protocol: 'TCP' }]);
    expect(slice!.endpoints[0].conditions).toEqual({ ready: true, serving: true, terminating: false });
    expect(new Set(addresses())).toEqual(new Set(pods().map(({ status }) => status.podIP)));
  });

  test('follow the pods', async () => {
    world.apply(service('tcp-echo', { app: 'tcp-echo' }), echoDeployment('v1', 'one', { replicas: 2 }));
    await world.settled(kinds.endpointSlice, () => addresses().length === 2);
    world.apply(echoDeployment('v1', 'one', { replicas: 1 }));
    await world.settled(kinds.endpointSlice, () => addresses().length === 1);
    expect(slices()).toHaveLength(1);
  });

  test('are none for a selector that fits nothing', async () => {
    world.apply(service('tcp-echo', { app: 'other' }), echoDeployment('v1', 'one'));
    await rolledOut();
    expect(slices().map(({ endpoints }) => endpoints)).toEqual([[]]);
  });

  test('are not ready while the pod is not', async () => {
    world.apply(service('tcp-echo', { app: 'tcp-echo' }), deploymentWith({ image: 'nginx' }));
    await world.settled(kinds.endpointSlice, () => addresses().length === 1);
    expect(slices()[0]!.endpoints[0].conditions).toMatchObject({ ready: false, serving: false });
  });

  test('have the number of a port that the Service names', async () => {
    const ports = [{ name: 'echo', containerPort: 9001 }];
    world.apply(service('tcp-echo', { app: 'tcp-echo' }, { targetPort: 'echo' }), deploymentWith({ ports }));
    await world.settled(kinds.endpointSlice, () => addresses().length === 1);
    expect(slices()[0]!.ports).toEqual([{ name: 'tcp', port: 9001, protocol: 'TCP' }]);
  });
});

test('every namespace gets its default ServiceAccount', async () => {
  const account = await world.until(kinds.serviceAccount, 'default', () => true);
  expect(account.metadata.namespace).toBe(namespace);
});
