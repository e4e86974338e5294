import type { KubeObject } from '../../core/objects.ts';
import type { Kind } from '../objects/kinds.ts';
import { trackUpdate } from '../objects/managed-fields.ts';
import { invalid as invalidValue } from '../objects/validation/field-error.ts';
import { invalid } from '../store/api-error.ts';
import { decoded } from '../store/prepare.ts';
import { decodeObject, mediaType, readBody } from './body.ts';
import type { Call, Reply } from './call.ts';
import { writeOptions } from './write-options.ts';

/** The only user there is. */
export const user = { username: 'tcpshift-sandbox', groups: ['system:masters', 'system:authenticated'] };

function reviewKind(group: string, kind: string, plural: string): Kind {
  return {
    group,
    version: 'v1',
    kind,
    plural,
    singular: kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: false,
    subresources: [],
    schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    columns: [],
    served: true,
    storage: true,
  };
}

/** The reviews beside SelfSubjectAccessReview, which has a schema of its own. */
export const reviewKinds = [
  reviewKind('authorization.k8s.io', 'SelfSubjectRulesReview', 'selfsubjectrulesreviews'),
  reviewKind('authentication.k8s.io', 'SelfSubjectReview', 'selfsubjectreviews'),
];

const everything = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }];
const everyPath = [{ verbs: ['*'], nonResourceURLs: ['*'] }];

/** What each review answers where everything is allowed. */
const statuses: Readonly<Record<string, (allowed: boolean) => object>> = {
  SelfSubjectAccessReview: (allowed) => ({ allowed, ...(allowed ? {} : { reason: 'denied by the sandbox' }) }),
  SelfSubjectRulesReview: () => ({ resourceRules: everything, nonResourceRules: everyPath, incomplete: false }),
  SelfSubjectReview: () => ({ userInfo: user }),
};

/** Answers a review that was posted; `allowed` is false only where a test wants it so. */
export async function review(call: Call, kind: Kind, allowed: boolean): Promise<Reply> {
  const sent = await decodeObject(await readBody(call.request), mediaType(call.request), kind);
  const after = decoded({ ...sent, metadata: { ...sent['metadata'] } } as KubeObject, kind);
  if (kind.kind === 'SelfSubjectAccessReview') requireOneSubject(after);
  const tracked = trackUpdate({ after, kind, manager: writeOptions(call).manager, now: Date.now() });
  const status = statuses[kind.kind]?.(allowed) ?? {};
  return { code: 201, body: { ...tracked, status } };
}

/** Throws ApiError 422 unless the review is about either a resource or a path. */
function requireOneSubject({ spec = {} }: KubeObject): void {
  const { resourceAttributes, nonResourceAttributes } = spec;
  if ((resourceAttributes === undefined) !== (nonResourceAttributes === undefined)) return;
  const error = resourceAttributes
    ? invalidValue(
        'spec.nonResourceAttributes',
        nonResourceAttributes,
        'cannot be specified in combination with resourceAttributes',
      )
    : invalidValue(
        'spec.resourceAttributes',
        null,
        'exactly one of nonResourceAttributes or resourceAttributes must be specified',
      );
  throw invalid({ group: 'authorization.k8s.io', kind: '' }, '', [error]);
}
