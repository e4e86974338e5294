/** A TCPRoute that others wrote, with fields that are newer than tcpshift. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { document, kubectl, tcpshift, type Target } from '../parity/target.ts';
import { preferredVersion } from '../parity/versions.ts';
import { until } from '../stack/until.ts';
import { changeTcpRoute } from './definitions.ts';
import { expectKept, ownersRefusal } from './foreign-checks.ts';
import { applyAs, foreignTcpRoute } from './foreign-objects.ts';
import { readRoute, said, setupArguments } from './task.ts';

/** Declares the cases for the target that `open` resolves with once the tests run. */
export function foreignTcpRouteCases(name: string, open: () => Promise<Target>): void {
  describe(`a foreign TCPRoute on ${name}`, () => {
    let target: Target;
    let manifest: any;
    let restore: () => Promise<void>;
    const route = () => readRoute(target, 'shop');

    beforeAll(async () => {
      target = await open();
      manifest = foreignTcpRoute(target, `gateway.networking.k8s.io/${await preferredVersion(target)}`);
      await kubectl(target, ['create', 'namespace', target.namespace]);
      restore = await changeTcpRoute(target, keepUnknown);
      await until('the API server keeps newer fields', async () => {
        await applyAs(target, 'argocd-controller', manifest);
        return (await route()).spec.rules[0].affinity !== undefined;
      });
    });

    afterAll(async () => {
      await kubectl(target, ['delete', 'namespace', target.namespace, '--wait=false']);
      await restore();
    });

    test('is left to Argo CD, which owns its weights', async () => {
      const error = await ownersRefusal(target, 'tcproute/shop', 'v2=20');
      expect(error).toMatch(/^cannot apply TCPRoute \S+: other managers own \.spec\.rules \(by "argocd-controller"\)$/);
    });

    test('changes in nothing but the weights, and keeps fields that tcpshift does not know', async () => {
      const before = await route();
      const shift = ['weight', 'tcproute/shop', 'v2=20', '--wait', 'none', '--allow-unready', '--force-conflicts'];
      await document(target, ...shift);
      const after = await route();
      const expected = structuredClone(before.spec);
      [80, 20].forEach((weight, index) => (expected.rules[0].backendRefs[index].weight = weight));
      expect(after.spec).toEqual(expected);
      expect(after.spec).toMatchObject({ newer: manifest.spec.newer, rules: [{ affinity: { idle: '10s' } }] });
      expectKept(before, after, 'f:rules');
    });

    test('is refused to Argo CD from then on, by the name of tcpshift', () =>
      expect(applyAs(target, 'argocd-controller', manifest)).rejects.toThrow(
        /conflict with "tcpshift": \.spec\.rules/,
      ));

    test('of more backends than the API server takes is refused before anything is written', async () => {
      const absent = { ...target, namespace: `${target.namespace}-17` };
      const backendRefs = Array.from({ length: 17 }, (_, index) => ({ name: `shop-v${index}`, port: 5432 }));
      const spec = { parentRefs: manifest.spec.parentRefs, rules: [{ backendRefs }] };
      const object = ({ namespace }: Target) => ({ ...manifest, metadata: { name: 'tcp-echo', namespace }, spec });
      await expect(
        kubectl(target, ['create', '--dry-run=server', '-f', '-'], JSON.stringify(object(target))),
      ).rejects.toThrow(/must have at most 16 items/);
      const folder = await templates({ 'tcp-route.yaml': JSON.stringify(object(absent)) });
      const { exitCode, stderr } = await tcpshift(absent, ...setupArguments(absent), '--templates', folder);
      expect(exitCode).toBe(2);
      expect(said(stderr, 'error')[0]).toMatch(/backendRefs must have at most 16 items, got 17$/);
      expect(await kubectl(target, ['get', 'namespace', absent.namespace, '--ignore-not-found'])).toBe('');
    });

    test('of several rules, as v1alpha2 allows, is refused', async ({ skip }) => {
      if (!manifest.apiVersion.endsWith('/v1alpha2')) skip('the API server refuses it itself');
      const { rules } = manifest.spec;
      const object = { ...manifest, metadata: { name: 'two', namespace: target.namespace } };
      await applyAs(target, 'kubectl', { ...object, spec: { ...manifest.spec, rules: [...rules, ...rules] } });
      const { exitCode, stderr } = await tcpshift(target, 'weight', 'tcproute/two', 'v2=20');
      expect(exitCode).toBe(2);
      expect(said(stderr, 'error')[0]).toMatch(
        /has 2 rules that fit: rules\[0\], rules\[1\]; a TCPRoute has exactly one$/,
      );
    });
  });
}

/** Lets a definition keep any field of the spec, its rules and their backends. */
function keepUnknown({ schema }: any): void {
  const { spec } = schema.openAPIV3Schema.properties;
  const { items: rule } = spec.properties.rules;
  for (const part of [spec, rule, rule.properties.backendRefs.items])
    part['x-kubernetes-preserve-unknown-fields'] = true;
}

/** A folder with templates of the Gateway API, which goes with the test. */
async function templates(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tcpshift-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'gateway-api'));
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, 'gateway-api', file), text);
  return folder;
}
