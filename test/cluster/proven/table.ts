import type { Proof } from './results.ts';

const marks = { passed: '✓', failed: '✗', skipped: '–' } as const satisfies Record<Proof['outcome'], string>;

interface Suite {
  name: string;
  proofs: readonly Proof[];
  cells: readonly string[];
}

/** A Markdown table for each suite, the one that ran in most places first: a test a row, a cell a column, in the order in which they first come. */
export function provenTables(proofs: readonly Proof[]): string {
  return unique(proofs.map(({ suite }) => suite))
    .map((name) => suiteOf(name, proofs))
    .toSorted((one, other) => other.cells.length - one.cells.length)
    .map(tableOf)
    .join('\n\n');
}

function suiteOf(name: string, all: readonly Proof[]): Suite {
  const proofs = all.filter(({ suite }) => suite === name);
  return { name, proofs, cells: unique(proofs.map(({ cell }) => cell)) };
}

function tableOf({ name, proofs, cells }: Suite): string {
  const rows = unique(proofs.map(({ test }) => test)).map((test) => [
    test.replaceAll('|', '\\|'),
    ...cells.map((cell) => markOf(proofs.filter((proof) => proof.test === test && proof.cell === cell))),
  ]);
  const rule = ['---', ...cells.map(() => ':-:')];
  return [`## ${capitalised(name)}`, '', ...[['', ...cells], rule, ...rows].map(rowOf)].join('\n');
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
