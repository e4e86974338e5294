import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ApiError } from '../store/api-error.ts';
import type { Asked, Identity } from './call.ts';
import { denial } from './denial.ts';
import { identityOf, isAllowed } from './identity.ts';

/** Who asks. Throws ApiError 401 unless the request carries the token, and 403 where it is made for one who may not do it. */
export function authorize(request: IncomingMessage, asked: Asked, token: string): Identity {
  requireToken(request, token);
  const identity = identityOf(request);
  if (isAllowed(identity, asked)) return identity;
  throw denial(asked, identity);
}

function requireToken(request: IncomingMessage, token: string): void {
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return;
  throw new ApiError(401, 'Unauthorized', 'Unauthorized');
}
