import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, type CliResult } from '../helpers/cli.ts';
import { checked, documentOf } from '../helpers/documents.ts';
import { testSandbox, type TestSandbox } from '../helpers/sandbox.ts';

const namespace = 'istio-io-tcp-traffic-shifting';

describe.each(['istio', 'gateway-api'])('the whole task through %s', (api) => {
  let sandbox: TestSandbox;
  const run = (...args: string[]): Promise<CliResult> => cli(args, { kubeconfig: sandbox.kubeconfig });

  beforeAll(async () => {
    sandbox = await testSandbox();
  });
  afterAll(() => sandbox.stop());

  it('sets up with all connections on v1', async () => {
    const result = await run('setup', '--api', api, '--port', `${sandbox.port}`, '-o', 'json');
    expect(result).toMatchObject({ exitCode: 0 });
    const setup = documentOf('Setup', result);
    expect(setup).toMatchObject({ namespace, api, firstReply: { version: 'v1', from: 'local' } });
    expect(setup.objects.every(({ change }: { change: string }) => change === 'created')).toBe(true);
  });

  it('changes nothing when set up again, and says so', async () => {
    const result = await run('setup', '--api', api, '--port', `${sandbox.port}`);
    expect(result).toMatchObject({ exitCode: 0 });
    expect(result.stdout).toContain(`Nothing to change in namespace ${namespace}`);
  });

  it('sees v1 alone', async () => {
    const result = await run('probe', '--count', '20', '--interval', '0', '-o', 'ndjson');
    const samples = result.stdout
      .trim()
      .split('\n')
      .map((line) => checked('Sample', JSON.parse(line)));
    expect(samples.map(({ version }) => version)).toEqual(Array(20).fill('v1'));
    expect(samples.every(({ reply }) => /^one \w{3} \w{3} +\d+ /.test(reply))).toBe(true);
  });

  it('moves 20 % to v2, and waits until connections obey', async () => {
    const result = await run('weight', 'v2=20', '-o', 'json');
    expect(result).toMatchObject({ exitCode: 0 });
    const change = documentOf('WeightChange', result);
    expect(change.versions.map(({ after }: { after: { weight: number } }) => after.weight)).toEqual([80, 20]);
    expect(change.proof).toMatchObject({ level: 'observed', observed: { from: 'local' } });
  });

  it('says unchanged when the weights are so already', async () => {
    const result = await run('weight', 'v2=20');
    expect(result).toMatchObject({ exitCode: 0 });
    expect(result.stdout).toMatch(/\/tcp-echo unchanged/);
  });

  it('keeps the weights when set up again', async () => {
    const result = await run('setup', '--api', api, '--port', `${sandbox.port}`);
    expect(result.stdout).toContain('The route keeps its weights: v1=80 v2=20');
  });

  it('verifies the split', async () => {
    const result = await run('verify', '--power', '0.9999', '-o', 'json');
    expect(result).toMatchObject({ exitCode: 0 });
    expect(documentOf('Verdict', result)).toMatchObject({ verdict: 'pass', from: 'local' });
  });

  it('fails the verdict where another split is expected', async () => {
    const result = await run('verify', '--expect', 'v2=50', '-o', 'json');
    expect(result).toMatchObject({ exitCode: 1 });
    expect(documentOf('Verdict', result)).toMatchObject({ verdict: 'fail' });
  });

  it('verifies through a port-forward to the gateway, where the weights still apply', async () => {
    const result = await run(
      'verify',
      '--from',
      'port-forward',
      '--tolerance',
      '10',
      '--power',
      '0.9999',
      '-o',
      'json',
    );
    expect(result).toMatchObject({ exitCode: 0 });
    expect(documentOf('Verdict', result)).toMatchObject({ verdict: 'pass', from: 'port-forward' });
  });

  it('says why it cannot probe from a pod here', async () => {
    const result = await run('verify', '--from', 'pod');
    expect(result.exitCode).toBe(5);
    expect(result.stderr).toMatch(/^error: .*sandbox/m);
  });

  it('shows the status', async () => {
    const status = documentOf('Status', await run('status', '-o', 'json'));
    expect(status).toMatchObject({ api, ingress: { host: '127.0.0.1', port: sandbox.port }, foreign: [] });
    expect(status.versions).toMatchObject([
      { version: 'v1', weight: 80, share: 0.8, readyPods: 1, pods: 1 },
      { version: 'v2', weight: 20, share: 0.2, readyPods: 1, pods: 1 },
    ]);
  });

  it('cleans up, and then has nothing to do', async () => {
    const first = documentOf('Cleanup', await run('cleanup', '-o', 'json'));
    expect(first.removed.at(-1)).toMatchObject({ kind: 'Namespace', name: namespace });
    expect(first.left).toEqual([]);
    const second = await run('cleanup');
    expect(second).toMatchObject({ exitCode: 0, stdout: `Nothing of tcpshift's in namespace ${namespace}\n` });
  });
});
