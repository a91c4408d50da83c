/** Control and format characters, line separators and lone surrogates; not the joiners that scripts and emoji need. */
const invisible = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Makes untrusted text safe for terminals, in one line: control characters are escaped as `\x1b`, `
 * `, `\u202e`. Trims white space.
 */
export function visibleText(text: string): string {
  return text.trim().replace(invisible, escapeOf);
}

/** As `visibleText`, but keeps line breaks, tabs and white space. JSON stays valid and keeps its value. */
export function visibleLines(text: string): string {
  return text.replace(invisible, (each) => (each === '\n' || each === '\t' ? each : escapeOf(each)));
}

/** Uses JSON's escapes from 0x7f on: in JSON text, no other control characters occur. */
function escapeOf(each: string): string {
  if (each < ' ') return named[each] ?? `\\x${hex(each.charCodeAt(0), 2)}`;
  return Array.from({ length: each.length }, (_, i) => `\\u${hex(each.charCodeAt(i), 4)}`).join('');
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
