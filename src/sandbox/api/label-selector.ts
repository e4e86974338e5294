import { invalid } from '../objects/validation/field-error.ts';
import { labelKeyProblems, labelValueProblems } from '../objects/validation/names.ts';
import { badRequest } from '../store/api-error.ts';

type Labels = Readonly<Record<string, string>>;
export type LabelTest = (labels: Labels) => boolean;

const tokenPattern = /==|!=|[=!(),<>]|[^\s=!(),<>]+/g;
const isWord = (token: string): boolean => /^[^=!(),<>]/.test(token);
const operators = ['in', 'notin', '=', '==', '!=', 'gt', 'lt'];

/** Reads tokens one after another; the empty string stands for the end. */
interface Tokens {
  peek(): string;
  take(): string;
}

function tokensOf(text: string): Tokens {
  const tokens = text.match(tokenPattern) ?? [];
  let at = 0;
  return { peek: () => tokens[at] ?? '', take: () => tokens[at++] ?? '' };
}

/**
 * The test that a `labelSelector` query stands for; ApiError 400 where it does not parse.
 * Grammar: `key`, `!key`, `key = value`, `key != value`, `key in (a, b)`, `key notin (a, b)`, `key > 1`, `key < 1`, joined by commas.
 */
export function labelSelector(text: string): LabelTest {
  const tokens = tokensOf(text);
  const tests: LabelTest[] = [];
  while (tokens.peek() !== '') {
    const token = tokens.peek();
    if (!isWord(token) && token !== '!')
      throw badRequest(`found '${token}', expected: !, identifier, or 'end of string'`);
    tests.push(requirement(tokens));
    const next = tokens.take();
    if (next !== ',' && next !== '') throw badRequest(`found '${next}', expected: ',' or 'end of string'`);
    const after = tokens.peek();
    if (next === ',' && !isWord(after) && after !== '!') {
      throw badRequest(`found '${after}', expected: identifier after ','`);
    }
  }
  return (labels) => tests.every((test) => test(labels));
}

function unparsable(why: string): Error {
  return badRequest(`unable to parse requirement: ${why}`);
}

function requirement(tokens: Tokens): LabelTest {
  const isAbsence = tokens.peek() === '!';
  if (isAbsence) tokens.take();
  const key = tokens.take();
  if (!isWord(key)) throw unparsable(`found '${key}', expected: identifier`);
  const [problem] = labelKeyProblems(key);
  if (problem !== undefined) throw unparsable(`<nil>: Invalid value: ${JSON.stringify(key)}: ${problem}`);
  if (['', ','].includes(tokens.peek())) return (labels) => Object.hasOwn(labels, key) !== isAbsence;
  return comparison(key, tokens);
}

function comparison(key: string, tokens: Tokens): LabelTest {
  const operator = tokens.take();
  if (operator === 'in' || operator === 'notin')
    return setTest(key, checked(key, valueList(tokens)), operator === 'in');
  if (operator === '>' || operator === '<') return orderTest(key, bound(oneValue(tokens)), operator === '<');
  if (['=', '==', '!='].includes(operator)) return setTest(key, checked(key, [oneValue(tokens)]), operator !== '!=');
  throw unparsable(`found '${operator}', expected: ${operators.join(', ')}`);
}

function oneValue(tokens: Tokens): string {
  if (['', ','].includes(tokens.peek())) return '';
  const value = tokens.take();
  if (isWord(value)) return value;
  throw unparsable(`found '${value}', expected: identifier`);
}

/** What stands between parentheses; nothing between two commas is the empty value. */
function valueList(tokens: Tokens): string[] {
  const open = tokens.take();
  if (open !== '(') throw unparsable(`found '${open}' expected: '('`);
  const values: string[] = [];
  for (let expectsValue = true; ;) {
    const token = tokens.take();
    if (isWord(token) && expectsValue) values.push(token);
    else if (token === ',' || token === ')') values.push(...(expectsValue ? [''] : []));
    else throw unparsable(`found '${token}', expected: ${expectsValue ? "',', or identifier" : "',' or ')'"}`);
    if (token === ')') return values;
    expectsValue = token === ',';
  }
}

function checked(key: string, values: readonly string[]): readonly string[] {
  values.forEach((value, index) => {
    const [problem] = labelValueProblems(value);
    if (problem === undefined) return;
    const { message } = invalid('', value, problem);
    throw unparsable(`values[${index}][${key}]: ${message}`);
  });
  return values;
}

function bound(value: string): number {
  if (/^[+-]?\d+$/.test(value)) return Number(value);
  const { message } = invalid('', value, "for 'Gt', 'Lt' operators, the value must be an integer");
  throw unparsable(`values[0]: ${message}`);
}

function setTest(key: string, values: readonly string[], wanted: boolean): LabelTest {
  return (labels) => (Object.hasOwn(labels, key) && values.includes(labels[key]!)) === wanted;
}

function orderTest(key: string, limit: number, below: boolean): LabelTest {
  return (labels) => {
    const value = labels[key] ?? '';
    if (!/^[+-]?\d+$/.test(value)) return false;
    return below ? Number(value) < limit : Number(value) > limit;
  };
}
