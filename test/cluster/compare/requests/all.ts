import type { Exchange } from '../exchange.ts';
import { casesOf } from './creates.ts';
import { inTheNameOfOthers } from './others.ts';
import { aboutServer } from './server.ts';
import { aboutStreams } from './streams.ts';
import { subjects } from './subjects.ts';
import { verbsOn } from './verbs.ts';
import { watchesOn } from './watches.ts';

// Istio's own webhook judges its kinds' special cases; it is another test's.
const judged = subjects.filter(({ apiVersion }) => !apiVersion.startsWith('networking.istio.io/'));

/** Everything that both servers are asked where no webhook stands between. */
export const exchanges: readonly Exchange[] = [
  ...aboutServer,
  ...inTheNameOfOthers,
  ...subjects.flatMap(verbsOn),
  ...judged.flatMap(casesOf),
  ...subjects.flatMap(watchesOn),
  ...aboutStreams,
];
