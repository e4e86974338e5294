import { refOf, titleOf, type KubeObject } from '../../core/objects.ts';
import { isOurs } from '../../core/ownership.ts';
import { sameWeights } from '../../core/weights/plan.ts';
import { splitText } from '../../core/weights/split.ts';
import { ShiftError } from '../../errors.ts';
import type { RoutingApi } from '../../routing/routing-api.ts';
import { nameProblem, placeOf } from '../preflight.ts';
import type { Recheck } from './apply-all.ts';

/** Looks at what came under the name of an object after the check: it must be ours, and a route must have the weights that were decided on. */
export function recheck(api: RoutingApi, port: number): Recheck {
  return (wanted, now) => (isOurs(now) ? (nameProblem(now) ?? weightProblem(wanted, now)) : strangerProblem(now));

  function weightProblem(wanted: KubeObject, now: KubeObject): ShiftError | undefined {
    if (now.kind !== api.routeKind) return undefined;
    const [decided, found] = [wanted, now].map((route) => api.readRoute(route, port).split);
    if (sameWeights(decided!, found!)) return undefined;
    const message = `somebody else changed the weights of ${titleOf(refOf(now))} after the check: ${splitText(found!)}`;
    return new ShiftError('conflict', message, { hint: 'run the command again: it keeps the weights that it finds' });
  }
}

function strangerProblem(now: KubeObject): ShiftError {
  const { kind, metadata } = now;
  const { name } = metadata;
  const [what, hint] =
    kind === 'Namespace'
      ? [`namespace ${name}`, 'run the command again to use it as it is, or choose another namespace with -n']
      : [`${kind} ${name}${placeOf(now)}`, 'choose another namespace with -n, or remove it'];
  return new ShiftError('conflict', `${what} appeared after the check, and tcpshift did not make it`, { hint });
}
