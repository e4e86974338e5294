import { createTwoFilesPatch } from 'diff';
import { stringify } from 'yaml';
import type { KubeObject } from '../core/objects.ts';

/** A unified diff of the live object and the one that would be; empty where they are the same. */
export function objectDiff(name: string, live: KubeObject | undefined, merged: KubeObject): string {
  const [before, after] = [live ? yamlOf(live) : '', yamlOf(merged)];
  if (before === after) return '';
  const patch = createTwoFilesPatch(`live/${name}`, `merged/${name}`, before, after, undefined, undefined, {
    context: 3,
  });
  return patch.replace(/^=+\n/, '');
}

/** Without what the server counts and stamps on every write. */
function yamlOf({ metadata, ...object }: KubeObject): string {
  const { managedFields: _owners, resourceVersion: _version, generation: _generation, ...rest } = metadata;
  const { apiVersion, kind, ...body } = object;
  return stringify({ apiVersion, kind, metadata: rest, ...body }, { sortMapEntries: false });
}
