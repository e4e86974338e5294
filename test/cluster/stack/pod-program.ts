import type { KubeObject } from '../../../src/core/objects.ts';
import type { Command } from './processes.ts';

/** One container that is about to run. */
export interface PodContext {
  pod: KubeObject;
  /** The container as the pod's spec has it. */
  container: any;
  /** The pod's IP, which is its network namespace's name too. */
  address: string;
  /** A folder of the pod's own. */
  dir: string;
}

/** What an image stands for: a program of this machine. */
export interface PodProgram {
  /** The images that it stands for. */
  image: RegExp;
  /** Ports that it listens on and no container declares. */
  extraPorts?: readonly number[];
  command(context: PodContext): Promise<Command>;
  /** Whether it serves already; polled until it does. */
  ready(context: PodContext): Promise<boolean>;
}
