/** A Service's name in the cluster's DNS, as meshes write it. */
export function serviceHost(name: string, namespace = 'default'): string {
  return `${name}.${namespace}.svc.cluster.local`;
}
