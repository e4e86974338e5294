import { connect } from 'node:net';
import { goPrograms } from '../../build/go.ts';
import type { Machine } from '../../stack/machine.ts';
import type { PodProgram } from '../../stack/pod-program.ts';

/** The task's own server, out of the Istio module. */
export const tcpEchoPrograms = goPrograms({
  component: 'istio-1.31',
  name: 'tcp-echo',
  programs: { 'tcp-echo-server': 'istio.io/istio/samples/tcp-echo/src' },
});

export function tcpEcho(machine: Machine): PodProgram {
  return {
    image: /\/tcp-echo-server\b/,
    command: async ({ container }) => ({
      words: [await machine.file(tcpEchoPrograms, 'tcp-echo-server'), ...container.args],
    }),
    ready: async ({ container, address }) => {
      const accepting = (container.ports ?? []).map((port: any) => accepts(address, port.containerPort));
      return (await Promise.all<boolean>(accepting)).every(Boolean);
    },
  };
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
