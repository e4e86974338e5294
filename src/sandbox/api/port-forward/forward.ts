import type { Socket } from 'node:net';
import type { Duplex, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { KubeObject } from '../../../core/objects.ts';

/** Opens a connection to what a pod listens on; rejects with ECONNREFUSED where nothing does. */
export type ConnectPod = (pod: KubeObject, port: number) => Promise<Socket>;

export interface Forwarding {
  pod: KubeObject;
  port: number;
  data: Duplex;
  /** Gets one line where the forwarding failed; ended without any where it went well. */
  error: Writable;
}

/**
 * Carries one connection between a client's stream and a port of a pod, until the pod's side is done, whether or not the client is.
 * Never rejects.
 */
export async function forward({ pod, port, data, error }: Forwarding, connectPod: ConnectPod): Promise<void> {
  try {
    const socket = await connectPod(pod, port);
    data.pipe(socket);
    await pipeline(socket, data);
  } catch (cause) {
    if (error.writable) error.write(`error forwarding port ${port} to pod ${pod.metadata.name}: ${reasonOf(cause)}`);
    data.destroy();
  }
  if (error.writable) error.end();
}

function reasonOf(cause: unknown): string {
  if ((cause as NodeJS.ErrnoException).code === 'ECONNREFUSED') return 'connection refused';
  return (cause as Error).message;
}
