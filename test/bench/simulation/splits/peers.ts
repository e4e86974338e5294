import { probabilityWithin } from '../../../../src/core/statistics/equivalence.ts';

/** P(PASS) of ways to check a split that are in use, exact, for independent connections. */
interface Peer {
  name: string;
  connections(share: number): string;
  pass(truth: number, asked: { share: number; tolerance: number }): number;
}

/** Both versions among the 20 lines that the Istio task page has one look at. */
const page: Peer = {
  name: 'a look at 20 lines',
  connections: () => '20',
  pass: (truth) => 1 - truth ** 20 - (1 - truth) ** 20,
};

/** The Gateway API conformance suite's rule: 500 connections within ±5 points, up to ten tries. */
const conformance: Peer = {
  name: 'conformance rule',
  connections: () => '500–5,000',
  pass: (truth, { share }) => {
    const once = probabilityWithin(
      { low: Math.ceil(500 * (share - 0.05) - 1e-9), high: Math.floor(500 * (share + 0.05) + 1e-9) },
      500,
      truth,
    );
    return 1 - (1 - once) ** 10;
  },
};

/** "Not significantly different" at 5 %, by the normal approximation, after 500 connections. */
const zTest: Peer = {
  name: 'z-test of 500',
  connections: () => '500',
  pass: (truth, { share }) => {
    const half = 1.959964 * Math.sqrt(500 * share * (1 - share));
    return probabilityWithin({ low: Math.ceil(500 * share - half), high: Math.floor(500 * share + half) }, 500, truth);
  },
};

export const peers = [page, conformance, zTest];
