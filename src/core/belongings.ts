import { groupOf, type KindRef, type KubeObject } from './objects.ts';
import { isOurs } from './ownership.ts';

/** What the objects in a namespace are to whoever wants to remove what is ours. */
export interface Belongings {
  /** Ours, to be deleted one by one: what goes with others of them is left out. */
  roots: KubeObject[];
  /** Neither ours, nor to go with what is ours, nor there in every namespace. */
  strangers: KubeObject[];
  /** Marks of all that goes, by which what it has brought along is known when it is gone itself. */
  going: ReadonlySet<string>;
}

/**
 * Sorts what is in a namespace. An object goes with its owners, and only when all of them go; one that is being deleted is nobody's any more.
 * @param gone marks of what went before
 */
export function sortOut(objects: readonly KubeObject[], gone: ReadonlySet<string> = new Set()): Belongings {
  const known = new Set([...gone, ...objects.flatMap(marksOf)]);
  const owners = new Map(objects.map((object) => [object, ownersOf(object, known)]));
  const free = objects.filter((object) => owners.get(object)!.length === 0);
  const natives = free.filter((object) => isNative(object, known));
  const roots = free.filter((object) => isOurs(object) && !natives.includes(object));
  const going = withOwned([...gone, ...[...roots, ...natives].flatMap(marksOf)], owners);
  const strangers = objects.filter(
    ({ metadata: { uid, deletionTimestamp } }) => !going.has(uid!) && deletionTimestamp === undefined,
  );
  return { roots, strangers, going };
}

/** Those of somebody's objects that no other of them has brought along; all of them where they own each other. */
export function leaders(objects: readonly KubeObject[]): KubeObject[] {
  const known = new Set(objects.flatMap(marksOf));
  const leading = objects.filter((object) => !ownersOf(object, known).some((owner) => known.has(owner)));
  return leading.length > 0 ? leading : [...objects];
}

/** The marks, and those of all objects whose owners have such marks, and so on. */
function withOwned(marks: readonly string[], owners: ReadonlyMap<KubeObject, readonly string[]>): Set<string> {
  const going = new Set(marks);
  const owned = [...owners].filter(([, own]) => own.length > 0);
  for (let before = -1; before !== going.size;) {
    before = going.size;
    const next = owned.filter(([, own]) => own.every((owner) => going.has(owner)));
    for (const mark of next.flatMap(([object]) => marksOf(object))) going.add(mark);
  }
  return going;
}

/** An object's uid, and its name for those that know their owner by that alone: another object may get it later. */
function marksOf({ apiVersion, kind, metadata: { name, uid } }: KubeObject): string[] {
  return [uid!, nameMark({ apiVersion, kind }, name)];
}

function nameMark({ apiVersion, kind }: KindRef, name: string): string {
  return `${groupOf(apiVersion)}/${kind}/${name}`;
}

/** Marks of the objects with which this one goes. What controllers make without an owner goes with what they made it for, where that is known. */
function ownersOf(object: KubeObject, known: ReadonlySet<string>): string[] {
  const { ownerReferences = [] } = object.metadata;
  if (ownerReferences.length > 0) return ownerReferences.map(({ uid }) => uid);
  const reason = reasonOf(object);
  return reason !== undefined && known.has(reason) ? [reason] : [];
}

/** Of a Service's Endpoints the Service; of a token that the cluster made for a ServiceAccount, the account. */
function reasonOf({ apiVersion, kind, metadata: { name, annotations = {} } }: KubeObject): string | undefined {
  if (apiVersion !== 'v1') return undefined;
  if (kind === 'Endpoints') return nameMark({ apiVersion, kind: 'Service' }, name);
  const account = annotations['kubernetes.io/service-account.name'];
  if (kind !== 'Secret' || account === undefined) return undefined;
  // A token that somebody has asked for has a name of his choice.
  const isGenerated = name.startsWith(account) && /^-(token|dockercfg)-[a-z0-9]{5}$/.test(name.slice(account.length));
  return isGenerated ? nameMark({ apiVersion, kind: 'ServiceAccount' }, account) : undefined;
}

/** What clusters put into every namespace by themselves: Kubernetes, Istio, OpenShift. */
const native = new Set([
  '/ServiceAccount/default',
  '/ConfigMap/kube-root-ca.crt',
  '/ConfigMap/istio-ca-root-cert',
  '/ConfigMap/istio-ca-crl',
  '/ConfigMap/openshift-service-ca.crt',
]);

/** The same, by names that elsewhere somebody may have chosen. */
const nativeToOpenShift = new Set([
  '/ServiceAccount/builder',
  '/ServiceAccount/deployer',
  'rbac.authorization.k8s.io/RoleBinding/system:deployers',
  'rbac.authorization.k8s.io/RoleBinding/system:image-builders',
  'rbac.authorization.k8s.io/RoleBinding/system:image-pullers',
]);

function isNative({ apiVersion, kind, metadata: { name } }: KubeObject, known: ReadonlySet<string>): boolean {
  const mark = nameMark({ apiVersion, kind }, name);
  return native.has(mark) || (nativeToOpenShift.has(mark) && known.has('/ConfigMap/openshift-service-ca.crt'));
}
