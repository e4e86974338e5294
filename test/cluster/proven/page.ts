import { readFile, writeFile } from 'node:fs/promises';
import { readProofs } from './results.ts';
import { provenTables } from './table.ts';
import { pinnedVersions } from './versions.ts';

const page = 'docs/proven.md';

/**
 * Writes the page that lists what a run of the whole matrix has proved; where the run is CI's, which changes no file, compares instead.
 * Resolves with what is wrong.
 * @param reports vitest's JSON report of each profile, by the profile's title
 */
export async function writeProven(reports: ReadonlyMap<string, string>, ci: boolean): Promise<string | undefined> {
  const proofs = await Promise.all([...reports].map(([profile, report]) => readProofs(report, profile)));
  const text = `${introduction}\n${await pinnedVersions()}\n\n${provenTables(proofs.flat())}\n`;
  if (!ci) await writeFile(page, text);
  const kept = await readFile(page, 'utf8').catch(() => '');
  return kept === text ? undefined : `${page} is not what this run proved: npm run test:cluster writes it anew`;
}

const introduction = `# What was proved on what

Made by \`npm run test:cluster\`: every test of its last run, and where it ran. ✓ passed · – cannot be there · empty: the suite does not run there. [Testing](testing.md)
tells what each suite does. "Sandbox" is the embedded cluster; its column names the real one whose APIs and whose way to pick a version it was given.
All ran on these versions:
`;
