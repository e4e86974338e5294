import { describe, expect, test } from 'vitest';
import { templateHash } from '../../src/sandbox/controllers/apps/template-hash.ts';

describe('the hash of a pod template', () => {
  const template = {
    metadata: { labels: { a: '1', b: '2' } },
    spec: { containers: [{ name: 'x', args: ['1', '2'] }] },
  };

  test('has no letter that could make a word', () => {
    expect(templateHash(template)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/);
  });

  test('does not mind the order of fields, nor fields that say nothing', () => {
    const same = {
      spec: { containers: [{ args: ['1', '2'], name: 'x', resources: {}, ports: [] }], volumes: null },
      metadata: { creationTimestamp: null, labels: { b: '2', a: '1' } },
    };
    expect(templateHash(same)).toBe(templateHash(template));
  });

  test('minds everything else', () => {
    const variants = [
      { ...template, metadata: { labels: { a: '1', b: '3' } } },
      { ...template, spec: { containers: [{ name: 'x', args: ['2', '1'] }] } },
      { ...template, spec: { containers: [{ name: 'x', args: ['1', '2'] }], hostNetwork: false } },
    ];
    expect(new Set([template, ...variants].map(templateHash)).size).toBe(4);
  });
});
