import { prepareJudge } from '../../src/core/verdict/judge.ts';
import { random } from '../helpers/data-planes.ts';
import { sampleOf, specOf } from '../helpers/judges.ts';
import { seededRandom } from '../../src/core/seeded-random.ts';

/** What one look of the judge costs at 20 ± 5, in microseconds of processor time: the mean of many verdicts, their suspicions included. */
export function lookCost(): number {
  const prepared = prepareJudge(specOf({ power: 0.999 }));
  if ('problem' in prepared) throw new Error(JSON.stringify(prepared.problem));
  const pick = random([0.8, 0.2], seededRandom(1));
  const samples = Array.from({ length: 20_000 }, () => sampleOf(`v${pick() + 1}`));
  let looks = 0;
  const judgeOne = (): void => {
    const judge = prepared.start();
    while (!judge.observe(samples[looks++ % samples.length]!));
  };
  for (let warmUp = 0; warmUp < 500; warmUp++) judgeOne();
  looks = 0;
  const start = process.cpuUsage();
  for (let run = 0; run < 1000; run++) judgeOne();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / looks;
}
