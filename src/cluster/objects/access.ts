import type { Access } from '../cluster.ts';
import { fetchJson } from '../http/rest.ts';
import type { Client } from './client.ts';

/** Those of the accesses that the user lacks, in their order. Asks for all of them at once. */
export async function deniedAccesses(accesses: readonly Access[], client: Client): Promise<Access[]> {
  const allowed = await Promise.all(accesses.map((access) => isAllowed(access, client)));
  return accesses.filter((_, index) => !allowed[index]);
}

async function isAllowed(access: Access, { wire, signal }: Client): Promise<boolean> {
  const request = {
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: access },
    },
    asked: 'ask for the permissions of this user',
  } as const;
  const answer = (await fetchJson(request, wire, signal)) as { status?: { allowed?: boolean } };
  return answer.status?.allowed === true;
}
