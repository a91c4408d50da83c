/** Whose session it is that a policy wants recorded. */
export interface SessionOwner {
  readonly who: string | null;
  readonly role: string | null;
  /** The address that the request came from. */
  readonly from: string;
  /** The id of the request, as its answer has it in `X-Request-Id`. */
  readonly request: string;
}

/** What is opened in which container. */
export interface SessionTarget {
  readonly verb: 'exec' | 'attach';
  readonly container: string;
  readonly containerId: string;
  readonly engine: string;
  /** Left out: the container's own. */
  readonly command?: readonly string[];
  /** What is written has its line ends from a terminal. */
  readonly isTerminal: boolean;
}

/** A session of exec or attach: what it printed is in chunks, as asciicast v2. */
export interface RecordingRecord extends Omit<SessionOwner, 'request'>, Omit<SessionTarget, 'command' | 'isTerminal'> {
  /** RFC 3339. */
  readonly startedAt: string;
  /** Null: it goes on, or its server was killed. */
  readonly endedAt: string | null;
  /** Of the text. */
  readonly bytes: number;
  /** Of the text, in hexadecimal; null until it ends. The audit has it as well. */
  readonly sha256: string | null;
  readonly chunks: number;
  /** Of its chunks as the store keeps them. */
  readonly storedBytes: number;
}

/** Lines of a recording: compressed, base64, encrypted with the key of registries. */
export interface RecordingChunk {
  readonly text: string;
}

export const mostRecordings = 1_000;
/** Of one account, token or door: their own oldest go then. */
export const mostRecordingsOfOne = 500;
export const mostStoredBytesOfOne = 64 * 2 ** 20;
/** Of one session: it ends then. */
export const mostRecordingBytes = 8 * 2 ** 20;
/** Of all of them, as the store keeps them: the oldest go then. */
export const mostStoredBytes = 128 * 2 ** 20;

export function recordingChunkId(id: string, number: number): string {
  return `${id}/${String(number).padStart(6, '0')}`;
}

/** A chunk can be read in its place only. */
export function recordingContext(id: string, number: number): string {
  return `recording ${recordingChunkId(id, number)}`;
}
