import { isBuiltin, type Kind } from '../objects/kinds.ts';
import { placeOf } from '../store/catalog.ts';

/** One line of discovery: a resource or a subresource, and what can be done with it. */
export interface ApiResource {
  name: string;
  singularName: string;
  namespaced: boolean;
  group?: string;
  version?: string;
  kind: string;
  verbs: readonly string[];
  shortNames?: readonly string[];
  categories?: readonly string[];
}

const everyVerb = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
// The same ones, in the order that the real server gives them in for custom kinds.
const customVerbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const statusVerbs = ['get', 'patch', 'update'];

/** Kinds that are questions to the server: they can be posted, and are never stored. */
export function isReview({ group }: Pick<Kind, 'group'>): boolean {
  return group === 'authorization.k8s.io' || group === 'authentication.k8s.io';
}

export function verbsOf(kind: Kind): readonly string[] {
  if (isReview(kind)) return ['create'];
  if (!isBuiltin(kind)) return customVerbs;
  return placeOf(kind) === '/namespaces' ? everyVerb.filter((verb) => verb !== 'deletecollection') : everyVerb;
}

type SubresourceLine = Pick<ApiResource, 'kind' | 'verbs' | 'group' | 'version'>;

const scale: SubresourceLine = { group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: statusVerbs };

/** The subresources of pods that are streams and not objects. */
const podStreams: Readonly<Record<string, SubresourceLine>> = {
  attach: { kind: 'PodAttachOptions', verbs: ['create', 'get'] },
  exec: { kind: 'PodExecOptions', verbs: ['create', 'get'] },
  log: { kind: 'Pod', verbs: ['get'] },
  portforward: { kind: 'PodPortForwardOptions', verbs: ['create', 'get'] },
};

function subresources(kind: Kind): Record<string, SubresourceLine> {
  return {
    ...(placeOf(kind) === '/pods' ? podStreams : {}),
    ...(kind.subresources.includes('scale') ? { scale } : {}),
    ...(kind.subresources.includes('status') ? { status: { kind: kind.kind, verbs: statusVerbs } } : {}),
  };
}

/** The discovery lines of a kind, its subresources after it. */
export function apiResources(kind: Kind): ApiResource[] {
  const { plural, singular, namespaced, shortNames, categories } = kind;
  const self: ApiResource = {
    name: plural,
    singularName: singular,
    namespaced,
    kind: kind.kind,
    verbs: verbsOf(kind),
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
  };
  const lines = Object.entries(subresources(kind)).map(([name, line]) => ({
    name: `${plural}/${name}`,
    singularName: '',
    namespaced,
    ...line,
  }));
  return [self, ...lines];
}
