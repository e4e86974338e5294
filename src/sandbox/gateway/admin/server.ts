import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ListenerConfig } from '../config.ts';
import type { Gate } from '../gate.ts';
import type { Upstreams } from '../filter-chain.ts';
import type { RunningListener } from '../listener.ts';
import type { UpstreamCounters } from '../upstream-counters.ts';
import { clustersPage } from './clusters.ts';
import { configDump } from './config-dump.ts';
import { text, type AdminPage } from './page.ts';
import { serverInfo } from './server-info.ts';
import { statsPage } from './stats.ts';

/** What the admin port tells about a replica. */
export interface ReplicaState {
  readonly startedAt: Date;
  readonly drainMs: number;
  /** Those that take connections. */
  listeners(): readonly RunningListener[];
  /** Those that were removed, and whose connections may still finish. */
  retired(): readonly RunningListener[];
  /** Those that it did not take. */
  refused(): readonly RefusedListener[];
  readonly upstreams: Upstreams;
  readonly counters: UpstreamCounters;
  /** Of the process. */
  readonly gate: Pick<Gate, 'pass'>;
}

export interface RefusedListener extends ListenerConfig {
  at: Date;
}

const pages: Readonly<Record<string, (state: ReplicaState, query: URLSearchParams) => AdminPage>> = {
  '/clusters': clustersPage,
  '/config_dump': configDump,
  '/ready': () => text('LIVE\n'),
  '/server_info': serverInfo,
  '/stats': statsPage,
};

/** The part of Envoy's admin interface that tells the weights in force, the connections, and what becomes of them. */
export function adminServer(state: ReplicaState): Server {
  return createServer((request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://admin');
    state.gate.pass(() => {
      const page = pages[pathname]?.(state, searchParams) ?? text('invalid path\n', 404);
      response.writeHead(page.status, { 'content-type': page.type }).end(page.body);
    });
  });
}
