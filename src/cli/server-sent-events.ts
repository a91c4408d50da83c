interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
  /** The position from which the stream can be resumed. */
  readonly id?: string | undefined;
}

/** Parses a `text/event-stream` answer, and skips comments. */
export async function* serverSentEvents(stream: AsyncIterable<Buffer>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of stream) {
    const frames = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
    rest = frames.pop() ?? '';
    for (const frame of frames) {
      const fields = new Map(frame.split('\n').map((each) => [each.slice(0, each.indexOf(':')), each] as const));
      const textOf = (field: string) => fields.get(field)?.slice(field.length + 2);
      const [event, data] = [textOf('event'), textOf('data')];
      if (event !== undefined && data !== undefined) yield { event, data, id: textOf('id') };
    }
  }
}
