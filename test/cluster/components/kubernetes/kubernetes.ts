import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { goPrograms } from '../../build/go.ts';
import { connect, type Api } from '../../stack/api.ts';
import type { Machine } from '../../stack/machine.ts';
import { nodeAddress, serviceRange } from '../../stack/network.ts';
import { until } from '../../stack/until.ts';

const version = { gitVersion: 'v1.36.2', gitMajor: '1', gitMinor: '36' };

export const kubernetesPrograms = goPrograms({
  component: 'kubernetes',
  programs: {
    'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
    'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
    'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
    kubectl: 'k8s.io/kubernetes/cmd/kubectl',
  },
  variables: Object.fromEntries(
    Object.entries(version).map(([name, value]) => [`k8s.io/component-base/version.${name}`, value]),
  ),
});

/** Those of kube-controller-manager's controllers that a test can see at work. */
const controllers = [
  'endpointslice-controller',
  'namespace-controller',
  'garbage-collector-controller',
  'deployment-controller',
  'replicaset-controller',
  // It takes the not-ready taint off the node.
  'node-lifecycle-controller',
  'serviceaccount-controller',
  'job-controller',
];

export interface ControlPlane {
  kubeconfig: string;
  api: Api;
}

/** Starts kube-apiserver on the given etcd, with a token of its own; resolves when it is ready. */
export async function startApiServer(machine: Machine, etcd: string): Promise<ControlPlane> {
  const { dir } = machine;
  const token = randomBytes(16).toString('hex');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(`${dir}/tokens.csv`, `${token},admin,admin,"system:masters"\n`, { mode: 0o600 });
  await writeFile(`${dir}/sa.key`, privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
  machine.run('kube-apiserver', {
    words: [
      await machine.file(kubernetesPrograms, 'kube-apiserver'),
      `--etcd-servers=${etcd}`,
      `--cert-dir=${dir}/apiserver`,
      '--secure-port=6443',
      `--bind-address=${nodeAddress}`,
      `--advertise-address=${nodeAddress}`,
      `--service-cluster-ip-range=${serviceRange}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${dir}/sa.key`,
      `--service-account-signing-key-file=${dir}/sa.key`,
      `--token-auth-file=${dir}/tokens.csv`,
      '--authorization-mode=RBAC',
      '--disable-admission-plugins=ServiceAccount',
    ],
  });
  const server = `https://${nodeAddress}:6443`;
  const api = await until('kube-apiserver is ready', async () => {
    const candidate = connect({ server, token, ca: await readFile(`${dir}/apiserver/apiserver.crt`) });
    return (await candidate.send('/readyz')).status === 200 && candidate;
  });
  return { api, kubeconfig: await writeKubeconfig(dir, server, token) };
}

/** Starts the controllers and the scheduler; nothing waits for them, as every later step sees their work. */
export async function startControllers(machine: Machine, kubeconfig: string): Promise<void> {
  const common = [`--kubeconfig=${kubeconfig}`, '--leader-elect=false', '--bind-address=127.0.0.1'];
  machine.run('kube-controller-manager', {
    words: [
      await machine.file(kubernetesPrograms, 'kube-controller-manager'),
      ...common,
      `--controllers=${controllers.join(',')}`,
      `--cert-dir=${machine.dir}/controller-manager`,
    ],
  });
  machine.run('kube-scheduler', {
    words: [await machine.file(kubernetesPrograms, 'kube-scheduler'), ...common, `--cert-dir=${machine.dir}/scheduler`],
  });
}

async function writeKubeconfig(dir: string, server: string, token: string): Promise<string> {
  const path = `${dir}/kubeconfig`;
  const name = 'stack';
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server, 'certificate-authority': `${dir}/apiserver/apiserver.crt` } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  };
  await writeFile(path, stringify(config), { mode: 0o600 });
  return path;
}
