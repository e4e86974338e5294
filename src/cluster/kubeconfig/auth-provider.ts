import type { User } from '@kubernetes/client-node/dist/config_types.js';
import type { UserEntry } from './files.ts';

/** What client-node adds to the entry of a user whom an authentication provider signs in, such as one of OpenID Connect. */
export async function signInByProvider(user: UserEntry): Promise<Partial<UserEntry>> {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = new KubeConfig();
  config.loadFromOptions({
    currentContext: 'target',
    contexts: [{ name: 'target', cluster: 'target', user: 'target' }],
    clusters: [{ name: 'target', server: 'https://kubernetes', skipTLSVerify: false }],
    users: [{ name: 'target', authProvider: user['auth-provider'] } as User],
  });
  const headers: Record<string, string> = {};
  await config.applyToHTTPSOptions({ headers });
  return { token: (headers['Authorization'] ?? '').replace(/^Bearer /, '') };
}
