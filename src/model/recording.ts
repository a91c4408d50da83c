/** The caller whose session a policy requires to be recorded. */
export interface SessionOwner {
  readonly who: string | null;
  readonly role: string | null;
  /** The address that the request came from. */
  readonly from: string;
  /** The request id, as in the `X-Request-Id` header. */
  readonly request: string;
}

/** The target of a session. */
export interface SessionTarget {
  readonly verb: 'exec' | 'attach';
  readonly container: string;
  readonly containerId: string;
  readonly engine: string;
  /** Absent: the container's own process. */
  readonly command?: readonly string[];
  /** The session has a terminal, so its output has CRLF line ends. */
  readonly isTerminal: boolean;
}

/** A recorded session of exec or attach. Its output is stored in chunks, as asciicast v2. */
export interface RecordingRecord extends Omit<SessionOwner, 'request'>, Omit<SessionTarget, 'command' | 'isTerminal'> {
  /** RFC 3339. */
  readonly startedAt: string;
  /** Null: it is running, or its server was killed. */
  readonly endedAt: string | null;
  /** Length of the recorded text. */
  readonly bytes: number;
  /** SHA-256 of the text, in hexadecimal; null until it ends. Also in the audit entry. */
  readonly sha256: string | null;
  readonly chunks: number;
  /** Size of its chunks in the store. */
  readonly storedBytes: number;
}

/** Lines of a recording: compressed, then encrypted with the registry key, in base64. */
export interface RecordingChunk {
  readonly text: string;
}

export const maxRecordings = 1_000;
/** Per account, token or door: its own oldest recordings are removed first. */
export const maxRecordingsOfOne = 500;
export const maxStoredBytesOfOne = 64 * 2 ** 20;
/** Per session: reaching it ends the session. */
export const maxRecordingBytes = 8 * 2 ** 20;
/** In total, as stored: the oldest recordings are removed first. */
export const maxStoredBytes = 128 * 2 ** 20;

export function recordingChunkId(id: string, number: number): string {
  return `${id}/${String(number).padStart(6, '0')}`;
}

/** The encryption context: a chunk can only be decrypted as this part of this recording. */
export function recordingContext(id: string, number: number): string {
  return `recording ${recordingChunkId(id, number)}`;
}
