import type { KubeObject } from '../../../core/objects.ts';
import type { Registry } from '../../store/registry.ts';
import { kinds } from '../kinds.ts';
import { matches } from '../selectors.ts';
import type { JudgedListener } from './listeners.ts';
import { failed, passed, type Verdict } from './verdict.ts';

/** One entry of a route's parentRefs. */
export interface ParentRef {
  group?: string;
  kind?: string;
  namespace?: string;
  name: string;
  sectionName?: string;
  port?: number;
}

/** What became of one parentRef: the listeners that took the route, and the verdict on it. */
export interface JudgedParent {
  ref: ParentRef;
  /** `namespace/name` of the Gateway. */
  gateway: string;
  listeners: JudgedListener[];
  verdict: Verdict;
}

interface Denial {
  reason: 'NotAllowedByListeners' | 'NoMatchingParent';
  message: string;
}

/** Judges the parentRefs that name one of these Gateways; others are none of this controller's business. */
export function judgeParents(
  registry: Pick<Registry, 'get'>,
  route: KubeObject,
  gateways: ReadonlyMap<string, readonly JudgedListener[]>,
): JudgedParent[] {
  const refs: ParentRef[] = route.spec.parentRefs ?? [];
  return refs.flatMap((ref) => {
    const gateway = `${ref.namespace ?? route.metadata.namespace}/${ref.name}`;
    const listeners = isGateway(ref) ? gateways.get(gateway) : undefined;
    return listeners ? [judgeParent(registry, { route, ref, gateway, listeners })] : [];
  });
}

function isGateway({ group = 'gateway.networking.k8s.io', kind = 'Gateway' }: ParentRef): boolean {
  return group === 'gateway.networking.k8s.io' && kind === 'Gateway';
}

interface Attachment {
  route: KubeObject;
  ref: ParentRef;
  gateway: string;
  listeners: readonly JudgedListener[];
}

function judgeParent(registry: Pick<Registry, 'get'>, { route, ref, gateway, listeners }: Attachment): JudgedParent {
  const home = registry.get(kinds.namespace, route.metadata.namespace!);
  const denials = listeners.map(
    (judged) =>
      mismatch(ref, judged) ?? refusal(judged, { home, own: gateway.startsWith(`${route.metadata.namespace}/`) }),
  );
  const taken = listeners.filter((_, index) => denials[index] === undefined);
  const also = taken.length > 1 ? `, bound to ${taken.length} parents` : '';
  const verdict =
    taken.length > 0
      ? passed('Accepted', 'Accepted', `Route was valid${also}`)
      : denied(denials.filter((denial) => denial !== undefined));
  return { ref, gateway, listeners: taken, verdict };
}

/** One reason for all: where a listener was meant, what it refused counts more than those that were not meant. */
function denied(denials: readonly Denial[]): Verdict {
  const refused = denials.filter(({ reason }) => reason === 'NotAllowedByListeners');
  const told = refused.length > 0 ? refused : denials;
  const message = told.map(({ message }) => message).join('; ');
  return failed('Accepted', told[0]?.reason ?? 'NoMatchingParent', message);
}

function mismatch({ sectionName, port }: ParentRef, { listener }: JudgedListener): Denial | undefined {
  if (port !== undefined && port !== listener.port) {
    return { reason: 'NoMatchingParent', message: `port ${port} not found` };
  }
  if (sectionName !== undefined && sectionName !== listener.name) {
    return { reason: 'NoMatchingParent', message: `sectionName "${sectionName}" not found` };
  }
  return undefined;
}

function refusal(
  { listener, supportedKinds }: JudgedListener,
  { home, own }: { home: KubeObject | undefined; own: boolean },
): Denial | undefined {
  const { from = 'Same', selector = {} } = listener.allowedRoutes?.namespaces ?? {};
  const byNamespace: Readonly<Record<string, () => boolean>> = {
    All: () => true,
    Same: () => own,
    Selector: () => matches(home?.metadata.labels, selector),
  };
  if (byNamespace[from]?.() !== true) {
    const message = `namespace "${home?.metadata.name}" is not allowed by listener "${listener.name}"`;
    return { reason: 'NotAllowedByListeners', message };
  }
  if (supportedKinds.some(({ kind }) => kind === 'TCPRoute')) return undefined;
  return { reason: 'NotAllowedByListeners', message: `kind TCPRoute is not allowed by listener "${listener.name}"` };
}
