import tar from 'tar-stream';
import type { ReadSecret } from './read-secrets.ts';

/** An archive of files that is kept open after its last entry until `end` is called. */
export class HeldArchive {
  readonly #pack = tar.pack();
  readonly #end: () => void;

  /** `marker`: an empty last file: when it exists, all other files are complete. */
  constructor(secrets: readonly ReadSecret[], marker: string) {
    for (const { name, target = name, mode = '0444', uid = 0, gid = 0, value } of secrets)
      this.#pack.entry({ name: target, mode: Number.parseInt(mode, 8), uid, gid }, value);
    this.#pack.entry({ name: marker, mode: 0o400 }, '');
    this.#end = () => this.#pack.finalize();
  }

  async *bytes(): AsyncGenerator<Buffer> {
    for await (const bytes of this.#pack) yield bytes as Buffer;
  }

  end(): void {
    this.#end();
  }
}
