import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { testSandbox } from '../../helpers/sandbox.ts';
import { connect, readAccess } from '../stack/api.ts';
import { differences } from './differences.ts';
import { record, requestName, type Answers, type Exchange } from './exchange.ts';
import { masked } from './mask.ts';
import { reportOf, type Finding } from './report.ts';
import { namespace } from './requests/place.ts';

/** Sends the requests to the real API server of KUBECONFIG and to a new sandbox, and writes where the answers differ. Resolves with the names of those. */
export async function compare(exchanges: readonly Exchange[], report: string): Promise<string[]> {
  // Short enough that what the first requests did is forgotten at the end.
  const sandbox = await testSandbox({}, { historyWindow: 100 });
  try {
    const [real, ours] = await Promise.all(
      [process.env['KUBECONFIG']!, sandbox.kubeconfig].map((kubeconfig) => answersOf(kubeconfig, exchanges)),
    );
    const findings = exchanges.map((exchange): Finding => {
      const [one, other] = [real!, ours!].map((answers) => masked(answers.get(requestName(exchange))!));
      return { exchange, differences: differences(one, other) };
    });
    const differing = findings.filter((finding) => finding.differences.length > 0);
    await mkdir(dirname(report), { recursive: true });
    await writeFile(report, reportOf(differing, exchanges.length));
    return differing.map(({ exchange }) => requestName(exchange));
  } finally {
    await sandbox.stop();
  }
}

async function answersOf(kubeconfig: string, exchanges: readonly Exchange[]): Promise<Answers> {
  const api = connect(await readAccess(kubeconfig));
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  await api.call('/api/v1/namespaces', { method: 'POST', body });
  return record(api, exchanges);
}
