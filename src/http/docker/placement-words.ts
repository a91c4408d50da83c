import { SatsumaError } from '../../model/errors.ts';

/** What the body of a create says of where the container may run, as fields of an image config. */
export interface PlacementWords {
  /** The variables that are the program's own. */
  readonly env: readonly string[];
  /** The labels that are the container's own. */
  readonly labels: Readonly<Record<string, string>>;
  /** Values are not checked here. */
  readonly fields: Readonly<Record<string, unknown>>;
}

const variable = /^(constraint|affinity):(.*)$/s;

/** Of classic Swarm: lists of the same in JSON. */
const swarmLabels = ['com.docker.swarm.constraints', 'com.docker.swarm.affinities'];

type Reader = (text: string) => unknown;

const same: Reader = (text) => text;
const list: Reader = (text) =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

/** Fields of an image config that a label `satsuma.NAME` sets: those that no word of Docker says. */
const readers: Readonly<Record<string, Reader>> = {
  ...{ type: same, project: same, strategy: same, pull: same, reschedule: same, spread: same },
  ...{ labels: list, constraints: list },
};

const prefix = 'satsuma.';
const reservationLabel = `${prefix}reservation`;

/**
 * Classic Swarm's words, `-e constraint:zone==eu` and `-e affinity:container==db`, and labels of our own like `satsuma.project`. They say
 * where a container runs, and are not seen in it. Throws `invalid`.
 */
export function placementWordsIn(env: readonly string[], labels: Readonly<Record<string, string>>): PlacementWords {
  const constraints = env.flatMap((each) => variable.exec(each)?.[2] ?? []);
  const own: [string, string][] = [];
  // Whoever makes a container like another one sends back what Satsuma wrote on that.
  const isReadBack = reservationLabel in labels;
  const fields: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(labels)) {
    if (swarmLabels.includes(key)) constraints.push(...listIn(key, value));
    else if (!key.startsWith(prefix)) own.push([key, value]);
    else if (isKnown(key) || !isReadBack) fields[key.slice(prefix.length)] = read(key, value);
  }
  const { constraints: labelled = [] } = fields as { readonly constraints?: readonly string[] };
  const all = [...constraints, ...labelled];
  return {
    env: env.filter((each) => !variable.test(each)),
    labels: Object.fromEntries(own),
    fields: { ...fields, ...(all.length > 0 && { constraints: all }) },
  };
}

function isKnown(key: string): boolean {
  return Object.hasOwn(readers, key.slice(prefix.length));
}

function read(key: string, value: string): unknown {
  const reader = isKnown(key) ? readers[key.slice(prefix.length)] : undefined;
  if (reader) return reader(value);
  const known = Object.keys(readers).map((each) => prefix + each);
  throw new SatsumaError('invalid', `the label ${key} is not one of ${known.join(', ')}`);
}

function listIn(key: string, text: string): string[] {
  try {
    const values: unknown = JSON.parse(text);
    if (Array.isArray(values) && values.every((each) => typeof each === 'string')) return values;
  } catch {
    // Told below.
  }
  throw new SatsumaError('invalid', `the label ${key} must be a list of texts, as JSON`);
}
