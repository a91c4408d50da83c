import { isSatsumaError } from '../../model/errors.ts';
import type { ProcessAnswer } from './compose-process.ts';
import { type ComposeText, translateCompose } from './translate-compose.ts';

// A program of its own: translates one Compose file after the other, until nobody is there to ask.

function answerTo(text: ComposeText): ProcessAnswer {
  try {
    return { ok: true, translation: translateCompose(text) };
  } catch (error) {
    if (!isSatsumaError(error)) throw error;
    const { code, message, details } = error;
    return { ok: false, code, message, details };
  }
}

process.on('message', (text: ComposeText) => process.send?.(answerTo(text)));
process.on('disconnect', () => process.exit());
