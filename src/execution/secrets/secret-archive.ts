import tar from 'tar-stream';
import type { ReadSecret } from './read-secrets.ts';

/** An archive of files that is held open behind its last entry until somebody ends it. */
export class HeldArchive {
  readonly #pack = tar.pack();
  readonly #end: () => void;

  /** `marker`: an empty file behind all others: what is before it is whole when it is there. */
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
