/** An istiod up to 1.30 that was not told to read TCPRoutes, beside the stack's own: no route of its class is ever accepted. */
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { istiodCommand } from '../components/istio/istio.ts';
import { tcpshift, document, kubectl } from '../parity/target.ts';
import { start, type Running } from '../stack/processes.ts';
import { until } from '../stack/until.ts';
import { profile } from '../suite/profile.ts';
import { abandon, caseTarget, said, setupArguments } from './task.ts';

const className = 'case-plain';

describe.runIf(profile.name === 'istio-1.30')('an istiod without PILOT_ENABLE_ALPHA_GATEWAY_API', () => {
  const target = { ...caseTarget('case-alpha-flag'), gatewayClass: className };
  const command = 'kubectl set env -n istio-system deployment/istiod PILOT_ENABLE_ALPHA_GATEWAY_API=true';
  let istiod: Running;

  beforeAll(async () => {
    istiod = await startPlainIstiod(target.kubeconfig);
  });

  afterAll(async () => {
    await abandon(target);
    await istiod.stop(5000);
    await kubectl(target, ['delete', 'gatewayclass', className]);
  });

  test('is named as the cause where the set-up waits for its route', async () => {
    const { exitCode, stdout, stderr } = await tcpshift(target, ...setupArguments(target));
    expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: '' });
    expect(said(stderr, 'error')).toEqual([
      expect.stringMatching(/^Gateway tcp-echo-gateway is not Accepted: UnsupportedProtocol \(listener tcp-31400: /),
    ]);
    expect(said(stderr, 'hint')).toEqual([`let istiod take up TCPRoutes: ${command}`]);
  });

  test('is named by status', async () => {
    const { conditions } = await document(target, 'status');
    expect(conditions).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'Accepted', state: 'pending', message: 'no controller has taken it up yet' }),
      ]),
    );
    const { stdout } = await tcpshift(target, 'status');
    expect(stdout).toContain(`To do: let istiod take up TCPRoutes: ${command}\n`);
  });

  test('is named where weights wait for it', async () => {
    const { exitCode, stderr } = await tcpshift(target, 'weight', 'v2=20');
    expect(exitCode).toBe(5);
    expect(said(stderr, 'hint')).toEqual([`let istiod take up TCPRoutes: ${command}`]);
  });
});

/** Starts a second istiod for a GatewayClass of its own, on ports of its own; resolves when it is ready. */
async function startPlainIstiod(kubeconfig: string): Promise<Running> {
  const [xds, http, monitoring] = [25_010, 25_080, 25_014].map((port) => `127.0.0.1:${port}`);
  const mesh = join(tmpdir(), `${className}-${process.pid}.yaml`);
  await writeFile(mesh, 'enableAutoMtls: false\n');
  const { words, env } = await istiodCommand({
    programs: profile.kinds.programs,
    kubeconfig,
    mesh,
    xds: xds!,
    http: http!,
  });
  const own = {
    PILOT_GATEWAY_API_DEFAULT_GATEWAYCLASS_NAME: className,
    PILOT_GATEWAY_API_CONTROLLER_NAME: 'istio.io/plain-controller',
  };
  const command = {
    words: [...words, '--httpsAddr=', `--monitoringAddr=${monitoring}`],
    env: { ...env, ...own },
    cwd: tmpdir(),
  };
  const running = start('istiod-plain', command, `test-results/cluster/${profile.name}`);
  try {
    await until('the second istiod is ready', async () => (await fetch(`http://${http}/ready`)).ok);
    return running;
  } finally {
    await rm(mesh);
  }
}
