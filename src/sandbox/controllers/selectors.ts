type Labels = Readonly<Record<string, string>>;

/** A selector as Deployments and listeners have it. */
export interface LabelSelector {
  matchLabels?: Labels;
  matchExpressions?: readonly Requirement[];
}

interface Requirement {
  key: string;
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  values?: readonly string[];
}

const operators = {
  In: (value, values) => value !== undefined && values.includes(value),
  NotIn: (value, values) => value === undefined || !values.includes(value),
  Exists: (value) => value !== undefined,
  DoesNotExist: (value) => value === undefined,
} satisfies Record<Requirement['operator'], (value: string | undefined, values: readonly string[]) => boolean>;

/** Whether the labels have every pair of the selector; an empty one matches everything. */
export function hasLabels(labels: Labels = {}, wanted: Labels = {}): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

/** Whether the labels fit a selector with expressions; an empty one matches everything. */
export function matches(labels: Labels = {}, { matchLabels, matchExpressions = [] }: LabelSelector): boolean {
  const fits = ({ key, operator, values = [] }: Requirement): boolean => operators[operator](labels[key], values);
  return hasLabels(labels, matchLabels) && matchExpressions.every(fits);
}
