import { execa } from 'execa';
import { goFiles, goPrograms } from '../../build/go.ts';
import type { Api } from '../../stack/api.ts';
import type { Machine } from '../../stack/machine.ts';
import { nodeAddress } from '../../stack/network.ts';
import { until } from '../../stack/until.ts';
import { installClientImage } from './client-image.ts';

export const kwokPrograms = goPrograms({ component: 'kwok', programs: { kwok: 'sigs.k8s.io/kwok/cmd/kwok' } });

const stages = 'kustomize/stage/node';
const crds = 'kustomize/crd/bases';
export const kwokFiles = goFiles({ component: 'kwok', module: 'sigs.k8s.io/kwok', paths: [stages, crds] });

export const nodeName = 'node';
const kubeletPort = 10250;
const enabledCrds = ['Exec', 'PortForward'];

/** Starts kwok as the kubelet server of one node: its heartbeat, `exec` and `port-forward`. Pods are none of its business here. */
export async function startKwok(machine: Machine, kubeconfig: string, api: Api): Promise<void> {
  for (const kind of enabledCrds) await applyCrd(machine, kubeconfig, kind);
  const configs = [`${stages}/fast/node-initialize.yaml`, `${stages}/heartbeat/node-heartbeat.yaml`];
  const files = await Promise.all(configs.map((path) => machine.file(kwokFiles, path)));
  machine.run('kwok', {
    words: [
      await machine.file(kwokPrograms, 'kwok'),
      `--kubeconfig=${kubeconfig}`,
      '--manage-all-nodes=true',
      `--node-ip=${nodeAddress}`,
      `--node-port=${kubeletPort}`,
      `--server-address=${nodeAddress}:${kubeletPort}`,
      `--enable-crds=${enabledCrds.join(',')}`,
      ...files.map((file) => `--config=${file}`),
    ],
    env: { PATH: await installClientImage(`${machine.dir}/client`) },
  });
  await api.call('/api/v1/nodes', {
    method: 'POST',
    body: { apiVersion: 'v1', kind: 'Node', metadata: { name: nodeName } },
  });
  await until('the node is ready', async () => {
    const node = await api.call(`/api/v1/nodes/${nodeName}`);
    const tainted = node.spec.taints?.some((taint: any) => taint.key === 'node.kubernetes.io/not-ready');
    return !tainted && node.status.conditions?.some((item: any) => item.type === 'Ready' && item.status === 'True');
  });
}

async function applyCrd(machine: Machine, kubeconfig: string, kind: string): Promise<void> {
  const file = await machine.file(kwokFiles, `${crds}/kwok.x-k8s.io_${kind.toLowerCase()}s.yaml`);
  await execa('kubectl', ['apply', '--server-side', '-f', file], { env: { KUBECONFIG: kubeconfig } });
}
