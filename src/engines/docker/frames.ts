import { InvalidResponse } from './failures.ts';
import { PieceJoiner } from './log-pieces.ts';

export const headerBytes = 8;
const none: Buffer = Buffer.alloc(0);
/** Of stdin (never seen), stdout and stderr. With a 3 Docker breaks off, in its own words. */
const streams = 3;

/**
 * The payload of Docker's frames: a byte for the stream, three of zero, four for the length. No frame is waited for or
 * kept, so that its length, true or not, costs no memory: what came of it is passed on. `hasTimes`: Docker puts a time before
 * each, of which those within a line are left out. Throws InvalidResponse.
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
