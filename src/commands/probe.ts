import { counter, observedShares, type Tally } from '../core/tally.ts';
import { exitCodes, type ExitCode } from '../errors.ts';
import type { CommandContext } from './context.ts';
import { ndjsonLine } from '../report/output.ts';
import { emit } from '../report/emit.ts';
import { probeLines, sampleLine, type ProbeReport } from '../report/probe.ts';
import { findExchange, type ExchangeOptions } from '../operations/probing/probe-spec.ts';
import { openSession, openTarget, type TargetOptions } from './session.ts';
import { openVantage, type Vantage, type VantageOptions } from '../operations/probing/vantage.ts';

export interface ProbeOptions extends TargetOptions, ExchangeOptions, VantageOptions {
  port?: number;
  count: number;
  /** Milliseconds. */
  interval: number;
  concurrency: number;
  output: 'text' | 'json' | 'yaml' | 'ndjson';
}

/** The page's loop of nc: each reply as it comes, then the count by version. */
export async function probe(options: ProbeOptions, { io }: CommandContext): Promise<ExitCode> {
  const session = await openSession(options, io);
  const target = await openTarget(options, session);
  const exchange = (await findExchange(options, target, session)) ?? { timeoutMs: 5000, classify: () => null };
  const vantage = await openVantage(options, target, session);
  const count = counter(target.view.backends.keys());
  const { interval: intervalMs, concurrency, output } = options;
  for await (const sample of vantage.samples({ count: options.count, intervalMs, concurrency }, exchange)) {
    count.add(sample);
    if (output === 'text') io.stdout.write(`${sampleLine(sample)}\n`);
    if (output === 'ndjson') io.stdout.write(ndjsonLine(sample));
  }
  const report = probeReport(count.now, vantage);
  emit(io, output, { kind: 'Probe', body: report, lines: probeLines(report) });
  return exitCodes.ok;
}

function probeReport(tally: Tally, { from, address }: Vantage): ProbeReport {
  const observed = observedShares(tally);
  const { reply: _answered, ...failed } = tally.outcomes;
  return {
    from,
    address,
    connections: tally.total,
    versions: [...tally.versions].map(([version, connections]) => ({
      version,
      connections,
      share: observed.get(version)!,
    })),
    failures: Object.fromEntries(Object.entries(failed).filter(([, times]) => times > 0)),
  };
}
