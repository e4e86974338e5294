import { expect, test } from 'vitest';
import { ownedWeights } from '../../src/operations/route/write-weights.ts';
import type { KubeObject } from '../../src/core/objects.ts';
import { refOf } from '../../src/core/objects.ts';
import type { Split } from '../../src/core/weights/split.ts';
import { routingApis } from '../../src/routing/apis.ts';
import { tcpRoute, virtualService } from '../helpers/manifests.ts';
import { rejection } from '../helpers/refusal.ts';
import { rig, type Rig } from '../helpers/rig.ts';

const wanted: Split = [
  { version: 'v1', weight: 60 },
  { version: 'v2', weight: 40 },
];

const routes = {
  'gateway-api': tcpRoute([
    { name: 'tcp-echo-v1', weight: 100 },
    { name: 'tcp-echo-v2', weight: 0 },
  ]),
  istio: virtualService(31400, { v1: 100, v2: 0 }),
};

/** Applies the wanted weights to the route as `weight` does, and returns it as it is before and after. */
async function shift(name: keyof typeof routes, { cluster }: Rig, force = false): Promise<[KubeObject, KubeObject]> {
  const api = routingApis[name];
  const before = (await cluster.get(refOf(inDefault(routes[name]))))!;
  const object = ownedWeights(before, api.withWeights(api.readRoute(before), wanted), 'tcpshift');
  return [before, (await cluster.apply(object, { manager: 'tcpshift', force })).object];
}

function inDefault(object: KubeObject, metadata: object = {}): KubeObject {
  return { ...object, metadata: { ...object.metadata, ...metadata, namespace: 'default' } };
}

function weightsOf(object: KubeObject): number[] {
  const api = object.kind === 'TCPRoute' ? routingApis['gateway-api'] : routingApis.istio;
  return api.readRoute(object).split.map(({ weight }) => weight);
}

test.each(['gateway-api', 'istio'] as const)('a route of ours keeps all that we gave it: %s', async (name) => {
  const cluster = await rig();
  await cluster.cluster.apply(inDefault(routes[name], { labels: { a: '1' }, annotations: { b: '2' } }));
  const [before, after] = await shift(name, cluster);
  expect(weightsOf(after)).toEqual([60, 40]);
  expect(after.metadata).toMatchObject({ labels: { a: '1' }, annotations: { b: '2' } });
  expect(
    routingApis[name].withWeights(routingApis[name].readRoute(after), [
      { version: 'v1', weight: 100 },
      { version: 'v2', weight: 0 },
    ]).spec,
  ).toEqual(before.spec);
});

test.each(['gateway-api', 'istio'] as const)('what others added to it stays theirs: %s', async (name) => {
  const cluster = await rig();
  await cluster.cluster.apply(inDefault(routes[name]));
  const { apiVersion, kind, metadata } = inDefault(routes[name], { annotations: { team: 'db' } });
  await cluster.other.apply({ apiVersion, kind, metadata });
  const [, after] = await shift(name, cluster);
  expect(after.metadata.annotations).toEqual({ team: 'db' });
  const theirs = after.metadata.managedFields!.find(({ manager }) => manager === 'argo');
  expect(theirs?.fieldsV1).toEqual({ 'f:metadata': { 'f:annotations': { 'f:team': {} } } });
});

test.each(['gateway-api', 'istio'] as const)(
  'of a route of somebody else we take the rules alone: %s',
  async (name) => {
    const cluster = await rig();
    await cluster.other.apply(inDefault(routes[name], { labels: { app: 'pg' } }));
    expect(await rejection(shift(name, cluster))).toMatchObject({ kind: 'conflict' });
    const [before, after] = await shift(name, cluster, true);
    expect(weightsOf(after)).toEqual([60, 40]);
    const rules = name === 'istio' ? 'tcp' : 'rules';
    const { [rules]: _before, ...untouched } = before.spec;
    const { [rules]: _after, ...rest } = after.spec;
    expect([rest, after.metadata.labels]).toEqual([untouched, { app: 'pg' }]);
    const ours = after.metadata.managedFields!.find(({ manager }) => manager === 'tcpshift');
    expect(ours?.fieldsV1).toEqual({ 'f:spec': { [`f:${rules}`]: {} } });
  },
);
