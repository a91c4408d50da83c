import { decode, encode, encodingLength, type Packet } from 'dns-packet';
import { largestDatagram } from './answer-query.ts';

/** A query has one question, and at most one EDNS record. Longer messages would be expensive to parse. */
export const maxQueryLength = 1_232;
const smallestDatagram = 512;
const headBytes = 12;
const truncated = 1 << 9;

/** Undefined: not a query. For an invalid query, only its id is returned. */
export function read(message: Buffer): Packet | undefined {
  if (message.length < headBytes) return undefined;
  // Answering an answer could cause a loop.
  const isAnswer = (message[2] ?? 0) >= 128;
  if (isAnswer) return undefined;
  const invalidQuery: Packet = { type: 'query', id: message.readUInt16BE(0), questions: [] };
  const [questions, answers, authorities, additionals] = [4, 6, 8, 10].map((at) => message.readUInt16BE(at));
  const isPlain = questions === 1 && answers === 0 && authorities === 0 && (additionals ?? 0) <= 1;
  if (!isPlain || message.length > maxQueryLength) return invalidQuery;
  try {
    const packet = decode(message);
    // Non-ASCII text is decoded differently, and the answer would be three times as long.
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

/**
 * Drops additional records if the answer is too long, then all records, with the truncation flag: the client retries
 * over TCP.
 */
export function bytesWithin(packet: Packet, max: number): Buffer | undefined {
  if (encodingLength(packet) <= max) return encode(packet);
  const additionals = (packet.additionals ?? []).filter(({ type }) => type === 'OPT');
  const bare = { ...packet, additionals };
  if (encodingLength(bare) <= max) return encode(bare);
  return encode({ ...bare, answers: [], authorities: [], flags: (packet.flags ?? 0) | truncated });
}
