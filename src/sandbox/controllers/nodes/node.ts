import type { KubeObject } from '../../../core/objects.ts';
import { timestamp } from '../conditions.ts';
import { kinds } from '../kinds.ts';
import { hostAddress } from './pod-status.ts';

export const nodeName = 'sandbox';

/** The one node. */
export const sandboxNode: KubeObject = {
  ...kinds.node,
  metadata: {
    name: nodeName,
    labels: {
      'kubernetes.io/hostname': nodeName,
      'kubernetes.io/os': 'linux',
      'node-role.kubernetes.io/control-plane': '',
    },
  },
  spec: { podCIDR: '10.244.0.0/16', podCIDRs: ['10.244.0.0/16'] },
};

/** The status that the node's kubelet gives it. */
export function nodeStatus(): object {
  const resources = { cpu: '2', memory: '4Gi', pods: '110' };
  const now = timestamp();
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'KubeletReady',
    message: 'the sandbox runs tcp-echo-server, gateways and nothing else',
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  };
  return {
    addresses: [
      { type: 'InternalIP', address: hostAddress },
      { type: 'Hostname', address: nodeName },
    ],
    capacity: resources,
    allocatable: resources,
    conditions: [ready],
    nodeInfo: {
      architecture: process.arch,
      bootID: nodeName,
      containerRuntimeVersion: 'sandbox://0',
      kernelVersion: 'none',
      kubeletVersion: 'v1.36.2',
      kubeProxyVersion: '',
      machineID: nodeName,
      operatingSystem: 'linux',
      osImage: 'tcpshift sandbox',
      systemUUID: nodeName,
    },
  };
}
