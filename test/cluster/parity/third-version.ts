import { kinds, kubectl, type Target } from './target.ts';

/** Adds a v3 as somebody else would, with kubectl: the workload, what the routing API names it by, and a backend of weight 0 in the route. */
export async function addThirdVersion(target: Target): Promise<void> {
  const read = async (kind: string, name: string) =>
    JSON.parse(await kubectl(target, ['get', kind, name, '-o', 'json']));
  const apply = (object: unknown) => kubectl(target, ['apply', '-f', '-'], JSON.stringify(object));
  const patch = (kind: string, name: string, operations: unknown) =>
    kubectl(target, ['patch', kind, name, '--type=json', '-p', JSON.stringify(operations)]);

  await apply(renamed(await read('deployment', 'tcp-echo-v2')));
  await kubectl(target, ['rollout', 'status', 'deployment/tcp-echo-v3', '--timeout=60s']);
  if (target.api === 'istio') {
    const subset = { name: 'v3', labels: { version: 'v3' } };
    await patch('destinationrule', 'tcp-echo-destination', [{ op: 'add', path: '/spec/subsets/-', value: subset }]);
  } else {
    await apply(renamed(await read('service', 'tcp-echo-v2')));
  }
  const path = { istio: '/spec/tcp/0/route', 'gateway-api': '/spec/rules/0/backendRefs' }[target.api];
  const backends = { istio: (spec: any) => spec.tcp[0].route, 'gateway-api': (spec: any) => spec.rules[0].backendRefs };
  const [, v2] = backends[target.api]((await read(kinds[target.api].route, 'tcp-echo')).spec);
  await patch(kinds[target.api].route, 'tcp-echo', [
    { op: 'add', path: `${path}/-`, value: { ...renamed(v2), weight: 0 } },
  ]);
}

/** The same with v3 for v2 and `three` for `two`, without what belongs to the one object that it was read from. */
function renamed(object: any): any {
  const text = JSON.stringify(object).replaceAll('v2', 'v3').replaceAll('"two"', '"three"');
  const { status: _, ...copy } = JSON.parse(text);
  if (copy.metadata) {
    const { name, namespace, labels } = copy.metadata;
    copy.metadata = { name, namespace, labels };
  }
  if (copy.kind === 'Service' && copy.spec) copy.spec = { ports: copy.spec.ports, selector: copy.spec.selector };
  return copy;
}
