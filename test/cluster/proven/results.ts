import { readFile } from 'node:fs/promises';

/** One test of one run, as vitest's JSON report tells it. */
export interface Proof {
  /** What the test belongs to, the same words wherever it runs. */
  suite: string;
  /** Where it ran: a control plane, and a routing API where the suite runs for each. */
  cell: string;
  test: string;
  outcome: 'passed' | 'skipped' | 'failed';
}

/** The tests of one profile's run, by file, in the order in which they stand there. @throws Error where the report cannot be read */
export async function readProofs(report: string, profile: string): Promise<Proof[]> {
  const { testResults } = JSON.parse(await readFile(report, 'utf8'));
  // Vitest runs files in an order that depends on earlier runs.
  const files = testResults.toSorted((one: any, other: any) => (one.name < other.name ? -1 : 1));
  return files.flatMap(({ assertionResults }: any) =>
    assertionResults.map(({ ancestorTitles, title, status }: any): Proof => {
      const [suite, cell] = placeOf(ancestorTitles, profile);
      return { suite, cell, test: title, outcome: outcomes[status] ?? 'skipped' };
    }),
  );
}

const outcomes: Readonly<Record<string, Proof['outcome']>> = { passed: 'passed', failed: 'failed' };

/** A suite that runs for several cells in one profile says `SUITE on CELL` in its name; any other is the profile's own. */
function placeOf(
  [name = 'the same requests to both']: readonly string[],
  profile: string,
): [suite: string, cell: string] {
  const [suite, cell] = name.split(' on ');
  return [suite!, cell ?? profile];
}
