import { defined } from '../../core/defined.ts';
import type { Condition, Reader } from '../../core/objects.ts';
import { readCondition } from '../conditions.ts';
import { type Parent, findParents, listenerConditions } from './listener.ts';
import type { ParentRef } from './route.ts';
import type { RouteView } from '../routing-api.ts';
import type { Readiness } from '../../core/route/readiness.ts';
import { flagAdvice, untakenAdvice } from './advice.ts';

interface ParentStatus {
  parentRef: ParentRef;
  conditions?: Condition[];
}

const routeConditions = ['Accepted', 'ResolvedRefs'];

function sameParent(a: ParentRef, b: ParentRef, namespace: string | undefined): boolean {
  return (
    a.name === b.name &&
    (a.namespace ?? namespace) === (b.namespace ?? namespace) &&
    a.sectionName === b.sectionName &&
    a.port === b.port
  );
}

/** What each controller that took up this reference says of the route; pending, with the likely reason, where none has. */
async function ofRoute(
  { object, ref }: RouteView,
  { parentRef, gateway }: Parent,
  reader: Reader,
): Promise<Readiness[]> {
  const statuses = (object.status?.parents ?? []) as ParentStatus[];
  const mine = statuses.filter((status) => sameParent(status.parentRef, parentRef, ref.namespace));
  if (mine.length === 0) {
    const advice = gateway && { advice: await untakenAdvice(object, gateway, reader) };
    const message = 'no controller has taken it up yet';
    return routeConditions.map((type) => ({ type, ref, state: 'pending', message, ...advice }));
  }
  return mine.flatMap(({ conditions }) =>
    routeConditions.map((type) => readCondition(type, ref, conditions, object.metadata.generation)),
  );
}

/** Programmed of a Gateway, and what is wrong with the listeners that the route needs. */
function ofGateway({ ref, gateway, listeners }: Parent): Readiness[] {
  if (!gateway) {
    const message = `Gateway ${ref.namespace}/${ref.name} does not exist`;
    return [{ type: 'Programmed', ref, state: 'false', reason: 'NotFound', message }];
  }
  const { generation } = gateway.metadata;
  const conditions = (gateway.status?.conditions ?? []) as Condition[];
  const ofListeners = listeners.flatMap(({ name }) =>
    ['Accepted', 'Programmed'].map((type) => {
      const said = readCondition(type, ref, listenerConditions(gateway, name), generation);
      const advice = flagAdvice(said.message);
      const message = `listener ${name}: ${said.message ?? said.reason ?? 'no reason given'}`;
      return { ...said, message, ...defined({ advice }) };
    }),
  );
  return [
    readCondition('Programmed', ref, conditions, generation),
    ...ofListeners.filter(({ state }) => state === 'false'),
  ];
}

/** See RoutingApi.readiness: Accepted and ResolvedRefs by each Gateway that the route refers to, and Programmed of that Gateway. */
export async function readiness(view: RouteView, reader: Reader): Promise<Readiness[]> {
  const parents = await findParents(view, reader);
  const said = parents.map(async (parent) => [...(await ofRoute(view, parent, reader)), ...ofGateway(parent)]);
  return (await Promise.all(said)).flat();
}
