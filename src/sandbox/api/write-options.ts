import { type ApiError, invalid } from '../store/api-error.ts';
import type { RegistryWrite } from '../store/registry.ts';
import type { Call } from './call.ts';

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

export interface RequestWriteOptions extends Omit<RegistryWrite, 'subresource'> {
  manager: string;
  dryRun: boolean;
  fieldValidation: FieldValidation;
}

const validations: readonly FieldValidation[] = ['Strict', 'Warn', 'Ignore'];

/** Throws ApiError 422 for an unknown value, as the options object of the request would be refused. */
function refuse(kind: string, field: string, message: string): ApiError {
  const reason = message.startsWith('Unsupported') ? 'FieldValueNotSupported' : 'FieldValueTooLong';
  return invalid({ group: 'meta.k8s.io', kind }, '', [{ reason, field, message }]);
}

/** Whether the write is to be tried without being kept; `values` come from the query or a DeleteOptions body. */
export function dryRunOf(values: readonly string[], kind: string): boolean {
  for (const value of values) {
    if (value !== 'All')
      throw refuse(kind, 'dryRun', `Unsupported value: ${JSON.stringify(values)}: supported values: "All"`);
  }
  return values.length > 0;
}

const optionsKind: Readonly<Record<string, string>> = {
  POST: 'CreateOptions',
  PUT: 'UpdateOptions',
  PATCH: 'PatchOptions',
};

/** The options of a create, update or patch. The manager is the client program's name where the request names none. */
export function writeOptions(call: Call): RequestWriteOptions {
  const kind = optionsKind[call.method] ?? 'DeleteOptions';
  const asked = call.query.get('fieldValidation') || 'Warn';
  const fieldValidation = validations.find((value) => value === asked);
  if (!fieldValidation) {
    const supported = 'supported values: "", "Ignore", "Strict", "Warn"';
    throw refuse(kind, 'fieldValidation', `Unsupported value: "${asked}": ${supported}`);
  }
  const manager = call.query.get('fieldManager') || program(call.headers['user-agent']);
  if (manager.length > 128) throw refuse(kind, 'fieldManager', 'Too long: may not be more than 128 bytes');
  return { manager, dryRun: dryRunOf(call.query.getAll('dryRun'), kind), fieldValidation };
}

function program(userAgent = 'unknown'): string {
  return userAgent.split('/')[0]!;
}

/** Throws ApiError 422 unless a server-side apply names its manager. */
export function requireManager(call: Call): void {
  if (call.query.get('fieldManager')) return;
  const error = {
    reason: 'FieldValueRequired',
    field: 'fieldManager',
    message: 'Required value: is required for apply patch',
  };
  throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [error]);
}

/** Throws ApiError 422 where `force` is used outside server-side apply. */
export function forbidForce(call: Call): void {
  if (!call.query.has('force')) return;
  const error = {
    reason: 'FieldValueForbidden',
    field: 'force',
    message: 'Forbidden: may not be specified for non-apply patch',
  };
  throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [error]);
}
