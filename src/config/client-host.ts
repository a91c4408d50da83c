import { SatsumaError } from '../model/errors.ts';

export const hostVariable = 'SATSUMA_HOST';

/**
 * The URL of a server without a slash at its end, from a URL or `host:port`; of nothing, the one on this machine. Throws
 * `invalid` where it is neither; `subject` is what it says so of.
 */
export function serverUrl(given: string | undefined, subject: string): string {
  const address = given || '127.0.0.1:8080';
  const text = address.includes('://') ? address : `http://${address}`;
  const protocol = URL.canParse(text) ? new URL(text).protocol : '';
  if (protocol !== 'http:' && protocol !== 'https:') {
    // It may have a password in it.
    throw new SatsumaError('invalid', `${subject} must be like 127.0.0.1:8080 or https://satsuma.example:8080`);
  }
  return text.replace(/\/+$/, '');
}

/** A variable of the shell that the command line client was started from. */
export function clientVariable(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  return env[name];
}

/** All of them: what a file may name is known when it is read. */
export function clientVariables(env: NodeJS.ProcessEnv = process.env): Readonly<Record<string, string | undefined>> {
  return env;
}
