import { createHash, randomUUID } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditEntry } from '../../model/audit.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { Output, WindowSize } from '../../model/process-stream.ts';
import { maxRecordingBytes, type SessionOwner, type SessionTarget } from '../../model/recording.ts';
import { timestamp } from '../../state/clock.ts';
import type { Cluster } from '../../state/cluster.ts';
import { hasEncrypted } from '../images/registry-credentials.ts';
import { notRecorded, RecordingWriter } from './recording-writer.ts';
import { makeRoom } from './remove-old-recordings.ts';

/** Text is written in chunks; smaller amounts wait for this time. */
const chunkLength = 64 * 1024;
const gatherMs = 2_000;
/** Attempts to write the end. */
const maxTries = 5;
/** How much is buffered while the store is unavailable; beyond that, the session ends. */
const maxWaiting = 1024 * 1024;
/** The window size until the client sends one. */
const usualSize: WindowSize = { rows: 24, columns: 80 };

/**
 * Records a session's output as asciicast v2, encrypted in the store. If recording fails, the session ends: the
 * recorder's signal aborts with `not_recorded`.
 */
export class SessionRecorder {
  readonly #cluster: Cluster;
  readonly #owner: SessionOwner;
  readonly #target: SessionTarget;
  readonly #id: string;
  readonly #writer: RecordingWriter;
  readonly #startedAt: string;
  readonly #begunMs: number;
  readonly #stop = new AbortController();
  readonly #hash = createHash('sha256');
  readonly #decoders = { stdout: new StringDecoder(), stderr: new StringDecoder() };
  #bytes = 0;
  #waiting = '';
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  private constructor(
    cluster: Cluster,
    session: { owner: SessionOwner; target: SessionTarget; id: string },
    writer: RecordingWriter,
  ) {
    this.#cluster = cluster;
    this.#owner = session.owner;
    this.#target = session.target;
    this.#id = session.id;
    this.#writer = writer;
    this.#startedAt = timestamp(cluster.clock);
    this.#begunMs = cluster.clock.steadyMs();
  }

  /** Resolves when the start is stored. Throws `registry_key`, `store_unavailable`. */
  static async begin(cluster: Cluster, owner: SessionOwner, target: SessionTarget): Promise<SessionRecorder> {
    const { store, registryKey } = cluster;
    const others = await makeRoom(cluster, owner.who);
    const box = await registryKey({ isNew: others === 0 && !(await hasEncrypted(store)) });
    const id = randomUUID();
    const recorder = new SessionRecorder(cluster, { owner, target, id }, new RecordingWriter(store, box, id));
    recorder.#append(recorder.#header());
    await recorder.#write();
    return recorder;
  }

  /** Aborts when the session must end, because it can no longer be recorded. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Resolves when there is space for more. Throws `not_recorded`. */
  async add({ stream, bytes }: Output): Promise<void> {
    const text = this.#decoders[stream].write(bytes);
    if (text === '') return;
    // Players need CRLF, as terminals do.
    this.#note('o', this.#target.isTerminal ? text : text.replaceAll(/\r?\n/g, '\r\n'));
    if (this.#waiting.length >= chunkLength) await this.#flush();
    this.#stop.signal.throwIfAborted();
  }

  resize({ rows, columns }: WindowSize): void {
    this.#note('r', `${columns}x${rows}`);
  }

  /**
   * Ends the recording; `isFailed`: it is unknown whether the session started. Resolves when everything is stored, or
   * the store refuses it. Never throws.
   */
  close({ isFailed = false }: { readonly isFailed?: boolean } = {}): Promise<void> {
    this.#closing ??= this.#end(isFailed);
    return this.#closing;
  }

  /** Removes the recording of a session that never started. Never throws. */
  async discard(): Promise<void> {
    this.#closing ??= this.#writer.remove().catch(() => undefined);
    await this.#closing;
  }

  #header(): string {
    const { container, engine, command } = this.#target;
    return JSON.stringify({
      ...{ version: 2, width: usualSize.columns, height: usualSize.rows },
      timestamp: Math.floor(Date.parse(this.#startedAt) / 1_000),
      ...(command && { command: command.join(' ') }),
      title: `${container} on ${engine}`,
    });
  }

  #note(kind: 'o' | 'r', text: string): void {
    if (this.#closing || this.#stop.signal.aborted) return;
    const seconds = Number(((this.#cluster.clock.steadyMs() - this.#begunMs) / 1_000).toFixed(6));
    const line = JSON.stringify([seconds, kind, text]);
    if (this.#bytes + Buffer.byteLength(line) + 1 > maxRecordingBytes) {
      this.#give('its recording is full');
      return;
    }
    this.#append(line);
    this.#timer ??= setTimeout(() => void this.#flush(), gatherMs);
  }

  #append(line: string): void {
    const text = `${line}\n`;
    this.#hash.update(text);
    this.#bytes += Buffer.byteLength(text);
    this.#waiting += text;
  }

  /** Also resolves if the store is unavailable: it is retried until the buffer is full. */
  #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#tryWrite());
    return this.#writing;
  }

  async #tryWrite(): Promise<void> {
    if (this.#waiting === '' || this.#stop.signal.aborted) return;
    try {
      await this.#write();
    } catch (error) {
      if (!isSatsumaError(error, 'store_unavailable')) return this.#give('it could not be recorded', error);
      if (this.#waiting.length >= maxWaiting) return this.#give('the store does not accept its recording', error);
      this.#timer ??= setTimeout(() => void this.#flush(), gatherMs);
    }
  }

  async #write(
    end: { readonly endedAt: string | null; readonly sha256: string | null } = { endedAt: null, sha256: null },
  ) {
    const text = this.#waiting;
    const { who, role, from } = this.#owner;
    const { verb, container, containerId, engine } = this.#target;
    await this.#writer.write(text, {
      ...{ who, role, from, verb, container, containerId, engine },
      ...{ startedAt: this.#startedAt, bytes: this.#bytes, ...end },
    });
    this.#waiting = this.#waiting.slice(text.length);
  }

  #give(reason: string, cause?: unknown): void {
    this.#cluster.logger.warn(
      { err: cause, recording: this.#id },
      'session ended, because it can no longer be recorded',
    );
    this.#stop.abort(isSatsumaError(cause, 'not_recorded') ? cause : notRecorded(reason, cause));
  }

  async #end(isFailed: boolean): Promise<void> {
    clearTimeout(this.#timer);
    const sha256 = this.#hash.copy().digest('hex');
    await this.#writing;
    const isWhole = await this.#writeEnd({ endedAt: timestamp(this.#cluster.clock), sha256 });
    const code = this.#stop.signal.aborted || !isWhole ? 'not_recorded' : null;
    this.#cluster.audit?.note(this.#entry(sha256, isFailed || code !== null ? 'failed' : 'done', code));
  }

  /** Retries for a while if the store is unavailable. False: the end was not stored. */
  async #writeEnd(end: { readonly endedAt: string; readonly sha256: string }): Promise<boolean> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#write(end);
        return true;
      } catch (error) {
        const isLast = tries >= maxTries || !isSatsumaError(error, 'store_unavailable');
        if (isLast) {
          this.#cluster.logger.warn({ err: error, recording: this.#id }, 'the end of a recording was not stored');
          if (isSatsumaError(error, 'not_recorded')) await this.#writer.remove().catch(() => undefined);
          return false;
        }
        await sleep(gatherMs);
      }
    }
  }

  /** The audit chain contains the recording's hash, so later changes are detectable. */
  #entry(sha256: string, result: AuditEntry['result'], code: string | null): AuditEntry {
    const { who, role, from, request } = this.#owner;
    const { verb, container } = this.#target;
    return {
      at: timestamp(this.#cluster.clock),
      ...{ who, role, from, verb, noun: 'container', target: container, method: '', path: '', status: null, request },
      ...{ result, code, recording: { id: this.#id, bytes: this.#bytes, sha256 } },
    };
  }
}
