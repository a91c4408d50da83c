import { quoted } from '../application/problems.ts';
import { noFlynn } from '../application/refusals.ts';
import type { Value } from '../application/value.ts';
import { domainsOf, type WrittenDomain } from './domains.ts';
import type { Template } from './template.ts';

/** What a template says of all its services, and of the cluster. */
export interface Globals {
  /** Of all services, and of each by its name. */
  readonly env: {
    readonly all: Readonly<Record<string, string>>;
    readonly of: ReadonlyMap<string, Readonly<Record<string, string>>>;
  };
  readonly generated: readonly GeneratedSecret[];
  /** Of this deployment. Left out: the template says nothing of any. */
  readonly domains?: readonly WrittenDomain[];
}

/** A secret that is made once. */
interface GeneratedSecret {
  readonly name: string;
  readonly bytes: number;
}

const defaultBytes = 32;

/** Globals of calzion that have no meaning here, each with what to do instead. */
const refusedGlobals: Readonly<Record<string, string>> = {
  Exec: 'Satsuma runs no command for a value: give it in Env, or have Generate make a secret',
  'Flynn-Postgres': noFlynn,
  Includes: 'the client reads the files that it names, before it sends the template',
};

export function readGlobals({ globals, services }: Template, deployment: string): Globals {
  const names = services.map(({ name }) => name);
  const known = ['Env', 'Generate', 'Domains'];
  for (const [name, value] of globals) {
    if (known.includes(name)) continue;
    const sentence = Object.hasOwn(refusedGlobals, name) ? refusedGlobals[name] : undefined;
    if (sentence === undefined) value.fail(`is no global of a template: there are ${known.join(', ')} and Includes`);
    else value.fail(`is not done here: ${sentence}`);
  }
  return {
    env: envOf(globals.get('Env'), names),
    generated: generatedIn(globals.get('Generate')),
    ...(globals.has('Domains') && { domains: domainsOf(present(globals.get('Domains')), deployment) }),
  };
}

function envOf(value: Value | undefined, names: readonly string[]): Globals['env'] {
  const all: Record<string, string> = {};
  const of = new Map<string, Record<string, string>>();
  for (const [key, each] of present(value)?.fields()?.all() ?? []) {
    if (each.isText) Object.assign(all, variable(key, each));
    else if (!names.includes(key))
      each.fail(`is for a service ${quoted(key)}, and there is none: there are ${names.join(', ')}`);
    else of.set(key, variablesOf(each));
  }
  return { all, of };
}

export function variablesOf(value: Value): Record<string, string> {
  return Object.assign({}, ...(value.fields()?.all() ?? []).map(([key, each]) => variable(key, each)));
}

function variable(key: string, value: Value): Record<string, string> {
  if (!/^[a-zA-Z_][a-zA-Z0-9_.-]{0,127}$/.test(key)) {
    value.fail(`has ${quoted(key)} where the name of a variable must be`);
    return {};
  }
  return { [key]: value.isNull ? '' : (value.text() ?? '') };
}

function generatedIn(value: Value | undefined): GeneratedSecret[] {
  return (present(value)?.fields()?.all() ?? []).flatMap(([name, each]) => {
    if (!/^[A-Z][A-Z0-9_]{0,62}$/.test(name)) {
      return each.fail(`has ${quoted(name)} where the name of a secret must be, in capitals`) ?? [];
    }
    if (each.isText) {
      if (each.text() === 'hex') return [{ name, bytes: defaultBytes }];
      return each.fail('must be hex, or hex with the number of bytes: {hex: 32}') ?? [];
    }
    if (each.isNull) return [{ name, bytes: defaultBytes }];
    const fields = each.fields();
    const size = fields?.take('hex');
    const bytes = size === undefined ? defaultBytes : size.whole({ min: 1, max: 1024 });
    fields?.finish();
    return bytes === undefined ? [] : [{ name, bytes }];
  });
}

function present(value: Value | undefined): Value | undefined {
  return value?.isNull ? undefined : value;
}
