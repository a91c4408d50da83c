import { homedir } from 'node:os';
import { join } from 'node:path';
import { didYouMean } from '../model/did-you-mean.ts';
import { SatsumaError } from '../model/errors.ts';
import { hostVariable, serverUrl } from './client-host.ts';
import { type ContextFile, readContextFile, type StoredContext, writeContextFile } from './context-file.ts';

/** A server that the command line knows by a name. */
export interface Context {
  readonly name: string;
  readonly host: string;
  readonly description: string;
  readonly current: boolean;
}

/** What names the server: the option, a variable, the file, or nothing. */
export interface Choice {
  readonly name: string;
  readonly from: '--context' | 'SATSUMA_HOST' | 'SATSUMA_CONTEXT' | 'file' | 'default';
}

export interface Contexts {
  /** For `--context`. */
  choose(name: string): void;
  /** The server to talk to, without a slash at its end. Throws `invalid`. */
  host(): string;
  /** As docker: the option, SATSUMA_HOST, SATSUMA_CONTEXT, the context in use, the default. */
  chosen(): Choice;
  /** By name, the default first. */
  list(): Context[];
  get(name: string): Context;
  create(name: string, changes: StoredContext): Context;
  update(name: string, changes: Partial<StoredContext>): Context;
  remove(name: string, options: { readonly force: boolean }): void;
  use(name: string): void;
}

/** There without a file: SATSUMA_HOST, or this machine. */
export const defaultContext = 'default';
const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;

/** `$XDG_CONFIG_HOME/satsuma/contexts.json`, or `~/.satsuma/contexts.json`. It is read when it is asked for. */
export function openContexts(env: NodeJS.ProcessEnv = process.env): Contexts {
  const file = env.XDG_CONFIG_HOME
    ? join(env.XDG_CONFIG_HOME, 'satsuma', 'contexts.json')
    : join(env.HOME || homedir(), '.satsuma', 'contexts.json');
  let flag: string | undefined;

  const chosen = (): Choice => {
    if (flag !== undefined) return { name: flag, from: '--context' };
    if (env[hostVariable]) return { name: defaultContext, from: hostVariable };
    if (env.SATSUMA_CONTEXT) return { name: env.SATSUMA_CONTEXT, from: 'SATSUMA_CONTEXT' };
    const { current } = readContextFile(file);
    return current === undefined ? { name: defaultContext, from: 'default' } : { name: current, from: 'file' };
  };
  const shown = (name: string, known: ContextFile): Context => {
    const current = chosen().name === name;
    if (name === defaultContext) {
      return {
        name,
        host: serverUrl(env[hostVariable], hostVariable),
        description: `${hostVariable}, or this machine`,
        current,
      };
    }
    const { host, description } = storedIn(known, name);
    return { name, host, description, current };
  };
  const change = (name: string, apply: (known: ContextFile) => ContextFile): Context => {
    if (name === defaultContext) {
      throw new SatsumaError(
        'invalid',
        `the context ${defaultContext} is ${hostVariable}, or this machine: it cannot be changed`,
      );
    }
    if (!namePattern.test(name)) {
      throw new SatsumaError(
        'invalid',
        'the name of a context has letters, digits and _.- and begins with a letter or a digit',
      );
    }
    const changed = apply(readContextFile(file));
    writeContextFile(file, changed);
    return shown(name, changed);
  };
  const withContext = (known: ContextFile, name: string, given: StoredContext): ContextFile => ({
    ...known,
    contexts: { ...known.contexts, [name]: { ...given, host: serverUrl(given.host, 'the address of a server') } },
  });

  return {
    choose: (name) => {
      flag = name;
    },
    chosen,
    host: () => {
      const { name, from } = chosen();
      if (name === defaultContext) return serverUrl(env[hostVariable], hostVariable);
      try {
        return storedIn(readContextFile(file), name).host;
      } catch (error) {
        // Nobody typed it just now.
        if (from === '--context' || !(error instanceof SatsumaError)) throw error;
        throw new SatsumaError('invalid', `${error.message} (${from === 'file' ? file : from} names it)`, {
          cause: error,
        });
      }
    },
    list: () => {
      const known = readContextFile(file);
      return [defaultContext, ...Object.keys(known.contexts).sort()].map((name) => shown(name, known));
    },
    get: (name) => shown(name, readContextFile(file)),
    create: (name, given) =>
      change(name, (known) => {
        if (!Object.hasOwn(known.contexts, name)) return withContext(known, name, given);
        throw new SatsumaError(
          'invalid',
          `there is a context ${name} already: "satsuma context update ${name}" changes it`,
        );
      }),
    update: (name, changes) =>
      change(name, (known) => withContext(known, name, { ...storedIn(known, name), ...changes })),
    remove: (name, { force }) => {
      if (name === defaultContext) throw new SatsumaError('invalid', `the context ${name} cannot be removed`);
      const { current, ...known } = readContextFile(file);
      storedIn(known, name);
      if (current === name && !force) {
        throw new SatsumaError('invalid', `context ${name} is in use: use another one first, or give --force`);
      }
      const { [name]: _, ...contexts } = known.contexts;
      const isKept = current !== undefined && current !== name;
      writeContextFile(file, { ...known, contexts, ...(isKept && { current }) });
    },
    use: (name) => {
      const known = readContextFile(file);
      if (name !== defaultContext) storedIn(known, name);
      const { current: _, ...others } = known;
      writeContextFile(file, name === defaultContext ? others : { ...others, current: name });
    },
  };
}

function storedIn({ contexts }: ContextFile, name: string): StoredContext {
  const found = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (found) return found;
  const near = didYouMean(name, Object.keys(contexts));
  const hint = near === undefined ? 'see "satsuma context ls"' : `did you mean ${near}?`;
  throw new SatsumaError('invalid', `there is no context ${name}: ${hint}`);
}
