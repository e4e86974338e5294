/** kubectl of several ages on a sandbox and on the real API server: what depends on no controller. */
import { describe } from 'vitest';
import { printsTheSame } from './suite.ts';

describe('kubectl of several ages', () => {
  printsTheSame('api-server');
});
