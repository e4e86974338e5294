import { execa } from 'execa';
import { componentDir } from '../../build/product.ts';
import { wheel } from '../../build/python.ts';
import type { Machine } from '../../stack/machine.ts';
import type { PodProgram } from '../../stack/pod-program.ts';

export const traefikWheel = wheel('traefik');

const pingPort = 8082;

export function traefik(machine: Machine, kubeconfig: string): PodProgram {
  return {
    image: /\/traefik\b/,
    command: async ({ container }) => ({
      words: [await machine.file(traefikWheel, 'bin/traefik'), ...container.args],
      env: { KUBECONFIG: kubeconfig },
    }),
    ready: async ({ address }) => (await fetch(`http://${address}:${pingPort}/ping`)).ok,
  };
}

/** Installs Traefik as a controller of the Gateway API, by a Deployment of its own. */
export async function startTraefik(): Promise<void> {
  await execa('kubectl', ['apply', '-f', `${componentDir('traefik')}/traefik.yaml`]);
  await execa('kubectl', ['rollout', 'status', 'deployment', '-n', 'traefik', '--timeout=30s']);
}
