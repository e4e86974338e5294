import { ApiError } from '../store/api-error.ts';
import type { ResourceTarget } from './target.ts';

/** Subresources of pods that would need a container. */
export const podStreams = ['attach', 'exec', 'log', 'portforward'];

/** The 501 for everything that would run in, or read from, a container. */
export function noContainers({ name = '', subresource = '' }: Pick<ResourceTarget, 'name' | 'subresource'>): ApiError {
  const why =
    subresource === 'portforward'
      ? 'the request must ask to upgrade the connection'
      : `no container runs in the sandbox, so there is nothing to ${subresource === 'log' ? 'read logs from' : `${subresource} in`}`;
  return new ApiError(501, 'NotImplemented', `pods "${name}": ${why}`, { name, kind: 'pods' });
}
