// @ts-check
// What the API server knows about the fields of its kinds, and the generated models do not say: how lists and maps merge, which
// values a field may have, and defaults that are part of a list's key. Every list that is not named here is atomic.

/** Lists merged item by item, with the fields that tell items apart; the first is also the key of a strategic merge patch. */
export const mapLists = {
  'Container.env': 'name',
  'Container.ports': 'containerPort protocol',
  'Container.volumeDevices': 'devicePath',
  'Container.volumeMounts': 'mountPath',
  'ContainerStatus.allocatedResourcesStatus': 'name',
  'ContainerStatus.volumeMounts': 'mountPath',
  'CustomResourceDefinitionStatus.conditions': 'type',
  'DeploymentStatus.conditions': 'type',
  'EphemeralContainer.env': 'name',
  'EphemeralContainer.ports': 'containerPort protocol',
  'EphemeralContainer.volumeDevices': 'devicePath',
  'EphemeralContainer.volumeMounts': 'mountPath',
  'JSONSchemaProps.x-kubernetes-validations': 'rule',
  'NamespaceStatus.conditions': 'type',
  'NodeStatus.addresses': 'type',
  'NodeStatus.conditions': 'type',
  'ObjectMeta.ownerReferences': 'uid',
  'PodSpec.containers': 'name',
  'PodSpec.ephemeralContainers': 'name',
  'PodSpec.hostAliases': 'ip',
  'PodSpec.imagePullSecrets': 'name',
  'PodSpec.initContainers': 'name',
  'PodSpec.resourceClaims': 'name',
  'PodSpec.schedulingGates': 'name',
  'PodSpec.topologySpreadConstraints': 'topologyKey whenUnsatisfiable',
  'PodSpec.volumes': 'name',
  'PodStatus.conditions': 'type',
  'PodStatus.podIPs': 'ip',
  'PodStatus.resourceClaimStatuses': 'name',
  'ReplicaSetStatus.conditions': 'type',
  'ResourceRequirements.claims': 'name',
  'ResourceStatus.resources': 'resourceID',
  'ServiceAccount.secrets': 'name',
  'ServiceSpec.ports': 'port protocol',
  'ServiceStatus.conditions': 'type',
};

/** Map lists that a strategic merge patch replaces as a whole all the same. */
export const withoutPatchMerge = [
  'CustomResourceDefinitionStatus.conditions',
  'ResourceRequirements.claims',
  'ResourceStatus.resources',
];

/** Lists whose items are their own keys. */
export const setLists = [
  'ContainerRestartRuleOnExitCodes.values',
  'Endpoint.addresses',
  'NodeAllocatableResourceClaimStatus.containers',
  'NodeSpec.podCIDRs',
  'ObjectMeta.finalizers',
];

/** Sets that a strategic merge patch adds to. */
export const mergedSets = ['NodeSpec.podCIDRs', 'ObjectMeta.finalizers'];

/** Fields of which a strategic merge patch keeps only the keys that it names in `$retainKeys`. */
export const retainKeys = [
  'DeploymentSpec.strategy',
  'PodSpec.resourceClaims',
  'PodSpec.volumes',
  'PodStatus.resourceClaimStatuses',
];

/** Types and map fields that have one owner as a whole. */
export const atomicTypes = [
  'ConfigMapKeySelector',
  'CoreV1EndpointPort',
  'DiscoveryV1EndpointPort',
  'FileKeySelector',
  'LabelSelector',
  'LocalObjectReference',
  'NodeSelector',
  'NodeSelectorTerm',
  'ObjectFieldSelector',
  'ObjectReference',
  'OwnerReference',
  'ResourceFieldSelector',
  'SecretKeySelector',
  'TypedLocalObjectReference',
  'EndpointAddress',
];
export const atomicMaps = ['PodSpec.nodeSelector', 'ServiceSpec.selector'];

/** Fields whose values are quantities: `500m`, `1Gi`, or a plain number. */
export const quantities = [
  'ContainerStatus.allocatedResources',
  'EmptyDirVolumeSource.sizeLimit',
  'NodeStatus.allocatable',
  'NodeStatus.capacity',
  'PodSpec.overhead',
  'PodStatus.allocatedResources',
  'ResourceFieldSelector.divisor',
  'ResourceRequirements.limits',
  'ResourceRequirements.requests',
  'VolumeResourceRequirements.limits',
  'VolumeResourceRequirements.requests',
];

/** Defaults that the server publishes, because they can be part of a list item's key. */
export const defaults = { 'ContainerPort.protocol': 'TCP', 'ServicePort.protocol': 'TCP' };

/** The values that a field may have. */
export const enums = {
  'Container.imagePullPolicy': 'Always IfNotPresent Never',
  'Container.terminationMessagePolicy': 'FallbackToLogsOnError File',
  'ContainerPort.protocol': 'SCTP TCP UDP',
  'CustomResourceDefinitionSpec.scope': 'Cluster Namespaced',
  'DeploymentStrategy.type': 'Recreate RollingUpdate',
  'EndpointSlice.addressType': 'FQDN IPv4 IPv6',
  'HTTPGetAction.scheme': 'HTTP HTTPS',
  'LabelSelectorRequirement.operator': 'DoesNotExist Exists In NotIn',
  'NamespaceStatus.phase': 'Active Terminating',
  'PodSpec.dnsPolicy': 'ClusterFirst ClusterFirstWithHostNet Default None',
  'PodSpec.preemptionPolicy': 'Never PreemptLowerPriority',
  'PodSpec.restartPolicy': 'Always Never OnFailure',
  'PodStatus.phase': 'Failed Pending Running Succeeded Unknown',
  'ServicePort.protocol': 'SCTP TCP UDP',
  'ServiceSpec.externalTrafficPolicy': 'Cluster Local',
  'ServiceSpec.internalTrafficPolicy': 'Cluster Local',
  'ServiceSpec.ipFamilyPolicy': 'PreferDualStack RequireDualStack SingleStack',
  'ServiceSpec.sessionAffinity': 'ClientIP None',
  'ServiceSpec.type': 'ClusterIP ExternalName LoadBalancer NodePort',
  'Toleration.effect': 'NoExecute NoSchedule PreferNoSchedule',
  'Toleration.operator': 'Equal Exists',
};
