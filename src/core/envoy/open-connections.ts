import type { Backend } from '../route/backend.ts';
import type { TcpListener } from './listener-dump.ts';
import { isClusterOf } from './listener-weights.ts';

/** Connections that a proxy holds open on some of its listeners. */
interface OpenOnListeners {
  open: number;
  /** Those to each version's clusters, by whichever listener they came; absent where the proxy keeps no statistics of clusters. */
  versions?: ReadonlyMap<string, number>;
}

/** Envoy's name of a listener in statistics: a colon, as addresses of version 6 have them, stands there as an underscore. */
function statName({ stat_prefix: prefix, address }: TcpListener): string {
  const { address: ip = '', port_value: port } = address?.socket_address ?? {};
  return (prefix || `${ip.includes(':') ? `[${ip}]` : ip}:${port}`).replaceAll(':', '_');
}

function countOf(listener: TcpListener): string {
  return `listener.${statName(listener)}.downstream_cx_active`;
}

/** The path of the page of statistics that `readOpenConnections` reads: these listeners', and those of the backends' clusters. */
export function openConnectionsPath(listeners: readonly TcpListener[], backends: Iterable<Backend>): string {
  const hosts = [...backends].map(({ service, namespace }) => literal(`${service}.${namespace}.svc.`));
  const clusters = `cluster\\.outbound\\|[^;]*\\|(${[...new Set(hosts)].join('|')})[^;]*;?\\.upstream_cx_active`;
  const filter = `^(${[...listeners.map(countOf).map(literal), clusters].join('|')})$`;
  return `/stats?filter=${encodeURIComponent(filter)}`;
}

/**
 * The connections that the page counts; undefined where it lacks a listener.
 * @param stats Envoy's `stats`, a line each: `listener.0.0.0.0_31400.downstream_cx_active: 7`
 */
export function readOpenConnections(
  stats: string,
  listeners: readonly TcpListener[],
  backends: ReadonlyMap<string, Backend>,
): OpenOnListeners | undefined {
  const values = new Map([...stats.matchAll(/^(.+): (\d+)$/gm)].map(([, name, value]) => [name!, Number(value)]));
  const counts = [...new Set(listeners.map(countOf))].map((name) => values.get(name));
  if (counts.includes(undefined)) return undefined;
  const open = counts.reduce<number>((sum, count) => sum + count!, 0);
  const versions = openByVersion(values, backends);
  return versions.size > 0 ? { open, versions } : { open };
}

function openByVersion(values: ReadonlyMap<string, number>, backends: ReadonlyMap<string, Backend>) {
  const versions = new Map<string, number>();
  for (const [name, value] of values) {
    const cluster = /^cluster\.(.+?);?\.upstream_cx_active$/.exec(name)?.[1];
    const version =
      cluster === undefined ? undefined : [...backends].find(([, target]) => isClusterOf(cluster, target))?.[0];
    if (version !== undefined) versions.set(version, (versions.get(version) ?? 0) + value);
  }
  return versions;
}

/** A regular expression that the text alone matches. */
function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
