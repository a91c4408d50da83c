import type { Output } from '../../model/process-stream.ts';
import { BrokenConnection, InvalidResponse } from './failures.ts';
import { headerBytes, lengthIn } from './frames.ts';

const none: Buffer = Buffer.alloc(0);

/** The output of a process with a terminal, unmodified. */
export async function* plainOutput(stream: AsyncIterable<Buffer>): AsyncGenerator<Output> {
  for await (const bytes of unbroken(stream)) yield { stream: 'stdout', bytes };
}

/** Decodes Docker's frames without buffering them. Throws InvalidResponse. */
export async function* framedOutput(stream: AsyncIterable<Buffer>): AsyncGenerator<Output> {
  let header = none;
  let left = 0;
  let name: Output['stream'] = 'stdout';
  for await (const chunk of unbroken(stream)) {
    for (let rest = chunk; rest.length > 0; ) {
      if (left === 0) {
        const part = rest.subarray(0, headerBytes - header.length);
        header = Buffer.concat([header, part]);
        rest = rest.subarray(part.length);
        if (header.length < headerBytes) continue;
        left = lengthIn(header);
        name = header[0] === 2 ? 'stderr' : 'stdout';
        header = none;
      }
      const bytes = rest.subarray(0, left);
      left -= bytes.length;
      rest = rest.subarray(bytes.length);
      if (bytes.length > 0) yield { stream: name, bytes };
    }
  }
  if (left > 0 || header.length > 0) throw new InvalidResponse('output that ends in the middle of a frame');
}

async function* unbroken(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* stream;
  } catch (cause) {
    throw new BrokenConnection(cause, 'answering');
  }
}
