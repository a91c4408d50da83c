import { homedir } from 'node:os';
import { join } from 'node:path';
import { didYouMean } from '../model/did-you-mean.ts';
import { SatsumaError } from '../model/errors.ts';
import { hostVariable, serverUrl } from './client-host.ts';
import { type ContextFile, readContextFile, type StoredContext, writeContextFile } from './context-file.ts';
import { type Credentials, checkAuthority, credentialsOf, tokenVariable, withToken } from './credentials.ts';

/** A named server for the command line. */
export interface Context {
  readonly name: string;
  readonly host: string;
  readonly description: string;
  readonly current: boolean;
  /** A file with the authority that issued the server's certificate. */
  readonly ca?: string;
}

/** The selected context, and where the selection comes from. */
interface Choice {
  readonly name: string;
  readonly from: '--context' | 'SATSUMA_HOST' | 'SATSUMA_CONTEXT' | 'file' | 'default';
}

export interface Contexts {
  /** For `--context`. */
  choose(name: string): void;
  /** The URL of the selected server, without a trailing slash. Throws `invalid`. */
  host(): string;
  /** The token and authority for the selected server, from variables or the file. Throws `invalid`. */
  credentials(): Credentials;
  /** Uses the token for the selected server, in this process only. */
  tryToken(token: string): void;
  /** Stores the token in the file; undefined: removes it. Returns the context's name. */
  keepToken(token: string | undefined): string;
  /** In docker's order: the option, SATSUMA_HOST, SATSUMA_CONTEXT, the current context, the default. */
  chosen(): Choice;
  /** By name, the default first. */
  list(): Context[];
  get(name: string): Context;
  /** Throws `invalid`, also for an invalid authority. */
  create(name: string, changes: StoredContext): Context;
  /** The same. Absent fields stay unchanged. */
  update(name: string, changes: Partial<StoredContext>): Context;
  remove(name: string, options: { readonly force: boolean }): void;
  use(name: string): void;
}

/** Exists without a file: SATSUMA_HOST, or this machine. */
export const defaultContext = 'default';
const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;

/** `$XDG_CONFIG_HOME/satsuma/contexts.json`, or `~/.satsuma/contexts.json`. It is read when needed. */
export function openContexts(env: NodeJS.ProcessEnv = process.env): Contexts {
  const file = env.XDG_CONFIG_HOME
    ? join(env.XDG_CONFIG_HOME, 'satsuma', 'contexts.json')
    : join(env.HOME || homedir(), '.satsuma', 'contexts.json');
  let flag: string | undefined;
  let tried: string | undefined;

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
    const { host, description, ca } = storedIn(known, name);
    return { name, host, description, current, ...(ca !== undefined && { ca }) };
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

  const host = (): string => {
    const { name, from } = chosen();
    if (name === defaultContext) return serverUrl(env[hostVariable], hostVariable);
    try {
      return storedIn(readContextFile(file), name).host;
    } catch (error) {
      // The user did not type it: name its origin.
      if (from === '--context' || !(error instanceof SatsumaError)) throw error;
      throw new SatsumaError('invalid', `${error.message} (${from === 'file' ? file : from} names it)`, {
        cause: error,
      });
    }
  };
  const server = () => {
    const { name } = chosen();
    return { name: name === defaultContext ? undefined : name, host: host() };
  };

  return {
    choose: (name) => {
      flag = name;
    },
    chosen,
    host,
    credentials: () => {
      const given = tried === undefined ? env : { ...env, [tokenVariable]: tried };
      const at = server();
      return credentialsOf(given, at.name === undefined ? readable(file) : readContextFile(file), at);
    },
    tryToken: (token) => {
      tried = token;
    },
    keepToken: (token) => {
      const at = server();
      writeContextFile(file, withToken(readContextFile(file), at, token));
      return at.name ?? defaultContext;
    },
    list: () => {
      const known = readContextFile(file);
      return [defaultContext, ...Object.keys(known.contexts).sort()].map((name) => shown(name, known));
    },
    get: (name) => shown(name, readContextFile(file)),
    create: (name, given) =>
      change(name, (known) => {
        if (!Object.hasOwn(known.contexts, name)) {
          if (given.ca) checkAuthority(given.ca);
          return withContext(known, name, given);
        }
        throw new SatsumaError(
          'invalid',
          `there is a context ${name} already: "satsuma context update ${name}" changes it`,
        );
      }),
    update: (name, changes) =>
      change(name, (known) => {
        const { token, ...stored } = storedIn(known, name);
        if (changes.ca) checkAuthority(changes.ca);
        // A token is not sent to another server.
        const isSame = changes.host === undefined || serverUrl(changes.host, 'the address of a server') === stored.host;
        return withContext(known, name, { ...stored, ...(isSame && token !== undefined && { token }), ...changes });
      }),
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

/** The default context works without a file: an unreadable one is ignored. */
function readable(file: string): ContextFile {
  try {
    return readContextFile(file);
  } catch {
    return { contexts: {} };
  }
}

function storedIn({ contexts }: ContextFile, name: string): StoredContext {
  const found = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (found) return found;
  const near = didYouMean(name, Object.keys(contexts));
  const hint = near === undefined ? 'see "satsuma context ls"' : `did you mean ${near}?`;
  throw new SatsumaError('invalid', `there is no context ${name}: ${hint}`);
}
