import { SatsumaError } from '../model/errors.ts';

export const hostVariable = 'SATSUMA_HOST';

/**
 * A server's URL without a trailing slash, from a URL or `host:port`; by default, the server on this machine. Throws
 * `invalid` if it is neither; `subject` starts the message.
 */
export function serverUrl(given: string | undefined, subject: string): string {
  const address = given || '127.0.0.1:8080';
  const text = address.includes('://') ? address : `http://${address}`;
  const protocol = URL.canParse(text) ? new URL(text).protocol : '';
  if (protocol !== 'http:' && protocol !== 'https:') {
    // Not quoted, because it may contain a password.
    throw new SatsumaError('invalid', `${subject} must be like 127.0.0.1:8080 or https://satsuma.example:8080`);
  }
  return text.replace(/\/+$/, '');
}

/** An environment variable of the command line client. */
export function clientVariable(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  return env[name];
}

/** All of them, because a file may refer to any. */
export function clientVariables(env: NodeJS.ProcessEnv = process.env): Readonly<Record<string, string | undefined>> {
  return env;
}
