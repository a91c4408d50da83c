import { InvalidResponse } from './failures.ts';
import { PieceJoiner } from './log-pieces.ts';

export const headerBytes = 8;
const none: Buffer = Buffer.alloc(0);
/** stdin (never used), stdout and stderr. Docker reports an error of its own as stream 3. */
const streams = 3;

/**
 * Removes Docker's frame headers: one byte for the stream, three zero bytes, four bytes for the length. Frames are not
 * buffered, so an untrue length costs no memory. `hasTimes`: each frame starts with a timestamp; those within a line
 * are removed. Throws InvalidResponse.
 */
export async function* withoutFrames(stream: AsyncIterable<Buffer>, { hasTimes = false } = {}): AsyncGenerator<Buffer> {
  const joiner = hasTimes ? new PieceJoiner() : undefined;
  let header = none;
  let left = 0;
  for await (const chunk of stream) {
    const payloads: Buffer[] = [];
    for (let rest = chunk; rest.length > 0; ) {
      if (left === 0) {
        const missing = headerBytes - header.length;
        const part = rest.subarray(0, missing);
        header = header.length === 0 ? part : Buffer.concat([header, part]);
        rest = rest.subarray(missing);
        if (header.length < headerBytes) continue;
        left = lengthIn(header);
        if (joiner) payloads.push(joiner.begin(header[0] ?? 0));
        header = none;
      }
      const payload = rest.subarray(0, left);
      left -= payload.length;
      rest = rest.subarray(payload.length);
      payloads.push(joiner ? joiner.push(payload) : payload);
    }
    yield Buffer.concat(payloads);
  }
  const rest = joiner?.end() ?? none;
  if (rest.length > 0) yield rest;
  if (left > 0 || header.length > 0) throw new InvalidResponse('logs that end in the middle of a frame');
}

export function lengthIn(header: Buffer): number {
  const [stream = streams, ...zeros] = header.subarray(0, 4);
  if (stream >= streams || zeros.some((byte) => byte !== 0)) throw new InvalidResponse('output without frames');
  return header.readUInt32BE(4);
}
