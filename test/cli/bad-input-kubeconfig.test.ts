import { writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listening, temporaryFolder, writeKubeconfig } from '../helpers/cluster.ts';
import { refused } from '../helpers/refused.ts';
import { freePort } from '../helpers/free-port.ts';

const [usage, cluster] = [2, 5];
const somewhere = { server: 'https://127.0.0.1:1' };

test('no kubeconfig at all', async () => {
  const HOME = await temporaryFolder();
  expect(await refused(['status'], { env: { HOME } })).toEqual({
    exitCode: usage,
    error: `no kubeconfig names a cluster: looked at ${HOME}/.kube/config, and this is no pod`,
    hint: 'set KUBECONFIG, or use an embedded cluster: eval "$(tcpshift sandbox start)"',
  });
});

test('a kubeconfig that is named and not there', async () => {
  const file = join(await temporaryFolder(), 'none');
  expect(await refused(['status', '--kubeconfig', file])).toEqual({
    exitCode: usage,
    error: `the kubeconfig "${file}" does not exist`,
    hint: 'name a file that exists with --kubeconfig',
  });
});

test('a kubeconfig that is no YAML', async () => {
  const kubeconfig = join(await temporaryFolder(), 'config');
  await writeFile(kubeconfig, 'clusters: [\n');
  const { error, ...rest } = await refused(['status'], { kubeconfig });
  expect(rest).toEqual({ exitCode: usage, hint: `mend "${kubeconfig}", or name another with --kubeconfig` });
  expect(error).toMatch(`the kubeconfig "${kubeconfig}" cannot be read: `);
});

test.each(['context', 'cluster', 'user'])('a %s that the kubeconfig does not have', async (kind) => {
  const kubeconfig = await writeKubeconfig({ cluster: somewhere });
  expect(await refused(['status', `--${kind}`, 'prod'], { kubeconfig })).toEqual({
    exitCode: usage,
    error: `the kubeconfig has no ${kind} "prod"; it has "test"`,
    hint: `choose one of them with --${kind}`,
  });
});

test('a group to act as without a user', async () => {
  const kubeconfig = await writeKubeconfig({ cluster: somewhere });
  expect(await refused(['status', '--as-group', 'admins'], { kubeconfig })).toEqual({
    exitCode: usage,
    error: 'cannot act as a group or UID alone: --as-group or --as-uid was given without --as',
    hint: 'add --as with the name of the user',
  });
});

test('a server that is no URL', async () => {
  const kubeconfig = await writeKubeconfig({ cluster: { server: 'localhost' } });
  expect(await refused(['status'], { kubeconfig })).toEqual({
    exitCode: usage,
    error: 'cluster "test" of the kubeconfig has the server "localhost", which is no URL',
    hint: 'give it in the kubeconfig as https://host:port',
  });
});

test.each(['setup', 'weight v2=20', 'probe', 'verify', 'status', 'cleanup', 'diff'])(
  'a server that nobody can reach: %s',
  async (line) => {
    const server = `https://127.0.0.1:${await freePort()}`;
    const kubeconfig = await writeKubeconfig({ cluster: { server } });
    expect(await refused(line.split(' '), { kubeconfig })).toEqual({
      exitCode: cluster,
      error: `the API server at ${server} (context "test") cannot be reached: nothing listens there`,
      hint: 'start the cluster, or choose another one with --context or KUBECONFIG',
    });
  },
);

test('a server that is no API server', async () => {
  const page = createHttpServer((_, response) => response.end('<h1>It works!</h1>'));
  const kubeconfig = await writeKubeconfig({ cluster: { server: `http://127.0.0.1:${await listening(page)}` } });
  expect(await refused(['status'], { kubeconfig })).toEqual({
    exitCode: cluster,
    error: 'cannot ask which APIs the cluster serves: the answer is no JSON; it starts with "<h1>It works!</h1>"',
    hint: 'check that the server in the kubeconfig is a Kubernetes API server',
  });
});
