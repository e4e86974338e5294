import { mkdir, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa, type Options } from 'execa';
import { componentDir, type Product, type Report } from './product.ts';

const reportEveryMs = 20_000;

interface GoPrograms {
  /** The folder with the go.mod and go.sum that pin the packages. */
  component: string;
  /** Name of the product where the component has several; its own where absent. */
  name?: string;
  /** The file name of each program, and the package that it is built from. */
  programs: Readonly<Record<string, string>>;
  /** Values for string variables of the program, as the linker's -X takes them. */
  variables?: Readonly<Record<string, string>>;
}

/** Programs from the pinned module of a component. */
export function goPrograms({ component, name = component, programs, variables = {} }: GoPrograms): Product {
  const ldflags = ['-s', '-w', ...Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`)].join(' ');
  return {
    name,
    ...goLocks(component),
    recipe: { programs, ldflags },
    build: async (into, report) => {
      const args = ['build', '-v', '-trimpath', '-buildvcs=false', `-ldflags=${ldflags}`];
      for (const [program, pkg] of Object.entries(programs)) {
        report(`compiling ${program}`);
        const built = join(resolve(into), program);
        await reportPackages(gently('go', [...args, '-o', built, pkg], { cwd: componentDir(component) }), report);
      }
    },
  };
}

interface GoFiles {
  component: string;
  module: string;
  /** Files and folders of the module, copied under the same paths. */
  paths: readonly string[];
}

/** Files out of a pinned module's own source tree. */
export function goFiles({ component, module, paths }: GoFiles): Product {
  return {
    name: `${component}-files`,
    ...goLocks(component),
    recipe: { module, paths },
    build: async (into, report) => {
      const cwd = componentDir(component);
      report(`downloading ${module}`);
      await gently('go', ['mod', 'download', module], { cwd });
      const { stdout: source } = await execa('go', ['list', '-m', '-f', '{{.Dir}}', module], { cwd });
      for (const path of paths) {
        const target = join(into, path);
        await mkdir(join(target, '..'), { recursive: true });
        // The module cache is read-only; a copy that kept its modes could not be removed.
        await execa('cp', ['-R', '--no-preserve=mode', join(source, path), `${target}.part`]);
        await rename(`${target}.part`, target);
      }
    },
  };
}

function goLocks(component: string) {
  const dir = componentDir(component);
  return { tool: 'go', locks: [`${dir}/go.mod`, `${dir}/go.sum`] } as const;
}

/** Runs a program at the lowest priority, so that a cold build leaves the machine usable. */
function gently(program: string, args: readonly string[], options: Options) {
  return execa('nice', ['-n', '19', program, ...args], { ...options, all: true });
}

/** Waits for `go build -v`, which names a package a line as it compiles it. */
async function reportPackages(build: ReturnType<typeof gently>, report: Report): Promise<void> {
  let packages = 0;
  const timer = setInterval(() => report(`${packages} packages compiled`), reportEveryMs);
  try {
    for await (const _ of build.iterable({ from: 'stderr' })) packages += 1;
    await build;
  } finally {
    clearInterval(timer);
  }
}
