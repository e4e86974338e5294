/** Gateways as they are found: several replicas of which one lags or is dead, none with an address yet, or without the port. */
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { document, kubectl, tcpshift } from '../parity/target.ts';
import { pendingAnnotation } from '../stack/load-balancer.ts';
import { until } from '../stack/until.ts';
import { podProcesses, stop } from '../suite/stopped.ts';
import { abandon, caseTarget, changeWeights, gatewayPods, said, setUp, setupArguments } from './task.ts';

describe('a gateway of two replicas', () => {
  const target = caseTarget('case-replicas');
  const both = [{ weights: [{ weight: 70 }, { weight: 30 }] }, { weights: [{ weight: 70 }, { weight: 30 }] }];

  beforeAll(async () => {
    await setUp(target);
    const deployment = `deployment/tcp-echo-gateway-${target.gatewayClass}`;
    await kubectl(target, ['scale', deployment, '--replicas=2']);
    await kubectl(target, ['rollout', 'status', deployment, '--timeout=30s']);
  });

  afterAll(() => abandon(target));

  test('is waited for whole, and told of a pod a line', async () => {
    const { proof } = await document(target, 'weight', 'v2=30', '--wait', 'programmed');
    expect(proof).toMatchObject({ level: 'programmed', programmed: both });
    const { stdout } = await tcpshift(target, 'status');
    expect(stdout.match(/^tcp-echo-gateway-\S+ +v1=70 v2=30 +yes$/gm)).toHaveLength(2);
  });

  test('of which one hangs is told of by its name, and waited for until it goes on', async () => {
    const [lagging, other] = await gatewayPods(target);
    const { name, address } = lagging!;
    const goOn = stop(await podProcesses(address));

    const late = await tcpshift(target, 'weight', 'v2=40', '--wait', 'programmed', '--timeout', '2s');
    expect(late.exitCode).toBe(3);
    const [error] = said(late.stderr, 'error');
    expect(error).toBe(
      `v1=60 v2=40 is written, but not proved: after 2s it is not known whether every gateway pod has the new weights: ${name} does not tell (no answer in 1s)`,
    );
    expect(said(late.stderr, 'hint')).toEqual(['tcpshift status tcproute/tcp-echo -n case-replicas']);

    const { proxies } = await document(target, 'status');
    expect(proxies).toEqual(
      expect.arrayContaining([
        { namespace: target.namespace, pod: name, weights: null, inForce: false, problem: 'no answer in 5s' },
        expect.objectContaining({ pod: other!.name, inForce: true }),
      ]),
    );

    const change = document(target, 'weight', 'v2=30', '--wait', 'programmed');
    const dump = `http://${other!.address}:15000/config_dump?resource=dynamic_listeners`;
    await until('the other replica has the new weights', async () =>
      /"weight": 70\b/.test(await (await fetch(dump)).text()),
    );
    goOn();
    expect((await change).proof).toMatchObject({ level: 'programmed', programmed: both });
  });
});

describe('one of three gateway replicas that is dead', () => {
  const target = caseTarget('case-dead');
  const timeout = ['--timeout', '8s'];

  beforeAll(async () => {
    await kubectl(target, ['create', 'namespace', target.namespace]);
    await kubectl(target, ['annotate', 'namespace', target.namespace, `${pendingAnnotation}=pending`]);
    await document(target, ...setupArguments(target));
    const deployment = `deployment/tcp-echo-gateway-${target.gatewayClass}`;
    await kubectl(target, ['scale', deployment, '--replicas=3']);
    await kubectl(target, ['rollout', 'status', deployment, '--timeout=30s']);
  });

  afterAll(() => abandon(target));

  /** Stops one of them; resolves with its name and those of the others. */
  const kill = async () => {
    const [dead, ...others] = await gatewayPods(target);
    const goOn = stop(await podProcesses(dead!.address));
    return { dead: dead!.name, others: others.map(({ name }) => name), goOn };
  };

  const unknown = (dead: string) =>
    new RegExp(
      String.raw`after 8s it is not known whether every gateway pod has the new weights: ${dead} does not tell \(no answer in \S+\)$`,
    );

  test('is passed by a port-forward to each, whose connections are counted by pod', async () => {
    const { dead, others, goOn } = await kill();
    const { exitCode, errors, change } = await changeWeights(target, 'v2=50', ...timeout);
    expect(exitCode).toBe(3);
    expect(errors).toEqual([expect.stringMatching(unknown(dead))]);
    const { watched, proof, openConnections } = change;
    expect(watched.from).toBe('port-forward');
    expect(proof).not.toHaveProperty('programmed');
    expect(proof).not.toHaveProperty('observed');
    const answered = watched.since.filter((way: any) => way.connections > way.failed);
    expect(answered.map(({ via }: any) => via).toSorted()).toEqual(others.toSorted());
    expect(answered.every(({ failed }: any) => failed === 0)).toBe(true);
    expect(openConnections.pods).toContainEqual(expect.objectContaining({ pod: dead, open: null }));

    goOn();
    const again = await document(target, 'weight', 'v2=50', '--wait', 'programmed');
    expect(again).toMatchObject({ changed: false, proof: { level: 'programmed' } });
    expect(again.proof.programmed).toHaveLength(3);
  });

  test('fails connections of the load balancer as often as before the change, which is no alarm', async () => {
    await kubectl(target, ['annotate', 'namespace', target.namespace, `${pendingAnnotation}-`]);
    await until('the gateway has an address', async () => (await document(target, 'status')).ingress);
    const { dead } = await kill();
    const { exitCode, errors, change } = await changeWeights(target, 'v2=20', ...timeout);
    expect(exitCode).toBe(3);
    expect(errors).toEqual([expect.stringMatching(unknown(dead))]);
    const { watched, proof } = change;
    expect(watched.from).toBe('local');
    expect(watched.before.failed).toBeGreaterThan(0);
    expect(proof).not.toHaveProperty('observed');
  });
});

describe('a Gateway without an address', () => {
  const target = caseTarget('case-address');
  let hint = '';
  const lack = 'Gateway tcp-echo-gateway is not Programmed: AddressNotAssigned (';

  beforeAll(async () => {
    await kubectl(target, ['create', 'namespace', target.namespace]);
    await kubectl(target, ['annotate', 'namespace', target.namespace, `${pendingAnnotation}=pending`]);
  });

  afterAll(() => abandon(target));

  test('is set up, with a warning, and answers through a port-forward', async () => {
    const { exitCode, stdout, stderr } = await tcpshift(target, ...setupArguments(target), '-o', 'json');
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(stdout).firstReply).toMatchObject({ version: 'v1', from: 'port-forward' });
    expect(said(stderr, 'warning')).toEqual([expect.stringContaining(lack)]);
  });

  test('shifts without waiting for one', async () => {
    const { exitCode, stdout, stderr } = await tcpshift(target, 'weight', 'v2=50', '-o', 'json');
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(stdout).proof).toMatchObject({ level: 'observed', observed: { from: 'port-forward' } });
    // The connections of the set-up's port-forward are still open: kwok does not close them.
    expect(said(stderr, 'warning')).toEqual([
      '2 open connections will be closed 45s after the change',
      expect.stringContaining(lack),
    ]);
  });

  test('is what status and a probe from here tell of', async () => {
    const { ingress, ingressProblem } = await document(target, 'status');
    expect(ingress).toBeNull();
    expect(ingressProblem).toMatch(/^Gateway case-address\/tcp-echo-gateway has no address yet \(AddressNotAssigned: /);
    const { exitCode, stderr } = await tcpshift(target, 'probe', '--from', 'local');
    expect(exitCode).toBe(6);
    [hint] = said(stderr, 'hint') as [string];
    expect(hint).toMatch(/^probe with --from port-forward, or wait for it: kubectl wait /);
  });

  test('is reached from here once it has one, by the command of the hint', async () => {
    await kubectl(target, ['annotate', 'namespace', target.namespace, `${pendingAnnotation}-`]);
    await run(hint.replace(/^.* wait for it: /, ''));
    const change = await document(target, 'weight', 'v2=0');
    expect(change.proof).toMatchObject({ level: 'observed', observed: { from: 'local' } });
  });
});

describe('an ingress Service without the port', () => {
  const target = caseTarget('case-port', 'istio');
  const path = ['service', 'istio-ingressgateway', '-n', 'istio-system'];

  test('is found before anything is written, and mended by the command of the hint', async () => {
    const ports = JSON.parse(await kubectl(target, ['get', ...path, '-o', 'jsonpath={.spec.ports}']));
    const without = ports.filter(({ port }: any) => port !== 31_400);
    await kubectl(target, ['patch', ...path, '--type=merge', '-p', JSON.stringify({ spec: { ports: without } })]);
    const setup = [...setupArguments(target), '--dry-run', 'server'];
    const { exitCode, stderr } = await tcpshift(target, ...setup);
    expect(exitCode).toBe(6);
    expect(said(stderr, 'error')).toEqual(['Service istio-system/istio-ingressgateway does not expose port 31400']);
    expect(await kubectl(target, ['get', 'namespace', target.namespace, '--ignore-not-found'])).toBe('');
    await run(said(stderr, 'hint')[0]!.replace('add the port: ', ''));
    expect(await tcpshift(target, ...setup)).toMatchObject({ exitCode: 0 });
  });
});

/** Runs a command as a user who pastes it into a shell does. */
async function run(command: string): Promise<void> {
  await execa('sh', ['-c', command]);
}
