import type { KubeObject } from '../../core/objects.ts';
import type { Kind } from '../objects/kinds.ts';
import { trackUpdate } from '../objects/managed-fields.ts';
import { invalid as invalidValue } from '../objects/validation/field-error.ts';
import { invalid } from '../store/api-error.ts';
import { decoded, timestamp } from '../store/prepare.ts';
import { decodeObject, mediaType, readBody } from './body.ts';
import type { Call, Reply, Identity } from './call.ts';
import { isAdministrator } from './identity.ts';
import { writeOptions } from './write-options.ts';

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

const everything = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };
const everyPath = { verbs: ['*'], nonResourceURLs: ['*'] };

const health = ['/healthz', '/livez', '/readyz', '/version', '/version/'];
const discovery = [
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/healthz',
  '/livez',
  '/openapi',
  '/openapi/*',
  ...health.slice(2),
];

/** What the administrators' group may do, and after it what the server's default roles let everybody who is known do. */
const rules = {
  resourceRules: [
    everything,
    {
      verbs: ['create'],
      apiGroups: ['authorization.k8s.io'],
      resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
    },
    { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
  ],
  nonResourceRules: [
    everyPath,
    { verbs: ['get'], nonResourceURLs: discovery },
    { verbs: ['get'], nonResourceURLs: health },
  ],
  incomplete: false,
};

const commonRules = {
  ...rules,
  resourceRules: rules.resourceRules.slice(1),
  nonResourceRules: rules.nonResourceRules.slice(1),
};

interface AccessQuestion {
  identity: Identity;
  allowed: boolean;
  /** Milliseconds since 1970. */
  now: number;
}

/** What each review is answered with, beside what was sent. */
const answers: Readonly<Record<string, (asked: AccessQuestion) => object>> = {
  SelfSubjectAccessReview: ({ allowed }) => ({ status: { allowed } }),
  SelfSubjectRulesReview: ({ identity }) => ({ spec: {}, status: isAdministrator(identity) ? rules : commonRules }),
  SelfSubjectReview: ({ now, identity }) => ({
    metadata: { creationTimestamp: timestamp(now) },
    status: { userInfo: identity },
  }),
};

/** Answers a review that was posted. */
export async function review(call: Call, kind: Kind, asked: AccessQuestion): Promise<Reply> {
  const sent = await decodeObject(await readBody(call.request), mediaType(call.request), kind);
  const after = decoded({ ...sent, metadata: { ...sent['metadata'] } } as KubeObject, kind);
  if (kind.kind === 'SelfSubjectAccessReview') requireOneSubject(after);
  const tracked = trackUpdate({ after, kind, manager: writeOptions(call).manager, now: asked.now });
  return { code: 201, body: { ...tracked, ...answers[kind.kind]?.(asked) } };
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
