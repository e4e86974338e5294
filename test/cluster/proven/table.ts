import type { Proof } from './results.ts';

const marks = { passed: '✓', failed: '✗', skipped: '–' } as const satisfies Record<Proof['outcome'], string>;

/** A Markdown table for each suite: a test a row, a cell a column. Suites, rows and columns keep the order in which they first come. */
export function provenTables(proofs: readonly Proof[]): string {
  return unique(proofs.map(({ suite }) => suite))
    .map((suite) =>
      tableOf(
        suite,
        proofs.filter((proof) => proof.suite === suite),
      ),
    )
    .join('\n\n');
}

function tableOf(suite: string, proofs: readonly Proof[]): string {
  const cells = unique(proofs.map(({ cell }) => cell));
  const rows = unique(proofs.map(({ test }) => test)).map((test) => [
    test.replaceAll('|', '\\|'),
    ...cells.map((cell) => markOf(proofs.filter((proof) => proof.test === test && proof.cell === cell))),
  ]);
  const rule = ['---', ...cells.map(() => ':-:')];
  return [`## ${capitalised(suite)}`, '', ...[['', ...cells], rule, ...rows].map(rowOf)].join('\n');
}

/** Nothing where the test does not exist for the cell; the worst of several of one name. */
function markOf(proofs: readonly Proof[]): string {
  const worst = (['failed', 'skipped', 'passed'] as const).find((outcome) =>
    proofs.some((proof) => proof.outcome === outcome),
  );
  return worst ? marks[worst] : '';
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
