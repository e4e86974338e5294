import type { Condition, KubeObject, ObjectRef, Reader } from '../../core/objects.ts';
import { titleOf } from '../../core/objects.ts';
import { ShiftError } from '../../errors.ts';
import type { ParentRef } from './route.ts';
import { gatewayGroup, parentGateways } from './route.ts';
import type { RouteView } from '../routing-api.ts';

interface ListenerSpec {
  name: string;
  port: number;
  protocol: string;
}

/** A Gateway that a route refers to; undefined where it does not exist. */
export interface Parent {
  parentRef: ParentRef;
  ref: ObjectRef;
  gateway: KubeObject | undefined;
  /** Listeners that the route can attach to, by section name, port and protocol. */
  listeners: ListenerSpec[];
}

/** One listener of one Gateway. */
export interface GatewayListener {
  gateway: KubeObject;
  name: string;
  port: number;
}

/** Conditions of one listener of a Gateway. */
export function listenerConditions(gateway: KubeObject, name: string): Condition[] {
  const listeners = (gateway.status?.listeners ?? []) as { name: string; conditions?: Condition[] }[];
  return listeners.find((listener) => listener.name === name)?.conditions ?? [];
}

function matches({ sectionName, port }: ParentRef, listener: ListenerSpec): boolean {
  if (listener.protocol !== 'TCP') return false;
  return (sectionName ?? listener.name) === listener.name && (port ?? listener.port) === listener.port;
}

/** The Gateways that a route refers to, at the best served version of their kind. */
export async function findParents(view: RouteView, reader: Reader): Promise<Parent[]> {
  const served = await reader.servedVersions(gatewayGroup, 'Gateway');
  const version = ['v1', 'v1beta1'].find((candidate) => served.includes(candidate)) ?? 'v1';
  const found = parentGateways(view.object).map(async (parentRef): Promise<Parent> => {
    const namespace = parentRef.namespace ?? view.ref.namespace ?? 'default';
    const ref = { apiVersion: `${gatewayGroup}/${version}`, kind: 'Gateway', namespace, name: parentRef.name };
    const gateway = await reader.get(ref);
    const listeners = (gateway?.spec?.listeners ?? []) as ListenerSpec[];
    return { parentRef, ref, gateway, listeners: listeners.filter((listener) => matches(parentRef, listener)) };
  });
  return Promise.all(found);
}

/**
 * The listener by which connections reach the route.
 * @throws ShiftError unreachable: no such Gateway or listener; usage: listeners on several ports fit
 */
export async function findListener(view: RouteView, reader: Reader): Promise<GatewayListener> {
  const title = titleOf(view.ref);
  const parents = await findParents(view, reader);
  const existing = parents.filter(({ gateway }) => gateway !== undefined);
  if (existing.length === 0) {
    const names = parents.map(({ ref }) => titleOf(ref)).join(', ');
    const message = names ? `${title} refers to ${names}, which does not exist` : `${title} refers to no Gateway`;
    throw new ShiftError('unreachable', message, { hint: 'attach it to a Gateway that exists' });
  }
  const fitting = existing.flatMap(({ gateway, listeners }) =>
    listeners
      .filter(({ port }) => (view.port ?? port) === port)
      .map(({ name, port }): GatewayListener => ({ gateway: gateway!, name, port })),
  );
  const ports = [...new Set(fitting.map(({ port }) => port))];
  if (ports.length === 1) return fitting[0]!;

  const { ref, gateway } = existing[0]!;
  if (ports.length > 1) {
    throw new ShiftError('usage', `${title} fits listeners on ports ${ports.join(', ')} of ${titleOf(ref)}`, {
      hint: `name one by its port: --listener-port ${ports.join(' or --listener-port ')}`,
    });
  }
  const listeners = (gateway!.spec?.listeners ?? []) as ListenerSpec[];
  const has = listeners.map(({ name, port, protocol }) => `${name} (${protocol} ${port})`).join(', ');
  const wanted = [existing[0]!.parentRef.sectionName, view.port].filter((part) => part !== undefined).join(' on port ');
  throw new ShiftError('unreachable', `${titleOf(ref)} has no TCP listener ${wanted}; it has ${has || 'none'}`, {
    hint: `add one: kubectl edit gateways.${gatewayGroup} ${ref.name} -n ${ref.namespace}`,
  });
}
