import { execa } from 'execa';
import type { Address } from './echo.ts';

export interface Forward extends Address {
  close(): Promise<void>;
}

/** Runs `kubectl port-forward` to a pod's port; resolves when it listens on a free port of this machine. */
export async function forwardPort(namespace: string, target: string, targetPort: number): Promise<Forward> {
  const child = execa('kubectl', ['port-forward', '-n', namespace, target, `:${targetPort}`], { reject: false });
  const close = async () => {
    child.kill();
    await child;
  };
  const port = await new Promise<number>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const local = /^Forwarding from 127\.0\.0\.1:(\d+)/m.exec(text);
      if (local) resolve(Number(local[1]));
    });
    void child.then(({ stderr }) => reject(new Error(`kubectl port-forward to ${target} ended: ${stderr}`)));
  });
  return { host: '127.0.0.1', port, close };
}
