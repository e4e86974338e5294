import { defineConfig } from 'vitest/config';

const profile = process.env['TCPSHIFT_CLUSTER_PROFILE'];

export default defineConfig({
  test: {
    include: ['test/cluster/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Files share one cluster and its gateways: measured splits and timings want it to themselves.
    fileParallelism: false,
    reporters: ['default', ['json', { outputFile: `test-results/cluster/${profile}/results.json` }]],
  },
});
