import type { Access } from '../cluster/cluster.ts';
import { defined } from '../core/defined.ts';
import { groupOf, refOf, type KubeObject, type Reader } from '../core/objects.ts';
import { isOurs } from '../core/ownership.ts';
import { ShiftError } from '../errors.ts';
import { ifPermitted } from '../routing/permitted.ts';
import type { RoutingApi } from '../routing/routing-api.ts';
import type { Session } from './session.ts';

/** What the checks take of a session. */
type Checking = Pick<Session, 'cluster'>;

const applyVerbs = ['get', 'patch', 'create'];

/** These accesses to each of the objects. A request about a namespace counts as one in that namespace. */
async function accessesFor(
  objects: readonly KubeObject[],
  verbs: readonly string[],
  { cluster }: Checking,
): Promise<Access[]> {
  const accesses = objects.map(async ({ apiVersion, kind, metadata }) => {
    // What is not served is told when it is applied.
    const resource = (await cluster.pluralOf({ apiVersion, kind })) ?? `${kind.toLowerCase()}s`;
    const namespace = kind === 'Namespace' ? metadata.name : metadata.namespace;
    return verbs.map((verb): Access => ({ verb, group: groupOf(apiVersion), resource, ...defined({ namespace }) }));
  });
  const needed = (await Promise.all(accesses)).flat();
  return [...new Map(needed.map((access) => [JSON.stringify(access), access])).values()];
}

function fullName({ group, resource }: Access): string {
  return group === '' ? resource : `${resource}.${group}`;
}

function grouped(pairs: readonly (readonly [key: string, value: string])[]): [key: string, values: string[]][] {
  const groups = new Map<string, string[]>();
  for (const [key, value] of pairs) groups.set(key, [...(groups.get(key) ?? []), value]);
  return [...groups];
}

/** `get, patch tcproutes.gateway.networking.k8s.io, services; create namespaces`: resources by the verbs that they lack. */
function listed(denied: readonly Access[]): string {
  const verbsOf = grouped(denied.map((access) => [fullName(access), access.verb]));
  const namesOf = grouped(verbsOf.map(([name, verbs]) => [verbs.join(', '), name]));
  return namesOf.map(([verbs, names]) => `${verbs} ${names.join(', ')}`).join('; ');
}

async function permissionProblem(
  objects: readonly KubeObject[],
  verbs: readonly string[],
  session: Checking,
): Promise<ShiftError | undefined> {
  const denied = await session.cluster.denied(await accessesFor(objects, verbs, session));
  const [first] = denied;
  if (!first) return undefined;
  const scope = first.namespace === undefined ? '' : ` -n ${first.namespace}`;
  return new ShiftError('forbidden', `no permission to ${listed(denied)}`, {
    hint: `ask for a Role that allows it; to check: kubectl auth can-i ${first.verb} ${fullName(first)}${scope}`,
  });
}

/** @throws ShiftError forbidden: the user may not delete some of these objects; so none of them goes alone */
export async function needDeletion(objects: readonly KubeObject[], session: Checking): Promise<void> {
  const problem = await permissionProblem(objects, ['delete'], session);
  if (problem) throw problem;
}

/** An object that is to be applied, and what is there under its name. */
export interface Intended {
  wanted: KubeObject;
  found: KubeObject | undefined;
}

/** Reads what is there under the names of these objects; nothing where the user may not read it, which is a problem of its own. */
export function lookUp(objects: readonly KubeObject[], reader: Pick<Reader, 'get'>): Promise<Intended[]> {
  return Promise.all(objects.map(async (wanted) => ({ wanted, found: await ifPermitted(reader.get(refOf(wanted))) })));
}

/** Whether it is a namespace that somebody else made: it is used as it is. */
export function isBorrowed({ found }: Intended): boolean {
  return found?.kind === 'Namespace' && !isOurs(found);
}

/** What keeps an object of the same name from being ours. A namespace may be anybody's. */
export function nameProblem(object: KubeObject): ShiftError | undefined {
  const { kind, metadata, status } = object;
  const { name } = metadata;
  if (kind === 'Namespace' && status?.phase === 'Terminating') {
    return new ShiftError('conflict', `namespace ${name} is being deleted`, {
      hint: `run the command again when it is gone: kubectl wait --for=delete namespace/${name}`,
    });
  }
  if (kind === 'Namespace' || isOurs(object)) return undefined;
  return new ShiftError('conflict', `${kind} ${name} exists${placeOf(object)}, and tcpshift did not make it`, {
    hint: 'choose another namespace with -n, or remove it',
  });
}

/** ` in namespace demo`; nothing for what lives in none. */
export function placeOf({ metadata: { namespace } }: KubeObject): string {
  return namespace === undefined ? '' : ` in namespace ${namespace}`;
}

/** Why a Gateway would not carry traffic, found before it is written; empty where it will do, or where the user may not look. */
export async function gatewayProblems(
  api: Pick<RoutingApi, 'checkGateway'>,
  gateway: KubeObject,
  reader: Reader,
): Promise<ShiftError[]> {
  try {
    await api.checkGateway(gateway, reader);
    return [];
  } catch (error) {
    if (!(error instanceof ShiftError)) throw error;
    if (error.kind === 'forbidden') return [];
    if (error.kind === 'cluster' || error.kind === 'unreachable') return [error];
    throw error;
  }
}

/** @throws ShiftError with every reason why applying these objects would not succeed; the first decides the kind and the hint */
export async function preflight(
  intended: readonly Intended[],
  ofGateways: readonly ShiftError[],
  session: Checking,
): Promise<void> {
  const written = intended.filter((each) => !isBorrowed(each)).map(({ wanted }) => wanted);
  const names = intended.map(({ found }) => found && nameProblem(found));
  const found = [await permissionProblem(written, applyVerbs, session), ...names];
  const problems = [...found.filter((problem) => problem !== undefined), ...ofGateways];
  const [first] = problems;
  if (!first) return;
  throw new ShiftError(first.kind, problems.map(({ message }) => message).join('; '), { hint: first.hint });
}
