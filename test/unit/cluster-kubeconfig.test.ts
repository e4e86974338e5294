import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { kubeconfigFiles, readKubeconfig } from '../../src/cluster/kubeconfig/files.ts';
import { chooseContext } from '../../src/cluster/kubeconfig/context.ts';
import { temporaryFolder } from '../helpers/cluster.ts';
import { refusal } from '../helpers/refusal.ts';

async function files(contents: Record<string, string>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, content] of Object.entries(contents)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

const first = `
current-context: ""
clusters:
- name: here
  cluster: { server: "https://first:6443/", certificate-authority: ca.crt }
contexts:
- name: one
  context: { cluster: here, user: ann, namespace: demo }
`;

const second = `
current-context: one
clusters:
- name: here
  cluster: { server: "https://second:6443" }
- name: there
  cluster: { server: "https://there:6443/k8s/" }
users:
- name: ann
  user:
    client-certificate: ../pki/ann.crt
    client-key: /etc/ann.key
    tokenFile: ann.token
    exec: { command: ./bin/login }
- name: bob
  user: { exec: { command: login } }
contexts:
- name: one
  context: { cluster: there, user: bob }
- name: two
  context: { cluster: there }
- name: broken
  context: { cluster: nowhere, user: bob }
`;

test('kubectl looks in --kubeconfig, then KUBECONFIG, then the home folder', async () => {
  const folder = await files({ config: first });
  const explicit = join(folder, 'config');
  const env = { KUBECONFIG: `/a${delimiter}${delimiter}/b`, HOME: '/home/ann' };
  expect(kubeconfigFiles(explicit, env)).toEqual([explicit]);
  expect(kubeconfigFiles(undefined, env)).toEqual(['/a', '/b']);
  expect(kubeconfigFiles(undefined, { ...env, KUBECONFIG: '' })).toEqual(['/home/ann/.kube/config']);
  expect(kubeconfigFiles(undefined, {})).toEqual([]);
  expect(refusal(() => kubeconfigFiles('/no/such/file', env))).toMatchObject({
    kind: 'config',
    message: 'the kubeconfig "/no/such/file" does not exist',
  });
});

test('several files are one: the first that names something wins, and paths start at their own file', async () => {
  const folder = await files({ 'a/config': first, 'b/config': second });
  const config = readKubeconfig(['a/config', 'missing', 'b/config'].map((file) => join(folder, file)));
  expect(config.currentContext).toBe('one');
  expect(config.clusters.get('here')).toEqual({
    server: 'https://first:6443/',
    'certificate-authority': join(folder, 'a/ca.crt'),
  });
  expect([...config.clusters.keys()]).toEqual(['here', 'there']);
  expect(config.contexts.get('one')).toEqual({ cluster: 'here', user: 'ann', namespace: 'demo' });
  expect(config.users.get('ann')).toEqual({
    'client-certificate': join(folder, 'pki/ann.crt'),
    'client-key': '/etc/ann.key',
    tokenFile: join(folder, 'b/ann.token'),
    exec: { command: join(folder, 'b/bin/login') },
  });
  expect(config.users.get('bob')).toEqual({ exec: { command: 'login' } });
});

test('flags choose context, cluster, user and namespace', async () => {
  const folder = await files({ a: first, b: second });
  const env = { KUBECONFIG: ['a', 'b'].map((file) => join(folder, file)).join(delimiter) };
  expect(chooseContext({}, env)).toMatchObject({ server: 'https://first:6443', context: 'one', namespace: 'demo' });
  expect(chooseContext({ context: 'two' }, env)).toMatchObject({
    server: 'https://there:6443/k8s',
    context: 'two',
    namespace: 'default',
    user: {},
  });
  expect(chooseContext({ cluster: 'there', user: 'bob', namespace: 'db' }, env)).toMatchObject({
    server: 'https://there:6443/k8s',
    namespace: 'db',
    user: { exec: { command: 'login' } },
  });
});

test('what the kubeconfig does not have is named, with what it has', async () => {
  const folder = await files({ a: first, b: second, empty: '', none: 'clusters: []' });
  const env = { KUBECONFIG: join(folder, 'b') };
  const messages = [{ context: 'three' }, { context: 'broken' }, { user: 'eve' }].map(
    (selection) => refusal(() => chooseContext(selection, env)).message,
  );
  expect(messages).toEqual([
    'the kubeconfig has no context "three"; it has "one", "two", "broken"',
    'the kubeconfig has no cluster "nowhere"; it has "here", "there"',
    'the kubeconfig has no user "eve"; it has "ann", "bob"',
  ]);
  expect(refusal(() => chooseContext({}, { KUBECONFIG: join(folder, 'a') })).message).toBe(
    'the kubeconfig sets no current context; it has "one"',
  );
  for (const file of ['empty', 'none']) {
    const path = join(folder, file);
    const { message, kind, hint } = refusal(() => chooseContext({}, { KUBECONFIG: path }));
    expect(kind).toBe('config');
    expect(message).toBe(`no kubeconfig names a cluster: looked at ${path}, and this is no pod`);
    expect(hint).toContain('tcpshift sandbox start');
  }
  expect(refusal(() => chooseContext({}, {})).message).toContain('neither KUBECONFIG nor HOME is set');
});

test('a file that is no kubeconfig is named', async () => {
  const folder = await files({
    tabs: 'clusters:\n\t- name: x',
    list: '- 1',
    entries: 'contexts: { a: b }',
  });
  const found = (file: string) => refusal(() => chooseContext({ kubeconfig: join(folder, file) }, {})).message;
  expect(found('tabs')).toMatch(/^the kubeconfig ".*tabs" cannot be read: .+/);
  expect(found('list')).toMatch(/list" holds no mapping$/);
  expect(found('entries')).toMatch(/entries" has "contexts" that are not a list of named entries$/);
  expect(() => readKubeconfig([folder])).toThrow('cannot be read: EISDIR');
});

test('a server that is no URL is named', async () => {
  const folder = await files({
    config:
      'current-context: a\nclusters: [{name: c, cluster: {server: "first:6443"}}]\ncontexts: [{name: a, context: {cluster: c}}]',
  });
  expect(refusal(() => chooseContext({ kubeconfig: join(folder, 'config') }, {})).message).toBe(
    'cluster "c" of the kubeconfig has the server "first:6443", which is no URL',
  );
});

test('a pod uses its service account, unless a kubeconfig names a cluster', async () => {
  const folder = await files({ 'pod/token': 'secret\n', 'pod/ca.crt': 'PEM', 'pod/namespace': 'db\n', config: first });
  const pod = join(folder, 'pod');
  const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' };
  expect(chooseContext({}, env, pod)).toEqual({
    server: 'https://[fd00::1]:6443',
    context: undefined,
    namespace: 'db',
    cluster: { server: 'https://[fd00::1]:6443', 'certificate-authority': join(pod, 'ca.crt') },
    user: { tokenFile: join(pod, 'token') },
  });
  expect(chooseContext({ namespace: 'x' }, env, pod).namespace).toBe('x');
  expect(chooseContext({ context: 'one', user: '' }, { ...env, KUBECONFIG: join(folder, 'config') }, pod).context).toBe(
    'one',
  );
  expect(refusal(() => chooseContext({}, env, folder)).kind).toBe('config');
});
