import type { RelayAnswer } from '../../engines/relay-operations.ts';
import { SatsumaError } from '../../model/errors.ts';
import { EntrySplitter } from './entry-splitter.ts';

/** A list is parsed entry by entry; 5,000 containers are 10 MB. */
const maxListBytes = 32 * 2 ** 20;
/** Any other document is parsed in one piece, which holds up all else for as long as that takes. */
const maxBytes = 8 * 2 ** 20;

/** What several answers may have together; they are in memory at the same time. */
interface ByteBudget {
  left: number;
}

/**
 * The whole answer, in JSON. Throws `engine_refused` with the engine's own words and status where it is an error, makes no sense, or is longer than it
 * may be.
 */
export async function readAnswer(answer: RelayAnswer, budget: ByteBudget = { left: maxListBytes }): Promise<unknown> {
  if (answer.status >= 400) throw await answer.refusal();
  try {
    return await parsed(answer, budget);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new SatsumaError('engine_refused', 'the engine gave an answer that is no JSON', { cause });
  }
}

async function parsed({ bytes }: RelayAnswer, budget: ByteBudget): Promise<unknown> {
  const chunks: Buffer[] = [];
  let list: EntrySplitter | undefined;
  let length = 0;
  for await (const chunk of bytes) {
    if (length === 0 && /^\s*\[/.test(chunk.subarray(0, 16).toString())) list = new EntrySplitter();
    length += chunk.length;
    budget.left -= chunk.length;
    if (length > (list ? maxListBytes : maxBytes)) throw tooLong(length);
    if (budget.left < 0)
      throw new SatsumaError('engine_refused', 'the engines gave answers that are too long together');
    if (list) list.add(chunk);
    else chunks.push(chunk);
  }
  if (list) return list.end();
  const text = Buffer.concat(chunks).toString();
  return text === '' ? {} : JSON.parse(text);
}

/** The answer as it was, where it is no error. Throws as `readAnswer`. */
export async function acceptedAnswer(answer: RelayAnswer): Promise<RelayAnswer> {
  if (answer.status < 400) return answer;
  throw await answer.refusal();
}

function tooLong(bytes: number): SatsumaError {
  return new SatsumaError('engine_refused', `the engine gave an answer of ${bytes} bytes or more`);
}
