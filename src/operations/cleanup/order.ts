import { groupOf, type KubeObject } from '../../core/objects.ts';
import { allApis } from '../../routing/apis.ts';

/** A kind, or a whole group. */
interface Rank {
  group: string;
  kind?: string;
}

const routingKinds = allApis.flatMap(({ group, kinds }) => Object.keys(kinds).map((kind) => ({ group, kind })));

/** Stands for all kinds that are not named: autoscalers, policies, what operators define. */
const others = 'others';

/** The order of removal: rules before what they refer to, and before what runs; what that stands on last. */
const ranks: readonly (Rank | typeof others)[] = [
  ...routingKinds.toReversed(),
  others,
  { group: 'batch' },
  { group: 'apps' },
  { group: '', kind: 'Pod' },
  { group: '', kind: 'Service' },
  { group: '', kind: 'PersistentVolumeClaim' },
  { group: '', kind: 'ConfigMap' },
  { group: '', kind: 'Secret' },
  { group: '', kind: 'ServiceAccount' },
  { group: 'coordination.k8s.io', kind: 'Lease' },
];

/** The objects in the order in which they are removed: those of one list together. */
export function removalOrder(objects: readonly KubeObject[]): KubeObject[][] {
  const byRank = ranks.map((): KubeObject[] => []);
  for (const object of objects) byRank[rankOf(object)]!.push(object);
  return byRank.filter((rank) => rank.length > 0);
}

function rankOf({ apiVersion, kind }: KubeObject): number {
  const named = ranks.findIndex(
    (rank) => rank !== others && rank.group === groupOf(apiVersion) && (rank.kind ?? kind) === kind,
  );
  return named < 0 ? ranks.indexOf(others) : named;
}

/** The kinds that the built-in templates make. */
const setupKinds: readonly Rank[] = [
  ...routingKinds,
  { group: 'apps', kind: 'Deployment' },
  { group: '', kind: 'Service' },
  { group: '', kind: 'ServiceAccount' },
];

/** Whether setup makes some of this kind; of a group whose kinds are unknown, whether it makes any in it. */
export function isOfSetup({ apiVersion, kind }: { apiVersion: string; kind?: string }): boolean {
  return setupKinds.some((one) => one.group === groupOf(apiVersion) && (kind ?? one.kind) === one.kind);
}
