import type { Condition } from '../../core/objects.ts';
import { readCondition } from '../conditions.ts';
import type { RouteView } from '../routing-api.ts';
import type { Readiness } from '../../core/route/readiness.ts';

interface IstioStatus {
  conditions?: Condition[];
  /** int64, which Istio may write as a string. */
  observedGeneration?: number | string;
  validationMessages?: { level?: string; type?: { code?: string; name?: string } }[];
}

/**
 * What Istio says about a VirtualService. It seldom says anything: one entry of state `absent` stands for no status at all. Its own
 * status fields carry one observedGeneration for all conditions.
 */
export async function readiness({ object, ref }: RouteView): Promise<Readiness[]> {
  const { conditions = [], validationMessages = [], observedGeneration } = (object.status ?? {}) as IstioStatus;
  const seen = observedGeneration === undefined ? {} : { observedGeneration: Number(observedGeneration) };
  const dated = conditions.map((condition) => ({ ...seen, ...condition }));
  const said = dated.map(({ type }) => readCondition(type, ref, dated, object.metadata.generation));
  const errors = validationMessages
    .filter(({ level }) => level === 'ERROR')
    .map(({ type }): Readiness => {
      const message = [type?.code, type?.name].filter((part) => part !== undefined).join(' ');
      return { type: 'Validated', ref, state: 'false', reason: type?.name ?? 'Error', message };
    });
  const all = [...said, ...errors];
  return all.length > 0 ? all : [{ type: 'Accepted', ref, state: 'absent' }];
}
