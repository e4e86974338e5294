import { ApiError } from '../store/api-error.ts';
import type { Asked, Reply } from './call.ts';
import { denial } from './denial.ts';
import type { Fault } from './faults.ts';
import { failure } from './reply.ts';

const reasons = { 429: 'TooManyRequests', 500: 'InternalError', 503: 'ServiceUnavailable', 504: 'Timeout' } as const;

/** The answer that a fault puts in the place of the real one; undefined where the real one is wanted. */
export function faultyReply(fault: Fault | undefined, asked: Asked): Reply | undefined {
  if (fault?.do === 'answer') {
    const seconds = fault.retryAfterSeconds;
    const details = seconds === undefined ? undefined : { retryAfterSeconds: seconds };
    return failure(new ApiError(fault.code, reasons[fault.code], 'the sandbox was told to fail this request', details));
  }
  // A review is answered, with a no.
  if (fault?.do !== 'deny' || asked.path.startsWith('/apis/authorization.k8s.io/')) return undefined;
  return failure(denial(asked));
}
