import { SatsumaError } from '../model/errors.ts';
import { visibleText } from '../model/visible-text.ts';
import type { Place } from './tree.ts';

/** More are not written. */
const maxShown = 20;
const maxCharacters = 80;

/** What is wrong with the files: all of it, so that it is mended in one go. */
export class Problems {
  readonly #found: { readonly place: Place; readonly sentence: string }[] = [];
  readonly #reported = new Set<string>();
  readonly #warnings = new Set<string>();
  /** What says which keys there are. */
  readonly format: string;

  constructor(format = 'the Compose specification') {
    this.format = format;
  }

  get warnings(): readonly string[] {
    return [...this.#warnings];
  }

  add(place: Place, path: string, sentence: string): void {
    // What came without a file has no lines.
    const where = place.line === 0 ? '' : `${place.file}:${place.line}: `;
    const whole = `${where}${path === '' ? '' : `${path}: `}${sentence}`;
    if (this.#reported.has(whole)) return;
    this.#reported.add(whole);
    this.#found.push({ place, sentence: whole });
  }

  warn(sentence: string): void {
    this.#warnings.add(sentence);
  }

  /** Throws `invalid` where there are any, each in a line, as they come in their files. */
  refuse(): void {
    const files = [...new Set(this.#found.map(({ place }) => place.file))];
    const sorted = files.flatMap((file) => {
      const own = this.#found.filter(({ place }) => place.file === file);
      return own.sort((a, b) => a.place.line - b.place.line).map(({ sentence }) => sentence);
    });
    if (sorted.length === 0) return;
    const shown = sorted.slice(0, maxShown);
    const more = sorted.length > maxShown ? [`and ${sorted.length - maxShown} more`] : [];
    throw new SatsumaError('invalid', [...shown, ...more].join('\n'), { details: shown });
  }
}

/** A text of the file in a sentence, cut. */
export function quoted(value: unknown): string {
  const text = visibleText(String(value));
  return `"${text.length > maxCharacters ? `${text.slice(0, maxCharacters)}...` : text}"`;
}
