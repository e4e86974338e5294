import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  boundsOf,
  planScale,
  type ReplicaSetState,
  type Rollout,
} from '../../src/sandbox/controllers/apps/rollout-plan.ts';

const counts = fc.integer({ min: 0, max: 12 });
const sets = fc.array(fc.record({ asked: counts, missing: counts }), { minLength: 1, maxLength: 4 });
const rollouts: fc.Arbitrary<Rollout> = fc
  .record({
    desired: counts,
    bounds: fc.record({ maxSurge: counts, maxUnavailable: counts }).map(({ maxSurge, maxUnavailable }) => ({
      maxSurge,
      maxUnavailable: maxSurge === 0 ? Math.max(1, maxUnavailable) : maxUnavailable,
    })),
    sets: sets.map((all) =>
      all.map(({ asked, missing }, index) => state(`set-${index}`, asked, Math.max(0, asked - missing))),
    ),
  })
  .map(({ desired, bounds, sets: [current, ...old] }) => ({ desired, bounds, current: current!, old }));

function state(name: string, asked: number, available: number): ReplicaSetState {
  return { name, asked, present: asked, available };
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}

/** Plans again and again; what is asked for becomes available at once. */
function roll(rollout: Rollout): Rollout[] {
  const steps = [rollout];
  for (;;) {
    const { current, old, ...rest } = steps.at(-1)!;
    const plan = planScale({ current, old, ...rest });
    const next = [current, ...old].map(({ name }) => state(name, plan.get(name)!, plan.get(name)!));
    const settled = next.every((set, index) => isDeepStrictEqual(set, [current, ...old][index]));
    if (settled || steps.length > 100) return steps;
    steps.push({ ...rest, current: next[0]!, old: next.slice(1) });
  }
}

describe('the plan of a rolling update', () => {
  test('never asks for more than desired and surge, unless there were more already', () => {
    fc.assert(
      fc.property(rollouts, (rollout) => {
        const before = sum([rollout.current, ...rollout.old].map(({ asked }) => asked));
        const most = Math.max(rollout.desired + rollout.bounds!.maxSurge, before);
        expect(sum(planScale(rollout).values())).toBeLessThanOrEqual(most);
      }),
    );
  });

  test('never takes available replicas below the fewest that are allowed', () => {
    fc.assert(
      fc.property(rollouts, (rollout) => {
        const all = [rollout.current, ...rollout.old];
        const plan = planScale(rollout);
        const lost = sum(
          rollout.old.map(({ name, asked, available }) => Math.max(0, available - plan.get(name)!) * Number(asked > 0)),
        );
        const available = sum(all.map((set) => set.available));
        const fewest = rollout.desired - rollout.bounds!.maxUnavailable;
        expect(available - lost).toBeGreaterThanOrEqual(Math.min(available, fewest));
      }),
    );
  });

  test('comes to its end: all replicas in the current set', () => {
    fc.assert(
      fc.property(rollouts, (rollout) => {
        const { current, old } = roll(rollout).at(-1)!;
        expect(current.asked).toBe(rollout.desired);
        expect(old.every(({ asked }) => asked === 0)).toBe(true);
      }),
    );
  });

  test('changes nothing at its end', () => {
    const done: Rollout = {
      desired: 3,
      bounds: { maxSurge: 1, maxUnavailable: 0 },
      current: state('new', 3, 3),
      old: [state('old', 0, 0)],
    };
    expect(planScale(done)).toEqual(
      new Map([
        ['new', 3],
        ['old', 0],
      ]),
    );
  });

  test('removes the old replica of a single one only when the new one is available', () => {
    const rollout = { desired: 1, bounds: { maxSurge: 1, maxUnavailable: 0 }, old: [state('old', 1, 1)] };
    expect(planScale({ ...rollout, current: state('new', 0, 0) })).toEqual(
      new Map([
        ['new', 1],
        ['old', 1],
      ]),
    );
    expect(planScale({ ...rollout, current: state('new', 1, 0) })).toEqual(
      new Map([
        ['new', 1],
        ['old', 1],
      ]),
    );
    expect(planScale({ ...rollout, current: state('new', 1, 1) })).toEqual(
      new Map([
        ['new', 1],
        ['old', 0],
      ]),
    );
  });
});

describe('recreation', () => {
  test('starts new replicas only when the old pods are gone', () => {
    const current = state('new', 0, 0);
    const plan = (old: ReplicaSetState) => planScale({ desired: 2, bounds: undefined, current, old: [old] });
    expect(plan(state('old', 2, 2))).toEqual(
      new Map([
        ['new', 0],
        ['old', 0],
      ]),
    );
    expect(plan({ name: 'old', asked: 0, present: 1, available: 0 })).toEqual(
      new Map([
        ['new', 0],
        ['old', 0],
      ]),
    );
    expect(plan(state('old', 0, 0))).toEqual(
      new Map([
        ['new', 2],
        ['old', 0],
      ]),
    );
  });
});

describe('the bounds of a strategy', () => {
  test.each([
    [undefined, 1, { maxSurge: 1, maxUnavailable: 0 }],
    [undefined, 4, { maxSurge: 1, maxUnavailable: 1 }],
    [undefined, 10, { maxSurge: 3, maxUnavailable: 2 }],
    [{ rollingUpdate: { maxSurge: 0, maxUnavailable: '10%' } }, 3, { maxSurge: 0, maxUnavailable: 1 }],
    [{ rollingUpdate: { maxSurge: 2, maxUnavailable: 1 } }, 3, { maxSurge: 2, maxUnavailable: 1 }],
    [{ type: 'Recreate' }, 3, undefined],
  ])('%j of %i', (strategy, desired, bounds) => expect(boundsOf(strategy, desired)).toEqual(bounds));
});
