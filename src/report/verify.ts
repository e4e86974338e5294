import type { ObjectRef } from '../core/objects.ts';
import type { Judgement, VersionJudgement } from '../core/verdict/judgement.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';
import { percent } from './words.ts';

export interface VerdictReport extends Judgement {
  route: ObjectRef;
  from: string;
  address: string;
}

/** The colour of each verdict's word. */
const colours = {
  pass: 'green',
  fail: 'red',
  inconclusive: 'yellow',
} as const satisfies Record<Judgement['verdict'], keyof Style>;

/** The verdict in one sentence, then a row a version. */
export function verdictLines(report: VerdictReport, style: Style): string[] {
  const { versions, failures, samples, from, address } = report;
  const failed = Object.entries(failures.byOutcome).map(([outcome, count]) => `${count} ${outcome}`);
  return [
    sentence(report).replace(/^[A-Z]+/, (word) => style.bold(style[colours[report.verdict]](word))),
    '',
    ...table(['VERSION', 'ASKED', 'OBSERVED', 'CONNECTIONS', 'INTERVAL', 'STATE'], versions.map(row)),
    '',
    `${samples} connections through ${address} (${from})`,
    `Failures: ${failures.count} (${percent(failures.rate)}, at most ${percent(failures.limit)} allowed)${failed.length > 0 ? `: ${failed.join(', ')}` : ''}`,
  ];
}

function row({ version, share, tolerance, observed, count, interval, state }: VersionJudgement): (string | number)[] {
  const range = `${percent(interval.low, 1)} – ${percent(interval.high, 1)}`;
  return [
    version,
    `${percent(share)} ± ${Number((tolerance * 100).toFixed(2))}`,
    percent(observed, 1),
    count,
    range,
    state,
  ];
}

function sentence(report: VerdictReport): string {
  const sure = `${Number(((1 - report.alpha) * 100).toFixed(3))} % sure`;
  const { reason, samples, failures } = report;
  const described = (version: string): string =>
    description(
      report.versions.find((each) => each.version === version)!,
      samples,
    );
  switch (reason.kind) {
    case 'within': {
      const rarest = report.versions.reduce((one, other) => (other.share < one.share ? other : one));
      return `PASS: ${rarest.version} gets ${asked(rarest)}, ${sure}: ${description(rarest, samples)}`;
    }
    case 'turns':
      return `PASS: the versions take turns in the asked proportion, ${sure}: ${samples} connections, none out of turn`;
    case 'share':
      return `FAIL: ${reason.version} gets ${reason.state === 'above' ? 'more' : 'less'} than ${asked(report.versions.find(({ version }) => version === reason.version)!)}, ${sure}: ${described(reason.version)}`;
    case 'hit':
      return `FAIL: ${reason.version} is to get nothing, and got ${described(reason.version)}`;
    case 'failures':
      return `FAIL: ${failures.count} of ${samples} connections failed (${percent(failures.rate)}), more than ${percent(failures.limit)}, ${sure}`;
    case 'failures-undecided':
      return `INCONCLUSIVE: the shares are right, but ${failures.count} of ${samples} connections failed (${percent(failures.rate)})`;
    case 'undecided':
      return `INCONCLUSIVE after ${samples} connections: ${reason.versions.map((version) => `${version} got ${described(version)}`).join('; ')}${needs(report)}`;
    case 'sticky':
      return `INCONCLUSIVE: ${stuck(reason.sources)}: a sticky gateway, or a split that is not in force`;
    case 'clustered':
      return `INCONCLUSIVE: equal connections follow each other too often to be drawn one by one`;
    case 'drift':
      return `INCONCLUSIVE: the split changed ${reason.time === undefined ? `at connection ${reason.at + 1}` : `at ${reason.time}`}`;
  }
}

function stuck(sources: number): string {
  return sources === 1 ? 'this address got one version only' : `each of ${sources} addresses got one version only`;
}

function asked({ share, tolerance }: VersionJudgement): string {
  return `${percent(share)} ± ${Number((tolerance * 100).toFixed(2))} points`;
}

function description({ count, observed }: VersionJudgement, samples: number): string {
  return `${count} of ${samples} connections, ${percent(observed, 1)}`;
}

function needs({ needs: wanted }: VerdictReport): string {
  if (!wanted) return '';
  const tolerance = `these prove ± ${Number((wanted.tolerance * 100).toFixed(1))} points`;
  return wanted.samples === null
    ? `; ${tolerance}`
    : `; about ${wanted.samples} connections would decide, and ${tolerance}`;
}
