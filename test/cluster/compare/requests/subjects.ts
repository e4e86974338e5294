import { kubernetesSubjects } from './kubernetes-subjects.ts';
import { routingSubjects } from './routing-subjects.ts';

/** A kind that the comparison is about, with one good object and with the ways that it can be wrong. */
export interface Subject {
  /** `apps/v1`, `v1` */
  apiVersion: string;
  kind: string;
  plural: string;
  namespaced: boolean;
  custom: boolean;
  /** Whether it has a status of its own; custom kinds of the comparison all do. */
  status?: boolean;
  /** Whether it has a scale. */
  scale?: boolean;
  /** The good object's fields beside apiVersion, kind and metadata. */
  fields: Record<string, unknown>;
  /** A change of the good object that is allowed, as a merge patch. */
  change: Record<string, unknown>;
  /** A change that is not allowed, as a merge patch. */
  fixed?: Record<string, unknown>;
  /** Objects that must be refused, or completed in a way of their own, by what is special about them. */
  cases?: Record<string, Record<string, unknown>>;
}

export const subjects: readonly Subject[] = [...kubernetesSubjects, ...routingSubjects];
