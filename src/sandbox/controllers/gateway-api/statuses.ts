import { isDeepStrictEqual } from 'node:util';
import type { Condition, KubeObject } from '../../../core/objects.ts';
import { serviceHost } from '../service-host.ts';
import {
  attachedTo,
  gatewayController,
  type EvaluatedGateway,
  type EvaluatedRoute,
  type Evaluation,
} from './evaluate.ts';
import type { JudgedListener } from './listeners.ts';
import type { ParentRef } from './parents.ts';
import { conditionsWith, failed, passed, type Verdict } from './verdict.ts';

/** How a Gateway can be reached. */
export interface Reach {
  /** The Service in front of its proxies. */
  service: string;
  address: string | undefined;
  /** For ports that could not be opened, why. */
  problems: ReadonlyMap<number, string>;
}

interface ListenerStatus {
  name: string;
  conditions?: Condition[];
}

/** The status of a Gateway of ours. */
export function gatewayStatus(evaluation: Evaluation, { gateway, listeners }: EvaluatedGateway, reach: Reach): object {
  const generation = gateway.metadata.generation ?? 0;
  const known: ListenerStatus[] = gateway.status?.listeners ?? [];
  const verdicts = [
    passed('Accepted', 'Accepted', 'Resource accepted'),
    programmed(gateway, listeners, reach),
    // What a Gateway itself refers to is certificates, which no listener for TCP has.
    passed('ResolvedRefs', 'ResolvedRefs', 'All references resolved'),
  ];
  return {
    ...(reach.address === undefined ? {} : { addresses: [{ type: 'IPAddress', value: reach.address }] }),
    conditions: conditionsWith(gateway.status?.conditions, verdicts, generation),
    listeners: listeners.map((judged) => ({
      name: judged.listener.name,
      attachedRoutes: attachedTo(evaluation, judged).length,
      supportedKinds: judged.supportedKinds,
      conditions: conditionsWith(
        known.find(({ name }) => name === judged.listener.name)?.conditions,
        listenerVerdicts(judged, reach),
        generation,
      ),
    })),
  };
}

function listenerVerdicts({ listener, verdicts }: JudgedListener, { problems }: Reach): Verdict[] {
  const problem = problems.get(listener.port);
  const programmed =
    problem === undefined
      ? passed('Programmed', 'Programmed', 'No errors found')
      : failed('Programmed', 'PortUnavailable', problem);
  return [...verdicts, programmed].sort((a, b) => (a.type < b.type ? -1 : 1));
}

function programmed({ spec, metadata }: KubeObject, listeners: readonly JudgedListener[], reach: Reach): Verdict {
  const { service, address, problems } = reach;
  const host = serviceHost(service, metadata.namespace);
  const asked: { value?: string }[] = spec.addresses ?? [];
  if (asked.length > 0) {
    const values = asked.map(({ value = '' }) => value).join(' ');
    return failed('Programmed', 'UnsupportedAddress', `the sandbox assigns the address itself, ignoring [${values}]`);
  }
  if (problems.size > 0) {
    const told = [...problems.values()].join('; ');
    return failed('Programmed', 'AddressNotUsable', `Failed to assign to any requested addresses: ${told}`);
  }
  const ports = new Set(listeners.map(({ listener }) => listener.port));
  const services = [...ports].map((port) => `${host}:${port}`).join(' and ');
  if (address !== undefined) {
    return passed('Programmed', 'Programmed', `Resource programmed, assigned to service(s) ${services}`);
  }
  const pending = `address pending for hostname "${host}"`;
  return failed(
    'Programmed',
    'AddressNotAssigned',
    `Assigned to service(s) ${services}, but failed to assign to all requested addresses: ${pending}`,
  );
}

interface ParentStatus {
  parentRef: ParentRef;
  controllerName: string;
  conditions: Condition[];
}

/** The status of a TCPRoute, with the entries of other controllers kept; undefined where there is nothing to say. */
export function routeStatus({ route, parents, backends }: EvaluatedRoute): object | undefined {
  const known: ParentStatus[] = route.status?.parents ?? [];
  const others = known.filter(({ controllerName }) => controllerName !== gatewayController);
  if (parents.length === 0 && others.length === known.length) return undefined;
  const own = parents.map(({ ref, verdict }) => {
    const before = known.find(
      ({ parentRef, controllerName }) => controllerName === gatewayController && isDeepStrictEqual(parentRef, ref),
    );
    const conditions = conditionsWith(before?.conditions, [verdict, backends.verdict], route.metadata.generation ?? 0);
    return { parentRef: ref, controllerName: gatewayController, conditions };
  });
  return { ...route.status, parents: [...others, ...own] };
}
