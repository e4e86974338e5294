import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface LockedPackage {
  version?: string;
  integrity?: string;
  resolved?: string;
  optionalDependencies?: Readonly<Record<string, string>>;
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, LockedPackage> };
const { '': _own, ...packages } = lock.packages;

/** Where node would find a package that the one at `path` asks for. */
function placeOf(name: string, path: string): string | undefined {
  const folders = path
    .split('/node_modules/')
    .map((_, index, parts) => parts.slice(0, index + 1).join('/node_modules/'));
  return ['', ...folders.map((folder) => `${folder}/`)]
    .map((folder) => `${folder}node_modules/${name}`)
    .findLast((place) => place in packages);
}

test('the lock names every optional package of every platform, so that npm ci works on all of them', () => {
  const asked = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map((name) => ({ path, name })),
  );
  expect(asked.length).toBeGreaterThan(50);
  expect(asked.filter(({ path, name }) => placeOf(name, path) === undefined)).toEqual([]);
});

test('every package of the lock has a version and a checksum', () => {
  const loose = Object.entries(packages).filter(([, { version, integrity }]) => !version || !integrity);
  expect(loose.map(([path]) => path)).toEqual([]);
});

test("the lock holds nobody's registry address", () => {
  expect(Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});
