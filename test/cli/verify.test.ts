import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cli } from '../helpers/cli.ts';
import { temporaryFolder } from '../helpers/cluster.ts';
import { withWeights } from '../helpers/foreign-weights.ts';
import { makeProxy } from '../helpers/gateway-proxy.ts';
import type { WatchedSandbox } from '../helpers/watched-sandbox.ts';
import { documentOf } from '../helpers/documents.ts';
import { taskSandbox } from '../helpers/task-sandbox.ts';

// Long beside the pauses of a busy machine.
const delay = 1000;
const drawing = taskSandbox({ v2: 20 }, { seed: 7 });
const idle = taskSandbox({});
const inTurns = taskSandbox({ v2: 20 }, { picker: 'round-robin' });
const sticky = taskSandbox({ v2: 50 }, { picker: 'sticky' });
const changing = taskSandbox({}, { propagationDelayMs: 700 });
const slow = taskSandbox({}, { propagationDelayMs: delay, gatewayReplicas: 2 });

describe('verify on a gateway that draws at random', () => {
  const it = drawing;

  it('passes before its budget is used up', async ({ sandbox }) => {
    const verdict = documentOf('Verdict', await sandbox.run('verify --power 0.9999 --tolerance 12 -o json'));
    expect(verdict).toMatchObject({ verdict: 'pass', method: 'sequential', reason: { kind: 'within' } });
    expect(verdict.samples).toBeLessThan(verdict.budget);
  });

  it('takes exactly so many with --fixed', async ({ sandbox }) => {
    const verdict = documentOf('Verdict', await sandbox.run('verify --fixed 714 -o json'));
    expect(verdict).toMatchObject({ method: 'fixed', samples: 714 });
  });

  it('takes a tolerance that is a part of the share', async ({ sandbox }) => {
    const verdict = documentOf('Verdict', await sandbox.run('verify --tolerance 60% -o json'));
    expect(verdict.versions.map(({ tolerance }: { tolerance: number }) => Number(tolerance.toFixed(6)))).toEqual([
      0.48, 0.12,
    ]);
  });

  it('writes JUnit', async ({ sandbox }) => {
    const file = join(await temporaryFolder(), 'verdict.xml');
    const result = await sandbox.run(`verify --expect v2=60 --junit ${file}`);
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toMatch(/^FAIL: /);
    expect(result.stdout).toContain(
      'Likely causes, and the check that tells:\n1. the route itself asks for another split than --expect: tcpshift status',
    );
    expect(await readFile(file, 'utf8')).toMatch(/<testsuite [^>]*failures="1"/);
  });

  it('gives the same verdict on recorded samples, without a cluster', async ({ sandbox }) => {
    const file = join(await temporaryFolder(), 'samples.ndjson');
    const recorded = await sandbox.run('verify -o ndjson --seed 3');
    await writeFile(file, recorded.stdout);
    const replayed = await cli(['verify', '--samples', file, '--expect', 'v1=80', '--expect', 'v2=20', '-o', 'json']);
    expect(replayed.exitCode).toBe(recorded.exitCode);
    const verdict = documentOf('Verdict', replayed);
    expect(verdict).toMatchObject({ from: 'samples', route: null, samples: recorded.stdout.trim().split('\n').length });
    const again = await cli(['verify', '--samples', file, '--expect', 'v2=20', '-o', 'json']);
    expect({ ...JSON.parse(again.stdout), elapsedMs: 0 }).toEqual({ ...verdict, elapsedMs: 0 });
  });

  it('names file and line of what is no sample', async () => {
    const file = join(await temporaryFolder(), 'broken.ndjson');
    await writeFile(file, '{"index":0,"version":"v1","outcome":"reply"}\n{"index":1}\n');
    const result = await cli(['verify', '--samples', file, '--expect', 'v2=20']);
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toContain(`${file}:2 is no sample`);
  });

  it('never calls the shares right where recorded samples of one version end before their FAIL is sure', async () => {
    const file = join(await temporaryFolder(), 'short.ndjson');
    const lines = Array.from({ length: 50 }, (_, index) => JSON.stringify({ index, version: 'v1', outcome: 'reply' }));
    await writeFile(file, `${lines.join('\n')}\n`);
    const line = ['verify', '--samples', file, '--expect', 'v1=80,v2=20'];
    const verdict = documentOf('Verdict', await cli([...line, '-o', 'json']));
    expect(verdict).toMatchObject({ verdict: 'inconclusive', final: false, reason: { kind: 'sticky', sources: 1 } });
    expect((await cli(line)).stdout).not.toContain('the shares are right');
  });

  it('judges users’ own connections by the gateways’ counters', async ({ sandbox }) => {
    const counted = sandbox.run('verify --evidence gateway-stats --window 4s --tolerance 12 -o json');
    await sandbox.run('probe --count 900 --interval 5ms --concurrency 16 -o json');
    const result = await counted;
    const verdict = documentOf('Verdict', result);
    expect(verdict).toMatchObject({ from: 'gateway-stats', method: 'fixed', verdict: 'pass' });
  });

  it('says how many connections it lacks where too few came', async ({ sandbox }) => {
    const result = await sandbox.run('verify --evidence gateway-stats --window 50ms');
    expect(result).toMatchObject({ exitCode: 3, stdout: '' });
    expect(result.stderr).toMatch(/^error: only \d+ connections came in the window, and at least \d+ are needed$/m);
  });

  it.for([
    ['--alpha', '0.9'],
    ['--max-probes', '5'],
  ] as const)('refuses %s %s with the nearest that works', async ([option, value], { sandbox }) => {
    const result = await sandbox.run(`verify ${option} ${value}`);
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toMatch(new RegExp(`^hint: use ${option} [\\d.]+$`, 'm'));
  });
});

describe('verify where v2 gets nothing', () => {
  const it = idle;

  // So few connections can neither show the 2 % that are asked for nor that there are none.
  it('is inconclusive where the budget is too small to decide, and tells what would', async ({ sandbox }) => {
    const line = 'verify --expect v2=2 --tolerance 1.8 --max-probes 210';
    const result = await sandbox.run(`${line} -o json`);
    expect(result.exitCode).toBe(3);
    const verdict = documentOf('Verdict', result);
    expect(verdict).toMatchObject({
      verdict: 'inconclusive',
      reason: { kind: 'undecided' },
      samples: 210,
      budget: 210,
    });
    expect(verdict.needs.samples).toBeGreaterThan(210);
    expect(verdict.needs.tolerance).toBeGreaterThan(0.018);
    const { stdout } = await sandbox.run(line);
    const telling = `; about ${verdict.needs.samples} connections would decide, and these prove ± 2.8 points\n`;
    expect(stdout).toMatch(/^INCONCLUSIVE: v1 got 210 of 210 connections, /);
    expect(stdout).toContain(telling);
  });
});

describe('verify on a gateway that takes turns', () => {
  const it = inTurns;

  it('lets it prove itself in a few periods', async ({ sandbox }) => {
    const result = await sandbox.run('verify --concurrency 1 -o json');
    expect(documentOf('Verdict', result)).toMatchObject({ verdict: 'pass', reason: { kind: 'turns' } });
  });

  it('has to prove itself by counts with --no-turns', async ({ sandbox }) => {
    const result = await sandbox.run('verify --concurrency 1 --no-turns -o json');
    expect(documentOf('Verdict', result)).toMatchObject({ verdict: 'pass', reason: { kind: 'within' } });
  });
});

describe('verify on a sticky gateway', () => {
  const it = sticky;

  it('takes no verdict by one address', async ({ sandbox }) => {
    const result = await sandbox.run('verify -o json');
    expect(result.exitCode).toBe(3);
    expect(documentOf('Verdict', result)).toMatchObject({ verdict: 'inconclusive', reason: { kind: 'sticky' } });
  });
});

describe('verify while a change is under way', () => {
  const it = changing;

  it('waits for it with --after-change', async ({ sandbox }) => {
    await sandbox.done('weight v2=50 --wait none');
    const result = await sandbox.run('verify --after-change --power 0.9999 --tolerance 10 -o json');
    expect(documentOf('Verdict', result)).toMatchObject({ verdict: 'pass' });
  });
});

describe('gateways that change one after another', () => {
  const it = slow;

  it('are timed by weight: the first that obeyed, the last that did not, and how long both were at work', async ({
    sandbox,
  }) => {
    const { proof } = documentOf('WeightChange', await sandbox.run('weight v2=100 -o json'));
    const times = proof.programmed
      .map(({ afterMs }: { afterMs: number }) => afterMs)
      .sort((a: number, b: number) => a - b);
    // The delays begin when the controller has seen the write, which takes it a little.
    expect(times[0]).toBeGreaterThanOrEqual(delay - 10);
    expect(times[1]).toBeGreaterThanOrEqual(2 * delay - 10);
    const { firstObeyingMs, lastDisobeyingMs, mixedMs } = proof.observed;
    expect(firstObeyingMs).toBeGreaterThan(delay - 50);
    expect(lastDisobeyingMs).toBeGreaterThan(1.5 * delay);
    expect(mixedMs).toBeGreaterThan(delay / 2);
    expect(mixedMs).toBeLessThan(lastDisobeyingMs);
  });

  /** Gives v1 everything as soon as verify reads how replies tell the versions apart, soon before its first connection. */
  function shiftingBack({ other }: WatchedSandbox) {
    let changed: Promise<unknown> | undefined;
    return {
      onRequest: ({ path }: { path: string }): void => {
        if (path.includes('/deployments')) changed ??= withWeights(other, [1, 0]);
      },
      done: () => changed,
    };
  }
  const line = 'verify --after-change v2=100 --expect v2=0 -o json';

  it('are waited for by verify, where a single stray connection is a FAIL', async ({ sandbox }) => {
    const { onRequest, done } = shiftingBack(sandbox);
    const verdict = documentOf(
      'Verdict',
      await sandbox.meeting(
        (request) => {
          onRequest(request);
          return undefined;
        },
        () => sandbox.run(line),
      ),
    );
    await done();
    expect(verdict).toMatchObject({ verdict: 'pass', rollout: { pods: 2 } });
    expect(verdict.rollout.waitedMs).toBeGreaterThan(delay);
    expect(verdict).not.toHaveProperty('propagation');
  });

  it('do not use up the attempts of verify where they cannot be read', async ({ sandbox }) => {
    await sandbox.done('weight v2=100 --force-conflicts --wait programmed');
    const { onRequest, done } = shiftingBack(sandbox);
    const unreadable = (request: { path: string }) => {
      onRequest(request);
      return request.path.includes('/portforward') ? ({ do: 'deny' } as const) : undefined;
    };
    const verdict = documentOf('Verdict', await sandbox.meeting(unreadable, () => sandbox.run(line)));
    await done();
    expect(verdict).toMatchObject({ verdict: 'pass', propagation: { inForce: true } });
    expect(verdict.propagation.mixedMs).toBeGreaterThan(delay / 2);
    expect(verdict).not.toHaveProperty('rollout');
  });

  it('that lag behind are a verdict left open, with their names', async ({ sandbox }) => {
    const { stdout } = await sandbox.run('status -o json');
    const [pod] = JSON.parse(stdout).proxies;
    onTestFinished(() => makeProxy(sandbox.other, pod, 'obey'));
    await makeProxy(sandbox.other, pod, 'detached');
    await sandbox.done('weight v2=50 --force-conflicts --wait none');
    const { exitCode, stdout: said } = await sandbox.run('verify --max-time 3s');
    expect(exitCode).toBe(3);
    expect(said).toContain(`INCONCLUSIVE: after 3s not every gateway pod has the new weights: ${pod.pod} has v1=`);
    expect(said).toMatch(/^0 connections through /m);
  });
});

describe('plan', () => {
  it('tells what a verdict takes, without a cluster', async () => {
    const result = await cli(['plan', '--expect', 'v2=20', '--power', '0.9', '-o', 'json']);
    const plan = documentOf('Plan', result);
    expect(plan.plans[1]).toMatchObject({ fixed: { samples: 714 } });
    expect(plan.plans[1].right.mean).toBeLessThan(0.75 * 714);
    expect(plan.page.unseen).toBeCloseTo(0.0115, 4);
  });

  it('tells how likely one look of a fixed size decides', async () => {
    const result = await cli(['plan', '--expect', 'v2=20', '--power', '0.9', '--fixed', '714', '-o', 'json']);
    const { plans } = documentOf('Plan', result);
    // Half of the tolerance cannot be proved by so few.
    expect(plans.map(({ tolerance }: { tolerance: number }) => tolerance)).toEqual([0.1, 0.05]);
    expect(plans[1]).toMatchObject({ asked: true, budget: 714, right: { mean: 714, pass: plans[1].fixed.power } });
    for (const { pass, fail } of plans[1].edges) {
      expect(pass).toBeLessThanOrEqual(0.05);
      expect(fail).toBeLessThanOrEqual(0.05);
    }
  });

  it.each([
    ['v2=0', 'With 20 connections a true 5 % looks right or low in 36 %'],
    ['v2=100', 'With 20 connections a true 95 % looks right in 36 %'],
  ])('speaks of %s as well', async (split, telling) => {
    const { stdout } = await cli(['plan', '--expect', split]);
    expect(stdout).toContain(`Connections to prove v2 at ${split.slice(3)} %, `);
    expect(stdout).toContain(telling);
  });

  it('answers within the time of a test where a version is rare', async () => {
    const result = await cli(['plan', '--expect', 'v2=0.1', '--tolerance', '0.05', '-o', 'json']);
    const { plans } = documentOf('Plan', result);
    expect(plans).toHaveLength(3);
    for (const { right, fixed } of plans) expect(right.mean).toBeLessThan(fixed.samples);
  });

  it.each([
    [['--alpha', '1'], '--alpha 1 cannot decide anything: it can be from 1e-12 to 0.5', '--alpha 0.5'],
    [['--power', '1'], '--power 1 cannot decide anything: it can be from 0.01 to 0.9999', '--power 0.9999'],
    [['--tolerance', '0'], '--tolerance 0 for v2 cannot decide anything: it can be from 0.2 to 99', '--tolerance 0.2'],
    [
      ['--tolerance', '0%'],
      '--tolerance 0% for v2 cannot decide anything: it can be from 1% to 495%',
      '--tolerance 1%',
    ],
    [
      ['--tolerance', '200%'],
      '--tolerance 200% for the rest cannot decide anything: it can be from 0.25% to 123.75%',
      '--tolerance 123.75%',
    ],
    [['--fixed', '20'], '--fixed 20 cannot decide anything: it must be 193 at least', '--fixed 193'],
    [['--max-probes', '20'], '--max-probes 20 cannot decide anything: it must be 199 at least', '--max-probes 199'],
  ])('refuses %j with what would work', async (args, error, option) => {
    const result = await cli(['plan', '--expect', 'v2=20', ...args]);
    expect(result).toEqual({ exitCode: 2, stdout: '', stderr: `error: ${error}\nhint: use ${option}\n` });
    expect((await cli(['plan', '--expect', 'v2=20', ...option.split(' ')])).exitCode).toBe(0);
  });
});
