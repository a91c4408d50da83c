import type { ListedContainer } from '../api/container.ts';
import type { EngineSummary } from '../api/engine.ts';
import type { EngineRecord } from '../model/engine.ts';
import type { Container, SteadyFields } from '../state/containers/container-view.ts';
import { hideValues } from './hide-values.ts';

/** The five fields of clementine's README, for every engine in an answer. */
export function serializeEngine({ id, addr, cpus, memory, labels }: EngineRecord): EngineSummary {
  return { id, addr, cpus, memory, labels };
}

/** The fields of clementine's README, and the container's state as reported by the engine. */
export function serializeListedContainer(container: Container): ListedContainer {
  return { ...steadyRow(container), engine: serializeEngine(container.engine), ...passingRow(container) };
}

/**
 * Returns a function that writes the rows of one list as JSON. A list of twenty thousand consists of these, and most of
 * each stays as it is from list to list: that text is kept. `hidesValues`: without the values of the environment.
 */
export function rowWriter(hidesValues = false): (container: Container) => string {
  let passing: Passing = {};
  let passingText = '';
  return (container) => {
    const { steady, engine } = container;
    const start = hidesValues ? keptText(hiddenTexts, steady, hiddenRow) : keptText(texts, steady, steadyRow);
    const middle = keptText(texts, engine, engineRow);
    // Mostly the same as of the container before, on the same engine.
    if (!isSamePassing(container, passing)) {
      passing = container;
      passingText = fieldsOf(passingRow(container));
    }
    return `{${start},${middle}${passingText === '' ? '' : ','}${passingText}}`;
  };
}

/** The fields that stay as they are until something happens to the container. */
function steadyRow(steady: SteadyFields) {
  return {
    id: steady.id,
    name: steady.name,
    image: steady.image,
    state: steady.state,
    ports: steady.ports,
    inspected: steady.isPresumed ? (false as const) : undefined,
    unclear: steady.unclear,
    created_at: steady.createdAt,
    exit_code: steady.exitCode,
  };
}

function hiddenRow(steady: SteadyFields) {
  return { ...steadyRow(steady), image: hideValues(steady.image) };
}

function engineRow(engine: EngineRecord) {
  return { engine: serializeEngine(engine) };
}

/** The fields that change with time, or with the engine's condition. */
type Passing = Partial<Pick<Container, 'isStale' | 'observedAt' | 'status'>>;

function passingRow({ isStale, observedAt, status }: Passing) {
  return { stale: isStale ? (true as const) : undefined, observed_at: observedAt, status };
}

function isSamePassing(a: Passing, b: Passing): boolean {
  return a.observedAt === b.observedAt && a.status === b.status && a.isStale === b.isStale;
}

/** Kept texts by immutable object, and released with it. */
const texts = new WeakMap<object, string>();
const hiddenTexts = new WeakMap<object, string>();

function keptText<T extends object>(texts: WeakMap<object, string>, source: T, toRow: (source: T) => object): string {
  const kept = texts.get(source);
  if (kept !== undefined) return kept;
  const text = flat(fieldsOf(toRow(source)));
  texts.set(source, text);
  return text;
}

/** As JSON, without the braces. */
function fieldsOf(row: object): string {
  return JSON.stringify(row).slice(1, -1);
}

/** In one piece: V8 makes a text of JSON from many, and putting them together again each time costs more than the rest. */
function flat(text: string): string {
  return Buffer.from(text).toString();
}
