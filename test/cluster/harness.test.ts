/** What the harness itself promises: pods that are processes, addresses that come when a test wants them, and ways into a pod. */
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { pendingAnnotation } from './stack/load-balancer.ts';
import { until } from './stack/until.ts';
import { askOnce, countAnswers } from './suite/echo.ts';
import { applyText, getObject, kubectl } from './suite/kubectl.ts';
import { forwardPort } from './suite/port-forward.ts';
import { profile, samplePath } from './suite/profile.ts';

const namespace = 'harness';
const echoPort = 9000;

describe.skipIf(profile.name === 'existing')('the harness', () => {
  beforeAll(async () => {
    await kubectl('create', 'namespace', namespace);
    for (const path of ['curl/curl.yaml', 'tcp-echo/tcp-echo-services.yaml']) {
      await kubectl('apply', '-n', namespace, '-f', await samplePath(path));
    }
    await kubectl('rollout', 'status', 'deployment', '-n', namespace, '--timeout=30s');
  });

  afterAll(() => kubectl('delete', 'namespace', namespace, '--wait=false'));

  test('a pod serves at its own address until it is deleted', async () => {
    const [pod] = await podsOf('app=tcp-echo,version=v2');
    const address = { host: pod.status.podIP, port: echoPort };
    expect(await askOnce(address)).toBe('two');
    await kubectl('delete', 'pod', pod.metadata.name, '-n', namespace);
    const { stdout: networks } = await execa('ip', ['netns', 'list']);
    expect(networks.split('\n').map((line) => line.split(' ')[0])).not.toContain(address.host);
    await kubectl('rollout', 'status', 'deployment/tcp-echo-v2', '-n', namespace, '--timeout=30s');
    const [next] = await podsOf('app=tcp-echo,version=v2');
    expect(await askOnce({ host: next.status.podIP, port: echoPort })).toBe('two');
  });

  test('the node keeps its hardware address, so that pods find it while others come and go', async () => {
    const addressOfNode = async () => (await execa('ip', ['-br', 'link', 'show', 'pods'])).stdout.split(/\s+/)[2];
    const before = await addressOfNode();
    // A bridge without an address of its own takes the lowest of its ports'.
    await execa('ip', ['link', 'add', 'lowest', 'address', '00:00:00:00:00:01', 'type', 'veth']);
    onTestFinished(async () => void (await execa('ip', ['link', 'delete', 'lowest'])));
    await execa('ip', ['link', 'set', 'lowest', 'master', 'pods']);
    expect(await addressOfNode()).toBe(before);
  });

  test('a program that is killed starts again', async () => {
    const [pod] = await podsOf('app=tcp-echo,version=v1');
    const { stdout } = await execa('ip', ['netns', 'pids', pod.status.podIP]);
    process.kill(Number(stdout.split('\n')[0]), 'SIGKILL');
    const restarted = await until('the pod is ready again', async () => {
      const [status] = (await getObject('pod', pod.metadata.name, '-n', namespace)).status.containerStatuses;
      return status.restartCount === 1 && status.ready && status;
    });
    expect(restarted.restartCount).toBe(1);
    expect(await askOnce({ host: pod.status.podIP, port: echoPort })).toBe('one');
  });

  test('port-forward reaches a port that a container declares', async () => {
    const forward = await forwardPort(namespace, 'deployment/tcp-echo-v2', echoPort);
    try {
      expect(await countAnswers(forward, 20)).toEqual({ two: 20 });
    } finally {
      await forward.close();
    }
  });

  test.runIf(profile.controller === 'istio')('port-forward reaches the admin port of a gateway pod', async () => {
    const forward = await forwardPort('istio-system', 'deployment/istio-ingressgateway', 15000);
    try {
      const info = await (await fetch(`http://${forward.host}:${forward.port}/server_info`)).json();
      expect(info).toMatchObject({ state: 'LIVE', node: { metadata: { NAMESPACE: 'istio-system' } } });
    } finally {
      await forward.close();
    }
  });

  test("a command runs in the client pod's own network", async () => {
    const [pod] = await podsOf('app=curl');
    const output = await kubectl(
      'exec',
      pod.metadata.name,
      '-n',
      namespace,
      '--',
      'sh',
      '-c',
      'ip -4 addr show dev eth0',
    );
    expect(output).toContain(`inet ${pod.status.podIP}/`);
  });

  test('no command runs in an image without a shell', async () => {
    await expect(kubectl('exec', 'deployment/tcp-echo-v1', '-n', namespace, '--', 'sh', '-c', 'true')).rejects.toThrow(
      /no exec found|exec target not found/,
    );
  });

  test('a load balancer waits for its address where the Service says so, and refuses connections without an endpoint', async () => {
    const name = 'balanced';
    await applyText(
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace, annotations: { [pendingAnnotation]: 'pending' } },
        spec: { type: 'LoadBalancer', selector: { app: 'absent' }, ports: [{ port: 7000, targetPort: echoPort }] },
      }),
    );
    // A Service made later has its address, so the load balancer has seen the one before.
    await kubectl('create', 'service', 'loadbalancer', 'later', '--tcp=7001:9000', '-n', namespace);
    await until('the later Service has an address', () => balancerAddress('later'));
    expect(await balancerAddress(name)).toBeUndefined();
    await kubectl('annotate', 'service', name, '-n', namespace, `${pendingAnnotation}-`);
    const host = await until('the Service has an address', () => balancerAddress(name));
    await expect(askOnce({ host, port: 7000 })).rejects.toThrow(/ECONNREFUSED/);
    await kubectl('set', 'selector', 'service', name, 'app=tcp-echo,version=v2', '-n', namespace);
    expect(await until('it has an endpoint', () => askOnce({ host, port: 7000 }))).toBe('two');
  });
});

async function podsOf(selector: string): Promise<any[]> {
  return (await getObject('pods', '-n', namespace, '-l', selector)).items;
}

async function balancerAddress(service: string): Promise<string | undefined> {
  const { status } = await getObject('service', service, '-n', namespace);
  return status.loadBalancer.ingress?.[0].ip;
}
