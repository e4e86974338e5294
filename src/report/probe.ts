import type { Outcome, Sample } from '../core/sample.ts';
import { percent } from './format.ts';
import { printable } from './terminal/printable.ts';
import { table } from './terminal/table.ts';

export interface ProbeReport {
  address: string;
  from: string;
  connections: number;
  versions: readonly { version: string; connections: number; share: number }[];
  failures: Partial<Record<Outcome, number>>;
}

/** The reply as the server gave it; for a failure its outcome, in brackets. */
export function sampleLine({ reply, outcome }: Sample): string {
  const said = reply === null ? '' : printable(reply);
  return outcome === 'reply' ? said : `(${outcome}) ${said}`.trimEnd();
}

export function probeLines({ connections, versions, failures }: ProbeReport): string[] {
  const rows = [
    ...versions.map(({ version, connections: count, share }) => [version, count, percent(share, 1)]),
    ...Object.entries(failures).map(([outcome, count]) => [`(${outcome})`, count, percent(count / connections, 1)]),
  ];
  return ['', ...table(['VERSION', 'CONNECTIONS', 'SHARE'], rows)];
}
