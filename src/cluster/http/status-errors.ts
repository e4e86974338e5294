import { ShiftError } from '../../errors.ts';
import { oneLine } from '../../core/text.ts';

interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

/** What an API server answers in place of the object that was asked for. */
interface FailureStatus {
  code: number;
  reason: string;
  message: string;
  causes: StatusCause[];
  /** The permission that the request takes, where that is known beforehand: `create on pods/exec`. */
  needs?: string | undefined;
}

/**
 * Reads the body of an answer that is no success. Proxies and load balancers answer with something else than a Status: then the message is the start
 * of their text.
 */
function readStatus(code: number, body: string): FailureStatus {
  const parsed = parseStatus(body);
  const text = oneLine(body.replace(/<[^<>]*>/g, ' ')).slice(0, 200);
  return {
    code,
    reason: parsed?.reason ?? '',
    message: oneLine(parsed?.message ?? '') || text || `status ${code} without a message`,
    causes: Array.isArray(parsed?.details?.causes) ? parsed.details.causes : [],
  };
}

function parseStatus(
  body: string,
): { reason?: string; message?: string; details?: { causes?: StatusCause[] } } | undefined {
  try {
    const parsed = JSON.parse(body);
    return parsed?.kind === 'Status' ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The error for an answer that is no success.
 * @param asked the request in words, to stand after "cannot": `apply TCPRoute demo/tcp-echo`
 * @param needs the permission that it takes, for a server that does not name it: `create on pods/exec`
 */
export function statusError(code: number, body: string, asked: string, needs?: string): ShiftError {
  const status = { ...readStatus(code, body), needs };
  // A webhook that refuses chooses the code itself.
  if (webhookDenial.test(status.message)) return refused(status, asked);
  const make = makers[code] ?? (code >= 400 && code < 500 ? refused : unable);
  return make(status, asked);
}

const webhookDenial = /^admission webhook "[^"]*" denied the request/;

type Maker = (status: FailureStatus, asked: string) => ShiftError;

const makers: Readonly<Record<number, Maker>> = {
  401: ({ message }, asked) =>
    new ShiftError('unauthorized', `cannot ${asked}: the API server does not accept these credentials (${message})`, {
      hint: 'sign in again, or choose another user with --user or --context',
    }),
  403: forbidden,
  404: ({ message }, asked) =>
    new ShiftError('notFound', `cannot ${asked}: ${message}`, { hint: 'check the name and the namespace (-n)' }),
  409: conflict,
  410: unable,
  429: overloaded,
  501: unsupported,
  503: overloaded,
};

/** Refusals of the authorizer say `User "…" cannot <verb> resource "…"`; those of admission do not. */
const denial =
  /User "([^"]*)" cannot (\S+) resource "([^"]*)"(?: in API group "([^"]*)")?(?: in the namespace "([^"]*)")?/;

function forbidden(status: FailureStatus, asked: string): ShiftError {
  const match = denial.exec(status.message);
  if (match) {
    const [, user = '', verb = '', resource = '', group = '', namespace = ''] = match;
    const what = group === '' ? resource : addGroup(resource, group);
    const where = namespace === '' ? 'in the whole cluster' : `in namespace "${namespace}"`;
    const rest = status.message.slice(match.index + match[0].length).replace(/^( at the cluster scope)?:? ?/, '');
    const because = rest === '' ? '' : ` (${rest})`;
    return new ShiftError('forbidden', `cannot ${asked}: user "${user}" may not ${verb} ${what} ${where}${because}`, {
      hint: `ask for a Role that allows ${verb} on ${what}, or act as another user with --context or --as`,
    });
  }
  if (/User "[^"]*" cannot /.test(status.message)) {
    return new ShiftError('forbidden', `cannot ${asked}: ${status.message}`, {
      hint: 'ask for a Role that allows it, or act as another user with --context or --as',
    });
  }
  // What API servers from 1.35 on say to a WebSocket of a user who may not create the pod's subresource.
  if (status.message.endsWith(' is forbidden:')) {
    return new ShiftError('forbidden', `cannot ${asked}: the API server forbids it, and gives no reason`, {
      hint: `ask for a Role that allows ${status.needs ?? 'it'}, or act as another user with --context or --as`,
    });
  }
  if (status.causes.some((cause) => cause.reason === 'NamespaceTerminating')) {
    return new ShiftError('rejected', `cannot ${asked}: ${status.message}`, {
      hint: 'wait until the namespace is gone, then run the command again',
    });
  }
  return refused(status, asked);
}

/** `pods/exec` in group `g` reads `pods.g/exec`, as kubectl writes it. */
function addGroup(resource: string, group: string): string {
  const [plural = '', subresource] = resource.split('/');
  return `${plural}.${group}${subresource === undefined ? '' : `/${subresource}`}`;
}

function conflict(status: FailureStatus, asked: string): ShiftError {
  const owned = status.causes.filter((cause) => cause.reason === 'FieldManagerConflict');
  if (owned.length > 0) {
    const fields = owned.map(
      (cause) => `${cause.field} (${oneLine(cause.message ?? '').replace(/^conflict with/, 'by')})`,
    );
    return new ShiftError('conflict', `cannot ${asked}: other managers own ${fields.join(', ')}`, {
      hint: 'take these fields over with --force-conflicts, or make the change through their owner',
    });
  }
  const message = `cannot ${asked}: ${status.message}`;
  return status.reason === 'AlreadyExists'
    ? new ShiftError('conflict', message, { hint: 'choose another name, or delete what is there' })
    : new ShiftError('stale', message, { hint: 'run the command again' });
}

function refused(status: FailureStatus, asked: string): ShiftError {
  const causes = status.causes
    .filter((cause) => cause.message)
    .map((cause) => oneLine(cause.field ? `${cause.field}: ${cause.message}` : cause.message!));
  const found = status.reason === 'Invalid' && causes.length > 0 ? causes.join('; ') : status.message;
  return new ShiftError('rejected', `cannot ${asked}: the API server rejects it: ${found}`, {
    hint: 'change what the message names, then run the command again',
  });
}

function overloaded(status: FailureStatus, asked: string): ShiftError {
  return new ShiftError('cluster', `cannot ${asked}: the API server has no capacity for it now: ${status.message}`, {
    hint: 'run the command again later',
  });
}

function unsupported(status: FailureStatus, asked: string): ShiftError {
  return new ShiftError('cluster', `cannot ${asked}: this cluster cannot do that: ${status.message}`, {
    hint: 'use what this cluster supports; probes can start elsewhere, such as with --from local',
  });
}

function unable(status: FailureStatus, asked: string): ShiftError {
  const webhook = /failed calling webhook "([^"]*)"/.exec(status.message)?.[1];
  return new ShiftError('cluster', `cannot ${asked}: the API server answered ${status.code}: ${status.message}`, {
    hint:
      webhook === undefined
        ? 'look at the state of the cluster: kubectl get --raw /readyz?verbose'
        : `see to webhook ${webhook}: kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations`,
  });
}
