import type { RelayAnswer } from '../../engines/relay-operations.ts';
import { presentable } from '../../model/daemon-words.ts';
import { SatsumaError } from '../../model/errors.ts';

/** What an answer may be that is read whole. Ten thousand containers are 20 MB. */
const mostBytes = 64 * 1024 * 1024;
const mostMessageBytes = 64 * 1024;

/** The whole answer, in JSON. Throws `engine_refused` with the engine's own words and status where it is an error, or makes no sense. */
export async function readAnswer(answer: RelayAnswer): Promise<unknown> {
  const text = await readText(answer, answer.status >= 400 ? mostMessageBytes : mostBytes);
  if (answer.status >= 400) throw refusalOf(answer.status, text);
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch (cause) {
    throw new SatsumaError('engine_refused', 'the engine gave an answer that is no JSON', { cause });
  }
}

/** The answer as it was, where it is no error. Throws as `readAnswer`. */
export async function unlessRefused(answer: RelayAnswer): Promise<RelayAnswer> {
  if (answer.status < 400) return answer;
  throw refusalOf(answer.status, await readText(answer, mostMessageBytes));
}

async function readText({ bytes }: RelayAnswer, most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > most) throw new SatsumaError('engine_refused', `the engine gave an answer of more than ${most} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function refusalOf(status: number, text: string): SatsumaError {
  const message = messageIn(text) ?? `the engine answered with HTTP ${status}`;
  return new SatsumaError('engine_refused', message, { cause: Object.assign(new Error(message), { status }) });
}

/** Docker's errors are `{"message": ...}`; what else is in an answer is for no one to read. */
function messageIn(text: string): string | undefined {
  try {
    const { message } = Object(JSON.parse(text)) as { readonly message?: unknown };
    return typeof message === 'string' ? presentable(message) : undefined;
  } catch {
    return undefined;
  }
}
