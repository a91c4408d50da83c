import type Joi from 'joi';
import { didYouMean } from '../model/did-you-mean.ts';

/** What others call a field of ours. */
const otherWords: Readonly<Record<string, string>> = {
  cmd: 'args',
  command: 'args',
  env: 'environment',
  image: 'name',
  mounts: 'volumes',
  ports: 'bind_ports',
  restart: 'restart_policy',
};

/** A longer word is no slip, and would take long to compare. */
const longestWord = 64;

type Path = readonly (string | number)[];

/** The field that an unknown one was most likely meant to be, of those that a schema knows at that place. */
export function likelyField(schema: Joi.Schema, path: Path): string | undefined {
  const word = path.at(-1);
  if (typeof word !== 'string' || word.length > longestWord) return undefined;
  const known = keysAt(schema.describe(), path.slice(0, -1));
  const others = Object.keys(otherWords).filter((other) => known.includes(otherWords[other] ?? ''));
  const near = didYouMean(word, [...known, ...others]);
  return near === undefined || known.includes(near) ? near : otherWords[near];
}

/** What Joi describes of a schema, as far as it is read here. */
interface Description {
  readonly type?: string | undefined;
  readonly keys?: Readonly<Record<string, Description>>;
  readonly items?: readonly Description[];
  readonly whens?: readonly Choice[];
  readonly matches?: readonly Choice[];
}

interface Choice {
  readonly schema?: Description;
  readonly then?: Description;
  readonly otherwise?: Description;
}

function keysAt(description: Description, path: Path): string[] {
  const { keys = {}, items = [], whens = [], matches = [] } = description;
  const choices = [...whens, ...matches].flatMap((choice) => [choice.schema, choice.then, choice.otherwise]);
  const chosen = choices.flatMap((choice) => (choice ? keysAt(choice, path) : []));
  const [step, ...rest] = path;
  if (step === undefined) return [...new Set([...Object.keys(keys), ...chosen])];
  const next = typeof step === 'number' ? items : [keys[step]];
  return [...next.flatMap((each) => (each ? keysAt(each, rest) : [])), ...chosen];
}
