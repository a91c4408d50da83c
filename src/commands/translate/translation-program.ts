import { isSatsumaError } from '../../model/errors.ts';
import { translateCompose } from './translate-compose.ts';
import { translateTemplateText } from './translate-template.ts';
import type { ProcessAnswer, ProcessRequest } from './translation-process.ts';

// A program of its own: translates one file after the other, until nobody is there to ask.

function answerTo(request: ProcessRequest): ProcessAnswer {
  try {
    const translation =
      'compose' in request ? translateCompose(request.compose) : translateTemplateText(request.template);
    return { ok: true, translation };
  } catch (error) {
    if (!isSatsumaError(error)) throw error;
    const { code, message, details } = error;
    return { ok: false, code, message, details };
  }
}

process.on('message', (request: ProcessRequest) => process.send?.(answerTo(request)));
process.on('disconnect', () => process.exit());
