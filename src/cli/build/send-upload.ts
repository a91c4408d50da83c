import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { NewUpload, Upload } from '../../api/upload.ts';
import { SatsumaError } from '../../model/errors.ts';
import { type ApiClient, ApiError, type ApiStream, ServerAwayError } from '../api-client.ts';
import { decimalSize } from '../size-text.ts';

export interface Client {
  readonly api: ApiClient;
  readonly stream: ApiStream;
}

/** What is smaller goes with the build: one request is sooner sent again than three are made. */
const minBytes = 1024 * 1024;
/** Attempts in a row that bring nothing new. With the pauses between them, a server may take half a minute to restart. */
const maxAttempts = 7;
const firstPauseMs = 500;
const maxPauseMs = 16_000;
/** A connection on which nothing moves for this long is dead. */
const stalledMs = 60_000;

interface UploadOptions {
  /** Tells when the connection broke, and where the upload goes on. */
  readonly say: (text: string) => void;
  readonly pause?: (ms: number) => Promise<unknown>;
}

/**
 * Uploads what an image is built from. If the connection breaks, only the rest is sent again. Returns the upload's id; undefined: the
 * context must go with the build, because it is small, or because the server takes no upload. Throws ApiError, ServerAwayError,
 * `invalid` if the files change meanwhile.
 */
export async function sendUpload(
  { api, stream }: Client,
  open: () => AsyncIterable<Buffer>,
  { say, pause = wait }: UploadOptions,
): Promise<string | undefined> {
  const whole = await measured(open());
  if (whole.size <= minBytes) return undefined;
  const of = decimalSize(whole.size);
  let farthest = -1;
  let failures = 0;
  for (;;) {
    let upload: Upload | undefined;
    try {
      upload = await begun(api, whole);
      if (!upload) return undefined;
      const { id, offset } = upload;
      if (offset > 0 && offset < whole.size) say(`goes on with the upload at ${decimalSize(offset)} of ${of}`);
      if (farthest > offset) say('the server has nothing of the upload any more: begins again');
      // What another server of the cluster answers is no progress.
      if (offset > farthest) failures = 0;
      farthest = Math.max(farthest, offset);
      if (offset < whole.size) await append(stream, upload, open());
      return id;
    } catch (error) {
      // Without an earlier attempt, it is not a connection that broke.
      if (!isBreak(error) || (!upload && farthest < 0)) throw error;
      failures += 1;
      if (failures >= maxAttempts) {
        if (isAway(error)) return undefined;
        say('the upload is given up; for an hour, the same command goes on with it');
        throw error;
      }
      const ms = Math.min(maxPauseMs, firstPauseMs * 2 ** (failures - 1));
      say(`the upload broke off: trying again in ${ms / 1000} s`);
      await pause(ms);
    }
  }
}

async function measured(bytes: AsyncIterable<Buffer>): Promise<NewUpload> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of bytes) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: hash.digest('hex') };
}

/** The same request begins an upload and finds one that broke off. Undefined: the server is older, or takes no more uploads. */
async function begun(api: ApiClient, whole: NewUpload): Promise<Upload | undefined> {
  try {
    return (await api('POST', 'apiv1/upload', whole)).data;
  } catch (error) {
    // 502 and 504 are of a proxy whose server restarts.
    if (error instanceof ApiError && ![502, 504].includes(error.status)) return undefined;
    throw error;
  }
}

/** Throws `invalid` if the files have changed since they were measured. */
async function append(stream: ApiStream, { id, offset, size }: Upload, bytes: AsyncIterable<Buffer>): Promise<void> {
  const dead = new AbortController();
  const timer = setTimeout(() => dead.abort(), stalledMs);
  const body = Readable.from(counted(bytes, { from: offset, to: size, onChunk: () => timer.refresh() }), {
    objectMode: false,
  });
  try {
    for await (const _ of stream(`apiv1/upload/${id}?offset=${offset}`, body, dead.signal, 'PATCH'));
  } catch (error) {
    if (error instanceof ApiError && error.status === 400) throw changed(error);
    throw error;
  } finally {
    clearTimeout(timer);
    body.destroy();
  }
}

interface Part {
  readonly from: number;
  readonly to: number;
  readonly onChunk: () => void;
}

async function* counted(bytes: AsyncIterable<Buffer>, { from, to, onChunk }: Part): AsyncGenerator<Buffer> {
  let at = 0;
  for await (const chunk of bytes) {
    onChunk();
    const skipped = Math.min(chunk.length, Math.max(0, from - at));
    at += chunk.length;
    if (skipped < chunk.length) yield chunk.subarray(skipped);
  }
  if (at !== to) throw changed(undefined);
}

function changed(cause: unknown): SatsumaError {
  return new SatsumaError('invalid', 'the files were changed while they were uploaded: try again', { cause });
}

/** Errors after which the server is asked how far the upload is. */
function isBreak(error: unknown): boolean {
  if (error instanceof ServerAwayError) return true;
  return error instanceof ApiError && [404, 409, 502, 503, 504].includes(error.status);
}

/** The server has no such upload. */
export function isAway(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}
