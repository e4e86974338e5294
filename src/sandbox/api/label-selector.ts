import { badRequest } from '../store/api-error.ts';

type Labels = Readonly<Record<string, string>>;
export type LabelSelector = (labels: Labels) => boolean;

const key = String.raw`(?:[\w.-]+/)?[\w.-]+`;
const setPattern = new RegExp(String.raw`^(${key})\s+(in|notin)\s*\(([^()]*)\)$`);
const equalityPattern = new RegExp(String.raw`^(${key})\s*(==|=|!=)\s*([\w.-]*)$`);
const orderPattern = new RegExp(String.raw`^(${key})\s*([<>])\s*(\d+)$`);
const existsPattern = new RegExp(String.raw`^(!?)\s*(${key})$`);

/** The test that a `labelSelector` query stands for, whole grammar; ApiError 400 where it does not parse. */
export function labelSelector(text: string): LabelSelector {
  const tests = requirements(text).map((requirement) => parsed(requirement, text));
  return (labels) => tests.every((test) => test(labels));
}

/** Splits at the commas outside parentheses. */
function requirements(text: string): string[] {
  return text
    .split(/,(?![^()]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function parsed(requirement: string, text: string): LabelSelector {
  const set = setPattern.exec(requirement);
  if (set) return setTest(set[1]!, set[2] === 'in', set[3]!);
  const equality = equalityPattern.exec(requirement);
  if (equality) {
    const [, name, operator, value] = equality as unknown as [string, string, string, string];
    return operator === '!=' ? (labels) => labels[name] !== value : (labels) => labels[name] === value;
  }
  const order = orderPattern.exec(requirement);
  if (order) return orderTest(order[1]!, order[2] === '<', Number(order[3]));
  const exists = existsPattern.exec(requirement);
  if (exists) return (labels) => Object.hasOwn(labels, exists[2]!) === (exists[1] === '');
  throw badRequest(`unable to parse requirement: found '${requirement}' in label selector "${text}"`);
}

function setTest(name: string, wanted: boolean, list: string): LabelSelector {
  const values = new Set(list.split(',').map((value) => value.trim()));
  return (labels) => (name in labels && values.has(labels[name]!)) === wanted;
}

function orderTest(name: string, below: boolean, bound: number): LabelSelector {
  return (labels) => {
    if (!/^-?\d+$/.test(labels[name] ?? '')) return false;
    return below ? Number(labels[name]) < bound : Number(labels[name]) > bound;
  };
}
