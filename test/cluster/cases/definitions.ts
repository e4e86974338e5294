import { kubectl, type Target } from '../parity/target.ts';

const name = 'tcproutes.gateway.networking.k8s.io';

/**
 * Changes each version of TCPRoute's definition, as another release of the Gateway API would; resolves with what puts it back.
 */
export async function changeTcpRoute(target: Target, change: (version: any) => void): Promise<() => Promise<void>> {
  const { versions } = (await read(target)).spec;
  await write(
    target,
    structuredClone(versions).map((version: any) => (change(version), version)),
  );
  return () => write(target, versions);
}

async function read(target: Target): Promise<any> {
  return JSON.parse(await kubectl(target, ['get', 'crd', name, '-o', 'json']));
}

async function write(target: Target, versions: object[]): Promise<void> {
  const patch = [{ op: 'replace', path: '/spec/versions', value: versions }];
  await kubectl(target, ['patch', 'crd', name, '--type=json', '-p', JSON.stringify(patch)]);
}
