import { decode, encode, type Packet } from 'dns-packet';
import { largestDatagram } from './answer-query.ts';

const smallestDatagram = 512;
const headBytes = 12;
const truncated = 1 << 9;

/** Undefined: nothing that could be answered. */
export function read(message: Buffer): Packet | undefined {
  if (message.length < headBytes) return undefined;
  try {
    return decode(message);
  } catch {
    // An answer is not to be answered, be it ever so broken.
    const isAnswer = (message[2] ?? 0) >= 128;
    return isAnswer ? undefined : { type: 'query', id: message.readUInt16BE(0), questions: [] };
  }
}

export function sizeFor({ additionals = [] }: Packet): number {
  const extension = additionals.find((each) => each.type === 'OPT');
  const asked = extension?.type === 'OPT' ? extension.udpPayloadSize : smallestDatagram;
  return Math.min(largestDatagram, Math.max(smallestDatagram, asked));
}

/** Without its additional records where it is too long; then without any, and marked: whoever wants all asks by TCP. */
export function bytesWithin(packet: Packet, most: number): Buffer | undefined {
  const whole = encode(packet);
  if (whole.length <= most) return whole;
  const extension = (packet.additionals ?? []).filter(({ type }) => type === 'OPT');
  const bare = encode({ ...packet, additionals: extension });
  if (bare.length <= most) return bare;
  return encode({
    ...packet,
    answers: [],
    authorities: [],
    additionals: extension,
    flags: (packet.flags ?? 0) | truncated,
  });
}
