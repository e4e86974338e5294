// @ts-check
import { fileURLToPath } from 'node:url';

const asked = Symbol('asked');

/**
 * Takes only the kubeconfig and its authentication out of client-node: its modules do nothing but export, which its package.json does not say,
 * so its thousands of models can go; and its node-fetch, whose dependencies load the deprecated punycode, gives way to node's own fetch.
 * @type {import('esbuild').Plugin}
 */
export const clientNode = {
  name: 'client-node',
  setup(build) {
    build.onResolve({ filter: /^node-fetch$/ }, () => ({
      path: fileURLToPath(new URL('native-fetch.mjs', import.meta.url)),
    }));
    build.onResolve({ filter: /^\.|^@kubernetes\/client-node/ }, async (request) => {
      if (request.pluginData === asked) return undefined;
      const { path: module, ...rest } = request;
      const found = await build.resolve(module, { ...rest, pluginData: asked });
      return found.path.includes('@kubernetes/client-node') ? { ...found, sideEffects: false } : found;
    });
  },
};
