import type { LoadLine } from '../api/engine-image.ts';
import { line } from './line.ts';
import type { Saying, Snapshot } from './progress.ts';
import { decimalSize } from './size-text.ts';

type Told = Exclude<LoadLine, { readonly engines: unknown }>;

/** How far a push is on each engine, from the lines of the answer. */
export class PushView {
  readonly #engines = new Map<string, Told>();

  add(told: Told): void {
    this.#engines.set(told.engine, told);
  }

  snapshot(): Snapshot {
    const all = [...this.#engines];
    const width = Math.max(0, ...all.map(([engine]) => engine.length));
    return {
      text: all.map(([engine, told]) => line`${engine.padEnd(width)}  ${textOf(told, true)}`),
      // Not how much: that would be a line for each piece.
      sayings: new Map(all.map(([engine, told]): [string, Saying] => [engine, { text: textOf(told, false) }])),
    };
  }
}

const words = { waiting: 'waiting', sending: 'sending', loaded: 'loaded', present: 'there already' } as const;

function textOf(told: Told, isLive: boolean): string {
  if ('message' in told) return `failed: ${told.message}`;
  const { status, sent_bytes } = told;
  const hasBytes = status === 'loaded' || (isLive && status === 'sending');
  return hasBytes ? `${words[status]}, ${decimalSize(sent_bytes)}` : words[status];
}
