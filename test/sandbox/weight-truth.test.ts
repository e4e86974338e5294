/**
 * Whatever happens to a route, its versions and its gateways, the last thing that tcpshift said of them is true: what the route asks for, what each
 * gateway has in force, and that nothing was written where nothing is said to be.
 */
import * as fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openPages } from '../../src/cluster/pods/pages.ts';
import type { Cluster } from '../../src/cluster/cluster.ts';
import type { KubeObject } from '../../src/core/objects.ts';
import type { PodAddress } from '../../src/core/pods.ts';
import type { ShiftResult } from '../../src/core/route/shift-result.ts';
import type { StatusResult } from '../../src/core/route/status-result.ts';
import { sameShares, splitText, type Split } from '../../src/core/weights/split.ts';
import { ShiftError } from '../../src/errors.ts';
import type { FaultRequest } from '../../src/sandbox/api/faults.ts';
import type { ProxyBehaviour } from '../../src/sandbox/gateway/behaviour.ts';
import { connectTo } from '../helpers/cluster.ts';
import { taskRoute, withWeights } from '../helpers/foreign-weights.ts';
import { makeProxy } from '../helpers/gateway-proxy.ts';
import { inProcess } from '../helpers/in-process.ts';
import { namespace } from '../helpers/routes.ts';
import { testSandbox, type TestSandbox } from '../helpers/sandbox.ts';

interface Meanwhile {
  /** At which of the command's requests after its write, or at which before it where it is negative. */
  at: number;
  act: 'interrupt' | 'overwrite';
}

type Step =
  | { do: 'weight'; percent: number; wait: string; meanwhile?: Meanwhile | undefined }
  | { do: 'scale'; replicas: 0 | 1 }
  | { do: 'patch'; weights: [number, number] }
  | { do: 'proxy'; which: 0 | 1; behaviour: ProxyBehaviour };

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('weight' as const),
      percent: fc.constantFrom(0, 20, 50, 100),
      wait: fc.constantFrom('', '--wait none', '--wait accepted', '--wait programmed'),
      meanwhile: fc.option(
        fc.record({
          at: fc.integer({ min: -6, max: 6 }),
          act: fc.constantFrom('interrupt' as const, 'overwrite' as const),
        }),
        { nil: undefined },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('scale' as const), replicas: fc.constantFrom(0 as const, 1 as const) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('patch' as const),
      weights: fc.constantFrom<[number, number]>([1, 1], [8, 2], [100, 0]),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('proxy' as const),
      which: fc.constantFrom(0 as const, 1 as const),
      behaviour: fc.constantFrom<ProxyBehaviour>('obey', 'refuse', 'detached', 'paused'),
    }),
  },
);

type ShiftStep = Extract<Step, { do: 'weight' }>;

type Request = Pick<FaultRequest, 'method' | 'path'>;

interface World extends TestSandbox {
  other: Cluster;
  pods: readonly PodAddress[];
  behaviours: ProxyBehaviour[];
  /** Told of each request of tcpshift. */
  meet: (request: Request) => void;
}

const routePath = `/tcproutes/${taskRoute.name}`;
const isWrite = ({ method, path }: Request): boolean => method === 'PATCH' && path.includes(routePath);
const isLook = ({ method, path }: Request): boolean => method === 'GET' && path.endsWith(routePath);

/** Weights that no command asks for. */
const foreign: [number, number] = [7, 3];

async function newWorld(): Promise<World> {
  const made: Partial<World> = { behaviours: ['obey', 'obey'], meet: () => {} };
  const faults = (request: FaultRequest) => void (request.userAgent.startsWith('tcpshift/') && made.meet!(request));
  const sandbox = await testSandbox({ gatewayReplicas: 2, propagationDelayMs: 30 }, { faults });
  made.other = await connectTo({ kubeconfig: sandbox.kubeconfig, fieldManager: 'somebody' });
  const world = Object.assign(made, sandbox) as World;
  await done(world, 'setup', '--port', String(sandbox.port));
  world.pods = (await status(world)).proxies!;
  return world;
}

async function done({ kubeconfig }: World, ...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await inProcess(args, kubeconfig);
  if (exitCode !== 0) throw new Error(`${args.join(' ')}: ${exitCode}\n${stderr}`);
  return stdout;
}

async function status(world: World): Promise<StatusResult> {
  return JSON.parse(await done(world, 'status', '-o', 'json'));
}

/** What the route asks for. */
async function asked({ other }: World): Promise<Split> {
  const { spec } = (await other.get(taskRoute))!;
  return spec.rules[0].backendRefs.map(({ name, weight }: { name: string; weight: number }) => ({
    version: name.replace('tcp-echo-', ''),
    weight,
  }));
}

/** What a gateway has in force, by its own page. */
async function inForce({ other }: World, pod: PodAddress): Promise<Split> {
  const pages = openPages(other, new AbortController().signal);
  try {
    const path = '/config_dump?resource=dynamic_listeners';
    const dump = JSON.parse(await pages.get({ ...pod, port: 15_000, path, timeoutMs: 5000 }));
    const active = dump.configs.find((config: { active_state?: object }) => config.active_state).active_state;
    const proxy = active.listener.filter_chains[0].filters[0].typed_config;
    const clusters: { name: string; weight: number }[] = proxy.weighted_clusters?.clusters ?? [
      { name: proxy.cluster, weight: 1 },
    ];
    return ['v1', 'v2'].map((version) => ({
      version,
      weight: clusters.find(({ name }) => name.includes(`|tcp-echo-${version}.`))?.weight ?? 0,
    }));
  } finally {
    pages.close();
  }
}

async function scale({ other }: World, replicas: number): Promise<void> {
  const metadata = { name: 'tcp-echo-v2', namespace };
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas } };
  await other.apply(deployment as KubeObject, { force: true });
  await other.waitFor(
    { apiVersion: 'apps/v1', kind: 'Deployment', ...metadata },
    (now) => (now?.status?.readyReplicas ?? 0) === replicas,
    { timeoutMs: 10_000 },
  );
}

async function behave(world: World, which: number, behaviour: ProxyBehaviour): Promise<void> {
  await makeProxy(world.other, world.pods[which]!, behaviour);
  world.behaviours[which] = behaviour;
}

async function startAnew(world: World): Promise<void> {
  for (const which of [0, 1]) await behave(world, which, 'obey');
  await scale(world, 1);
  await done(world, 'weight', 'v2=20', '--wait', 'programmed', '--force-conflicts');
}

/** Runs a shift, with what happens meanwhile, and tells what it said and is not true. */
async function shiftAndCheck(world: World, { percent, wait, meanwhile }: ShiftStep): Promise<string[]> {
  const before = await asked(world);
  const kill = new AbortController();
  const overwriting: Promise<void>[] = [];
  let [requests, sinceWrite, isOverwritten, wasLookedAfter] = [0, -1, false, false];
  const act = (): void => {
    if (meanwhile!.act === 'interrupt') return kill.abort(new ShiftError('interrupted', 'interrupted'));
    overwriting.push(withWeights(world.other, foreign).then(() => void (isOverwritten = true)));
  };
  world.meet = (request) => {
    requests++;
    if (sinceWrite >= 0 || isWrite(request)) sinceWrite++;
    if (isOverwritten && isLook(request)) wasLookedAfter = true;
    if (meanwhile && (meanwhile.at < 0 ? requests === -meanwhile.at : sinceWrite === meanwhile.at)) act();
  };
  const words = `weight v2=${percent} ${wait} --force-conflicts --timeout 1500ms -o json`.split(/ +/);
  const { exitCode, stdout, stderr } = await inProcess(words, world.kubeconfig, kill.signal);
  world.meet = () => {};
  await Promise.all(overwriting);
  const now = await asked(world);
  const foreignSplit = now.map(({ version }, index) => ({ version, weight: foreign[index]! }));
  const untrue = untruths(`${words.join(' ')}: ${exitCode}\n${stdout}${stderr}`);

  if (stdout === '') {
    untrue.if(exitCode === 0, 'nothing is said, and it ends with 0');
    if (stderr.includes('cannot be read to see')) return untrue.found;
    const told = /the route had (v1=\d+ v2=\d+) right after it/.exec(stderr)?.[1];
    const wanted = [100 - percent, percent].map((weight, index) => ({ version: `v${index + 1}`, weight }));
    const seen = [before, wanted, foreignSplit].map(splitText);
    untrue.if(told !== undefined && !seen.includes(told), 'the route never had that');
    const may = [before, ...(overwriting.length > 0 ? [foreignSplit] : []), ...(told === undefined ? [] : [wanted])];
    untrue.if(!may.some((split) => isDeepStrictEqual(split, now)), 'it is written, and not said');
    return untrue.found;
  }
  const result: ShiftResult = JSON.parse(stdout);
  untrue.if(exitCode !== (result.problem?.exitCode ?? 0), 'another exit code is said');
  if (result.overwritten) {
    untrue.if(!isDeepStrictEqual(result.overwritten.weights, now), 'it was not overwritten so');
    return untrue.found;
  }
  const claimed = result.versions.map(({ version, after }) => ({ version, weight: after.weight }));
  if (!sameShares(claimed, now)) {
    // Overwritten after the last look, or where no look was asked for: what was said was true when it was.
    const excused = isDeepStrictEqual(now, foreignSplit) && !(wasLookedAfter && wait !== '--wait none');
    untrue.if(!excused, 'the route has other weights');
    return untrue.found;
  }
  const { programmed = [] } = result.proof;
  untrue.if(exitCode === 0 && wait === '--wait programmed' && programmed.length !== 2, 'not every gateway is named');
  if (overwriting.length > 0) return untrue.found;
  for (const pod of programmed) {
    const which = world.pods.findIndex((each) => each.pod === pod.pod);
    const isTrue = world.behaviours[which] !== 'paused' && sameShares(await inForce(world, pod), now);
    untrue.if(!isTrue, `${pod.pod} does not have the weights`);
  }
  return untrue.found;
}

/** What was said and is not true, each with its context. */
function untruths(context: string) {
  const found: string[] = [];
  return { found, if: (isUntrue: boolean, what: string) => void (isUntrue && found.push(`${what}: ${context}`)) };
}

/** Waits until the gateways that obey have what the route asks for. */
async function settle(world: World): Promise<void> {
  const wanted = await asked(world);
  const obeying = world.pods.filter((_, which) => world.behaviours[which] === 'obey');
  const isSettled = async (pod: PodAddress) => sameShares(await inForce(world, pod), wanted);
  for (const pod of obeying) await vi.waitUntil(() => isSettled(pod), { timeout: 10_000 });
}

/** What `status` says of the route and its gateways and is not true. */
async function untruthsOfStatus(world: World): Promise<string[]> {
  const { versions, proxies } = await status(world);
  const now = await asked(world);
  const untrue = untruths(JSON.stringify({ versions, proxies, now }));
  untrue.if(
    versions.some(({ weight }, index) => weight !== now[index]!.weight),
    'the route has other weights',
  );
  for (const proxy of proxies ?? []) {
    if (proxy.problem !== undefined) continue;
    const real = await inForce(world, proxy);
    untrue.if(!sameShares(proxy.weights!, real), `${proxy.pod} has other weights`);
    untrue.if(proxy.inForce !== sameShares(real, now), `${proxy.pod} is not as asked, or is`);
  }
  return untrue.found;
}

/** Takes a step, and tells what was said of it and is not true. */
async function take(world: World, step: Step): Promise<string[]> {
  if (step.do === 'weight') return shiftAndCheck(world, step);
  if (step.do === 'scale') await scale(world, step.replicas);
  else if (step.do === 'patch') await withWeights(world.other, step.weights);
  else await behave(world, step.which, step.behaviour);
  return [];
}

test('the last thing that was said of a route and its gateways is true', { timeout: 300_000 }, async () => {
  const world = await newWorld();
  onTestFinished(() => world.stop());
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 2, maxLength: 6 }), async (sequence) => {
      await startAnew(world);
      for (const step of sequence) expect(await take(world, step)).toEqual([]);
      for (const which of [0, 1]) if (world.behaviours[which] === 'paused') await behave(world, which, 'detached');
      await settle(world);
      expect(await untruthsOfStatus(world)).toEqual([]);
    }),
    { numRuns: 12, interruptAfterTimeLimit: 120_000, markInterruptAsFailure: false, endOnFailure: true },
  );
});
