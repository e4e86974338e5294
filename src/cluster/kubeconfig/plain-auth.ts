import { readFileSync } from 'node:fs';
import { Agent as PlainAgent } from 'node:http';
import { Agent as TlsAgent, type RequestOptions } from 'node:https';
import type { ChosenContext } from './context.ts';

/** Whether the kubeconfig itself holds the credentials, and no proxy is on the way: then client-node, which takes long to load, is not needed. */
export function isPlain({ cluster, user }: ChosenContext, proxy: string | undefined): boolean {
  return !user.exec && !user['auth-provider'] && !cluster['proxy-url'] && !proxy;
}

/** Agent and headers for a plain server. @throws the file system's error for a file that cannot be read */
export function plainOptions({ server, cluster, user }: ChosenContext): RequestOptions {
  const token = user.tokenFile ? readFileSync(user.tokenFile, 'utf8') : user.token;
  const tls = {
    ...given('ca', content(cluster['certificate-authority-data'], cluster['certificate-authority'])),
    ...given('cert', content(user['client-certificate-data'], user['client-certificate'])),
    ...given('key', content(user['client-key-data'], user['client-key'])),
    ...given('servername', cluster['tls-server-name']),
    ...(cluster['insecure-skip-tls-verify'] === true ? { rejectUnauthorized: false } : {}),
  };
  return {
    agent: server.startsWith('http:') ? new PlainAgent() : new TlsAgent(tls),
    headers: token ? { Authorization: `Bearer ${token}` } : {},
    ...given('cert', tls.cert),
    ...(user.username ? { auth: `${user.username}:${user.password ?? ''}` } : {}),
  };
}

/** A file yields to data. */
function content(data: string | undefined, file: string | undefined): Buffer | undefined {
  if (data) return Buffer.from(data, 'base64');
  return file ? readFileSync(file) : undefined;
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { [name in Name]?: Value } {
  return value ? ({ [name]: value } as { [name in Name]?: Value }) : {};
}
