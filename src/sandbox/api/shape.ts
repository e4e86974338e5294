import type { Call } from './call.ts';
import { formOf } from './accept.ts';
import type { IncludeObject, ReplyShape } from './table.ts';

const includes: readonly IncludeObject[] = ['None', 'Metadata', 'Object'];

/** The form in which this request wants objects. Throws ApiError 406. */
export function shapeOf(call: Call, now: number): ReplyShape {
  const asked = call.query.get('includeObject');
  const include = includes.find((value) => value === asked) ?? 'Metadata';
  return { form: formOf(call.headers.accept), include, now };
}
