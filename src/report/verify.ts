import { formatDuration } from '../core/duration.ts';
import type { VersionJudgement } from '../core/verdict/judgement.ts';
import type { PropagationReport } from '../core/verdict/propagation.ts';
import { likelyCauses } from './causes.ts';
import { table } from './terminal/table.ts';
import type { VerdictReport } from '../core/verdict/report.ts';
import { sentence } from './verdict-sentence.ts';
import { percent, points } from './format.ts';

/** The verdict in one sentence, a row a version, and where it is no PASS what may be behind it. */
export function verdictLines(report: VerdictReport): string[] {
  const { versions, failures, samples, from, address, order, rollout, propagation, attempt = 1 } = report;
  const failed = Object.entries(failures.byOutcome).map(([outcome, count]) => `${count} ${outcome}`);
  const causes = likelyCauses(report);
  return [
    sentence(report),
    '',
    ...table(['VERSION', 'ASKED', 'OBSERVED', 'CONNECTIONS', 'INTERVAL', 'STATE'], versions.map(row)),
    '',
    `${samples} connections through ${address} (${from})${order.law === 'unknown' ? '' : `; ${laws[order.law]}`}`,
    `Failures: ${failures.count} (${percent(failures.rate)}, at most ${percent(failures.limit)} allowed)${failed.length > 0 ? `: ${failed.join(', ')}` : ''}`,
    ...(rollout ? [rolloutLine(rollout)] : []),
    ...(propagation?.inForce ? [propagationLine(propagation, attempt)] : []),
    ...(causes.length > 0 ? ['', 'Likely causes, and the check that tells:'] : []),
    ...causes.map(({ cause, check }, index) => `${index + 1}. ${cause}: ${check}`),
  ];
}

const laws = {
  random: 'each was drawn on its own',
  turns: 'the versions take turns',
  clustered: 'equal ones follow each other',
};

function row({ version, share, tolerance, observed, count, interval, state }: VersionJudgement): (string | number)[] {
  const range = `${percent(interval.low, 1)} – ${percent(interval.high, 1)}`;
  const asked = `${percent(share)} ± ${points(tolerance)}`;
  return [version, asked, percent(observed, 1), count, range, state];
}

function rolloutLine({ pods, waitedMs }: NonNullable<VerdictReport['rollout']>): string {
  const who = pods === 1 ? 'The gateway pod' : `All ${pods} gateway pods`;
  return `${who} had the weights, read before and after${waitedMs >= 1000 ? `; waited ${formatDuration(waitedMs)} for that` : ''}`;
}

function propagationLine(
  { waited, firstObeying, lastDisobeying, mixedMs }: PropagationReport,
  attempt: number,
): string {
  const first = firstObeying ? `; the first to obey was connection ${firstObeying.at + 1}` : '';
  const last = lastDisobeying ? `, the last not to was ${lastDisobeying.at + 1}` : '';
  const mixed = mixedMs ? `; both were at work for ${formatDuration(mixedMs)}` : '';
  return `The new split was in force after ${waited} connections${first}${last}${mixed}; judged at attempt ${attempt}`;
}
