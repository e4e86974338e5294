import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { base64, certificates } from '../helpers/certificates.ts';
import { temporaryFolder } from '../helpers/cluster.ts';
import { taskSandbox } from '../helpers/task-sandbox.ts';
import { watchedSandbox, type WatchedSandbox } from '../helpers/watched-sandbox.ts';

const cluster = 5;
const namespace = 'istio-io-tcp-traffic-shifting';
const withTask = taskSandbox({});
let sandbox: WatchedSandbox;

beforeAll(async () => {
  sandbox = await watchedSandbox();
});
afterAll(() => sandbox.stop());

/** A copy of the sandbox's kubeconfig in which one thing is changed. */
async function kubeconfigWith(change: (config: any) => void): Promise<string> {
  const config = JSON.parse(await readFile(sandbox.kubeconfig, 'utf8'));
  change(config);
  const file = join(await temporaryFolder(), 'config');
  await writeFile(file, JSON.stringify(config));
  return file;
}

describe.each(['setup', 'weight v2=20', 'status', 'cleanup'])('%s', (line) => {
  test('with a token that the server does not know', async () => {
    const kubeconfig = await kubeconfigWith(({ users }) => (users[0].user.token = 'wrong'));
    const { exitCode, error, hint } = await sandbox.refused(line, { kubeconfig });
    expect({ exitCode, hint }).toEqual({
      exitCode: cluster,
      hint: 'sign in again, or choose another user with --user or --context',
    });
    expect(error).toMatch(/^cannot .*: the API server does not accept these credentials \(Unauthorized\)$/);
  });
});

test('a server whose certificate the kubeconfig does not trust', async () => {
  const data = base64((await certificates()).server.cert);
  const kubeconfig = await kubeconfigWith(({ clusters }) => {
    clusters[0].cluster['certificate-authority-data'] = data;
  });
  const { exitCode, error, hint } = await sandbox.refused('status', { kubeconfig });
  expect({ exitCode, hint }).toEqual({
    exitCode: cluster,
    hint: 'check certificate-authority, client-certificate and tls-server-name in the kubeconfig',
  });
  expect(error).toMatch(/ cannot be trusted: its certificate /);
});

test('a server that does not answer in time', async () => {
  const slow = () => ({ do: 'delay', ms: 2000 }) as const;
  const { exitCode, error } = await sandbox.meeting(slow, () => sandbox.refused('status --request-timeout 50ms'));
  expect(exitCode).toBe(cluster);
  expect(error).toMatch(/ cannot be reached: no answer within 50ms$/);
});

test('a server that fails', async () => {
  const failing = () => ({ do: 'answer', code: 500 }) as const;
  expect(await sandbox.meeting(failing, () => sandbox.refused('status'))).toEqual({
    exitCode: cluster,
    error:
      'cannot ask which APIs the cluster serves: the API server answered 500: the sandbox was told to fail this request',
    hint: 'look at the state of the cluster: kubectl get --raw /readyz?verbose',
  });
});

describe('a user who may not', () => {
  const denyWhere = (part: string) => (request: { method: string; path: string }) =>
    `${request.method} ${request.path}`.includes(part) ? ({ do: 'deny' } as const) : undefined;

  test('read routes is told the verb and the resource', async () => {
    const denied = denyWhere('/tcproutes/tcp-echo');
    const what = 'get tcproutes.gateway.networking.k8s.io';
    expect(await sandbox.meeting(denied, () => sandbox.refused('status'))).toEqual({
      exitCode: cluster,
      error: `cannot get TCPRoute ${namespace}/tcp-echo: user "tcpshift-sandbox" may not ${what} in namespace "${namespace}"`,
      hint: 'ask for a Role that allows get on tcproutes.gateway.networking.k8s.io, or act as another user with --context or --as',
    });
  });

  test('write what setup writes is told all of it before anything is written', async () => {
    const denied = denyWhere('selfsubjectaccessreviews');
    const { exitCode, error, hint } = await sandbox.meeting(denied, () => sandbox.refused('setup'));
    expect(exitCode).toBe(cluster);
    expect(error).toBe(
      'no permission to get, patch, create namespaces, serviceaccounts, services, deployments.apps, gateways.gateway.networking.k8s.io, tcproutes.gateway.networking.k8s.io',
    );
    expect(hint).toBe(`ask for a Role that allows it; to check: kubectl auth can-i get namespaces -n ${namespace}`);
  });
});

describe('with the task set up', () => {
  const test = withTask;

  test('a user who may not write routes moves nothing', async ({ sandbox }) => {
    const route = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'TCPRoute', name: 'tcp-echo', namespace };
    const before = await sandbox.other.get(route);
    const denied = ({ method }: { method: string }) => (method === 'PATCH' ? ({ do: 'deny' } as const) : undefined);
    const result = await sandbox.meeting(denied, () => sandbox.run('weight v2=20'));
    expect(result).toMatchObject({ exitCode: cluster, stdout: '' });
    expect(result.stderr).toContain(
      'may not patch tcproutes.gateway.networking.k8s.io in namespace "istio-io-tcp-traffic-shifting"',
    );
    expect(await sandbox.other.get(route)).toEqual(before);
  });

  test('a probe from the pod, where no container runs', async ({ sandbox }) => {
    const { exitCode, error, hint } = await sandbox.refused('probe --from pod --count 1');
    expect(exitCode).toBe(cluster);
    expect(error).toMatch(
      /^cannot run a command in container curl of Pod istio-io-tcp-traffic-shifting\/curl-\S+: this cluster cannot do that: pods "curl-\S+": no container runs in the sandbox, so there is nothing to exec in$/,
    );
    expect(hint).toBe('use what this cluster supports; probes can start elsewhere, such as with --from local');
  });
});
