import { SatsumaError } from '../../model/errors.ts';
import { visibleText } from '../../model/visible-text.ts';

const maxReasonLength = 300;

/** Caddy refused a configuration, and keeps the previous one. */
export class ConfigRefused extends SatsumaError {
  /** Caddy's message, of any length. */
  readonly said: string;

  constructor(output: string) {
    const caddyError = errorIn(output);
    super('engine_failed', `Caddy did not load its configuration: ${shortened(caddyError)}`);
    this.said = caddyError;
  }
}

/** A program's last message; its reason is at the end. */
function errorIn(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const error = lines.findLast((line) => line.startsWith('Error')) ?? lines.at(-1) ?? 'without a word';
  // The response of Caddy's admin endpoint, which its CLI quotes.
  const [, quoted] = /HTTP \d{3}: (\{"error":.*\})\s*$/.exec(error) ?? [];
  try {
    const { error: caddyError } = JSON.parse(quoted ?? '') as { readonly error?: unknown };
    return typeof caddyError === 'string' ? caddyError : error;
  } catch {
    return error;
  }
}

/** Why a domain is refused, for readers of this domain only: removes the names of other domains, which Caddy lists. */
export function reasonFor(caddyError: string, domain: string, all: readonly string[]): string {
  const text = all
    .filter((name) => name !== domain && !domain.includes(name))
    .sort((a, b) => b.length - a.length)
    .reduce((rest, name) => (rest.includes(name) ? rest.replaceAll(name, '...') : rest), withoutLists(caddyError));
  return shortened(text);
}

function withoutLists(text: string): string {
  return text.replace(/ ?\[[^\]]*\]/g, '');
}

/** Keeps the end, which has the reason; the start names Caddy's modules. */
function shortened(text: string): string {
  const plain = visibleText(withoutLists(text));
  return plain.length > maxReasonLength ? `...${plain.slice(3 - maxReasonLength)}` : plain;
}
