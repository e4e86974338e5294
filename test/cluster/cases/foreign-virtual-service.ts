/** A VirtualService that others wrote: its weights are theirs until they are taken, and all else survives. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kubectl, tcpshift, type Target } from '../parity/target.ts';
import { expectKept, ownersRefusal, ownedBy } from './foreign-checks.ts';
import { applyAs, foreignVirtualService } from './foreign-objects.ts';
import { readRoute, said } from './task.ts';

/** Declares the cases for the target that `open` resolves with once the tests run. */
export function foreignVirtualServiceCases(name: string, open: () => Promise<Target>): void {
  describe(`a foreign VirtualService on ${name}`, () => {
    let target: Target;
    const owner = 'other managers own .spec.tcp (by "kubectl-client-side-apply" using ';
    const first = ['vs/shop', '--listener-port', '5432'];
    const shift = (...args: string[]) => tcpshift(target, 'weight', 'vs/shop', '--wait', 'none', ...args);
    const route = () => readRoute(target, 'shop');

    beforeAll(async () => {
      target = await open();
      await kubectl(target, ['create', 'namespace', target.namespace]);
      await applyAs(target, 'kubectl', foreignVirtualService(target));
    });

    afterAll(() => kubectl(target, ['delete', 'namespace', target.namespace, '--wait=false']));

    test('with rules for several ports needs one to be named', async () => {
      const { exitCode, stderr } = await shift('v2=20');
      expect(exitCode).toBe(2);
      expect(said(stderr, 'error')[0]).toMatch(/several TCP matches that fit: tcp\[0\] \(port 5432\), tcp\[1\]/);
      expect(said(stderr, 'hint')).toEqual(['name one by its port: --listener-port 5432 or --listener-port 5433']);
    });

    test('is left to kubectl, which owns its weights', async () => {
      expect(await ownersRefusal(target, ...first, 'v2=20')).toContain(owner);
    });

    test('changes in nothing but the weights of the rules that are named', async () => {
      const before = await route();
      expect(await shift('--listener-port', '5432', 'v2=20', '--force-conflicts')).toMatchObject({ exitCode: 0 });
      expect(await shift('--listener-port', '5433', 'v2=50')).toMatchObject({ exitCode: 0 });
      const after = await route();
      const expected = structuredClone(before.spec);
      [80, 20].forEach((weight, index) => (expected.tcp[0].route[index].weight = weight));
      [50, 50].forEach((weight, index) => (expected.tcp[1].route[index].weight = weight));
      expect(after.spec).toEqual(expected);
      expectKept(before, after, 'f:tcp');
    });

    test('is compared by the port that is named', async () => {
      const { exitCode, stdout } = await tcpshift(target, 'diff', 'weight', ...first, 'v2=30');
      const changed = stdout.split('\n').filter((line) => /^[-+] /.test(line));
      expect(changed.map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
        '- weight: 80',
        '+ weight: 70',
        '- weight: 20',
        '+ weight: 30',
      ]);
      expect(exitCode).toBe(1);
    });

    test('keeps what others add meanwhile', async () => {
      const added = { metadata: { annotations: { phase: 'Progressing' } }, spec: { hosts: ['a.example.com'] } };
      const patch = ['--type=merge', '--field-manager=flagger', '-p', JSON.stringify(added)];
      await kubectl(target, ['patch', 'virtualservice', 'shop', ...patch]);
      const before = await route();
      expect(await shift('--listener-port', '5432', 'v2=40')).toMatchObject({ exitCode: 0 });
      const after = await route();
      expect(after.spec.hosts).toEqual(['a.example.com']);
      expect(after.metadata.annotations).toEqual(before.metadata.annotations);
      expect(ownedBy(after, 'flagger')).toEqual(ownedBy(before, 'flagger'));
    });

    test('goes back to kubectl, which applies it again', async () => {
      const manifest = foreignVirtualService(target);
      await applyAs(target, 'kubectl', manifest);
      expect((await route()).spec).toEqual(manifest.spec);
      expect(await ownersRefusal(target, ...first, 'v2=20')).toContain(owner);
    });
  });
}
