import { BlockList, isIP } from 'node:net';
import { ShiftError } from '../../errors.ts';
import type { Environment } from '../../io.ts';
import { ofContext, type ChosenContext } from './context.ts';

const schemes = ['http', 'https', 'socks', 'socks4', 'socks4a', 'socks5', 'socks5h'];

/**
 * The proxy on the way to a context's server: the kubeconfig's own before the environment's.
 * @throws ShiftError config: it is no URL of a proxy; it may hold a password, and is in no message
 */
export function findProxy(chosen: ChosenContext, env: Environment): URL | undefined {
  const own = chosen.cluster['proxy-url'];
  const text = own || proxyFor(chosen.server, env);
  if (text === undefined) return undefined;
  if (URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1))) return new URL(text);
  const place = own ? `the proxy-url${ofContext(chosen)}` : 'the proxy that the environment names';
  throw new ShiftError('config', `${place} is no URL of a proxy`, {
    hint: `give it as SCHEME://HOST:PORT, with one of the schemes ${schemes.join(', ')}`,
  });
}

/**
 * The proxy that the environment asks for on the way to a server; undefined where none is to be used.
 * Loopback addresses never go through one. Source of the rules: Go's golang.org/x/net/http/httpproxy, which kubectl follows.
 * @internal
 */
export function proxyFor(server: string, env: Environment): string | undefined {
  const url = new URL(server);
  const proxy = variable(env, url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  if (proxy === undefined) return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const exceptions = (variable(env, 'NO_PROXY') ?? '').split(',').map((rule) => rule.trim().toLowerCase());
  if (isLoopback(host) || exceptions.some((rule) => rule !== '' && matches(rule, host, port))) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function variable(env: Environment, name: string): string | undefined {
  return env[name] || env[name.toLowerCase()] || undefined;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

function isLoopback(host: string): boolean {
  return host === 'localhost' || inList(loopback, host);
}

function inList(list: BlockList, host: string): boolean {
  const family = isIP(host);
  return family !== 0 && list.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

function matches(rule: string, host: string, port: string): boolean {
  if (rule === '*') return true;
  if (rule.includes('/')) return inNetwork(rule, host);
  const { name, rulePort } = splitPort(rule);
  if (rulePort !== undefined && rulePort !== port) return false;
  if (isIP(name) !== 0) return name === host;
  const suffix = name.replace(/^\*/, '');
  if (suffix.startsWith('.')) return host.endsWith(suffix);
  return host === suffix || host.endsWith(`.${suffix}`);
}

function splitPort(rule: string): { name: string; rulePort?: string } {
  if (isIP(rule) !== 0) return { name: rule };
  const parts = /^\[?([^\]]*?)\]?:(\d+)$/.exec(rule);
  return parts ? { name: parts[1]!, rulePort: parts[2]! } : { name: rule };
}

function inNetwork(rule: string, host: string): boolean {
  const [address = '', prefix = ''] = rule.split('/');
  const family = isIP(address);
  if (family === 0 || !/^\d+$/.test(prefix) || Number(prefix) > (family === 6 ? 128 : 32)) return false;
  const network = new BlockList();
  network.addSubnet(address, Number(prefix), family === 6 ? 'ipv6' : 'ipv4');
  return inList(network, host);
}
