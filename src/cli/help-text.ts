import { wrapped } from './table-fit.ts';

/** Help beside lists of options is written for terminals of this width. */
const width = 80;

/** For `addHelpText('after', ...)`: lines that can be typed. A long one goes on in the next line, as a shell takes it. */
export function examples(...lines: readonly string[]): string {
  const title = lines.length === 1 ? 'Example:' : 'Examples:';
  return `\n${title}\n${lines.map((each) => `  ${continued(each)}`).join('\n')}`;
}

/** A paragraph of help. */
export function paragraph(text: string): string {
  return `\n${wrapped(text, width).join('\n')}`;
}

/** Breaks between words; what is quoted is one. */
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
