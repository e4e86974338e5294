/** The namespace of Istio's own task page. */
export const taskNamespace = 'istio-io-tcp-traffic-shifting';

/** The task's own route. */
export const defaultRoute = 'tcp-echo';
