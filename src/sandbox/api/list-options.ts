import { type FieldError, forbidden, notSupported } from '../objects/validation/field-error.ts';
import { badRequest, invalid } from '../store/api-error.ts';

const matches = ['Exact', 'NotOlderThan'];
const field = 'resourceVersionMatch';

function listErrors(query: URLSearchParams): FieldError[] {
  const match = query.get(field) ?? '';
  const version = query.get('resourceVersion') ?? '';
  const errors: FieldError[] = [];
  if (match !== '' && version === '')
    errors.push(forbidden(field, `${field} is forbidden unless resourceVersion is provided`));
  if (match !== '' && query.get('continue'))
    errors.push(forbidden(field, `${field} is forbidden when continue is provided`));
  if (match !== '' && !matches.includes(match)) errors.push(notSupported(field, match, [...matches, '']));
  if (match === 'Exact' && version === '0') {
    errors.push(forbidden(field, `${field} "exact" is forbidden for resourceVersion "0"`));
  }
  if (query.has('sendInitialEvents')) {
    errors.push(forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  }
  return errors;
}

function watchErrors(query: URLSearchParams): FieldError[] {
  const match = query.get(field) ?? '';
  const initial = query.has('sendInitialEvents');
  const errors: FieldError[] = [];
  if (initial && match !== 'NotOlderThan') {
    errors.push(forbidden(field, `sendInitialEvents requires setting ${field} to NotOlderThan`));
  }
  if (match !== '' && !initial) {
    errors.push(forbidden(field, `${field} is forbidden for watch unless sendInitialEvents is provided`));
  }
  if (match !== '' && match !== 'NotOlderThan') errors.push(notSupported(field, match, ['NotOlderThan']));
  return errors;
}

/** Throws ApiError 422 for options that contradict each other. Source: the meta API's internalversion/validation package. */
export function requireListOptions(query: URLSearchParams, isWatch: boolean): void {
  const errors = isWatch ? watchErrors(query) : listErrors(query);
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors);
}

/** How many objects a page holds at most; 0 for all of them. ApiError 400 where it is no number. */
export function limitOf(query: URLSearchParams): number {
  const text = query.get('limit') || '0';
  if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Math.max(0, Number(text));
}

/** The asked revision; 0 where none is asked for, undefined where it is no number. */
export function revisionOf(query: URLSearchParams): number | undefined {
  const text = query.get('resourceVersion') || '0';
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** What is wrong with a resourceVersion that is no number. */
export function revisionProblem(query: URLSearchParams): string {
  const text = JSON.stringify(query.get('resourceVersion'));
  return `resourceVersion: Invalid value: ${text}: strconv.ParseUint: parsing ${text}: invalid syntax`;
}
