import type { ListedContainer } from '../api/container.ts';
import type { EngineSummary } from '../api/engine.ts';
import type { EngineRecord } from '../model/engine.ts';
import type { Container } from '../state/containers/container-view.ts';
import { hideValues } from './hide-values.ts';

/** The five fields of clementine's README, for every engine in an answer. */
export function serializeEngine({ id, addr, cpus, memory, labels }: EngineRecord): EngineSummary {
  return { id, addr, cpus, memory, labels };
}

/** The fields of clementine's README, and the container's state as reported by the engine. */
export function serializeListedContainer(container: Container): ListedContainer {
  return { ...rowOf(container), image: container.image, engine: serializeEngine(container.engine) };
}

/**
 * The same as JSON. A list of twenty thousand consists of these; image and engine are most of each, and rarely change,
 * so their text is cached. `hidesValues`: without the values of the environment.
 */
export function listedContainerText(container: Container, hidesValues = false): string {
  const row = JSON.stringify(rowOf(container)).slice(0, -1);
  const image = hidesValues
    ? keptText(hiddenTexts, container.image, (each) => JSON.stringify(hideValues(each)))
    : keptText(texts, container.image, JSON.stringify);
  const engine = keptText(texts, container.engine, (each) => JSON.stringify(serializeEngine(each)));
  return `${row},"image":${image},"engine":${engine}}`;
}

/** The fields that may change from list to list. A spread would cost more than all the rest. */
function rowOf(container: Container): Omit<ListedContainer, 'image' | 'engine'> {
  return {
    id: container.id,
    name: container.name,
    state: container.state,
    ports: container.ports,
    inspected: container.isPresumed ? false : undefined,
    unclear: container.unclear,
    stale: container.isStale ? true : undefined,
    created_at: container.createdAt,
    observed_at: container.observedAt,
    status: container.status,
    exit_code: container.exitCode,
  };
}

/** Cached text by immutable object, and released with it. */
const texts = new WeakMap<object, string>();
const hiddenTexts = new WeakMap<object, string>();

function keptText<T extends object>(texts: WeakMap<object, string>, source: T, toText: (source: T) => string): string {
  const kept = texts.get(source);
  if (kept !== undefined) return kept;
  const text = toText(source);
  texts.set(source, text);
  return text;
}
