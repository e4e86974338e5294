import { expect, test } from 'vitest';
import { proxyFor } from '../../src/cluster/kubeconfig/proxy.ts';

const proxy = 'http://proxy:3128';

test('the proxy follows the scheme of the server', () => {
  const env = { HTTPS_PROXY: proxy, http_proxy: 'plain:80' };
  expect(proxyFor('https://api.example.com:6443', env)).toBe(proxy);
  expect(proxyFor('http://api.example.com', env)).toBe('http://plain:80');
  expect(proxyFor('https://api.example.com', {})).toBeUndefined();
  expect(proxyFor('https://api.example.com', { HTTPS_PROXY: '', https_proxy: 'socks5://p:1' })).toBe('socks5://p:1');
});

test('loopback never goes through a proxy', () => {
  for (const host of ['localhost', '127.0.0.1', '127.9.9.9', '[::1]']) {
    expect(proxyFor(`https://${host}:6443`, { HTTPS_PROXY: proxy })).toBeUndefined();
  }
});

test.each([
  ['*', 'https://a.example.com', true],
  ['example.com', 'https://example.com', true],
  ['example.com', 'https://a.example.com', true],
  ['example.com', 'https://badexample.com', false],
  ['.example.com', 'https://a.example.com', true],
  ['.example.com', 'https://example.com', false],
  ['*.example.com', 'https://a.example.com', true],
  ['EXAMPLE.com , x', 'https://example.com', true],
  ['example.com:6443', 'https://example.com:6443', true],
  ['example.com:6443', 'https://example.com', false],
  ['example.com:443', 'https://example.com', true],
  ['10.0.0.0/8', 'https://10.1.2.3', true],
  ['10.0.0.0/8', 'https://11.1.2.3', false],
  ['10.0.0.0/8', 'https://ten.example.com', false],
  ['10.0.0.0/99,oops/8', 'https://10.1.2.3', false],
  ['fd00::/8', 'https://[fd00::1]:6443', true],
  ['10.1.2.3', 'https://10.1.2.3', true],
  ['10.1.2.3:6443', 'https://10.1.2.3:6443', true],
  ['fd00::1', 'https://[fd00::1]', true],
  ['[fd00::1]:6443', 'https://[fd00::1]:6443', true],
  ['', 'https://example.com', false],
])('NO_PROXY=%s and %s: direct %s', (rules, server, direct) => {
  expect(proxyFor(server, { HTTPS_PROXY: proxy, NO_PROXY: rules })).toBe(direct ? undefined : proxy);
});
