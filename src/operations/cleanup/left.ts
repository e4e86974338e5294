import { refOf, type KubeObject } from '../../core/objects.ts';
import type { Left } from '../../core/route/cleanup-result.ts';

/** So many objects of a kind are named, and the rest counted. */
const named = 5;

/** The objects as what is left, those of one kind after one another. */
export function asLeft(objects: readonly KubeObject[], why: string): Left[] {
  const kinds = new Map<string, KubeObject[]>();
  for (const object of objects) {
    const key = `${object.apiVersion} ${object.kind}`;
    kinds.set(key, [...(kinds.get(key) ?? []), object]);
  }
  return [...kinds.values()].flatMap((ofKind) => {
    const more = ofKind.length - named;
    const shown = ofKind.slice(0, named).map((object): Left => ({ ref: refOf(object), why }));
    if (more > 0) shown[named - 1]!.more = more;
    return shown;
  });
}
