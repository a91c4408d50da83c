/** Control and format characters, line separators and halves of characters; not the joiners that scripts and emoji need. */
const invisible = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Text from outside as one line that moves no cursor, rings no bell and hides nothing: `\x1b`, `\n`, `\u202e` in place of
 * what a terminal would obey. Without white space at its ends.
 */
export function visibleText(text: string): string {
  return text.trim().replace(invisible, escapeOf);
}

/** As `visibleText`, with the lines, tabs and white space that it has. JSON stays JSON, of the same value. */
export function visibleLines(text: string): string {
  return text.replace(invisible, (each) => (each === '\n' || each === '\t' ? each : escapeOf(each)));
}

/** From 0x7f on as JSON writes it: a text may be JSON, which has no other of these in it. */
function escapeOf(each: string): string {
  if (each < ' ') return named[each] ?? `\\x${hex(each.charCodeAt(0), 2)}`;
  return Array.from({ length: each.length }, (_, i) => `\\u${hex(each.charCodeAt(i), 4)}`).join('');
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
