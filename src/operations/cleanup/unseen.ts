import type { Unseen } from '../../cluster/cluster.ts';
import { groupOf, type KindRef, type KubeObject } from '../../core/objects.ts';

/** So many things are named of a list, and the rest counted. */
const longest = 5;

/** What could not be seen, and why: `no permission to list secrets, leases.coordination.k8s.io`. */
export function unseenText(unseen: readonly Unseen[]): string {
  const denied = unseen.filter(({ plural, error }) => plural !== undefined && error.kind === 'forbidden');
  const failed = unseen.filter((one) => !denied.includes(one)).map(({ error }) => error.message);
  const names = denied.map(({ apiVersion, plural }) => [plural, groupOf(apiVersion)].filter(Boolean).join('.'));
  const denial = names.length > 0 ? [`no permission to list ${few(names, ', ')}`] : [];
  return [...denial, ...(failed.length > 0 ? [few(failed, '; ')] : [])].join('; ');
}

function few(texts: readonly string[], separator: string): string {
  const more = texts.length - longest;
  const shown = texts.toSorted().slice(0, longest).join(separator);
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** Whether some owner of the object is of a kind that could not be seen. */
export function hasUnseenOwner({ metadata }: KubeObject, unseen: readonly Unseen[]): boolean {
  const owners = metadata.ownerReferences ?? [];
  return owners.some((owner) => unseen.some((one) => isOf(owner, one)));
}

function isOf({ apiVersion, kind }: KindRef, one: Unseen): boolean {
  return groupOf(apiVersion) === groupOf(one.apiVersion) && (one.kind ?? kind) === kind;
}
