/** As Docker writes logs of a container without a terminal: stream 1 is stdout, 2 is stderr. */
export function frame(stream: number, text: string): Buffer {
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  const payload = Buffer.from(text);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}
