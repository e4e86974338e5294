// node ten-lines.mjs ROUTE NAMESPACE VERSION=PERCENT: shifts and verifies the cluster's route that KUBECONFIG leads to.
import { askAbout, connect, findTarget, parseAssignments, probing, shift, verify } from 'tcpshift';

const [name, namespace, ...words] = process.argv.slice(2);
const session = await connect({ env: process.env });
const before = await findTarget({ name, namespace }, session);
const { proof } = await shift(before, parseAssignments(words), {}, session);
const target = await findTarget({ name, namespace }, session);
const source = await probing(target, {}, session);
const { verdict } = await verify(source, askAbout(target.view.split, { power: 0.9999 }), {}, session);
console.log(JSON.stringify({ split: target.view.split, proof: proof.level, verdict }));
