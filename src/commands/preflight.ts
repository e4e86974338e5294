import type { Access } from '../cluster/cluster.ts';
import { groupOf, refOf, type KubeObject } from '../core/objects.ts';
import { ShiftError, type ErrorKind } from '../errors.ts';
import { isOurs } from '../core/ownership.ts';
import type { Session } from './session.ts';

/** One reason why a set-up would not succeed. */
export interface Problem {
  kind: ErrorKind;
  message: string;
  hint?: string | undefined;
}

/** The resource of each kind that tcpshift applies, in the words of access reviews. */
const resources: Readonly<Record<string, string>> = {
  Namespace: 'namespaces',
  ServiceAccount: 'serviceaccounts',
  Service: 'services',
  Deployment: 'deployments',
  Gateway: 'gateways',
  DestinationRule: 'destinationrules',
  VirtualService: 'virtualservices',
  TCPRoute: 'tcproutes',
};

/** Accesses that applying and watching these objects takes. */
function accessesFor(objects: readonly KubeObject[]): Access[] {
  const needed = new Map<string, Access>();
  for (const { apiVersion, kind, metadata } of objects) {
    for (const verb of ['get', 'patch', 'create']) {
      const { namespace } = metadata;
      const access = {
        verb,
        group: groupOf(apiVersion),
        resource: resources[kind]!,
        ...(namespace === undefined ? {} : { namespace }),
      };
      needed.set(JSON.stringify(access), access);
    }
  }
  return [...needed.values()];
}

async function permissionProblems(objects: readonly KubeObject[], { cluster }: Session): Promise<Problem[]> {
  const denied = await cluster.denied(accessesFor(objects));
  if (denied.length === 0) return [];
  const verbs = new Map<string, string[]>();
  for (const { verb, group, resource } of denied) {
    const name = group ? `${resource}.${group}` : resource;
    verbs.set(name, [...(verbs.get(name) ?? []), verb]);
  }
  const list = [...verbs].map(([name, each]) => `${each.join(', ')} ${name}`).join('; ');
  const [{ verb, resource, namespace }] = denied as [Access, ...Access[]];
  const scope = namespace === undefined ? '' : ` -n ${namespace}`;
  return [
    {
      kind: 'forbidden',
      message: `no permission to ${list}`,
      hint: `ask for a Role that allows it; to check: kubectl auth can-i ${verb} ${resource}${scope}`,
    },
  ];
}

/** Objects of the same name that somebody else made. A namespace may be anybody's: it is used as it is. */
async function nameProblems(objects: readonly KubeObject[], { cluster }: Session): Promise<Problem[]> {
  const found = await Promise.all(objects.map((object) => cluster.get(refOf(object))));
  return found.flatMap((object): Problem[] => {
    if (object?.kind === 'Namespace' && object.status?.phase === 'Terminating') {
      const { name } = object.metadata;
      return [
        {
          kind: 'conflict',
          message: `namespace ${name} is being deleted`,
          hint: `run the command again when it is gone: kubectl wait --for=delete namespace/${name}`,
        },
      ];
    }
    if (!object || object.kind === 'Namespace' || isOurs(object)) return [];
    const { kind, metadata } = object;
    const message = `${kind} ${metadata.name} exists in namespace ${metadata.namespace}, and tcpshift did not make it`;
    return [{ kind: 'conflict', message, hint: 'choose another namespace with -n, or remove it' }];
  });
}

/** @throws ShiftError with every reason why applying these objects would not succeed; the first decides the kind and the hint */
export async function preflight(
  objects: readonly KubeObject[],
  gatewayProblems: readonly Problem[],
  session: Session,
): Promise<void> {
  const [permissions, names] = await Promise.all([
    permissionProblems(objects, session),
    nameProblems(objects, session),
  ]);
  const problems = [...permissions, ...names, ...gatewayProblems];
  const [first] = problems;
  if (!first) return;
  throw new ShiftError(first.kind, problems.map(({ message }) => message).join('; '), { hint: first.hint });
}
