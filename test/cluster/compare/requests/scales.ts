import { changed, type Exchange } from '../exchange.ts';
import { applyPatch, jsonPatch, mergePatch, placeOf, strategicPatch, table } from './place.ts';
import type { Subject } from './subjects.ts';

/** Reads and writes of the scale, where the kind has one; what would start pods is tried only. */
export function scalesOn(subject: Subject): Exchange[] {
  if (!subject.scale) return [];
  const { about, one, all, nameOf } = placeOf(subject);
  const path = `${one}/scale`;
  const tried = `${path}?dryRun=All&fieldManager=third`;
  const patch = { about, method: 'PATCH', path: tried, type: mergePatch };
  const put = { about, method: 'PUT', path: tried };
  const scaled = (replicas: unknown) => changed(nameOf('get of the scale'), (scale) => (scale.spec = { replicas }));
  return [
    { about, what: 'get of the scale', path },
    { about, what: 'get of the scale as a Table', path, accept: table },
    { about, what: 'get of the scale of what is not there', path: `${all}/missing/scale` },
    { ...patch, what: 'merge patch of the scale', body: { spec: { replicas: 2 } } },
    { ...patch, what: 'strategic merge patch of the scale', type: strategicPatch, body: { spec: { replicas: 2 } } },
    {
      ...patch,
      what: 'JSON patch of the scale',
      type: jsonPatch,
      body: [{ op: 'replace', path: '/spec/replicas', value: 2 }],
    },
    {
      ...patch,
      what: 'apply of the scale',
      type: applyPatch,
      body: { apiVersion: 'autoscaling/v1', kind: 'Scale', spec: { replicas: 2 } },
    },
    {
      ...patch,
      what: 'apply of the scale by force',
      path: `${tried}&force=true`,
      type: applyPatch,
      body: { apiVersion: 'autoscaling/v1', kind: 'Scale', spec: { replicas: 2 } },
    },
    {
      ...patch,
      what: 'apply of another kind to the scale',
      type: applyPatch,
      body: { apiVersion: 'v1', kind: 'Nonsense' },
    },
    { ...patch, what: 'patch of the scale to a negative number', body: { spec: { replicas: -1 } } },
    { ...patch, what: 'patch of the scale to a text', body: { spec: { replicas: 'many' } } },
    { ...patch, what: 'patch of the scale at an old version', body: { metadata: { resourceVersion: '1' } } },
    { ...put, what: 'replace of the scale', body: scaled(3) },
    { ...put, what: 'replace of the scale with a negative number', body: scaled(-1) },
    { ...put, what: 'replace of the scale with another kind', body: { apiVersion: 'v1', kind: 'Nonsense' } },
    { about, what: 'create of the scale', method: 'POST', path, body: {} },
    { about, what: 'delete of the scale', method: 'DELETE', path },
  ];
}
