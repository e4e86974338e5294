import { invalid, type FieldError } from './field-error.ts';

/** An Event is in the namespace that it is about, and in `default` where it is about none. */
export function eventErrors({ metadata, involvedObject = {}, eventTime }: Record<string, any>): FieldError[] {
  const about: string = involvedObject.namespace ?? '';
  const homes = about === '' ? ['default', ...(eventTime ? ['kube-system'] : [])] : [about];
  if (homes.includes(metadata.namespace)) return [];
  return [invalid('involvedObject.namespace', about, 'does not match event.namespace')];
}
