/** A pair of an escape, a class, a count, a bracket, or any other character. */
const token = /\\.|\[\^?(?:\\.|[^\]\\])*\]|\{(\d+)(?:(,)(\d*))?\}|[\s\S]/gsu;

/** A class of Unicode letters compiles to hundreds of ranges. */
const unicodeClass = /\\p/i;
const unicodeClassSize = 10;

/**
 * How many characters and classes a regular expression has once its counts are written out: `(ab){3}` has 6. Compiling takes
 * time and memory in proportion, so this is asked first. Whether the expression is well-formed is asked later.
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
