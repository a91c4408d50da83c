import { didYouMean } from '../model/did-you-mean.ts';
import { type Problems, quoted } from './problems.ts';
import { below, type Dict, dict, type Place, type Scalar, type Tree, textOf } from './tree.ts';

/** A value with its path, read as what it is expected to be. What it is not is told to the problems, and read as undefined. */
export class Value {
  readonly tree: Tree;
  readonly path: string;
  readonly problems: Problems;

  constructor(tree: Tree, path: string, problems: Problems) {
    this.tree = tree;
    this.path = path;
    this.problems = problems;
  }

  get place(): Place {
    return this.tree.place;
  }

  fail(sentence: string): undefined {
    this.problems.add(this.place, this.path, sentence);
  }

  /** A number and a truth value are texts as well, and a number is that which is written: 1.10 is not 1.1. */
  text(): string | undefined {
    const scalar = this.#scalar();
    return scalar === undefined ? this.fail(`must be a text${this.#got()}`) : textOf(scalar);
  }

  number(what = 'a number'): number | undefined {
    const value = this.#scalar()?.value;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (Number.isInteger(number) && !Number.isSafeInteger(number))
      return this.fail(`must be ${what}, and ${quoted(this.source)} has more digits than are kept`);
    return typeof number === 'number' && Number.isFinite(number) ? number : this.fail(`must be ${what}${this.#got()}`);
  }

  whole({ min = 0, max = Number.MAX_SAFE_INTEGER }: { readonly min?: number; readonly max?: number } = {}) {
    const what = `a whole number${min === 0 ? '' : ` from ${min}`}${max === Number.MAX_SAFE_INTEGER ? '' : ` to ${max}`}`;
    const number = this.number(what);
    if (number === undefined) return undefined;
    const isFine = Number.isInteger(number) && number >= min && number <= max;
    return isFine ? number : this.fail(`must be ${what}${this.#got()}`);
  }

  flag(): boolean | undefined {
    const value = this.#scalar()?.value;
    if (typeof value === 'boolean') return value;
    if (value === 'true' || value === 'false') return value === 'true';
    return this.fail(`must be true or false${this.#got()}`);
  }

  oneOf<const T extends string>(words: readonly T[]): T | undefined {
    const text = this.text();
    if (text === undefined) return undefined;
    const found = words.find((word) => word === text);
    return found ?? this.fail(`must be ${words.join(', ').replace(/, ([^,]+)$/, ' or $1')}${this.#got()}`);
  }

  list(): readonly Value[] | undefined {
    if (this.tree.kind !== 'list') return this.fail(`must be a list${this.#got()}`);
    return this.tree.items.map((item, at) => new Value(item, below(this.path, at), this.problems));
  }

  texts(): readonly string[] | undefined {
    return this.list()?.flatMap((item) => item.text() ?? []);
  }

  fields(): Fields | undefined {
    if (this.tree.kind !== 'dict') return this.fail(`must be an object with keys${this.#got()}`);
    return new Fields(this.tree, this.path, this.problems);
  }

  /** The keys of what has none: an object of which nothing is said. */
  asEmpty(): Fields {
    return new Fields(dict([], this.tree), this.path, this.problems);
  }

  /** Names to texts, where the value may be left out. */
  map(): Record<string, string> | undefined {
    const fields = this.fields();
    if (!fields) return undefined;
    const entries = fields
      .all()
      .map(([key, value]): [string, string] => [key, value.isNull ? '' : (value.text() ?? '')]);
    return Object.fromEntries(entries);
  }

  get isNull(): boolean {
    return this.tree.kind === 'scalar' && this.tree.value === null;
  }

  get isText(): boolean {
    return this.tree.kind === 'scalar';
  }

  /** As it is written in the file. */
  get source(): string {
    return this.tree.kind === 'scalar' ? (this.tree.source ?? String(this.tree.value)) : '';
  }

  #scalar(): Scalar | undefined {
    return this.tree.kind === 'scalar' && this.tree.value !== null ? this.tree : undefined;
  }

  #got(): string {
    if (this.tree.kind === 'scalar') return this.isNull ? ', and is empty' : `, and is ${quoted(this.tree.value)}`;
    return this.tree.kind === 'list' ? ', and is a list' : ', and is an object';
  }
}

/** The keys of an object. Whoever reads them says at the end that it was all: a key that nobody took is refused. */
export class Fields {
  readonly #dict: Dict;
  readonly path: string;
  readonly problems: Problems;
  readonly #taken = new Set<string>();

  constructor(dict: Dict, path: string, problems: Problems) {
    this.#dict = dict;
    this.path = path;
    this.problems = problems;
  }

  /** The value of a key; undefined where it is not there, or empty. */
  take(key: string): Value | undefined {
    this.#taken.add(key);
    const tree = this.#dict.entries.get(key);
    if (tree === undefined) return undefined;
    const value = new Value(tree, below(this.path, key), this.problems);
    return value.isNull ? undefined : value;
  }

  /** All of them: the keys are names. Extensions are none. */
  all(): readonly (readonly [string, Value])[] {
    return [...this.#dict.entries].map(([key, tree]) => {
      this.#taken.add(key);
      return [key, new Value(tree, below(this.path, key), this.problems)] as const;
    });
  }

  fail(sentence: string): undefined {
    this.problems.add(this.#dict.place, this.path, sentence);
  }

  /** Refuses each key that was not taken; `refused` has the sentences of those that the specification has and Satsuma does not do. */
  finish(refused: Readonly<Record<string, string>> = {}): void {
    for (const [key, tree] of this.#dict.entries) {
      if (this.#taken.has(key) || key.startsWith('x-')) continue;
      const value = new Value(tree, below(this.path, key), this.problems);
      const sentence = Object.hasOwn(refused, key) ? refused[key] : undefined;
      if (sentence !== undefined) value.fail(`is not done here: ${sentence}`);
      else value.fail(`is no key of ${this.problems.format}${this.#hint(key, Object.keys(refused))}`);
    }
  }

  #hint(key: string, others: readonly string[]): string {
    const near = didYouMean(key, [...this.#taken, ...others], 2);
    return near === undefined ? '' : `: did you mean ${near}?`;
  }
}
