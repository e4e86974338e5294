import { forbidden, invalid, type FieldError } from './field-error.ts';
import type { Fields } from '../fields.ts';

/** What is wrong with a Lease that the schema does not say. */
export function leaseErrors({ spec = {} }: Fields): FieldError[] {
  const { leaseDurationSeconds, leaseTransitions, preferredHolder, strategy } = spec;
  return [
    ...(leaseDurationSeconds <= 0
      ? [invalid('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0')]
      : []),
    ...(leaseTransitions < 0
      ? [invalid('spec.leaseTransitions', leaseTransitions, 'must be greater than or equal to 0')]
      : []),
    ...(preferredHolder && !strategy
      ? [forbidden('spec.preferredHolder', 'may only be specified if `strategy` is defined')]
      : []),
  ];
}
