import type { KubeObject } from '../../../core/objects.ts';
import type { LabelSelector } from '../selectors.ts';
import { failed, passed, type Verdict } from './verdict.ts';

/** A listener as a Gateway's spec has it. */
export interface Listener {
  name: string;
  port: number;
  protocol: string;
  hostname?: string;
  allowedRoutes?: {
    kinds?: { group?: string; kind: string }[];
    namespaces?: { from?: string; selector?: LabelSelector };
  };
}

/** A listener with what the gateway controller makes of it. */
export interface JudgedListener {
  listener: Listener;
  supportedKinds: { group: string; kind: string }[];
  verdicts: Verdict[];
  /** It takes TCP connections: nothing is wrong with it, and it is of protocol TCP. */
  carries: boolean;
}

const group = 'gateway.networking.k8s.io';

const kindsOfProtocol: Readonly<Record<string, readonly string[]>> = {
  HTTP: ['HTTPRoute', 'GRPCRoute'],
  HTTPS: ['HTTPRoute', 'GRPCRoute'],
  TLS: ['TLSRoute'],
  TCP: ['TCPRoute'],
};

const fine = 'No errors found';

/** What is to be said about each listener of a Gateway by itself; whether its port could be opened is not known here. */
export function judgeListeners(gateway: KubeObject): JudgedListener[] {
  const listeners: Listener[] = gateway.spec.listeners ?? [];
  return listeners.map((listener, index) => judge(listener, listeners.slice(0, index)));
}

function judge(listener: Listener, before: readonly Listener[]): JudgedListener {
  const accepted = acceptance(listener);
  const conflicted = conflict(listener, before);
  const { supportedKinds, valid } = routeKinds(listener);
  const resolved = valid
    ? passed('ResolvedRefs', 'ResolvedRefs', fine)
    : failed('ResolvedRefs', 'InvalidRouteKinds', 'Invalid route kinds');
  const carries = listener.protocol === 'TCP' && conflicted.status === 'False';
  return { listener, supportedKinds, verdicts: [accepted, conflicted, resolved], carries };
}

function acceptance({ protocol }: Listener): Verdict {
  if (Object.hasOwn(kindsOfProtocol, protocol)) return passed('Accepted', 'Accepted', fine);
  const upper = protocol.toUpperCase();
  const hint = Object.hasOwn(kindsOfProtocol, upper) ? `. hint: "${upper}" (uppercase) may be supported` : '';
  return failed('Accepted', 'UnsupportedProtocol', `protocol "${protocol}" is unsupported${hint}`);
}

/** Of listeners that cannot share a port, the first in the list keeps it. Conflicted is True where something is wrong. */
function conflict(listener: Listener, before: readonly Listener[]): Verdict {
  const rival = before.find(({ port, hostname, protocol }) => {
    const sameHost = protocol === 'TCP' || hostname === listener.hostname;
    return port === listener.port && (protocol !== listener.protocol || sameHost);
  });
  if (!rival) return failed('Conflicted', 'NoConflicts', fine);
  const reason = rival.protocol === listener.protocol ? 'HostnameConflict' : 'ProtocolConflict';
  return passed('Conflicted', reason, `listener "${rival.name}" has port ${listener.port} already`);
}

function routeKinds({ protocol, allowedRoutes }: Listener): {
  supportedKinds: JudgedListener['supportedKinds'];
  valid: boolean;
} {
  const supported = (kindsOfProtocol[protocol] ?? []).map((kind) => ({ group, kind }));
  const asked = allowedRoutes?.kinds ?? [];
  if (asked.length === 0) return { supportedKinds: supported, valid: true };
  const supportedKinds = supported.filter(({ kind }) =>
    asked.some((wanted) => wanted.kind === kind && (wanted.group ?? group) === group),
  );
  return { supportedKinds, valid: supportedKinds.length === asked.length };
}
