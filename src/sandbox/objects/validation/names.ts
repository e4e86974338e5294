import { invalid, type FieldError } from './field-error.ts';

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const labelKey = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';

const matches = (pattern: string, text: string) => new RegExp(`^(${pattern})$`).test(text);

function mismatch(rule: string, pattern: string, examples: readonly string[]): string {
  const listed = examples.map((example) => `'${example}', `).join(' or ');
  return `${rule} (e.g. ${listed}regex used for validation is '${pattern}')`;
}

// Labels are counted in bytes, names in characters, which makes no difference to either.
const noMoreThan = (length: number, unit: 'bytes' | 'characters' = 'characters') =>
  `must be no more than ${length} ${unit}`;

/** What is wrong with a DNS label, as Namespaces, Services, containers and ports are named. */
export function labelProblems(name: string): string[] {
  const problems = name.length > 63 ? [noMoreThan(63)] : [];
  if (matches(label, name)) return problems;
  if (matches(subdomain, name)) return [...problems, 'must not contain dots'];
  const rule =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
  return [...problems, mismatch(rule, label, ['my-name', '123-abc'])];
}

/** What is wrong with a DNS subdomain, as most objects are named. */
export function subdomainProblems(name: string): string[] {
  const problems = name.length > 253 ? [noMoreThan(253)] : [];
  if (matches(subdomain, name)) return problems;
  const rule =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
  return [...problems, mismatch(rule, subdomain, ['example.com'])];
}

/** What is wrong with the name of a container's port. */
export function portNameProblems(name: string): string[] {
  return [
    ...(name.length > 15 ? [noMoreThan(15)] : []),
    ...(/^[-a-z0-9]+$/.test(name) ? [] : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
    ...(/[a-z]/.test(name) ? [] : ['must contain at least one letter (a-z)']),
    ...(name.includes('--') ? ['must not contain consecutive hyphens'] : []),
    ...(/^-|-$/.test(name) ? ['must not begin or end with a hyphen'] : []),
  ];
}

export const portProblems = (port: number): string[] =>
  port >= 1 && port <= 65_535 ? [] : ['must be between 1 and 65535, inclusive'];

/** What is wrong with a qualified name, as labels, annotations and finalizers have them. */
export function labelKeyProblems(key: string): string[] {
  const parts = key.split('/');
  const rule =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  const wrong = mismatch(rule, labelKey, ['MyName', 'my.name', '123-abc']);
  if (parts.length > 2) {
    return [`a valid label key ${wrong} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const [name, prefix] = parts.toReversed() as [string, string | undefined];
  return [
    ...(prefix === '' ? ['prefix part must be non-empty'] : []),
    ...(prefix ? subdomainProblems(prefix).map((problem) => `prefix part ${problem}`) : []),
    ...(name === '' ? ['name part must be non-empty'] : []),
    ...(name.length > 63 ? [`name part ${noMoreThan(63, 'bytes')}`] : []),
    ...(matches(labelKey, name) ? [] : [`name part ${wrong}`]),
  ];
}

/** What is wrong with a key of a ConfigMap or Secret, which may become a file's name. */
export function dataKeyProblems(key: string): string[] {
  const rule = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
  const pattern = '[-._a-zA-Z0-9]+';
  return [
    ...(key.length > 253 ? [noMoreThan(253)] : []),
    ...(matches(pattern, key) ? [] : [mismatch(rule, pattern, ['key.name', 'KEY_NAME', 'key-name'])]),
    ...(key === '.' || key === '..' ? [`must not be '${key}'`] : []),
    ...(key.length > 2 && key.startsWith('..') ? ["must not start with '..'"] : []),
  ];
}

/** What is wrong with the value of a label. */
export function labelValueProblems(value: string): string[] {
  const rule =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  return [
    ...(value.length > 63 ? [noMoreThan(63, 'bytes')] : []),
    ...(matches(`(${labelKey})?`, value) ? [] : [mismatch(rule, `(${labelKey})?`, ['MyValue', 'my_value', '12345'])]),
  ];
}

/** What is wrong with labels, or with a plain selector. */
export function labelErrors(labels: Record<string, string> | undefined, field: string): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...labelKeyProblems(key).map((problem) => invalid(field, key, problem)),
    ...labelValueProblems(value).map((problem) => invalid(field, value, problem)),
  ]);
}
