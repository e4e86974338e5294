import { goPrograms } from '../../build/go.ts';
import type { Machine } from '../../stack/machine.ts';
import { until } from '../../stack/until.ts';

export const etcdPrograms = goPrograms({ component: 'etcd', programs: { etcd: 'go.etcd.io/etcd/server/v3' } });

const client = 'http://127.0.0.1:2379';
const peer = 'http://127.0.0.1:2380';

/** Starts etcd with its data in memory; resolves with the URL that clients take. */
export async function startEtcd(machine: Machine): Promise<string> {
  machine.run('etcd', {
    words: [
      await machine.file(etcdPrograms, 'etcd'),
      `--data-dir=${machine.dir}/etcd`,
      '--unsafe-no-fsync',
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
    ],
  });
  await until('etcd is healthy', async () => (await fetch(`${client}/health`)).ok);
  return client;
}
