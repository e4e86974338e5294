import type { FieldError } from './semantics.ts';

const labelPattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomainPattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const serviceLabelPattern = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

interface NameRule {
  pattern: RegExp;
  maxLength: number;
  explanation: string;
}

const subdomain: NameRule = {
  pattern: subdomainPattern,
  maxLength: 253,
  explanation:
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an " +
    "alphanumeric character (e.g. 'example.com', regex used for validation is '" +
    "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
};

const label: NameRule = {
  pattern: labelPattern,
  maxLength: 63,
  explanation:
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an " +
    "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
};

const serviceLabel: NameRule = {
  pattern: serviceLabelPattern,
  maxLength: 63,
  explanation:
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an " +
    "alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
};

function ruleOf(kind: { group: string; kind: string }): NameRule | undefined {
  if (kind.group === 'rbac.authorization.k8s.io') return undefined;
  if (kind.group !== '') return subdomain;
  if (kind.kind === 'Namespace') return label;
  return kind.kind === 'Service' ? serviceLabel : subdomain;
}

/** What is wrong with `metadata.name` for this kind, in the API server's words; empty where nothing is. */
export function nameErrors(kind: { group: string; kind: string }, name: string | undefined): FieldError[] {
  const field = 'metadata.name';
  if (!name) {
    const message = 'Required value: name or generateName is required';
    return [{ reason: 'FieldValueRequired', field, message }];
  }
  const wrong = (why: string): FieldError => ({
    reason: 'FieldValueInvalid',
    field,
    message: `Invalid value: ${JSON.stringify(name)}: ${why}`,
  });
  const rule = ruleOf(kind);
  if (rule === undefined) return /[/%]|^\.\.?$/.test(name) ? [wrong("may not contain '/' or '%'")] : [];
  const errors: FieldError[] = [];
  if (name.length > rule.maxLength) errors.push(wrong(`must be no more than ${rule.maxLength} characters`));
  if (!rule.pattern.test(name)) errors.push(wrong(rule.explanation));
  return errors;
}

const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** A name for `generateName`: the prefix, cut to fit, and five random characters. */
export function generatedName(prefix: string, random: () => number = Math.random): string {
  const pick = (): string => suffixAlphabet.charAt(Math.floor(random() * suffixAlphabet.length));
  return prefix.slice(0, 58) + Array.from({ length: 5 }, pick).join('');
}
