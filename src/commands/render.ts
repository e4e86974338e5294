import { exitCodes, type ExitCode } from '../errors.ts';
import type { CommandContext } from './context.ts';
import { toYaml } from '../manifests/templates.ts';
import { offlineManifests, type OfflineOptions } from '../manifests/task-manifests.ts';

export interface RenderCommandOptions extends OfflineOptions {
  output: 'yaml' | 'json';
}

/** The manifests on stdout, for kubectl or a repository; no cluster is asked. */
export async function runRender(options: RenderCommandOptions, { io }: CommandContext): Promise<ExitCode> {
  const objects = await offlineManifests(options);
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  io.stdout.write(options.output === 'json' ? `${JSON.stringify(list, undefined, 2)}\n` : toYaml(objects));
  return exitCodes.ok;
}
