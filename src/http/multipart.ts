import { SatsumaError } from '../model/errors.ts';

/** A part of a form. Its content must be read before the next part is asked for. */
export interface FormPart {
  readonly name: string;
  readonly isFile: boolean;
  readonly content: AsyncGenerator<Buffer>;
}

const maxParts = 32;
/** Of the headers of a part, and of what comes before the first part. */
const maxHeaderBytes = 8 * 1024;
const lineEnd = Buffer.from('\r\n');
const headersEnd = Buffer.from('\r\n\r\n');

/** The boundary that the content type of a form names (RFC 2046, 5.1.1). Throws `invalid`. */
export function boundaryIn(contentType = ''): string {
  const [, type = '', parameters = ''] = /^\s*([^;\s]+)\s*;(.*)$/s.exec(contentType) ?? [];
  const [, quoted, plain] = /(?:^|;)\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))\s*(?:;|$)/i.exec(parameters) ?? [];
  const boundary = quoted ?? plain;
  if (type.toLowerCase() !== 'multipart/form-data' || boundary === undefined)
    throw new SatsumaError('invalid', 'the body must be multipart/form-data, with a boundary');
  return boundary;
}

/**
 * Reads a form part by part while it comes, at the speed of whoever reads the parts (RFC 7578). Throws `invalid` where it is no form, or ends
 * early, and what the source throws.
 */
export async function* formParts(source: AsyncIterable<Buffer>, boundary: string): AsyncGenerator<FormPart> {
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // The first delimiter has no line end before it where nothing comes before the form.
  const input = new Input(source, lineEnd);
  try {
    await input.text(delimiter);
    for (let count = 0; !(await isLast(input)); count += 1) {
      if (count >= maxParts) throw bad(`it has more than ${maxParts} parts`);
      const headers = await input.text(headersEnd);
      const content = input.until(delimiter);
      yield { ...dispositionIn(headers), content };
      for await (const _ of content);
    }
  } finally {
    await input.close();
  }
}

/** After a delimiter: `--` ends the form, and a line end begins a part. */
async function isLast(input: Input): Promise<boolean> {
  const rest = await input.text(lineEnd, { orEnd: '--' });
  if (rest.startsWith('--')) return true;
  if (rest.trim() !== '') throw bad('a boundary is followed by other text');
  input.unread(lineEnd);
  return false;
}

function dispositionIn(headers: string): Pick<FormPart, 'name' | 'isFile'> {
  const found = headers.split('\r\n').find((line) => /^content-disposition:/i.test(line)) ?? '';
  const [, name] = /;\s*name="([^"]{1,100})"/i.exec(found) ?? /;\s*name=([^\s;"]{1,100})/i.exec(found) ?? [];
  if (name === undefined) throw bad('a part has no name');
  return { name, isFile: /;\s*filename\*?=/i.test(found) };
}

/** The content of a part that is no file. Throws `invalid` where it is larger. */
export async function textOf({ name, content }: FormPart, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const bytes of content) {
    size += bytes.length;
    if (size > maxBytes) throw bad(`${JSON.stringify(name)} is larger than ${maxBytes} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString();
}

class Input {
  readonly #source: AsyncIterator<Buffer>;
  #held: Buffer;

  constructor(source: AsyncIterable<Buffer>, first: Buffer) {
    this.#source = source[Symbol.asyncIterator]();
    this.#held = first;
  }

  /** What comes before `mark`, which is passed over. */
  async *until(mark: Buffer): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.#held.indexOf(mark);
      const safe = at >= 0 ? at : Math.max(0, this.#held.length - mark.length + 1);
      const bytes = this.#held.subarray(0, safe);
      this.#held = this.#held.subarray(at >= 0 ? at + mark.length : safe);
      if (bytes.length > 0) yield bytes;
      if (at >= 0) return;
      await this.#more();
    }
  }

  /** The same as a short text. `orEnd`: a text that is enough. */
  async text(mark: Buffer, { orEnd }: { readonly orEnd?: string } = {}): Promise<string> {
    for (;;) {
      if (orEnd !== undefined && this.#held.subarray(0, orEnd.length).toString('latin1') === orEnd) return orEnd;
      const at = this.#held.indexOf(mark);
      if ((at < 0 ? this.#held.length : at) > maxHeaderBytes) throw bad('it has headers that are too long');
      if (at >= 0) {
        const text = this.#held.subarray(0, at).toString();
        this.#held = this.#held.subarray(at + mark.length);
        return text;
      }
      await this.#more();
    }
  }

  unread(bytes: Buffer): void {
    this.#held = Buffer.concat([bytes, this.#held]);
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#source.next();
    if (done) throw bad('it ends early');
    this.#held = this.#held.length === 0 ? value : Buffer.concat([this.#held, value]);
  }
}

function bad(what: string): SatsumaError {
  return new SatsumaError('invalid', `the body is not a form: ${what}`);
}
