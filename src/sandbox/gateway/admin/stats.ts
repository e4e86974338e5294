import type { RunningListener } from '../listener.ts';
import { text, type AdminPage } from './page.ts';
import type { ReplicaState } from './server.ts';

type State = Pick<ReplicaState, 'listeners' | 'retired' | 'upstreams' | 'counters'>;

/** Envoy's `/stats`, of those whose names a regular expression matches where one is asked for: one line each, or JSON. */
export function statsPage(state: State, query: URLSearchParams): AdminPage {
  const wanted = matcher(query.get('filter') ?? '');
  if (!wanted) return text('Invalid re2 regex: it does not compile', 400);
  const found = [...statistics(state)]
    .filter(([name]) => wanted.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ({ name, value }));
  const format = query.get('format') ?? 'text';
  if (format === 'text') return text(found.map(({ name, value }) => `${name}: ${value}\n`).join(''));
  if (format !== 'json') return text('usage: /stats?format=(json|text)\n\n', 400);
  return { status: 200, type: 'application/json', body: JSON.stringify({ stats: found }) };
}

function matcher(filter: string): RegExp | undefined {
  try {
    return new RegExp(filter);
  } catch {
    return undefined;
  }
}

function statistics({ listeners, retired, upstreams, counters }: State): Map<string, number> {
  const [active, gone] = [listeners(), retired()];
  return new Map([
    ...clusterStatistics(upstreams, counters),
    ...[...gone, ...active].flatMap(listenerStatistics),
    ['listener_manager.total_filter_chains_draining', active.reduce((sum, { draining }) => sum + draining, 0)],
    ['listener_manager.total_listeners_active', active.length],
    ['listener_manager.total_listeners_draining', gone.length],
  ]);
}

/** Istio ends the cluster's name with a semicolon in statistics. */
function clusterStatistics(upstreams: State['upstreams'], { clusters }: State['counters']): [string, number][] {
  return [...new Set([...upstreams.clusters(), ...clusters.keys()])].flatMap((name): [string, number][] => {
    const { active, opened } = clusters.get(name) ?? { active: 0, opened: 0 };
    return [
      [`cluster.${name};.upstream_cx_active`, active],
      [`cluster.${name};.upstream_cx_total`, opened],
    ];
  });
}

/** For all of the proxy, and for its one thread. */
function listenerStatistics({ port, connections: { active, total } }: RunningListener): [string, number][] {
  const name = `listener.0.0.0.0_${port}`;
  return [name, `${name}.worker_0`].flatMap((scope): [string, number][] => [
    [`${scope}.downstream_cx_active`, active],
    [`${scope}.downstream_cx_total`, total],
  ]);
}
