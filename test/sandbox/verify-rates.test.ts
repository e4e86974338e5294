import { describe, expect, test } from 'vitest';
import { greatestUnlikelyLow, leastUnlikelyHigh } from '../../src/core/statistics/binomial.ts';
import { planSplit } from '../../src/core/verdict/plan.ts';
import { sharesOf, specOf } from '../helpers/judges.ts';
import { inProcess } from '../helpers/in-process.ts';
import { testSandbox } from '../helpers/sandbox.ts';

// Whole runs of `verify` through real sockets and a gateway that draws at random. The question is a wide one, 50 ± 20, because its verdicts take 47 to 76
// connections on average instead of the 520 to 850 of 20 ± 5: the path, the boundaries' computation and what is proved are the same.
const runs = 200;
const question = ['--expect', 'v2=50', '--tolerance', '20', '--alpha', '0.05', '--power', '0.9'];
const spec = specOf({ expected: sharesOf({ v1: 0.5, v2: 0.5 }), tolerance: 0.2 });

/** Each band is left by a judge that keeps its promises with less than this chance; the gateway is seeded on top of that. */
const falseAlarm = 1e-7;

/** Most PASSes that suspicions of drift and of clusters may take from a right split. */
const doubted = 0.014;

function exactly() {
  const planned = planSplit(spec);
  if ('problem' in planned) throw new Error('unexpected');
  return planned.plan;
}

/** How often each verdict comes out where v2 truly gets this many per cent. */
async function verdictsAt(percent: number): Promise<Record<'pass' | 'fail' | 'inconclusive', number>> {
  const sandbox = await testSandbox({ seed: 20 });
  const counts = { pass: 0, fail: 0, inconclusive: 0 };
  const tcpshift = (...args: string[]) => inProcess([...args, '-q'], sandbox.kubeconfig);
  try {
    await tcpshift('setup', '--port', `${sandbox.port}`);
    expect(await tcpshift('weight', `v2=${percent}`, '--wait', 'programmed')).toMatchObject({ exitCode: 0 });
    for (let run = 0; run < runs; run++) {
      const { stdout, stderr } = await tcpshift('verify', ...question, '--concurrency', '4', '-o', 'json');
      if (stdout === '') throw new Error(stderr);
      const { verdict } = JSON.parse(stdout) as { verdict: keyof typeof counts };
      counts[verdict]++;
    }
    return counts;
  } finally {
    await sandbox.stop();
  }
}

describe(`${runs} verifies through real sockets`, () => {
  test('of a true split on the boundary pass, and fail, at most at α', { timeout: 240_000 }, async () => {
    const { pass, fail } = await verdictsAt(70);
    const most = leastUnlikelyHigh(runs, spec.alpha, falseAlarm);
    expect(most).toBeLessThan(0.16 * runs);
    expect(pass).toBeLessThan(most);
    expect(fail).toBeLessThan(most);
  });

  test('of the asked split pass and fail as often as was computed exactly', { timeout: 240_000 }, async () => {
    const { pass, fail } = await verdictsAt(50);
    const { right } = exactly();
    expect(pass).toBeGreaterThan(greatestUnlikelyLow(runs, right.pass - doubted, falseAlarm));
    expect(pass).toBeLessThan(leastUnlikelyHigh(runs, right.pass, falseAlarm));
    expect(fail).toBeLessThan(leastUnlikelyHigh(runs, right.fail, falseAlarm));
  });
});
