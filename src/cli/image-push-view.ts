import type { LoadLine } from '../api/engine-image.ts';
import { line } from './line.ts';
import type { ProgressMessage, Snapshot } from './progress.ts';
import { decimalSize } from './size-text.ts';

type Step = Exclude<LoadLine, { readonly engines: unknown }>;

/** The progress of a push on each engine, from the lines of the answer. */
export class PushView {
  readonly #engines = new Map<string, Step>();

  after(step: Step): Snapshot {
    this.#engines.set(step.engine, step);
    const all = [...this.#engines];
    const width = Math.max(0, ...all.map(([engine]) => engine.length));
    return {
      text: all.map(([engine, last]) => line`${engine.padEnd(width)}  ${textOf(last, true)}`),
      // Without amounts, which would print a line for each chunk.
      sayings: new Map(all.map(([engine, last]): [string, ProgressMessage] => [engine, { text: textOf(last, false) }])),
    };
  }
}

const words = { waiting: 'waiting', sending: 'sending', loaded: 'loaded', present: 'there already' } as const;

function textOf(step: Step, isLive: boolean): string {
  if ('message' in step) return `failed: ${step.message}`;
  const { status, sent_bytes } = step;
  const hasBytes = status === 'loaded' || (isLive && status === 'sending');
  return hasBytes ? `${words[status]}, ${decimalSize(sent_bytes)}` : words[status];
}
