import type { ImageOutcome, PullEnd, PullLine } from '../api/engine-image.ts';
import { PullLayers, type PullSum } from '../model/pull-layers.ts';
import { line } from './line.ts';
import type { ProgressMessage, Snapshot } from './progress.ts';
import { decimalSize } from './size-text.ts';

interface EnginePull {
  readonly layers: PullLayers;
  status: string;
  outcome: ImageOutcome | undefined;
}

const barWidth = 30;

/** The progress of a pull on each engine, from the lines of the answer. */
export class PullView {
  readonly #engines = new Map<string, EnginePull>();

  after(step: Exclude<PullLine, PullEnd>): Snapshot {
    const pull = this.#engines.get(step.engine) ?? { layers: new PullLayers(), status: '', outcome: undefined };
    this.#engines.set(step.engine, pull);
    if ('ok' in step) pull.outcome = step;
    else if (step.layer === undefined) pull.status = step.status;
    else pull.layers.add(step);
    const width = Math.max(0, ...[...this.#engines.keys()].map(({ length }) => length));
    const all = [...this.#engines];
    return {
      text: all.map(([engine, pull]) => line`${engine.padEnd(width)}  ${barOf(pull)}`),
      sayings: new Map(all.map(([engine, pull]): [string, ProgressMessage] => [engine, { text: textOf(pull) }])),
    };
  }
}

function barOf(pull: EnginePull): string {
  const { layers, outcome } = pull;
  if (outcome) return outcomeText(outcome);
  const sum = layers.sum();
  return sum.total === 0 ? textOf(pull) : `${pullBar(sum)}  ${layersText(sum)}`;
}

/** The progress bar of a download. */
export function pullBar({ current, total }: Pick<PullSum, 'current' | 'total'>): string {
  const filled = Math.floor((current / total) * barWidth);
  const bar = '='
    .repeat(filled)
    .concat(filled < barWidth ? '>' : '')
    .padEnd(barWidth);
  return `[${bar}] ${decimalSize(current)}/${decimalSize(total)}`;
}

function textOf({ layers, status, outcome }: EnginePull): string {
  if (outcome) return outcomeText(outcome);
  const sum = layers.sum();
  return sum.layers > 0 ? layersText(sum) : status.toLowerCase();
}

export function layersText({ layers, layersDone }: Pick<PullSum, 'layers' | 'layersDone'>): string {
  return `${layersDone} of ${layers} layers`;
}

const endings = { pulled: 'pulled', current: 'up to date', present: 'there already' } as const;

function outcomeText(outcome: ImageOutcome): string {
  return outcome.ok ? endings[outcome.status] : `failed: ${outcome.message}`;
}
