import { counterGate } from '../../../../src/core/comparison/counters.ts';
import { judgeCuts } from '../../../../src/core/comparison/cuts.ts';
import { failureGate } from '../../../../src/core/comparison/failures.ts';
import { latencyGate } from '../../../../src/core/comparison/latency.ts';
import { firstProof, type Verdict } from '../../../../src/core/comparison/proof.ts';
import { rampGate } from '../../../../src/core/comparison/ramp.ts';
import { seededRandom } from '../../../../src/core/seeded-random.ts';
import { ratioEvidence } from '../../../../src/core/statistics/quantile-ratio.ts';
import type { Result } from '../result.ts';
import { alpha, type GateCell, type Settings, type SimulatedStep } from './cells.ts';
import { binomial, isDisturbed, latency, type Next } from './worlds.ts';

/** What became of one run, and after how many blocks, windows or pods. */
interface Outcome {
  verdict: Verdict;
  samples: number;
}

/** Runs the gates themselves, as other programs do, on so many streams. */
export function runCell(cell: GateCell, seed: number): Result {
  const next = seededRandom(seed);
  const result: Result = { runs: 0, pass: 0, fail: 0, samples: 0, squares: 0 };
  for (; result.runs < cell.runs; result.runs++) {
    const { verdict, samples } = runOnce(cell, next);
    if (verdict === 'pass') result.pass++;
    if (verdict === 'fail') result.fail++;
    result.samples += samples;
    result.squares += samples * samples;
  }
  return result;
}

function runOnce(cell: GateCell, next: Next): Outcome {
  switch (cell.test) {
    case 'failures':
      return runFailures(cell.setting, next);
    case 'gateway':
      return runGateway(cell.setting, next);
    case 'counters':
      return runCounters(cell.setting, next);
    case 'latency':
      return runLatency(cell.setting, next);
    case 'quantiles':
      return runQuantiles(cell.setting, next);
    case 'cuts':
      return runCuts(cell.setting, next);
    case 'ramp':
      return runRamp(cell.setting, next);
  }
}

/** Takes looks until one decides. */
function untilDecided(looks: number, look: (index: number) => Verdict): Outcome {
  for (let i = 0; i < looks; i++) {
    const verdict = look(i);
    if (verdict !== 'inconclusive') return { verdict, samples: i + 1 };
  }
  return { verdict: 'inconclusive', samples: looks };
}

function runFailures(setting: Settings['failures'], next: Next): Outcome {
  const { margin, blocks, olds = 1, disturbed = false } = setting;
  const gate = failureGate({ margin, alpha });
  return untilDecided(blocks, (block) => {
    const extra = disturbed && isDisturbed(block) ? 0.3 : 0;
    for (let i = 0; i < olds; i++) gate.observe({ version: 'old', failed: next() < setting.old + extra });
    return gate.observe({ version: 'new', failed: next() < setting.new + extra });
  });
}

function runGateway(setting: Settings['gateway'], next: Next): Outcome {
  const gate = failureGate({ margin: setting.margin, alpha });
  const isLost = (failed: boolean) => failed && !setting.attributed;
  return untilDecided(setting.connections, () => {
    const version = next() < setting.share ? 'new' : 'old';
    const failed = next() < setting[version];
    return gate.observe({ version: isLost(failed) ? null : version, failed });
  });
}

function runCounters({ margin, windows, olds, news, ...rates }: Settings['counters'], next: Next): Outcome {
  const gate = counterGate({ margin, alpha });
  return untilDecided(windows, () =>
    gate.observe({
      old: { hits: binomial(olds, rates.old, next), of: olds },
      new: { hits: binomial(news, rates.new, next), of: news },
    }),
  );
}

function warmUpOf(next: Next): number[] {
  return Array.from({ length: 200 }, () => latency(next));
}

function latencyOfNew({ times, tail }: Pick<SimulatedStep, 'times' | 'tail'>, next: Next): number {
  return times * latency(next) * (tail && next() < tail.share ? tail.times : 1);
}

function runLatency(setting: Settings['latency'], next: Next): Outcome {
  const { limits, blocks, olds = 1, disturbed = false } = setting;
  const gate = latencyGate({ warmUp: warmUpOf(next), limits, alpha });
  return untilDecided(blocks, (block) => {
    const extra = disturbed && isDisturbed(block) ? 5 : 1;
    for (let i = 0; i < olds; i++) gate.observe({ version: 'old', latencyMs: extra * latency(next) });
    return gate.observe({ version: 'new', latencyMs: extra * latencyOfNew(setting, next) });
  });
}

function runQuantiles(setting: Settings['quantiles'], next: Next): Outcome {
  const { quantile, factor, connections, every } = setting;
  const [old, fresh]: [number[], number[]] = [[], []];
  const proof = firstProof(alpha);
  const { verdict, samples } = untilDecided(connections / every, () => {
    for (let i = 0; i < every; i++) {
      old.push(latency(next));
      fresh.push(latencyOfNew(setting, next));
    }
    proof.look(ratioEvidence({ old, new: fresh }, { quantile, factor }));
    return proof.verdict;
  });
  return { verdict, samples: samples * every };
}

function runCuts({ maxShare, share, pods, perPod, together }: Settings['cuts'], next: Next): Outcome {
  const cutOf = () => (together ? (next() < share ? perPod : 0) : binomial(perPod, share, next));
  const held = Array.from({ length: pods }, () => ({ held: perPod, cut: cutOf() }));
  return { verdict: judgeCuts(held, { maxShare, alpha }).verdict, samples: pods * perPod };
}

function runRamp({ steps }: Settings['ramp'], next: Next): Outcome {
  const limits = [{ quantile: 0.5, factor: 1.5 }];
  const ramp = rampGate({ alpha, margin: 0.05, latency: { warmUp: warmUpOf(next), limits }, maxCutShare: 0.02 });
  let samples = 0;
  let passed = true;
  for (const step of steps) {
    const gate = ramp.nextStep();
    const { verdict, samples: blocks } = untilDecided(step.blocks, () => {
      gate.observe({ version: 'old', latencyMs: next() < step.old ? null : latency(next) });
      const failed = gate.observe({ version: 'new', latencyMs: next() < step.new ? null : latencyOfNew(step, next) });
      return failed ? 'fail' : 'inconclusive';
    });
    samples += blocks;
    const cut = gate.watch([{ held: 20, cut: binomial(20, step.cut, next) }]);
    if (verdict === 'fail' || cut) return { verdict: 'fail', samples };
    passed &&= gate.judgement(true).verdict === 'pass';
  }
  return { verdict: passed ? 'pass' : 'inconclusive', samples };
}
