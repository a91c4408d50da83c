import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { SatsumaError } from '../../model/errors.ts';
import { type RecordingRecord, recordingChunkId, recordingContext } from '../../model/recording.ts';
import type { SecretBox } from '../../runtime/secret-box.ts';
import type { Store } from '../../store/store.ts';

const compress = promisify(gzip);

/** Fields that the writer updates. */
type Written = 'chunks' | 'storedBytes';

/** Writes a recording in chunks, one write at a time. */
export class RecordingWriter {
  readonly #store: Pick<Store, 'read' | 'write'>;
  readonly #box: SecretBox;
  readonly #id: string;
  #version = 0;
  #chunks = 0;
  #storedBytes = 0;

  constructor(store: Pick<Store, 'read' | 'write'>, box: SecretBox, id: string) {
    this.#store = store;
    this.#box = box;
    this.#id = id;
  }

  /**
   * Can be retried with more text after a failure. Throws `store_unavailable`, and `not_recorded` if the recording was
   * removed.
   */
  async write(text: string, record: Omit<RecordingRecord, Written>): Promise<void> {
    const number = this.#chunks;
    const compressed = (await compress(text)).toString('base64');
    const chunk = { text: this.#box.encrypt(compressed, recordingContext(this.#id, number)) };
    const storedBytes = this.#storedBytes + chunk.text.length;
    const value = { ...record, chunks: number + 1, storedBytes };
    const write = () =>
      this.#store.write([
        { kind: 'recording', id: this.#id, value, ifVersion: this.#version },
        { kind: 'recording-chunk', id: recordingChunkId(this.#id, number), value: chunk },
      ]);
    let written = await write();
    if (!written.ok) {
      // A write without a response may have succeeded: no other writer changes a recording, but it may have been
      // removed.
      const found = await this.#store.read('recording', this.#id);
      if (!found) throw notRecorded('its recording was removed');
      this.#version = found.version;
      written = await write();
    }
    if (!written.ok) throw notRecorded('its recording was removed');
    this.#version = written.version;
    this.#chunks = number + 1;
    this.#storedBytes = storedBytes;
  }

  async remove(): Promise<void> {
    const chunks = Array.from({ length: this.#chunks }, (_, number) => recordingChunkId(this.#id, number));
    await this.#store.write([
      { kind: 'recording', id: this.#id },
      ...chunks.map((id) => ({ kind: 'recording-chunk', id }) as const),
    ]);
  }
}

export function notRecorded(reason: string, cause?: unknown): SatsumaError {
  const sentence = `${reason}; the policy requires sessions to be recorded, so this one ends`;
  return new SatsumaError('not_recorded', sentence, { cause });
}
