import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa, execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiUnderTest, startApi } from '../helpers/api.ts';

/** Another kubectl than the one on the PATH can be named, so that all its ages can be tried. */
const program = process.env['TCPSHIFT_TEST_KUBECTL'] ?? 'kubectl';
const found = execaSync(program, ['version', '--client'], { reject: false, stdin: 'ignore' }).exitCode === 0;
if (!found) console.warn(`skipped: ${program} is not installed, so nothing of it is tried on the sandbox`);

const manifests = `
apiVersion: v1
kind: Namespace
metadata: {name: demo}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: echo, namespace: demo}
spec:
  selector: {matchLabels: {app: echo}}
  template:
    metadata: {labels: {app: echo}}
    spec:
      containers:
      - {name: echo, image: "docker.io/istio/tcp-echo-server:1.3", args: ["9000", one], ports: [{containerPort: 9000}]}
---
apiVersion: v1
kind: Service
metadata: {name: echo, namespace: demo}
spec: {selector: {app: echo}, ports: [{name: tcp, port: 9000}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: demo}
data: {a: "1"}
`;

describe.skipIf(!found)('kubectl', () => {
  let api: ApiUnderTest;
  let folder: string;
  const env = (): Record<string, string> => ({ KUBECONFIG: api.kubeconfig, KUBECACHEDIR: join(folder, 'cache') });
  const run = async (command: string, input = ''): Promise<{ exitCode: number | undefined; all: string }> => {
    const { exitCode, all } = await execa(program, command.split(' '), { env: env(), input, reject: false, all: true });
    return { exitCode, all };
  };
  const kubectl = async (command: string, input?: string): Promise<string> => (await run(command, input)).all;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tcpshift-kubectl-'));
    api = await startApi();
  });
  afterAll(async () => {
    await api.stop();
    await rm(folder, { recursive: true });
  });

  it('applies, twice, both ways', async () => {
    const created = await kubectl('apply -f -', manifests);
    expect(created.split('\n')).toEqual([
      'namespace/demo created',
      'deployment.apps/echo created',
      'service/echo created',
      'configmap/settings created',
    ]);
    expect(await kubectl('apply -f -', manifests)).toMatch(/^(\S+ unchanged\n?){4}$/);
    expect(await kubectl('apply --server-side -f -', manifests)).toMatch(/^(\S+ serverside-applied\n?){4}$/);
  });

  it('waits for the rollout', async () => {
    expect(await kubectl('rollout status -n demo deploy/echo --timeout=20s')).toContain('successfully rolled out');
    expect(await kubectl('wait -n demo --for=condition=Available deploy/echo --timeout=20s')).toBe(
      'deployment.apps/echo condition met',
    );
  });

  it('shows tables, YAML and descriptions', async () => {
    expect(await kubectl('get deploy -n demo')).toMatch(
      /^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\necho +1\/1 +1 +1 +\d+s$/,
    );
    expect(await kubectl('get pods -A -l app=echo --show-labels --no-headers')).toMatch(
      /^demo +echo-\S+ +1\/1 +Running +0 +\d+s +app=echo,pod-template-hash=\S+$/,
    );
    expect(await kubectl('get cm -n demo settings -o jsonpath={.data.a}')).toBe('1');
    expect(await kubectl('describe -n demo svc echo')).toMatch(/Selector: +app=echo/);
    expect(await kubectl('describe ns demo')).toMatch(/Status: +Active/);
    expect(await kubectl('explain tcproute.spec.rules')).toMatch(/FIELD: rules <\[\]Object>/);
    expect(await kubectl('api-resources -o name')).toContain('virtualservices.networking.istio.io');
  });

  it('finds differences', async () => {
    const changed = manifests.replace('a: "1"', 'a: "2"');
    const { exitCode, all } = await run('diff -f -', changed);
    expect(exitCode).toBe(1);
    expect(all).toContain('-  a: "1"\n+  a: "2"');
    expect((await run('diff -f -', manifests)).exitCode).toBe(0);
  });

  it('patches in every format, labels, annotates and scales', async () => {
    const file = join(folder, 'patch.json');
    await writeFile(file, JSON.stringify([{ op: 'add', path: '/data/b', value: '2' }]));
    expect(await kubectl(`patch -n demo cm settings --type=json --patch-file=${file}`)).toBe(
      'configmap/settings patched',
    );
    expect(await kubectl('patch -n demo cm settings --type=merge -p {"data":{"c":"3"}}')).toBe(
      'configmap/settings patched',
    );
    expect(await kubectl('patch -n demo svc echo -p {"spec":{"ports":[{"port":9000,"name":"echo"}]}}')).toBe(
      'service/echo patched',
    );
    expect(await kubectl('get cm -n demo settings -o jsonpath={.data}')).toBe('{"a":"1","b":"2","c":"3"}');
    expect(await kubectl('label -n demo cm/settings x=y')).toBe('configmap/settings labeled');
    expect(await kubectl('annotate -n demo cm/settings x=y')).toMatch(/^configmap\/settings annotated?$/);
    expect(await kubectl('scale -n demo deploy/echo --replicas=2')).toBe('deployment.apps/echo scaled');
    expect(await kubectl('rollout status -n demo deploy/echo --timeout=20s')).toContain('successfully rolled out');
  });

  it('creates with what it makes itself, which newer ones send as protobuf', async () => {
    expect(await kubectl('create ns other')).toBe('namespace/other created');
    expect(await kubectl('create cm -n other c --from-literal=a=b')).toBe('configmap/c created');
    expect(await kubectl('create secret generic -n other s --from-literal=k=v')).toBe('secret/s created');
    expect(await kubectl('get secret -n other s -o jsonpath={.data.k}')).toBe('dg==');
    expect(await kubectl('create service clusterip -n other web --tcp=80:9000')).toBe('service/web created');
    expect(await kubectl('create deployment -n other d --image=docker.io/istio/tcp-echo-server:1.3 --replicas=0')).toBe(
      'deployment.apps/d created',
    );
    expect(await kubectl('get deploy -n other d -o jsonpath={.spec.replicas}')).toBe('0');
    expect(await kubectl('create quota -n other most --hard=configmaps=100')).toBe('resourcequota/most created');
    expect(await kubectl('auth can-i create pods')).toBe('yes');
    expect(await kubectl('auth can-i --list')).toContain('*.*');
  });

  it('is refused in the words of the real server', async () => {
    expect(await kubectl('get ns none')).toBe('Error from server (NotFound): namespaces "none" not found');
    expect(await kubectl('create ns demo')).toBe('Error from server (AlreadyExists): namespaces "demo" already exists');
    expect(
      await kubectl('apply -f -', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"dat":{}}'),
    ).toContain('strict decoding error: unknown field "dat"');
    expect(await kubectl('logs -n demo deploy/echo')).toContain('no container runs in the sandbox');
    expect(await kubectl('exec -n demo deploy/echo -- ls')).toContain('no container runs in the sandbox');
  });

  it('forwards a port', async () => {
    const forward = spawn(program, ['port-forward', '-n', 'demo', 'deploy/echo', ':9000'], {
      env: { ...process.env, ...env() },
    });
    const [line] = (await once(createInterface(forward.stdout), 'line')) as [string];
    const socket = connect(Number(/127\.0\.0\.1:(\d+)/.exec(line)?.[1]), '127.0.0.1');
    socket.write('hello\n');
    const [reply] = (await once(socket, 'data')) as [Buffer];
    expect(reply.toString()).toBe('one hello\n');
    socket.destroy();
    forward.kill();
    await once(forward, 'exit');
  });

  it('deletes, and waits until all is gone', async () => {
    expect(await kubectl('delete deploy -n other d --cascade=foreground')).toMatch(/^deployment.apps "d" deleted/);
    expect(await kubectl('delete ns other demo')).toBe('namespace "other" deleted\nnamespace "demo" deleted');
    expect(await kubectl('get all -n demo')).toBe('No resources found in demo namespace.');
  });
});
