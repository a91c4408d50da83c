import type Joi from 'joi';
import { didYouMean } from '../model/did-you-mean.ts';

/** Names that other tools use for our fields. */
const otherWords: Readonly<Record<string, string>> = {
  cmd: 'args',
  command: 'args',
  env: 'environment',
  image: 'name',
  mounts: 'volumes',
  ports: 'bind_ports',
  restart: 'restart_policy',
};

/** Longer words are no typos, and take long to compare. */
const maxWordLength = 64;

type Path = readonly (string | number)[];

/** The known field that was most likely meant by an unknown one. */
export function likelyField(schema: Joi.Schema, path: Path): string | undefined {
  const word = path.at(-1);
  if (typeof word !== 'string' || word.length > maxWordLength) return undefined;
  const known = [...new Set(keysAt(schema, path.slice(0, -1)))];
  const others = Object.keys(otherWords).filter((other) => known.includes(otherWords[other] ?? ''));
  const near = didYouMean(word, [...known, ...others]);
  return near === undefined || known.includes(near) ? near : otherWords[near];
}

/** The part of a Joi schema that is read here. Joi's `describe` takes about 50 ms for ours. */
interface Terms {
  readonly keys?: readonly { readonly key: string; readonly schema: Joi.Schema }[] | null;
  readonly items?: readonly Joi.Schema[] | null;
  readonly whens?: readonly Choice[] | null;
  readonly matches?: readonly Choice[] | null;
}

interface Choice {
  readonly schema?: Joi.Schema;
  readonly then?: Joi.Schema;
  readonly otherwise?: Joi.Schema;
}

function keysAt(schema: Joi.Schema, path: Path): string[] {
  const { keys, items, whens, matches } = schema.$_terms as Terms;
  const choices = [...(whens ?? []), ...(matches ?? [])].flatMap((choice) => [
    choice.schema,
    choice.then,
    choice.otherwise,
  ]);
  const chosen = choices.flatMap((choice) => (choice ? keysAt(choice, path) : []));
  const [step, ...rest] = path;
  if (step === undefined) return [...(keys ?? []).map(({ key }) => key), ...chosen];
  const isNext = ({ key }: { readonly key: string }) => key === step;
  const next = typeof step === 'number' ? (items ?? []) : (keys ?? []).filter(isNext).map((each) => each.schema);
  return [...next.flatMap((each) => keysAt(each, rest)), ...chosen];
}
