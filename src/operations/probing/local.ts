import { dialTcp, dialTls } from '../../probe/dial.ts';
import type { Target } from '../route/target.ts';
import type { Session } from '../session.ts';
import { dialling, ingressOf, reach, type Place, type VantageSpec } from './place.ts';

/** This machine, to the ingress address. @throws ShiftError unreachable */
export async function openLocal(options: VantageSpec, target: Target, session: Session): Promise<Place> {
  const { host, port } = await ingressOf(options, target, session);
  const address = `${host}:${port}`;
  const sources = (options.sourceAddresses ?? []).map((localAddress) => ({ host, port, localAddress }));
  const dials = (sources.length > 0 ? sources : [{ host, port }]).map(options.tls ? dialTls : dialTcp);
  await reach(dials[0]!, { address, target, session });
  return dialling('local', address, { dials, session, ...options });
}
