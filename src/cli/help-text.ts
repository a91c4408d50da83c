import { wrapped } from './table-fit.ts';

/** Maximum width of help text. */
const width = 80;

/** For `addHelpText('after', ...)`: commands that can be typed. Long ones are continued with a backslash. */
export function examples(...lines: readonly string[]): string {
  const title = lines.length === 1 ? 'Example:' : 'Examples:';
  return `\n${title}\n${lines.map((each) => `  ${continued(each)}`).join('\n')}`;
}

/** A paragraph of help. */
export function paragraph(text: string): string {
  return `\n${wrapped(text, width).join('\n')}`;
}

/** Breaks between words; quoted text stays together. */
function continued(example: string): string {
  const lines = [''];
  for (const word of example.match(/(?:'[^']*'|\S)+/g) ?? []) {
    const last = lines.at(-1) ?? '';
    const longer = last === '' ? word : `${last} ${word}`;
    if (longer.length + 4 <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.join(' \\\n    ');
}
