import tar, { type Pack } from 'tar-stream';
import { secretPath } from '../../model/secret.ts';
import type { ReadSecret } from './read-secrets.ts';

/** An archive of files outside the secrets folder, to be unpacked in the root folder. */
export async function* diskArchive(secrets: readonly ReadSecret[]): AsyncGenerator<Buffer> {
  const pack = tar.pack();
  for (const secret of secrets) addEntry(pack, secretPath(secret).slice(1), secret);
  pack.finalize();
  for await (const bytes of pack) yield bytes as Buffer;
}

function addEntry(pack: Pack, name: string, { mode = '0444', uid = 0, gid = 0, value }: ReadSecret): void {
  pack.entry({ name, mode: Number.parseInt(mode, 8), uid, gid }, value);
}

/** An archive of files that is kept open after its last entry until `end` is called. */
export class HeldArchive {
  readonly #pack = tar.pack();
  readonly #end: () => void;

  /** `marker`: an empty last file: when it exists, all other files are complete. */
  constructor(secrets: readonly ReadSecret[], marker: string) {
    for (const secret of secrets) addEntry(this.#pack, secret.target ?? secret.name, secret);
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
