import { defineConfig } from 'vitest/config';
import { profiles, task, type ProfileName } from './stack/profiles.ts';

const profile = process.env['TCPSHIFT_CLUSTER_PROFILE'] as ProfileName;
// On a developer's own cluster the task is all there is to prove.
const suites: readonly string[] = profiles[profile]?.suites ?? task;

export default defineConfig({
  test: {
    include: suites.map((suite) => `test/cluster/${suite}`),
    passWithNoTests: true,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Files share one cluster and its gateways: measured splits and timings want it to themselves.
    fileParallelism: false,
    reporters: ['default', ['json', { outputFile: `test-results/cluster/${profile}/results.json` }]],
  },
});
