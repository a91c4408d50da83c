/** One token: an escape, a character class, a counted repetition, a bracket, or any other character. */
const token = /\\.|\[\^?(?:\\.|[^\]\\])*\]|\{(\d+)(?:(,)(\d*))?\}|[\s\S]/gsu;

/** A class of Unicode letters compiles to hundreds of ranges. */
const unicodeClass = /\\p/i;
const unicodeClassSize = 10;

/**
 * The number of characters and classes of a regular expression with its repetitions expanded: `(ab){3}` has 6. Compile
 * time and memory grow with it, so it is checked first. Syntax is checked later.
 */
export function expressionSize(source: string): number {
  const open: number[] = [];
  let sum = 0;
  let last = 0;
  const append = (size: number) => {
    last = size;
    sum += size;
  };
  for (const [text, least, , most] of source.matchAll(token)) {
    if (text === '(') {
      open.push(sum);
      sum = 0;
    } else if (text === ')' && open.length > 0) {
      const outside = open.pop() ?? 0;
      last = sum + 1;
      sum = outside + last;
    } else if (least !== undefined) {
      const times = Math.max(Number(least), Number(most ?? 0), 1);
      sum += last * (times - 1);
      last *= times;
    } else {
      append(unicodeClass.test(text) ? unicodeClassSize : 1);
    }
  }
  return open.reduce((total, each) => total + each, sum);
}
