import type { Duplex } from 'node:stream';
import type { DryRun } from '../core/dry-run.ts';
import type { KindRef, KubeObject, ListOptions, ObjectMeta, ObjectRef, Reader } from '../core/objects.ts';
import type { ShiftError } from '../errors.ts';

/** The field manager under which tcpshift applies, unless `--field-manager` names another. */
export const fieldManager = 'tcpshift';

export interface WriteOptions {
  dryRun?: Exclude<DryRun, 'client'>;
}

/** What was read under an object's name before it was decided to write: nothing, or the object's own metadata. */
export type Seen = 'nothing' | Pick<ObjectMeta, 'uid' | 'resourceVersion'>;

export interface ApplyOptions extends WriteOptions {
  manager?: string;
  /** Take fields that another manager owns. Without it, a conflict is a ShiftError that names the owner. */
  force?: boolean;
  /** Fail as stale where anything else is there by now. What is gone is made anew, unless its uid is given: then that is stale too. */
  seen?: Seen;
}

export interface DeleteOptions extends WriteOptions {
  /** Fail as stale where the object is no longer at this version. */
  resourceVersion?: string;
}

export interface Applied {
  object: KubeObject;
  change: 'created' | 'configured' | 'unchanged';
}

/** Something of which it is not known whether a namespace holds any, and why. */
export interface Unseen {
  apiVersion: string;
  /** Absent where it is not even known which kinds there are of this apiVersion. */
  kind?: string;
  plural?: string;
  error: ShiftError;
}

/** The metadata of all that would go with a namespace. */
export interface Contents {
  objects: KubeObject[];
  unseen: Unseen[];
}

/** A permission, in the words of SelfSubjectAccessReview. */
export interface Access {
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
  namespace?: string;
}

interface WaitOptions {
  timeoutMs: number;
  signal?: AbortSignal;
}

export interface PodPort {
  namespace: string;
  pod: string;
  port: number;
}

export interface ExecOptions {
  namespace: string;
  pod: string;
  container: string;
  command: readonly string[];
  /** Called with each complete line of the command's stdout, without its line end. */
  onLine: (line: string) => void;
  /** The same for the command's stderr. */
  onErrorLine?: (line: string) => void;
  signal?: AbortSignal;
}

/** One cluster, reached as the kubeconfig says. Every method throws ShiftError: cluster, unauthorized, forbidden, conflict, stale, rejected, timeout. */
export interface Cluster extends Reader {
  readonly server: string;
  /** Name of the kubeconfig context; undefined in a pod. */
  readonly context: string | undefined;
  /** The context's namespace, `default` where it has none. */
  readonly namespace: string;
  /** Ends all requests, which then reject with its reason. */
  readonly signal: AbortSignal;
  /** What a kind is called in paths and permissions, such as `tcproutes`; undefined where it is not served. */
  pluralOf(kind: KindRef): Promise<string | undefined>;
  /** Looks at every kind in discovery. */
  contents(namespace: string, options?: Pick<ListOptions, 'labelSelector'>): Promise<Contents>;
  /** Server-side apply. managedFields of `object` are ignored. */
  apply(object: KubeObject, options?: ApplyOptions): Promise<Applied>;
  /** Creates the object; a conflict where one of its name exists already. */
  create(object: KubeObject, options?: WriteOptions): Promise<KubeObject>;
  /** Deletes the object only if it still has this uid. False where it was gone already. */
  delete(ref: ObjectRef, uid: string, options?: DeleteOptions): Promise<boolean>;
  /**
   * The present state of the object, then each later one; undefined while it does not exist. Outlives watches that expire, break or end with the
   * API server, after which a state may come twice. Ends only with the reason of a signal: this one, or the cluster's own.
   */
  watch(ref: ObjectRef, signal?: AbortSignal): AsyncIterable<KubeObject | undefined>;
  /** Resolves with the first state of a watched object for which `ready` holds. */
  waitFor(
    ref: ObjectRef,
    ready: (object: KubeObject | undefined) => boolean,
    options: WaitOptions,
  ): Promise<KubeObject | undefined>;
  /** Those of the accesses that the user lacks. */
  denied(accesses: readonly Access[]): Promise<Access[]>;
  /** Opens one connection to a port inside a pod. */
  portForward(target: PodPort, signal?: AbortSignal): Promise<Duplex>;
  /** Runs a command in a container; resolves with its exit status. */
  exec(options: ExecOptions): Promise<number>;
  /** The same cluster under another signal: for what must still be done after the first one aborted. */
  withSignal(signal: AbortSignal): Cluster;
}
