import { defined } from '../../core/defined.ts';
import type { Kind } from '../objects/kinds.ts';

/** One cause in a Status: which field, and what is wrong with it. */
export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

/** The `Status` object with which a Kubernetes API server reports a failure. */
export interface Status {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: { continue?: string };
  status: 'Failure';
  message: string;
  reason?: string;
  details?: StatusDetails;
  code: number;
}

/** A failure that the API server answers with; `status` is the body and carries the HTTP code. */
export class ApiError extends Error {
  readonly status: Status;

  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message);
    this.name = 'ApiError';
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      ...(reason === '' ? {} : { reason }),
      ...defined({ details }),
      code,
    };
  }
}

/** What a Status says about the resource that was asked for: its plural, and its group unless that is the core one. */
type NamedResource = Pick<Kind, 'group' | 'plural'>;

/** `deployments.apps`, or `services` in the core group. */
function resourceName({ group, plural }: NamedResource): string {
  return group === '' ? plural : `${plural}.${group}`;
}

function detailsOf({ group, plural }: NamedResource, name: string): StatusDetails {
  return { name, ...(group === '' ? {} : { group }), kind: plural };
}

export function notFound(resource: NamedResource, name: string): ApiError {
  const message = `${resourceName(resource)} "${name}" not found`;
  return new ApiError(404, 'NotFound', message, detailsOf(resource, name));
}

/** The 404 for a resource that a built-in group does not have. */
export function noSuchResource(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function alreadyExists(resource: NamedResource, name: string): ApiError {
  const message = `${resourceName(resource)} "${name}" already exists`;
  return new ApiError(409, 'AlreadyExists', message, detailsOf(resource, name));
}

export function conflict(resource: NamedResource, name: string, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${resourceName(resource)} "${name}": ${why}`;
  return new ApiError(409, 'Conflict', message, detailsOf(resource, name));
}

export function forbidden(resource: NamedResource, name: string, why: string, causes?: StatusCause[]): ApiError {
  const message = `${resourceName(resource)}${name === '' ? '' : ` "${name}"`} is forbidden: ${why}`;
  return new ApiError(403, 'Forbidden', message, { ...detailsOf(resource, name), ...(causes ? { causes } : {}) });
}

/** A 422 that lists every field; `subject` is the object's kind and group, or an options object's. */
export function invalid(
  subject: { group: string; kind: string },
  name: string,
  errors: readonly { reason: string; field: string; message: string }[],
): ApiError {
  const qualified = subject.group === '' ? subject.kind : `${subject.kind}.${subject.group}`;
  const lines = errors.map(({ field, message }) => `${field}: ${message}`);
  const listed = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  return new ApiError(422, 'Invalid', `${qualified} "${name}" is invalid: ${listed}`, {
    ...(name === '' ? {} : { name }),
    ...(subject.group === '' ? {} : { group: subject.group }),
    ...(subject.kind === '' ? {} : { kind: subject.kind }),
    causes: errors.map(({ reason, field, message }) => ({ reason, message, field })),
  });
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

/** The history that the request needs is no longer kept: list again. */
export function expired(message: string): ApiError {
  return new ApiError(410, 'Expired', message);
}

export function methodNotAllowed(): ApiError {
  return new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

export function unsupportedMediaType(accepted: readonly string[]): ApiError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return new ApiError(415, 'UnsupportedMediaType', message);
}
