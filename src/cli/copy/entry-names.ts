import { SatsumaError } from '../../model/errors.ts';

/**
 * Renames the first entry of an archive and everything below it. Docker puts the requested file or folder first, then
 * its contents.
 */
export class EntryNames {
  readonly #name: string | undefined;
  #root: string | undefined;

  constructor(name: string | undefined) {
    this.#name = name;
  }

  /**
   * The new name without slashes at its ends; empty for the folder itself. Throws `invalid` for a path outside of the
   * target.
   */
  renamed(entry: string): string {
    const parts = entry.split('/').filter((part) => part !== '' && part !== '.');
    if (parts.includes('..'))
      throw new SatsumaError('invalid', `the archive has an entry outside of the target: ${entry.slice(0, 500)}`);
    const clean = parts.join('/');
    this.#root ??= clean;
    const isBelow = this.#root === '' || clean.startsWith(`${this.#root}/`);
    // A hostile engine could add entries, which would overwrite other files of the folder.
    if (clean !== this.#root && !isBelow)
      throw new SatsumaError('invalid', `the archive has an entry that was not requested: ${entry.slice(0, 500)}`);
    if (this.#name === undefined || this.#name === '.') return clean;
    if (clean === this.#root) return this.#name;
    return `${this.#name}/${this.#root === '' ? clean : clean.slice(this.#root.length + 1)}`;
  }
}
