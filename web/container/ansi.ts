export interface Piece {
  readonly text: string;
  /** Classes of main.css. */
  readonly look: string;
}

const names = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
const styles: Readonly<Record<number, string>> = {
  1: 'bold',
  2: 'dim',
  3: 'italic',
  4: 'underline',
  7: 'inverse',
  9: 'struck',
};
const endsOf: Readonly<Record<number, readonly string[]>> = {
  ...{ 22: ['bold', 'dim'], 23: ['italic'], 24: ['underline'], 27: ['inverse'], 29: ['struck'] },
};

/** Sequences of a terminal: colours and the like (`m`), and others, which have no meaning in a list of lines. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with ESC.
const sequence = /\u001b(?:\[([0-9;:]*)([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\^_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: nobody can see them.
const invisible = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/** Each is an element of the page: a line that changes its colour with every letter would be thousands. */
const maxPieces = 100;

/** A line of a log in pieces of one look each; the last one has all that is left. Of 256 colours and more, the nearest of the eight is not looked for: they have none. */
export function piecesOf(line: string): readonly Piece[] {
  const pieces: Piece[] = [];
  const look = new Map<string, string>();
  let at = 0;
  const add = (text: string) => {
    if (text !== '') pieces.push({ text, look: [...look.values()].join(' ') });
  };
  for (const match of line.matchAll(sequence)) {
    if (pieces.length >= maxPieces - 1) break;
    add(plainText(line.slice(at, match.index)));
    at = match.index + match[0].length;
    if (match[2] === 'm') change(look, (match[1] ?? '').split(/[;:]/).map(Number));
  }
  add(plainText(line.slice(at)));
  return pieces;
}

/** Without its colours. */
export function plainText(line: string): string {
  return line.replace(sequence, '').replace(invisible, '');
}

function change(look: Map<string, string>, codes: number[]): void {
  for (let code = codes.shift(); code !== undefined; code = codes.shift()) {
    if (code === 0) look.clear();
    else if (code in styles) look.set(String(styles[code]), `ansi-${styles[code]}`);
    else if (code in endsOf) for (const each of endsOf[code] ?? []) look.delete(each);
    else if (code === 38 || code === 48) {
      const color = codes.shift() === 2 ? undefined : codes[0];
      codes.splice(0, color === undefined ? 3 : 1);
      colour(look, code === 38, color !== undefined && color < 16 ? color : undefined);
    } else if (code === 39 || code === 49) look.delete(code === 39 ? 'color' : 'ground');
    else if ((code >= 30 && code < 38) || (code >= 90 && code < 98)) colour(look, true, code % 10);
    else if ((code >= 40 && code < 48) || (code >= 100 && code < 108)) colour(look, false, code % 10);
  }
}

function colour(look: Map<string, string>, isOfText: boolean, color: number | undefined): void {
  const key = isOfText ? 'color' : 'ground';
  if (color === undefined) look.delete(key);
  else look.set(key, `ansi-${isOfText ? '' : 'on-'}${names[color % 8]}`);
}
