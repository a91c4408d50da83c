import { decode, encode, encodingLength, type Packet } from 'dns-packet';
import { largestDatagram } from './answer-query.ts';

/** Of a query, by UDP or TCP: one question, and at most one record that says how it is asked. More would take long to read. */
export const longestQuery = 1_232;
const smallestDatagram = 512;
const headBytes = 12;
const truncated = 1 << 9;

/** Undefined: nothing that could be answered. Of a query that makes no sense there is its id alone. */
export function read(message: Buffer): Packet | undefined {
  if (message.length < headBytes) return undefined;
  // An answer to an answer would go to and fro for ever.
  const isAnswer = (message[2] ?? 0) >= 128;
  if (isAnswer) return undefined;
  const invalidQuery: Packet = { type: 'query', id: message.readUInt16BE(0), questions: [] };
  const [questions, answers, authorities, additionals] = [4, 6, 8, 10].map((at) => message.readUInt16BE(at));
  const isPlain = questions === 1 && answers === 0 && authorities === 0 && (additionals ?? 0) <= 1;
  if (!isPlain || message.length > longestQuery) return invalidQuery;
  try {
    const packet = decode(message);
    // What is no ASCII is decoded to something else, which the answer would repeat, three times as long.
    return packet.questions?.every(({ name }) => /^[\x21-\x7e]*$/.test(name)) ? packet : invalidQuery;
  } catch {
    return invalidQuery;
  }
}

export function sizeFor({ additionals = [] }: Packet): number {
  const extension = additionals.find((each) => each.type === 'OPT');
  const asked = extension?.type === 'OPT' ? extension.udpPayloadSize : smallestDatagram;
  return Math.min(largestDatagram, Math.max(smallestDatagram, asked));
}

/** Without its additional records where it is too long; then without any, and marked: whoever wants all asks by TCP. */
export function bytesWithin(packet: Packet, most: number): Buffer | undefined {
  if (encodingLength(packet) <= most) return encode(packet);
  const additionals = (packet.additionals ?? []).filter(({ type }) => type === 'OPT');
  const bare = { ...packet, additionals };
  if (encodingLength(bare) <= most) return encode(bare);
  return encode({ ...bare, answers: [], authorities: [], flags: (packet.flags ?? 0) | truncated });
}
