import { counter, observedShares, type Tally } from '../core/tally.ts';
import { exitCodes, type ExitCode } from '../errors.ts';
import { findExchange } from '../operations/probing/probe-spec.ts';
import { openVantage, tellPassedOver, type Vantage } from '../operations/probing/vantage.ts';
import { emit, ndjsonLine } from '../report/output.ts';
import { probeLines, sampleLine, type ProbeReport } from '../report/probe.ts';
import type { CommandContext } from './context.ts';
import { probeSpecOf, vantageSpecOf, type ExchangeOptions, type PaceOptions, type VantageOptions } from './probing.ts';
import { openSession, openTarget, type TargetOptions } from './session.ts';

export interface ProbeCommandOptions extends TargetOptions, ExchangeOptions, VantageOptions, PaceOptions {
  count: number;
  output: 'text' | 'json' | 'yaml' | 'ndjson';
}

/** The page's loop of nc: each reply as it comes, then the count by version. */
export async function runProbe(options: ProbeCommandOptions, { io }: CommandContext): Promise<ExitCode> {
  const session = await openSession(options, io);
  const target = await openTarget(options, session);
  const { exchange } = await findExchange(probeSpecOf(options), target, session);
  const vantage = await openVantage(vantageSpecOf(options), target, session);
  tellPassedOver(vantage, session);
  const seen = counter(target.view.backends.keys());
  const { count, interval: intervalMs, concurrency, output } = options;
  try {
    for await (const sample of vantage.samples({ count, intervalMs, concurrency }, exchange)) {
      seen.add(sample);
      if (output === 'text') io.stdout.write(`${sampleLine(sample)}\n`);
      if (output === 'ndjson') io.stdout.write(ndjsonLine(sample));
    }
    return exitCodes.ok;
  } finally {
    // Also where it is ended, as ping does.
    const report = probeReport(seen.now, vantage);
    if (report.connections > 0) emit(io, output, { kind: 'Probe', body: report, lines: probeLines(report) });
  }
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
