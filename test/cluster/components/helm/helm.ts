import { execa } from 'execa';
import { goPrograms } from '../../build/go.ts';
import type { Machine } from '../../stack/machine.ts';

export const helmPrograms = goPrograms({ component: 'helm', programs: { helm: 'helm.sh/helm/v3/cmd/helm' } });

export interface Chart {
  path: string;
  namespace: string;
  /** The only templates of the chart to render. */
  templates: readonly string[];
  /** Values in place of the chart's own, by their path. */
  values?: Readonly<Record<string, string>>;
}

/** Renders templates of a chart, as YAML. */
export async function renderChart(
  machine: Machine,
  { path, namespace, templates, values = {} }: Chart,
): Promise<string> {
  const options = [
    ...templates.flatMap((file) => ['--show-only', file]),
    ...Object.entries(values).flatMap(([name, value]) => ['--set-string', `${name}=${value}`]),
  ];
  const { stdout } = await execa(
    await machine.file(helmPrograms, 'helm'),
    ['template', 'release', path, '--namespace', namespace, ...options],
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
