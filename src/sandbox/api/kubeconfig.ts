import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The name of the sandbox's context, cluster and user in its kubeconfig. */
const contextName = 'tcpshift-sandbox';

export interface ServerAccess {
  server: string;
  token: string;
  /** PEM of the authority that signed the server's certificate. */
  authority: string;
}

/** Writes a kubeconfig for the server that only its owner can read. JSON is YAML, and needs no library. */
export async function writeKubeconfig(file: string, { server, token, authority }: ServerAccess): Promise<void> {
  const ca = Buffer.from(authority).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': contextName,
    clusters: [{ name: contextName, cluster: { server, 'certificate-authority-data': ca } }],
    users: [{ name: contextName, user: { token } }],
    contexts: [{ name: contextName, context: { cluster: contextName, user: contextName, namespace: 'default' } }],
  };
  await mkdir(dirname(file), { recursive: true });
  // A file that was there before would keep its own mode, and perhaps its readers.
  await rm(file, { force: true });
  await writeFile(file, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' });
}
