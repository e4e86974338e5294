/** kubectl of several ages on a sandbox and on the real cluster: what Kubernetes' controllers and Istio's make of objects. */
import { describe } from 'vitest';
import { printsTheSame } from './suite.ts';

describe('kubectl of several ages, where controllers work', () => {
  printsTheSame('controllers');
});
