/** One place where two answers differ. An absent value is undefined. */
export interface Difference {
  /** Path of the value: `body.details.causes[0].message`. */
  path: string;
  real: unknown;
  sandbox: unknown;
}

/** The places where two values differ, as deep down as they can be told apart. The order of fields does not count, that of list items does. */
export function differences(real: unknown, sandbox: unknown, path = ''): Difference[] {
  if (Array.isArray(real) && Array.isArray(sandbox)) return inLists(real, sandbox, path);
  if (isObject(real) && isObject(sandbox)) {
    const names = [...new Set([...Object.keys(real), ...Object.keys(sandbox)])];
    return names.flatMap((name) => differences(real[name], sandbox[name], path ? `${path}.${name}` : name));
  }
  return Object.is(real, sandbox) ? [] : [{ path, real, sandbox }];
}

function inLists(real: readonly unknown[], sandbox: readonly unknown[], path: string): Difference[] {
  const length = Math.max(real.length, sandbox.length);
  return Array.from({ length }, (_, at) => differences(real[at], sandbox[at], `${path}[${at}]`)).flat();
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
