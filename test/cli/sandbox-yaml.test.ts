import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { freePort } from '../helpers/free-port.ts';

/** A client of the API server that a kubeconfig names. */
async function clientOf(kubeconfig: string) {
  const { clusters, users } = parse(await readFile(kubeconfig, 'utf8'));
  const ca = Buffer.from(clusters[0].cluster['certificate-authority-data'], 'base64');
  const authorization = `Bearer ${users[0].user.token}`;
  return async (method: string, path: string, type: string, body: string): Promise<[number | undefined, string]> => {
    const headers = { authorization, 'content-type': type };
    const asked = request(new URL(path, clusters[0].cluster.server), { method, headers, ca });
    asked.end(body);
    const [answer] = await once(asked, 'response');
    return [answer.statusCode, await text(answer)];
  };
}

test('the built sandbox takes objects in YAML, as kubectl proxy hands them on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tcpshift-yaml-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const args = [
    'bin/tcpshift.js',
    'sandbox',
    'run',
    '--kubeconfig',
    kubeconfig,
    '--ingress-port',
    `${await freePort()}`,
  ];
  const sandbox = execa(process.execPath, args, { env: { XDG_STATE_HOME: folder }, reject: false });
  onTestFinished(async () => {
    sandbox.kill('SIGTERM');
    await sandbox;
    await rm(folder, { recursive: true });
  });
  await once(sandbox.stdout, 'data');
  const ask = await clientOf(kubeconfig);
  const maps = '/api/v1/namespaces/default/configmaps';
  const object = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: from-yaml\n';
  expect(await ask('POST', maps, 'application/yaml', object)).toEqual([201, expect.stringContaining('"from-yaml"')]);
  const applied = `${object}data:\n  a: b\n`;
  const patch = `${maps}/from-yaml?fieldManager=test`;
  expect(await ask('PATCH', patch, 'application/apply-patch+yaml', applied)).toEqual([
    200,
    expect.stringContaining('"a":"b"'),
  ]);
});
