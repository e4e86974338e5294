import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../src/package.ts';
import type { CliResult } from './cli.ts';

/** A project of somebody else's that has installed tcpshift with its dependencies, and beside it the types of node. */
export interface Consumer {
  /** Type-checks these sources, by name, as strictly as can be, and makes programs of them. @throws Error with the compiler's findings */
  compile(sources: Readonly<Record<string, string>>): Promise<void>;
  /** Runs a program that was compiled, with no environment but this. */
  run(name: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<CliResult>;
  remove(): Promise<void>;
}

/** Whatever a user may have set that finds fault with a package's declarations. */
const strictest = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitOverride: true,
  isolatedModules: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
  target: 'es2022',
  lib: ['es2022'],
  types: ['node'],
  rootDir: '.',
  outDir: 'out',
};

const resolutions = {
  nodenext: { module: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
};

/** Packs the built package, and unpacks it where a project looks for it. @param resolution how the project's compiler finds modules */
export async function consumer(resolution: keyof typeof resolutions): Promise<Consumer> {
  const folder = await mkdtemp(join(tmpdir(), 'tcpshift-consumer-'));
  const installed = join(folder, 'node_modules');
  await mkdir(join(installed, 'tcpshift'), { recursive: true });
  const { dependencies } = JSON.parse(await readFile(join(packageRoot(), 'package.json'), 'utf8'));
  for (const name of ['@types/node', ...Object.keys(dependencies)]) {
    await mkdir(dirname(join(installed, name)), { recursive: true });
    await symlink(join(packageRoot(), 'node_modules', name), join(installed, name), 'junction');
  }
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const [{ filename }] = JSON.parse((await execa('npm', pack, { cwd: packageRoot() })).stdout);
  await execa('tar', ['-xzf', filename, '-C', join('node_modules', 'tcpshift'), '--strip-components=1'], {
    cwd: folder,
  });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', private: true }));
  const compilerOptions = { ...strictest, ...resolutions[resolution] };
  return {
    async compile(sources) {
      for (const [name, text] of Object.entries(sources)) await writeFile(join(folder, `${name}.ts`), text);
      const files = Object.keys(sources).map((name) => `${name}.ts`);
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
      const tsc = join(packageRoot(), 'node_modules', 'typescript', 'bin', 'tsc');
      const { exitCode, stdout } = await execa(process.execPath, [tsc], { cwd: folder, reject: false });
      if (exitCode !== 0) throw new Error(stdout);
    },
    async run(name, args, env) {
      const program = join(folder, 'out', `${name}.js`);
      const { exitCode, stdout, stderr } = await execa(process.execPath, [program, ...args], {
        env,
        extendEnv: false,
        reject: false,
        timeout: 60_000,
      });
      return { exitCode: exitCode ?? -1, stdout, stderr };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The program of ten lines: takes a route, a namespace and shares, and prints what came of them. */
export const tenLines = join(packageRoot(), 'test', 'library', 'ten-lines.mjs');

/** The text of the program, which is TypeScript too. */
export function tenLinesText(): Promise<string> {
  return readFile(tenLines, 'utf8');
}
