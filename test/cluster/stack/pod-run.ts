import { rm } from 'node:fs/promises';
import type { KubeObject } from '../../../src/core/objects.ts';
import type { PodAccess } from '../components/kwok/pod-access.ts';
import { isGone, type Api } from './api.ts';
import { createPodNamespace, enterPod, removePodNamespace } from './network.ts';
import type { PodContext, PodProgram } from './pod-program.ts';
import { podStatus, type PodState } from './pod-status.ts';
import { start, type Running } from './processes.ts';
import { until } from './until.ts';

export interface PodDependencies {
  api: Api;
  access: PodAccess;
  /** What each image stands for; a container of another image is a client that waits for `kubectl exec`. */
  programs: readonly PodProgram[];
  /** Hands out the pods' addresses. */
  nextAddress: () => string;
  /** Where pods have their folders. */
  dir: string;
  logs: string;
}

export interface PodRun {
  /** Ends its program, waiting the grace of the first call, and removes its namespace. */
  stop(graceMs: number): Promise<void>;
  /** Rejects where the harness itself fails; the end of the pod's program is no such failure. */
  failed: Promise<unknown>;
}

/** Runs what a pod stands for, in a network namespace of its own, and starts it again when it ends. */
export function runPod(pod: KubeObject, dependencies: PodDependencies): PodRun {
  const stopping = new AbortController();
  const address = dependencies.nextAddress();
  const dir = `${dependencies.dir}/${address}`;
  let program: Running | undefined;
  let stopped: Promise<void> | undefined;
  const life = live().catch((error) => {
    if (!stopping.signal.aborted && !isGone(error)) throw error;
  });
  return { failed: life, stop: (graceMs) => (stopped ??= stop(graceMs)) };

  async function live(): Promise<void> {
    await createPodNamespace(address);
    const containers: any[] = pod.spec.containers;
    const programOf = (container: any) => dependencies.programs.find(({ image }) => image.test(container.image));
    const container = containers.find(programOf);
    const shells = containers.filter((candidate) => !programOf(candidate)).map(({ name }) => name);
    const ports = container ? (programOf(container)!.extraPorts ?? []) : [];
    await dependencies.access.grant({ pod, address, ports, shells });
    const startTime = new Date().toISOString();
    for (let restarts = 0; !stopping.signal.aborted; restarts += 1) {
      const state = { address, restarts, startTime, startedAt: new Date().toISOString() };
      if (!container) return report({ ...state, ready: true });
      await runOnce(programOf(container)!, { pod, container, address, dir }, state);
    }
  }

  async function runOnce(what: PodProgram, context: PodContext, state: Omit<PodState, 'ready'>): Promise<void> {
    const command = await what.command(context);
    const { namespace, name } = pod.metadata;
    program = start(
      `pod-${namespace}-${name}`,
      { ...command, words: [...enterPod(address), ...command.words] },
      dependencies.logs,
    );
    const ended = new AbortController();
    void program.ended.then((how) => ended.abort(how));
    await report({ ...state, ready: false });
    const signal = AbortSignal.any([ended.signal, stopping.signal]);
    const ready = until(`${name} serves`, () => what.ready(context), { signal }).then(() => true);
    // A program that ends before it serves is started again, as one that ends later is.
    if (await ready.catch((error) => !signal.aborted && Promise.reject(error))) await report({ ...state, ready: true });
    await program.ended;
  }

  async function report(state: PodState): Promise<void> {
    const { namespace, name } = pod.metadata;
    await dependencies.api.call(`/api/v1/namespaces/${namespace}/pods/${name}/status`, {
      method: 'PATCH',
      type: 'application/strategic-merge-patch+json',
      body: { metadata: { uid: pod.metadata.uid }, status: podStatus(pod, state) },
    });
  }

  async function stop(graceMs: number): Promise<void> {
    stopping.abort();
    await program?.stop(graceMs);
    await life.catch(() => undefined);
    dependencies.access.revoke(pod);
    await Promise.all([removePodNamespace(address), rm(dir, { recursive: true, force: true })]);
  }
}
