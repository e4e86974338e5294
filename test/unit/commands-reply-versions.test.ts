import { describe, expect, test } from 'vitest';
import { replyVersions } from '../../src/routing/reply-versions.ts';
import { versionLabels } from '../../src/routing/version-labels.ts';
import type { KubeObject } from '../../src/core/objects.ts';
import { routingApis } from '../../src/routing/apis.ts';
import { destinationRule, echoDeployment, namespace, service, tcpRoute, virtualService } from '../helpers/manifests.ts';
import { memoryReader } from '../helpers/memory-reader.ts';

const backends = [{ name: 'tcp-echo-v1' }, { name: 'tcp-echo-v2' }];
const byService = routingApis['gateway-api'].readRoute(tcpRoute(backends));
const bySubset = routingApis.istio.readRoute(virtualService(31400, { v1: 80, v2: 20 }));

const services = ['v1', 'v2'].map((version) => service(`tcp-echo-${version}`, { app: 'tcp-echo', version }));
const deployments = [echoDeployment('v1', 'one'), echoDeployment('v2', 'two')];
const shared = [service('tcp-echo', { app: 'tcp-echo' }), destinationRule('v1', 'v2')];

/** The Deployment with these arguments of its only container. */
function withArgs(deployment: KubeObject, args: string[]): KubeObject {
  const copy = structuredClone(deployment);
  copy.spec.template.spec.containers[0].args = args;
  return copy;
}

async function found(view: typeof byService, objects: KubeObject[]): Promise<object> {
  return Object.fromEntries(await replyVersions(view, memoryReader({ objects })));
}

describe('what the replies of each version start with', () => {
  test('is read off the Deployments behind each Service', async () => {
    expect(await found(byService, [...services, ...deployments])).toEqual({ one: 'v1', two: 'v2' });
  });

  test('is read off the Deployments behind each subset', async () => {
    expect(await found(bySubset, [...shared, ...deployments])).toEqual({ one: 'v1', two: 'v2' });
  });

  test('may be several of one version', async () => {
    const canary = withArgs(echoDeployment('v2', 'two'), ['9000', 'deux']);
    canary.metadata.name = 'tcp-echo-v2-canary';
    const all = [...services, ...deployments, canary];
    expect(await found(byService, all)).toEqual({ one: 'v1', two: 'v2', deux: 'v2' });
  });

  test.each([
    ['a version without pods', [...services, deployments[0]!]],
    ['a version without a Service', [services[0]!, ...deployments]],
    ['another server', [...services, deployments[0]!, withArgs(deployments[1]!, ['--port', '9000', '--verbose'])]],
    ['a server of two other arguments', [...services, deployments[0]!, withArgs(deployments[1]!, ['-p', '9000'])]],
    ['the same prefix for both', [...services, deployments[0]!, withArgs(deployments[1]!, ['9000', 'one'])]],
  ])('is unknown for all where there is %s', async (_, objects) => {
    expect(await found(byService, objects)).toEqual({});
  });

  test('is unknown where no DestinationRule has the subset', async () => {
    expect(await found(bySubset, [service('tcp-echo', { app: 'tcp-echo' }), ...deployments])).toEqual({});
  });
});

describe('the labels of a version', () => {
  const labelsOf = async (view: typeof byService, objects: KubeObject[]) =>
    Object.fromEntries(await versionLabels(view, memoryReader({ objects })));

  test.each(['tcp-echo', `tcp-echo.${namespace}`, `tcp-echo.${namespace}.svc.cluster.local`])(
    'are those of the subset as well, by a rule for %s',
    async (host) => {
      const rule = destinationRule('v1', 'v2');
      const objects = [service('tcp-echo', { app: 'tcp-echo' }), { ...rule, spec: { ...rule.spec, host } }];
      expect((await labelsOf(bySubset, objects))['v2']).toEqual({ app: 'tcp-echo', version: 'v2' });
    },
  );

  test('are not known by a rule for another host', async () => {
    const rule = destinationRule('v2');
    const objects = [service('tcp-echo', { app: 'tcp-echo' }), { ...rule, spec: { ...rule.spec, host: 'pg' } }];
    expect(await labelsOf(bySubset, objects)).toEqual({});
  });

  test('are not known of a Service without a selector, or without a Service', async () => {
    const headless = { ...service('tcp-echo-v1', {}), spec: { ports: [] } };
    expect(await labelsOf(byService, [headless])).toEqual({});
    expect(await labelsOf(byService, [])).toEqual({});
  });
});
