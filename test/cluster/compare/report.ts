import type { Difference } from './differences.ts';
import type { Exchange } from './exchange.ts';

/** The differences that one request showed. */
export interface Finding {
  exchange: Exchange;
  differences: Difference[];
}

const longest = 400;

/** The findings as Markdown: a section for each thing that is asked, a point for each field that differs, with the kinds that show it. */
export function reportOf(findings: readonly Finding[], requests: number): string {
  const sections = groupBy(findings, ({ exchange }) => exchange.what);
  const lines = [...sections].flatMap(([what, found]) => [
    `## ${what}`,
    '',
    `\`${found[0]!.exchange.method ?? 'GET'} ${found[0]!.exchange.path}\` and so on`,
    '',
    ...pointsOf(found),
    '',
  ]);
  const title = `# The sandbox beside a real API server: ${findings.length} of ${requests} answers differ`;
  return [title, '', ...lines].join('\n');
}

/** One point for each field that differs and for each way in which it does, list positions and kinds left aside. */
function pointsOf(findings: readonly Finding[]): string[] {
  const all = findings.flatMap(({ exchange, differences }) =>
    differences.map((difference) => ({ about: exchange.about, ...difference })),
  );
  const groups = groupBy(all, ({ path, real, sandbox }) =>
    [path.replaceAll(/\[\d+\]/g, '[]'), shape(real), shape(sandbox)].join('\n'),
  );
  return [...groups.values()].flatMap((group) => {
    const { path, real, sandbox } = group[0]!;
    const kinds = [...new Set(group.map(({ about }) => about))].join(', ');
    return [`- \`${path}\`: ${kinds}`, `  - real: ${show(real)}`, `  - sandbox: ${show(sandbox)}`];
  });
}

/** Two values of one shape differ for one reason: texts by their first words, the rest by their type. */
function shape(value: unknown): string | undefined {
  if (typeof value !== 'string') return typeof value === 'object' ? 'object' : JSON.stringify(value);
  return value.replaceAll(/"[^"]*"|\S*\.\S*/g, '').slice(0, 30);
}

function show(value: unknown): string {
  if (value === undefined) return '(absent)';
  const text = JSON.stringify(value);
  return `\`${text.length > longest ? `${text.slice(0, longest)}…` : text}\``;
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
