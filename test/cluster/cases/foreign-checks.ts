import { expect } from 'vitest';
import { tcpshift, type Target } from '../parity/target.ts';
import { readRoute, said } from './task.ts';

/** Looks whether a change of weights that somebody else owns is refused and leaves the route as it was; resolves with its error. */
export async function ownersRefusal(target: Target, ...args: string[]): Promise<string> {
  const before = await readRoute(target, 'shop');
  const { exitCode, stdout, stderr } = await tcpshift(target, 'weight', ...args, '--wait', 'none', '--allow-unready');
  expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
  expect(said(stderr, 'hint')).toEqual([
    'take these fields over with --force-conflicts, or make the change through their owner',
  ]);
  expect(await readRoute(target, 'shop')).toEqual(before);
  return said(stderr, 'error').join('\n');
}

/** Two states of a route differ in nothing but what lies in `spec`, which was looked at before, and in who owns this field of it. */
export function expectKept(before: any, after: any, field: string): void {
  const { labels, annotations, ownerReferences, uid } = after.metadata;
  expect(before.metadata).toMatchObject({ labels, annotations, uid });
  expect(before.metadata.ownerReferences).toEqual(ownerReferences);
  const others = before.metadata.managedFields.filter(({ subresource }: any) => !subresource);
  for (const { manager, fieldsV1 } of others) {
    const { [field]: _taken, ...spec } = fieldsV1['f:spec'];
    expect(ownedBy(after, manager)).toEqual({ ...fieldsV1, 'f:spec': spec });
  }
}

/** The fields that a manager owns of an object itself. */
export function ownedBy({ metadata }: any, manager: string): unknown {
  return metadata.managedFields.find((entry: any) => entry.manager === manager && !entry.subresource)?.fieldsV1;
}
