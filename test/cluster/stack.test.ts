/** The task's page by hand, with kubectl and the Istio module's own files: what the stack must do before tcpshift is judged on it. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiTitles } from './stack/profiles.ts';
import { until } from './stack/until.ts';
import { askOnce, countAnswers, likelyRange, type Address } from './suite/echo.ts';
import { applyText, conditionOf, getObject, kubectl } from './suite/kubectl.ts';
import { profile, samplePath } from './suite/profile.ts';

type Api = (typeof profile.apis)[number];

const connections = 1000;

describe.each(profile.apis.map((api) => [`${profile.title}, ${apiTitles[api]}`, api] as const))(
  'the page by hand on %s',
  (_, api) => {
    const namespace = `page-${api}`;
    const apply = async (path: string) => applyText(await sample(path), '-n', namespace);
    const folder = api === 'istio' ? 'tcp-echo' : 'tcp-echo/gateway-api';
    let address: Address;

    beforeAll(async () => {
      await kubectl('create', 'namespace', namespace);
      await apply('curl/curl.yaml');
      await apply('tcp-echo/tcp-echo-services.yaml');
      await apply(`${folder}/tcp-echo-all-v1.yaml`);
      await kubectl('rollout', 'status', 'deployment', '-n', namespace, '--timeout=30s');
      address = await ingress(api, namespace);
      await until('the gateway answers', () => askOnce(address));
    });

    afterAll(async () => {
      await kubectl('delete', '-n', namespace, '-f', await samplePath(`${folder}/tcp-echo-all-v1.yaml`));
      await kubectl('delete', 'namespace', namespace, '--wait=false');
    });

    test('all connections reach v1 at first', async () => {
      expect(await countAnswers(address, connections)).toEqual({ one: connections });
    });

    test('the client pod reaches v1 through nc', async () => {
      expect(await loopInClient(namespace, address, 20)).toEqual(Array(20).fill('one'));
    });

    test('the 20 % step sends a fifth of the connections to v2', async () => {
      await apply(`${folder}/tcp-echo-20-v2.yaml`);
      await until('the new weights are in force', async () => (await askOnce(address)) === 'two');
      const { one, two, ...others } = await countAnswers(address, connections);
      const [low, high] = likelyRange(0.2, connections);
      expect(others).toEqual({});
      expect(two).toBeGreaterThan(low);
      expect(two).toBeLessThan(high);
      expect(one! + two!).toBe(connections);
    });

    test('the client pod sees both versions', async () => {
      const seen = await loopInClient(namespace, address, 100);
      expect(new Set(seen)).toEqual(new Set(['one', 'two']));
    });

    test.runIf(api === 'gateway-api')('the route is accepted for its generation', async () => {
      const route = await getObject('tcproute', 'tcp-echo', '-n', namespace);
      for (const type of ['Accepted', 'ResolvedRefs']) {
        expect(conditionOf(route, type)).toMatchObject({
          status: 'True',
          observedGeneration: route.metadata.generation,
        });
      }
    });
  },
);

/** A sample file, with the class of this profile's Gateways in it. */
async function sample(path: string): Promise<string> {
  const text = await readFile(await samplePath(path), 'utf8');
  return text.replace('gatewayClassName: istio', `gatewayClassName: ${profile.gatewayClass}`);
}

async function ingress(api: Api, namespace: string): Promise<Address> {
  if (api === 'istio') {
    const service = await getObject('service', 'istio-ingressgateway', '-n', 'istio-system');
    return { host: service.status.loadBalancer.ingress[0].ip, port: 31400 };
  }
  await kubectl(
    'wait',
    '--for=condition=Programmed',
    'gateways.gateway.networking.k8s.io/tcp-echo-gateway',
    '-n',
    namespace,
    '--timeout=30s',
  );
  const gateway = await getObject('gateways.gateway.networking.k8s.io', 'tcp-echo-gateway', '-n', namespace);
  return { host: gateway.status.addresses[0].value, port: 31400 };
}

/** The page's own loop, run in the client pod, with its connections at once; one that nobody closes ends after ten seconds. */
async function loopInClient(namespace: string, { host, port }: Address, count: number): Promise<string[]> {
  const loop = `for i in $(seq ${count}); do (date; sleep 0.5) | timeout 10 nc ${host} ${port} & done; wait`;
  const output = await kubectl('exec', 'deployment/curl', '-c', 'curl', '-n', namespace, '--', 'sh', '-c', loop);
  return output.split('\n').map((line) => line.split(' ')[0]!);
}
