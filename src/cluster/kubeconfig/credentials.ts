import { existsSync } from 'node:fs';
import type { Agent } from 'node:http';
import type { User } from '@kubernetes/client-node/dist/config_types.js';
import type { RequestOptions } from 'node:https';
import { ShiftError } from '../../errors.ts';
import { oneLine } from '../../core/text.ts';
import type { ExecEntry } from './files.ts';
import { isPlain, plainOptions } from './plain-auth.ts';
import type { ChosenContext } from './context.ts';

/** What a request carries: the connection's TLS and proxy in the agent, who asks in the headers. */
export interface Auth {
  readonly agent: Agent;
  readonly headers: Readonly<Record<string, string>>;
  /** Equal for equal credentials; tells whether a renewal brought new ones. */
  readonly identity: string;
}

/** The credentials of a chosen context, made at the first request: an exec plugin runs no earlier. */
export interface Credentials {
  current(): Promise<Auth>;
  /** Makes the credentials anew after the server refused `refused`; false where nothing better came of it. */
  renew(refused: Auth): Promise<boolean>;
}

/** @param proxy URL of the proxy on the way to the server */
export function createCredentials(chosen: ChosenContext, proxy: string | undefined): Credentials {
  let auth: Promise<Auth> | undefined;
  const current = (): Promise<Auth> => {
    const made = (auth ??= makeAuth(chosen, proxy));
    made.catch(() => {
      if (auth === made) auth = undefined;
    });
    return made;
  };
  return {
    current,
    async renew(refused) {
      if ((await current()) === refused) auth = undefined;
      return (await current()).identity !== refused.identity;
    },
  };
}

async function makeAuth(chosen: ChosenContext, proxy: string | undefined): Promise<Auth> {
  const options = await requestOptions(chosen, proxy);
  const agent = options.agent as Agent & { keepAlive: boolean };
  agent.keepAlive = true;
  const headers: Record<string, string> = {};
  // A token file usually ends with a line end, which no header may hold.
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name] = String(value).trim();
  if (options.auth) headers['Authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  return { agent, headers, identity: JSON.stringify([headers['Authorization'], String(options.cert)]) };
}

async function requestOptions(chosen: ChosenContext, proxy: string | undefined): Promise<RequestOptions> {
  const { exec } = chosen.user;
  if (exec?.interactiveMode === 'Always') throw needsTerminal(exec, chosen);
  try {
    return isPlain(chosen, proxy) ? plainOptions(chosen) : await signedOptions(chosen, proxy);
  } catch (error) {
    throw authFailure(error as NodeJS.ErrnoException, chosen);
  }
}

/** What client-node makes of a context whose user signs in by a plugin, or whose server is behind a proxy. */
async function signedOptions(chosen: ChosenContext, proxy: string | undefined): Promise<RequestOptions> {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = new KubeConfig();
  config.loadFromOptions(configOptions(chosen, proxy));
  const options: RequestOptions = { headers: {} };
  await config.applyToHTTPSOptions(options);
  return options;
}

/** The chosen context in client-node's own words: a file yields to data, TLS is off where the server speaks plain http. */
function configOptions(chosen: ChosenContext, proxy: string | undefined): object {
  const { cluster } = chosen;
  const plain = chosen.server.startsWith('http:');
  const caData = cluster['certificate-authority-data'];
  return {
    currentContext: 'target',
    contexts: [{ name: 'target', cluster: 'target', user: 'target' }],
    clusters: [
      {
        name: 'target',
        server: chosen.server,
        caData,
        caFile: caData ? undefined : cluster['certificate-authority'],
        skipTLSVerify: plain || cluster['insecure-skip-tls-verify'] === true,
        tlsServerName: cluster['tls-server-name'],
        proxyUrl: cluster['proxy-url'] ?? proxy,
      },
    ],
    users: [userOptions(chosen)],
  };
}

function userOptions(chosen: ChosenContext): User {
  const { user } = chosen;
  const certData = user['client-certificate-data'];
  const keyData = user['client-key-data'];
  return {
    name: 'target',
    ...(certData ? { certData } : { certFile: user['client-certificate'] }),
    ...(keyData ? { keyData } : { keyFile: user['client-key'] }),
    ...(user.tokenFile
      ? { authProvider: { name: 'tokenFile', config: { tokenFile: user.tokenFile } } }
      : { token: user.token, authProvider: user['auth-provider'] }),
    ...(user.exec ? { exec: { ...user.exec, env: execEnvironment(user.exec, chosen) } } : {}),
    ...(user.username ? { username: user.username, password: user.password ?? '' } : {}),
  } as User;
}

/** client-node leaves out KUBERNETES_EXEC_INFO, which plugins read to learn their API version and cluster. */
function execEnvironment(exec: ExecEntry, chosen: ChosenContext): { name: string; value: string }[] {
  const { cluster } = chosen;
  const info = {
    apiVersion: exec.apiVersion ?? 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: {
      interactive: false,
      ...(exec.provideClusterInfo
        ? {
            cluster: {
              server: chosen.server,
              'tls-server-name': cluster['tls-server-name'],
              'insecure-skip-tls-verify': cluster['insecure-skip-tls-verify'],
              'certificate-authority-data': cluster['certificate-authority-data'],
              'proxy-url': cluster['proxy-url'],
            },
          }
        : {}),
    },
  };
  return [...(exec.env ?? []), { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }];
}

function authFailure(error: NodeJS.ErrnoException, chosen: ChosenContext): ShiftError {
  const of = ofContext(chosen);
  const { exec } = chosen.user;
  if (exec !== undefined) return execFailure(error, exec, of);
  if (error.code === 'ENOENT' && error.path !== undefined && !existsSync(error.path)) {
    return new ShiftError('config', `the file "${error.path}", which the kubeconfig names${of}, does not exist`, {
      hint: 'restore the file, or choose another context with --context',
      cause: error,
    });
  }
  return new ShiftError('config', `the credentials${of} cannot be used: ${error.message}`, {
    hint: 'mend the user in the kubeconfig, or choose another with --user',
    cause: error,
  });
}

function execFailure(error: NodeJS.ErrnoException, exec: ExecEntry, of: string): ShiftError {
  if (error.code === 'ENOENT' && error.syscall?.startsWith('spawn')) {
    return new ShiftError('config', `the command "${exec.command}", which signs in${of}, is not installed`, {
      hint: exec.installHint
        ? `install it: ${oneLine(exec.installHint)}`
        : `install "${exec.command}", or choose another context with --context`,
      cause: error,
    });
  }
  const words = [exec.command, ...(exec.args ?? [])].join(' ');
  const found = oneLine(error.message) || 'it ended with an error and said nothing';
  return new ShiftError('config', `the command "${words}", which signs in${of}, failed: ${found}`, {
    hint: `run it by hand to see what it needs: ${words}`,
    cause: error,
  });
}

function needsTerminal(exec: ExecEntry, chosen: ChosenContext): ShiftError {
  return new ShiftError('config', `the command "${exec.command}", which signs in${ofContext(chosen)}, asks questions`, {
    hint: 'choose a user whose command has another interactiveMode than Always, with --user',
  });
}

function ofContext(chosen: ChosenContext): string {
  return chosen.context === undefined ? '' : ` for context "${chosen.context}"`;
}
