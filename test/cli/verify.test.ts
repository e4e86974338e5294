import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, type CliResult } from '../helpers/cli.ts';
import { documentOf } from '../helpers/documents.ts';
import { testSandbox, type TestSandbox } from '../helpers/sandbox.ts';

describe('verify on a gateway that draws at random', () => {
  let sandbox: TestSandbox;
  const run = (...args: string[]): Promise<CliResult> => cli(args, { kubeconfig: sandbox.kubeconfig });
  const inFolder = (name: string): string => join(dirname(sandbox.kubeconfig), name);

  beforeAll(async () => {
    sandbox = await testSandbox({ seed: 7 });
    await run('setup', '--port', `${sandbox.port}`);
    await run('weight', 'v2=20');
  });
  afterAll(() => sandbox.stop());

  it('passes with fewer connections than the fixed size, as a rule', async () => {
    const verdict = documentOf('Verdict', await run('verify', '--power', '0.9999', '--tolerance', '8', '-o', 'json'));
    expect(verdict).toMatchObject({ verdict: 'pass', method: 'sequential', reason: { kind: 'within' } });
    expect(verdict.samples).toBeLessThan(verdict.budget + 1);
  });

  it('takes exactly so many with --fixed', async () => {
    const verdict = documentOf('Verdict', await run('verify', '--fixed', '714', '-o', 'json'));
    expect(verdict).toMatchObject({ method: 'fixed', samples: 714 });
  });

  it('takes a tolerance that is a part of the share', async () => {
    const verdict = documentOf('Verdict', await run('verify', '--tolerance', '60%', '-o', 'json'));
    expect(verdict.versions.map(({ tolerance }: { tolerance: number }) => Number(tolerance.toFixed(6)))).toEqual([
      0.48, 0.12,
    ]);
  });

  it('is inconclusive where the budget is too small to decide, and tells what would', async () => {
    const result = await run('verify', '--max-probes', '250', '--expect', 'v2=24', '--tolerance', '6', '-o', 'json');
    expect([1, 3]).toContain(result.exitCode);
    expect(documentOf('Verdict', result).samples).toBeLessThanOrEqual(250);
  });

  it('writes JUnit', async () => {
    const file = inFolder('verdict.xml');
    const result = await run('verify', '--expect', 'v2=60', '--junit', file);
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toMatch(/^FAIL: /);
    expect(result.stdout).toContain(
      'Likely causes, and the check that tells:\n1. the route itself asks for another split than --expect: tcpshift status',
    );
    expect(await readFile(file, 'utf8')).toMatch(/<testsuite [^>]*failures="1"/);
  });

  it('gives the same verdict on recorded samples, without a cluster', async () => {
    const file = inFolder('samples.ndjson');
    const recorded = await run('verify', '-o', 'ndjson', '--seed', '3');
    await writeFile(file, recorded.stdout);
    const replayed = await cli(['verify', '--samples', file, '--expect', 'v1=80', '--expect', 'v2=20', '-o', 'json']);
    expect(replayed.exitCode).toBe(recorded.exitCode);
    const verdict = documentOf('Verdict', replayed);
    expect(verdict).toMatchObject({ from: 'samples', route: null, samples: recorded.stdout.trim().split('\n').length });
    const again = await cli(['verify', '--samples', file, '--expect', 'v2=20', '-o', 'json']);
    expect({ ...JSON.parse(again.stdout), elapsedMs: 0 }).toEqual({ ...verdict, elapsedMs: 0 });
  });

  it('names file and line of what is no sample', async () => {
    const file = inFolder('broken.ndjson');
    await writeFile(file, '{"index":0,"version":"v1","outcome":"reply"}\n{"index":1}\n');
    const result = await cli(['verify', '--samples', file, '--expect', 'v2=20']);
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toContain(`${file}:2 is no sample`);
  });

  it('judges users’ own connections by the gateways’ counters', async () => {
    const counted = run('verify', '--evidence', 'gateway-stats', '--window', '4s', '--tolerance', '12', '-o', 'json');
    await run('probe', '--count', '900', '--interval', '5ms', '--concurrency', '16', '-o', 'json');
    const result = await counted;
    const verdict = documentOf('Verdict', result);
    expect(verdict).toMatchObject({ from: 'gateway-stats', method: 'fixed', verdict: 'pass' });
  });

  it('says how many connections it lacks where too few came', async () => {
    const result = await run('verify', '--evidence', 'gateway-stats', '--window', '50ms');
    expect(result).toMatchObject({ exitCode: 3, stdout: '' });
    expect(result.stderr).toMatch(/^error: only \d+ connections came in the window, and at least \d+ are needed$/m);
  });

  it.each([
    ['--alpha', '0.9'],
    ['--max-probes', '5'],
  ])('refuses %s %s with the nearest that works', async (option, value) => {
    const result = await run('verify', option, value);
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toMatch(new RegExp(`^hint: use ${option} [\\d.]+$`, 'm'));
  });
});

describe('verify on other data planes', () => {
  it('lets a gateway that takes turns prove itself in a few periods', async () => {
    const sandbox = await testSandbox({ picker: 'round-robin' });
    try {
      await cli(['setup', '--port', `${sandbox.port}`], sandbox);
      await cli(['weight', 'v2=20', '--wait', 'programmed'], sandbox);
      const result = await cli(['verify', '--concurrency', '1', '-o', 'json'], sandbox);
      expect(documentOf('Verdict', result)).toMatchObject({ verdict: 'pass', reason: { kind: 'turns' } });
    } finally {
      await sandbox.stop();
    }
  });

  it('takes no verdict of a sticky gateway by one address', async () => {
    const sandbox = await testSandbox({ picker: 'sticky' });
    try {
      await cli(['setup', '--port', `${sandbox.port}`], sandbox);
      await cli(['weight', 'v2=50', '--wait', 'programmed'], sandbox);
      const result = await cli(['verify', '-o', 'json'], sandbox);
      expect(result.exitCode).toBe(3);
      expect(documentOf('Verdict', result)).toMatchObject({ verdict: 'inconclusive', reason: { kind: 'sticky' } });
    } finally {
      await sandbox.stop();
    }
  });

  it('waits for a change that is under way with --after-change', async () => {
    const sandbox = await testSandbox({ propagationDelayMs: 700 });
    try {
      await cli(['setup', '--port', `${sandbox.port}`], sandbox);
      await cli(['weight', 'v2=50', '--wait', 'none'], sandbox);
      const result = await cli(
        ['verify', '--after-change', '--power', '0.9999', '--tolerance', '10', '-o', 'json'],
        sandbox,
      );
      expect(documentOf('Verdict', result)).toMatchObject({ verdict: 'pass' });
    } finally {
      await sandbox.stop();
    }
  });
});

describe('gateways that change one after another', () => {
  const delay = 500;
  let sandbox: TestSandbox;
  const run = (...args: string[]): Promise<CliResult> => cli(args, sandbox);

  beforeAll(async () => {
    sandbox = await testSandbox({ propagationDelayMs: delay, gatewayReplicas: 2 });
    await run('setup', '--port', `${sandbox.port}`);
  });
  afterAll(() => sandbox.stop());

  it('are timed by weight: the first that obeyed, the last that did not, and how long both were at work', async () => {
    const { proof } = documentOf('WeightChange', await run('weight', 'v2=100', '-o', 'json'));
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

  it('do not use up the attempts of verify, where a single stray connection is a FAIL', async () => {
    await run('weight', 'v2=0', '--wait', 'none');
    const result = await run('verify', '--after-change', 'v2=100', '-o', 'json');
    const verdict = documentOf('Verdict', result);
    expect(verdict).toMatchObject({ verdict: 'pass', propagation: { inForce: true } });
    expect(verdict.propagation.mixedMs).toBeGreaterThan(delay / 2);
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
