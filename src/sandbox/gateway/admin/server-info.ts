import { message, type AdminPage } from './page.ts';
import type { ReplicaState } from './server.ts';

/** Envoy's `/server_info`, as far as it says something here. */
export function serverInfo({ startedAt, drainMs }: Pick<ReplicaState, 'startedAt' | 'drainMs'>): AdminPage {
  const uptime = `${Math.floor((Date.now() - startedAt.getTime()) / 1000)}s`;
  return message({
    version: 'sandbox/1.40.0/Clean/RELEASE/BoringSSL',
    state: 'LIVE',
    uptime_current_epoch: uptime,
    uptime_all_epochs: uptime,
    hot_restart_version: 'disabled',
    command_line_options: {
      base_id: '0',
      concurrency: 1,
      drain_time: duration(drainMs),
      parent_shutdown_time: '900s',
      mode: 'Serve',
      disable_hot_restart: true,
      drain_strategy: 'Immediate',
    },
  });
}

/** As protobuf writes a duration in JSON: seconds, with three places where they are not whole. */
function duration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${(ms / 1000).toFixed(3)}s`;
}
