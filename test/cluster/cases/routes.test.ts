/** The cases about routes that others wrote, on the cluster that the run is about. */
import { profile } from '../suite/profile.ts';
import { deprecatedVersionCases } from './deprecated-version.ts';
import { foreignTcpRouteCases } from './foreign-tcp-route.ts';
import { foreignVirtualServiceCases } from './foreign-virtual-service.ts';
import { caseTarget } from './task.ts';

if (profile.controller === 'istio')
  foreignVirtualServiceCases(profile.title, async () => caseTarget('case-virtual-service', 'istio'));
foreignTcpRouteCases(profile.title, async () => caseTarget('case-tcp-route'));
deprecatedVersionCases(profile.title, async () => caseTarget('case-deprecated'));
