const label = /^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/;
const wildcardLabel = /^(\*|(\*-?)?[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?)$/;

const fits = (text: string, pattern: RegExp): boolean => text.length <= 63 && pattern.test(text);

/** Whether the text is a DNS label, as Istio takes them: upper case is none of its business. */
export function isLabel(text: string): boolean {
  return fits(text, label);
}

const longest = 255;

function sizeProblem(domain: string): string | undefined {
  if (domain.length > longest) return `domain name ${JSON.stringify(domain)} too long (max ${longest})`;
  return domain === '' ? 'empty domain name not allowed' : undefined;
}

function labelsProblem(domain: string): string | undefined {
  const labels = domain.split('.');
  const top = labels.at(-1)!;
  const name = JSON.stringify(domain);
  if (/^[+-]?\d+$/.test(top)) return `domain name ${name} invalid (top level domain "${top}" cannot be all-numeric)`;
  // A full stop at the end makes a name unambiguous.
  const wrong = labels.findIndex((each, at) => !isLabel(each) && !(each === '' && at === labels.length - 1));
  return wrong < 0 ? undefined : `domain name ${name} invalid (label ${JSON.stringify(labels[wrong])} invalid)`;
}

/** Why Istio does not take the text for a domain name; undefined where it does. */
export function domainProblem(domain: string): string | undefined {
  return sizeProblem(domain) ?? labelsProblem(domain);
}

/** The same, where the first label may be, or begin with, an asterisk. */
export function wildcardDomainProblem(domain: string): string | undefined {
  const size = sizeProblem(domain);
  if (size !== undefined) return size;
  const [first = '', ...rest] = domain.split('.');
  if (!fits(first, wildcardLabel)) {
    return `domain name ${JSON.stringify(domain)} invalid (label ${JSON.stringify(first)} invalid)`;
  }
  return rest.length > 0 ? labelsProblem(rest.join('.')) : undefined;
}

/** Whether one of two hosts takes in the other. */
export function overlap(a: string, b: string): boolean {
  const [wideA, wideB] = [a.startsWith('*'), b.startsWith('*')];
  if (!wideA && !wideB) return a === b;
  const [endA, endB] = [wideA ? a.slice(1) : a, wideB ? b.slice(1) : b];
  if (wideA && wideB) return endA.endsWith(endB) || endB.endsWith(endA);
  return wideA ? endB.endsWith(endA) : endA.endsWith(endB);
}
