import { execa } from 'execa';
import { goPrograms } from '../../build/go.ts';
import type { Machine } from '../../stack/machine.ts';

export const helmPrograms = goPrograms({ component: 'helm', programs: { helm: 'helm.sh/helm/v3/cmd/helm' } });

export interface Chart {
  path: string;
  namespace: string;
  /** The only templates of the chart to render. */
  templates: readonly string[];
}

/** Renders templates of a chart, as YAML. */
export async function renderChart(machine: Machine, { path, namespace, templates }: Chart): Promise<string> {
  const { stdout } = await execa(
    await machine.file(helmPrograms, 'helm'),
    ['template', 'release', path, '--namespace', namespace, ...templates.flatMap((file) => ['--show-only', file])],
    {
      env: {
        HELM_CACHE_HOME: `${machine.dir}/helm`,
        HELM_CONFIG_HOME: `${machine.dir}/helm`,
        HELM_DATA_HOME: `${machine.dir}/helm`,
      },
    },
  );
  return stdout;
}
