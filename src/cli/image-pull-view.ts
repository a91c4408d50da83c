import type { ImageOutcome, PullEnd, PullLine } from '../api/engine-image.ts';
import { line } from './line.ts';
import type { Saying, Snapshot } from './progress.ts';
import { decimalSize } from './size-text.ts';

interface Layer {
  readonly current: number;
  readonly total: number;
  readonly isDone: boolean;
}

interface EnginePull {
  readonly layers: Map<string, Layer>;
  status: string;
  outcome: ImageOutcome | undefined;
}

const barWidth = 30;

/** How far a pull is on each engine, from the lines of the answer. */
export class PullView {
  readonly #engines = new Map<string, EnginePull>();

  after(step: Exclude<PullLine, PullEnd>): Snapshot {
    const pull = this.#engines.get(step.engine) ?? { layers: new Map<string, Layer>(), status: '', outcome: undefined };
    this.#engines.set(step.engine, pull);
    if ('ok' in step) pull.outcome = step;
    else if (step.layer === undefined) pull.status = step.status;
    else pull.layers.set(step.layer, layerOf(step, pull.layers.get(step.layer)));
    const width = Math.max(0, ...[...this.#engines.keys()].map(({ length }) => length));
    const all = [...this.#engines];
    return {
      text: all.map(([engine, pull]) => line`${engine.padEnd(width)}  ${barOf(pull)}`),
      sayings: new Map(all.map(([engine, pull]): [string, Saying] => [engine, { text: textOf(pull) }])),
    };
  }
}

/** Docker counts the bytes of the download, and then those of the extraction. */
function layerOf(
  { status, current, total }: { status: string; current?: number; total?: number },
  before?: Layer,
): Layer {
  if (/^downloading$/i.test(status)) return { current: current ?? 0, total: total ?? current ?? 0, isDone: false };
  const known = before?.total ?? 0;
  const isLoaded = /^(verifying|download complete|extracting|pull complete|already exists)/i.test(status);
  return {
    current: isLoaded ? known : (before?.current ?? 0),
    total: known,
    isDone: /^(pull complete|already exists)/i.test(status),
  };
}

function barOf(pull: EnginePull): string {
  const { layers, outcome } = pull;
  if (outcome) return outcomeText(outcome);
  const all = [...layers.values()];
  const total = all.reduce((sum, layer) => sum + layer.total, 0);
  const current = all.reduce((sum, layer) => sum + Math.min(layer.current, layer.total), 0);
  if (total === 0) return textOf(pull);
  const filled = Math.floor((current / total) * barWidth);
  const bar = '='
    .repeat(filled)
    .concat(filled < barWidth ? '>' : '')
    .padEnd(barWidth);
  return `[${bar}] ${decimalSize(current)}/${decimalSize(total)}  ${layersText(all)}`;
}

function textOf({ layers, status, outcome }: EnginePull): string {
  if (outcome) return outcomeText(outcome);
  const all = [...layers.values()];
  return all.length > 0 ? layersText(all) : status.toLowerCase();
}

function layersText(layers: readonly Layer[]): string {
  return `${layers.filter(({ isDone }) => isDone).length} of ${layers.length} layers`;
}

const endings = { pulled: 'pulled', current: 'up to date', present: 'there already' } as const;

function outcomeText(outcome: ImageOutcome): string {
  return outcome.ok ? endings[outcome.status] : `failed: ${outcome.message}`;
}
