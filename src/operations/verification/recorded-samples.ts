import { readFileSync } from 'node:fs';
import { outcomes, type Sample } from '../../core/sample.ts';
import { ShiftError } from '../../errors.ts';

/**
 * The samples of a file that `probe -o ndjson` wrote, in their order.
 * @throws ShiftError usage: the file cannot be read, or a line is no sample; names file and line
 */
export function readSamples(file: string): Sample[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ShiftError('usage', `cannot read samples from ${file}: ${(cause as Error).message}`, {
      hint: 'record them: tcpshift probe -o ndjson > samples.ndjson',
      cause,
    });
  }
  const lines = text.split('\n').map((line, index) => ({ line: line.trim(), number: index + 1 }));
  const samples = lines
    .filter(({ line }) => line !== '')
    .map(({ line, number }) => parseSample(line, `${file}:${number}`));
  return samples.sort((one, other) => one.index - other.index);
}

function parseSample(line: string, place: string): Sample {
  let value: Partial<Sample> | null;
  try {
    value = JSON.parse(line) as Partial<Sample> | null;
  } catch (cause) {
    throw notASample(place, (cause as Error).message);
  }
  const known = outcomes.some((outcome) => outcome === value?.outcome);
  const named = value?.version === null || typeof value?.version === 'string';
  if (known && named && typeof value?.index === 'number') return value as Sample;
  throw notASample(place, 'it lacks an index, a version or a known outcome');
}

function notASample(place: string, why: string): ShiftError {
  return new ShiftError('usage', `${place} is no sample: ${why}`, {
    hint: 'record samples anew: tcpshift probe -o ndjson',
  });
}
