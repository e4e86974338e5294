import type { Sample } from '../../core/sample.ts';
import { parseAssignments, type Assignment } from '../../core/weights/assignments.ts';
import { askedSplit } from '../../core/weights/plan.ts';
import type { Split } from '../../core/weights/split.ts';
import { planRoute } from '../../routing/backends.ts';
import type { Target } from '../route/target.ts';

/** The split that the route asks for, or the one that is expected of it. @throws ShiftError usage: the assignments cannot be */
export function expectedSplit({ view, api }: Target, assignments?: readonly Assignment[]): Split {
  return assignments ? planRoute(view, assignments, api.limits).after : view.split;
}

/** The split that is expected of samples; a version that is not named shares what is left with its like. */
export function splitOfSamples(samples: readonly Sample[], assignments: readonly Assignment[]): Split {
  const seen = samples.flatMap(({ version }) => version ?? []);
  const versions = [...new Set([...assignments.map(({ version }) => version), ...seen])].sort();
  return askedSplit(
    versions.map((version) => ({ version, weight: 1 })),
    assignments,
  );
}

/** The split before a change: the one that was told, or everything on the version that is to keep the most. */
export function splitBefore(split: Split, told?: readonly Assignment[]): Split {
  const most = split.reduce((one, other) => (other.weight > one.weight ? other : one)).version;
  return askedSplit(split, told ?? parseAssignments([], most));
}
