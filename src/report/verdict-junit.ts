import { writeFileSync } from 'node:fs';
import { ShiftError } from '../errors.ts';
import { junitXml } from './junit.ts';
import { sentence } from './verdict-sentence.ts';
import type { VerdictReport } from '../core/verdict/report.ts';
import { verdictLines } from './verify.ts';
import { refText } from '../core/objects.ts';

/** Writes the verdict as a JUnit suite. @param now milliseconds since the epoch @throws ShiftError usage: the file cannot be written */
export function writeVerdictSuite(file: string, report: VerdictReport, now: number): void {
  const time = new Date(now - report.elapsedMs).toISOString();
  try {
    writeFileSync(file, verdictSuite(report, time));
  } catch (cause) {
    throw new ShiftError('usage', `cannot write ${file}: ${(cause as Error).message}`, {
      hint: 'give another file: --junit FILE',
      cause,
    });
  }
}

/** The verdict as a JUnit suite of one case. @param time when the probing started, ISO 8601 */
function verdictSuite(report: VerdictReport, time: string): string {
  const { route, verdict, alpha, versions, from, address, method, elapsedMs } = report;
  const of = route === null ? address : `${refText(route)} in ${route.namespace}`;
  const asked = versions.map(({ version, share, tolerance }) => `${version}=${share}±${tolerance}`).join(' ');
  return junitXml({
    name: 'tcpshift verify',
    time,
    properties: { asked, alpha: String(alpha), method, from, address },
    cases: [
      {
        name: `split of ${of}`,
        seconds: elapsedMs / 1000,
        result: verdict,
        ...(verdict === 'pass' ? {} : { message: sentence(report), details: verdictLines(report).join('\n') }),
      },
    ],
  });
}
