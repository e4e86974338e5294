import { readFileSync } from 'node:fs';
import { Agent as PlainAgent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { ChosenContext } from './context.ts';

/** What a request carries: the connection's TLS and proxy in the agent, who asks in the headers. */
export interface Auth {
  readonly agent: PlainAgent;
  readonly headers: Readonly<Record<string, string>>;
  /** Equal for equal credentials; tells whether a renewal brought new ones. */
  readonly identity: string;
}

/** Agent and headers from what the kubeconfig itself holds. @throws the file system's error for a file that cannot be read */
export function plainAuth({ server, cluster, user }: ChosenContext): Auth {
  const tls = {
    ...given('ca', content(cluster['certificate-authority-data'], cluster['certificate-authority'])),
    ...given('cert', content(user['client-certificate-data'], user['client-certificate'])),
    ...given('key', content(user['client-key-data'], user['client-key'])),
    ...given('servername', cluster['tls-server-name']),
    ...(cluster['insecure-skip-tls-verify'] === true ? { rejectUnauthorized: false } : {}),
    keepAlive: true,
  };
  const agent = server.startsWith('http:') ? new PlainAgent({ keepAlive: true }) : new TlsAgent(tls);
  const authorization = authorizationOf(user);
  const headers: Record<string, string> = authorization === undefined ? {} : { Authorization: authorization };
  return { agent, headers, identity: JSON.stringify([authorization, String(tls.cert)]) };
}

/** A token file usually ends with a line end, which no header may hold. */
function authorizationOf({ tokenFile, token, username, password }: ChosenContext['user']): string | undefined {
  if (username) return `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}`;
  const bearer = (tokenFile ? readFileSync(tokenFile, 'utf8') : (token ?? '')).trim();
  return bearer === '' ? undefined : `Bearer ${bearer}`;
}

/** A file yields to data. */
function content(data: string | undefined, file: string | undefined): Buffer | undefined {
  if (data) return Buffer.from(data, 'base64');
  return file ? readFileSync(file) : undefined;
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { [name in Name]?: Value } {
  return value ? ({ [name]: value } as { [name in Name]?: Value }) : {};
}
