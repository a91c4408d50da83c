import { SatsumaError } from '../../model/errors.ts';

/**
 * Gives the first entry of an archive another name, and all that is below it. Docker puts what was asked for first: a file, or a
 * folder and then what is in it.
 */
export class EntryNames {
  readonly #name: string | undefined;
  #root: string | undefined;

  constructor(name: string | undefined) {
    this.#name = name;
  }

  /** Without a slash at either end; empty for the folder itself. Throws `invalid` for a name that leads out of the target. */
  renamed(entry: string): string {
    const parts = entry.split('/').filter((part) => part !== '' && part !== '.');
    if (parts.includes('..'))
      throw new SatsumaError('invalid', `the archive has an entry outside of the target: ${entry.slice(0, 500)}`);
    const clean = parts.join('/');
    this.#root ??= clean;
    const isBelow = this.#root === '' || clean.startsWith(`${this.#root}/`);
    // Whoever makes the archive may be hostile, and there is more in the folder than what was asked for.
    if (clean !== this.#root && !isBelow)
      throw new SatsumaError('invalid', `the archive has an entry that nobody asked for: ${entry.slice(0, 500)}`);
    if (this.#name === undefined || this.#name === '.') return clean;
    if (clean === this.#root) return this.#name;
    return `${this.#name}/${this.#root === '' ? clean : clean.slice(this.#root.length + 1)}`;
  }
}
